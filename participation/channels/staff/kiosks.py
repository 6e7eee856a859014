"""Staff set up kiosks, make the codes that enrol their screens, end them; and whoever is near sees which one needs help."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, typed
from participation.channels.staff.saving import saved
from participation.domain.people.kiosks import operations, queries
from participation.domain.people.kiosks.forms import read_kiosk, read_words
from participation.domain.people.kiosks.queries import KioskView
from participation.domain.people.kiosks.rules import LONGEST, Looks, Standing, no_kiosk
from participation.domain.people.rules import acting_as_one_of, may_act
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.hashing import grouped
from participation.kit.i18n import Message, _

LIST = "/staff/kiosks"
LOOKS: dict[Looks, tuple[Message, str, str]] = {
    Looks.FREE: (_("free"), "dash", "quiet"),
    Looks.IN_USE: (_("in use"), "person", ""),
    Looks.NEEDS_HELP: (_("needs help"), "alert", "warn"),
}
"""What is said of whoever stands there, with pictogram and tone: this, and nothing else."""
STANDINGS: dict[Standing, tuple[Message, str, str]] = {
    Standing.WAITING: (_("waits for its screen"), "clock", "warn"),
    Standing.WORKING: (_("works"), "tick", "good"),
    Standing.ENDED: (_("ended"), "cross", ""),
}


def _shown(visit: Visit, one: KioskView) -> dict[str, Any]:
    works = one.standing is Standing.WORKING
    return {
        "row": one,
        "address": f"{LIST}/{one.id}",
        "district": i18n.pick(visit.city.places[one.place_id].names, visit.language, visit.city.languages),
        "badge": LOOKS[one.looks(visit.at)] if works else STANDINGS[one.standing],
        "standing": STANDINGS[one.standing],
        "ended": one.standing is Standing.ENDED,
        "waits": one.standing is Standing.WAITING,
        "help": works and one.looks(visit.at) is Looks.NEEDS_HELP,
    }


async def index(visit: Visit) -> Response:
    """What hangs beside the kiosks: it renews itself, and whoever goes to help says so."""
    if visit.request.method == "GET":
        return await _index(visit)

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        kiosk_id = form.integer("going", least=1, most=2**31 - 1)
        form.finish()
        await operations.answer_help(session, city_id=visit.city.id, kiosk_id=kiosk_id)
        return {}

    return await saved(visit, act, _index, LIST)


async def _index(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await queries.kiosks(session, city_id=visit.city.id)
    keeps = any(grant.role in operations.KEEPERS for grant in visit.actor.grants)
    context = {"kiosks": [_shown(visit, one) for one in found], "keeps": keeps, "errors": errors or {}}
    return visit.page("staff/kiosks/list.html", context, form=True, status=status)


async def new(visit: Visit) -> Response:
    held = [grant.place_id for grant in visit.actor.grants if grant.role in operations.KEEPERS]
    acting_as_one_of(visit.actor, operations.KEEPERS, visit.city, held[:1])
    if visit.request.method == "GET":
        return await _new(visit)

    async def act(session: Session) -> operations.Made:
        said = read_kiosk(Reader(visit.fields), visit.city)
        return await operations.set_up(
            session, city=visit.city, said=said, secrets=visit.site.secrets, actor=visit.actor, at=visit.at
        )

    content = [str(visit.typed.get(name, "")) for name in ("district", "stands", "paper")]
    return await _with_code(visit, ["kiosk", *content], act, _new)


async def _new(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    context = {
        "districts": [
            (one.slug, i18n.pick(one.names, visit.language, visit.city.languages)) for one in visit.city.districts
        ],
        "most": LONGEST,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/kiosks/new.html", context, form=True, status=status)


Again = Callable[..., Awaitable[Response]]


async def _with_code(
    visit: Visit, content: list[str], act: Callable[[Session], Awaitable[operations.Made]], again: Again
) -> Response:
    """The code stands in the answer to the form, and nowhere else: only its hash is kept."""
    made: list[operations.Made] = []

    async def once() -> dict[str, Any]:
        made.append(await act(session))
        return {"id": made[0].id}

    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, content, once)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await again(visit, errors=messages(refusal), status=refusal.status)
    context = {
        "code": grouped(made[0].code) if made else None,
        "link": f"{visit.city.address(visit.site.settings.base_url)}/kiosk/",
        "back": f"{LIST}/{answer['id']}",
    }
    return visit.page("staff/kiosks/code.html", context, form=True)


async def show(visit: Visit) -> Response:
    """One kiosk; each button of its form is one verb."""
    text = str(visit.request.path_params["number"])
    kiosk_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    async def again(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
        return await _one(visit, kiosk_id, errors=errors, status=status)

    if visit.request.method == "GET":
        return await again(visit)
    common: dict[str, Any] = {"city": visit.city, "kiosk_id": kiosk_id, "actor": visit.actor, "at": visit.at}
    do = str(visit.typed.get("do"))
    if do == "code":

        async def code(session: Session) -> operations.Made:
            visit.fields  # noqa: B018
            return await operations.make_code(session, secrets=visit.site.secrets, **common)

        return await _with_code(visit, ["kiosk code", str(kiosk_id)], code, again)

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        if do == "words":
            stands, paper = read_words(form)
            await operations.describe(session, stands=stands, paper=paper, **common)
            return {}
        if do != "end":
            form.wrong("form", _("Please choose one of the answers."))
        elif not form.flag("sure"):
            form.wrong("sure", _("Please tick this if you are sure."))
        form.finish()
        await operations.end(session, **common)
        return {}

    response = await saved(visit, act, again, f"{LIST}/{kiosk_id}")
    await visit.site.load()
    return response


async def _one(visit: Visit, kiosk_id: int, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        one = await queries.kiosk(session, city_id=visit.city.id, kiosk_id=kiosk_id)
    if one is None:
        raise no_kiosk()
    keeps = any(may_act(visit.actor, role, visit.city, [one.place_id]) is None for role in operations.KEEPERS)
    context = {
        "kiosk_": _shown(visit, one),
        "keeps": keeps and one.standing is not Standing.ENDED,
        "most": LONGEST,
        "values": typed(visit, {"stands": one.stands, "paper": one.paper}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/kiosks/show.html", context, form=True, status=status)
