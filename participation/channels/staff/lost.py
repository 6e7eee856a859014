"""A lost slip at the desk: void, or replaced by another one, against the number on its stub or digits from a linked phone. Nobody is asked for a name."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import refused
from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, typed
from participation.channels.staff.saving import saved
from participation.domain.ballots.slips.operations import replace_code
from participation.domain.people.codes import operations
from participation.domain.people.codes.forms import read_stub
from participation.domain.people.codes.lost.operations import stub_for_word, void_code
from participation.domain.people.codes.lost.rules import as_word
from participation.domain.people.rules import acting_as_one_of
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import _

HERE = "/staff/lost"


async def _lost(visit: Visit, session: Session, form: Reader) -> tuple[int, int]:
    """The number on the stub; or what a linked phone gave in its place."""
    if word := as_word(form.text("lost", at_most=40)):
        return await stub_for_word(session, city=visit.city, word=word, secrets=visit.site.secrets, at=visit.at)
    return read_stub(form, "lost")


async def void(visit: Visit, session: Session, form: Reader) -> None:
    lost = await _lost(visit, session, form)
    form.finish()
    await void_code(session, city=visit.city, stub=lost, actor=visit.actor, at=visit.at)


async def replace(visit: Visit, session: Session, form: Reader) -> None:
    fresh = read_stub(form, "fresh")
    lost = await _lost(visit, session, form)
    forgotten = form.flag("forgotten_pin")
    form.finish()
    await replace_code(
        session,
        city=visit.city,
        lost=lost,
        fresh=fresh,
        forgotten_pin=forgotten,
        folder=visit.site.settings.keys,
        actor=visit.actor,
        at=visit.at,
    )


VERBS = {"void": void, "replace": replace}


async def show(visit: Visit) -> Response:
    held = [grant.place_id for grant in visit.actor.grants if grant.role in operations.ISSUERS]
    acting_as_one_of(visit.actor, operations.ISSUERS, visit.city, held[:1])
    if visit.request.method == "GET":
        return await _page(visit)
    do = str(visit.typed.get("do"))

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        if do not in VERBS:
            form.wrong("form", _("Please choose one of the answers."))
            form.finish()
        try:
            await VERBS[do](visit, session, form)
        except NotFound as refusal:
            # What is not there is a number that was typed.
            raise refused("form", refusal) from refusal
        return {"done": do}

    return await saved(visit, act, _page, HERE + "?done={done}")


async def _page(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    done = visit.request.query_params.get("done", "")
    context = {"done": done if not errors else "", "values": typed(visit, {}, errors), "errors": errors or {}}
    return visit.page("staff/codes/lost.html", context, form=True, status=status)
