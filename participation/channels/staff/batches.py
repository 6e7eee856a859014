"""Officials issue, activate, count and stop batches of access codes, declare lost slips void and replace them."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.refusing import messages, refused
from participation.channels.http.visit import Visit
from participation.channels.staff import lost, slips
from participation.channels.staff.saving import saved
from participation.domain.people.codes import operations, queries
from participation.domain.people.codes.forms import read_batch
from participation.domain.people.rules import acting_as_one_of
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

LIST = "/staff/batches"
MOST = 400
"""Slips that a page prints at once; more are printed on the command line."""


async def index(visit: Visit) -> Response:
    """All batches, with exact numbers: these are for whoever hands the slips out."""
    _admit(visit)
    async with visit.reading() as session:
        rows = await queries.batches(session, city_id=visit.city.id)
    return visit.page("staff/codes/list.html", {"rows": [(row, _district(visit, row.district_id)) for row in rows]})


def _admit(visit: Visit) -> None:
    """Whoever may touch batches of some district may see them all: they are public but for the exact numbers."""
    held = [grant.place_id for grant in visit.actor.grants if grant.role in operations.ISSUERS]
    acting_as_one_of(visit.actor, operations.ISSUERS, visit.city, held[:1])


async def new(visit: Visit) -> Response:
    """The slips are the answer to the form, and nowhere else; the batch is there only if they are."""
    _admit(visit)
    if visit.request.method == "GET":
        return await _new(visit)
    made: list[bytes] = []
    try:
        async with visit.transaction() as session:
            content = [str(visit.typed.get(name)) for name in ("district", "count", "handed_out_by")]
            answer = await visit.once(session, content, lambda: _issue(visit, session, made))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _new(visit, errors=messages(refusal), status=refusal.status)
    number = int(answer["number"])
    if not made:
        gone = _("The slips of this batch were shown once. If you do not have them, stop the batch.")
        return await _one(visit, number, errors={"form": gone}, status=409)
    return attachment(made[0], "application/pdf", f"batch-{number}.pdf")


async def _issue(visit: Visit, session: Session, made: list[bytes]) -> dict[str, Any]:
    wanted = read_batch(Reader(visit.fields), visit.city, MOST)
    drawn = await operations.draw_batch(
        session, city=visit.city, district_id=wanted.district_id, count=wanted.count, actor=visit.actor
    )
    made.append(await slips.printed(slips.sheet(visit.city, drawn, visit.site.settings.base_url)))
    batch = await operations.issue_batch(
        session,
        city=visit.city,
        drawn=drawn,
        handed_out_by=wanted.handed_out_by,
        secrets=visit.site.secrets,
        actor=visit.actor,
        at=visit.at,
    )
    return {"number": batch.number}


async def _new(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    districts = [(place.slug, _district(visit, place.id)) for place in visit.city.districts]
    return visit.page(
        "staff/codes/new.html",
        {"errors": errors or {}, "districts": districts, "most": MOST},
        form=True,
        status=status,
    )


Verb = Callable[[Visit, Session, int, Reader], Awaitable[None]]


async def show(visit: Visit) -> Response:
    """One batch; each button of its form is one verb."""
    number = _number(visit)
    if visit.request.method == "GET":
        return await _one(visit, number)
    verb = VERBS.get(str(visit.typed.get("do")))

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        if verb is None:
            form.wrong("form", _("Please choose one of the answers."))
            form.finish()
            return {}
        try:
            await verb(visit, session, number, form)
        except NotFound as refusal:
            # What is not there is a number that was typed.
            raise refused("form", refusal) from refusal
        return {}

    async def again(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
        return await _one(visit, number, errors=errors, status=status)

    return await saved(visit, act, again, f"{LIST}/{number}")


def _number(visit: Visit) -> int:
    text = str(visit.request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise NotFound(
            "batch", _("There is no batch with this number."), _("The list of access codes shows all batches.")
        )
    return int(text)


async def _activate(visit: Visit, session: Session, number: int, form: Reader) -> None:
    await operations.activate_batch(session, city=visit.city, number=number, actor=visit.actor, at=visit.at)


async def _stop(visit: Visit, session: Session, number: int, form: Reader) -> None:
    if not form.flag("sure"):
        form.wrong("sure", _("Please tick this if you are sure."))
    form.finish()
    await operations.stop_batch(session, city=visit.city, number=number, actor=visit.actor, at=visit.at)


async def _report(visit: Visit, session: Session, number: int, form: Reader) -> None:
    handed_out = form.integer("handed_out", least=0, most=1_000_000)
    returned = form.integer("returned", least=0, most=1_000_000)
    form.finish()
    await operations.report_batch(
        session,
        city=visit.city,
        number=number,
        handed_out=handed_out,
        returned=returned,
        actor=visit.actor,
        at=visit.at,
    )


async def _void(visit: Visit, session: Session, number: int, form: Reader) -> None:
    await lost.void(visit, session, form)


async def _replace(visit: Visit, session: Session, number: int, form: Reader) -> None:
    await lost.replace(visit, session, form)


VERBS: dict[str, Verb] = {
    "activate": _activate,
    "stop": _stop,
    "report": _report,
    "void": _void,
    "replace": _replace,
}


async def _one(visit: Visit, number: int, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    _admit(visit)
    async with visit.reading() as session:
        rows = await queries.batches(session, city_id=visit.city.id, number=number)
    if not rows:
        raise NotFound(
            "batch", _("There is no batch with this number."), _("The list of access codes shows all batches.")
        )
    row = rows[0]
    return visit.page(
        "staff/codes/show.html",
        {
            "errors": errors or {},
            "batch": row,
            "district": _district(visit, row.district_id),
            "values": visit.typed
            if visit.request.method == "POST"
            else {"handed_out": row.handed_out, "returned": row.returned},
            "own": row.issued_by == visit.actor.person_id,
        },
        form=True,
        status=status,
    )


def _district(visit: Visit, place_id: int) -> str:
    return i18n.pick(visit.city.places[place_id].names, visit.language, visit.city.languages).value
