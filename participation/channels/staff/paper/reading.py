"""One sheet: typed in by two people, neither of whom sees what the other one typed; settled by a third where they differ."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.taking import subject_of
from participation.channels.http.visit import Visit
from participation.channels.staff.paper.fields import Field, fields_of, void
from participation.channels.staff.paper.index import LIST
from participation.channels.staff.saving import saved
from participation.domain.people.codes.forms import read_code
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.devices.queries import office
from participation.domain.proxies.forms import read_entry
from participation.domain.proxies.operations import Subject
from participation.domain.proxies.paper.models import SheetState
from participation.domain.proxies.paper.queries import shown
from participation.domain.proxies.paper.readings import operations, rules
from participation.domain.proxies.paper.readings.forms import FIRST, OWN, SECOND, content, read_fields, read_settled
from participation.domain.proxies.paper.readings.queries import SheetView, sheet
from participation.domain.proxies.paper.rules import OFFICE, no_sheet, read_serial
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, Unavailable
from participation.kit.forms import Reader, Said
from participation.kit.i18n import Message, _

PERSONAL = ("code", "phone")
HIDDEN = ("code", "csrf", "token")
"""What does not come back with a form that is shown again."""


async def show(visit: Visit) -> Response:
    found = await asked_for(visit)
    if visit.request.method == "GET":
        return await _page(visit, found)

    async def again(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
        return await _page(visit, await asked_for(visit), errors=errors, status=status)

    settles = rules.may_settle(found.state, found.read_by(visit.actor.person_id)) is None
    prepared: list[tuple[Mapping[str, str], Subject | None]] = []
    wrong: list[Refusal] = []
    try:
        prepared.append(await (_to_settle if settles else _to_read)(visit, found))
    except Refusal as refusal:
        wrong.append(refusal)

    async def act(session: Session) -> dict[str, Any]:
        if wrong:
            raise wrong[0]
        fields, subject = prepared[0]
        common: dict[str, Any] = {
            "city": visit.city,
            "number": (found.batch, found.serial),
            "secrets": visit.site.secrets,
            "actor": visit.actor,
            "at": visit.at,
        }
        if settles:
            await operations.settle(session, fields=fields, subject=subject or Subject(), **common)
        else:
            await operations.read(session, fields=fields, subject=subject, **common)
        return {}

    return await saved(visit, act, again, f"{LIST}/{found.number}")


async def asked_for(visit: Visit) -> SheetView:
    """The sheet of the address, for whoever may read the sheets of its delegate."""
    try:
        number = read_serial(str(visit.request.path_params["sheet"]))
    except Refusal:
        raise no_sheet() from None
    async with visit.reading() as session:
        found = await sheet(session, city=visit.city, number=number, secrets=visit.site.secrets)
    acting_as_one_of(visit.actor, OFFICE, visit.city, [found.place_id])
    return found


async def _to_read(visit: Visit, found: SheetView) -> tuple[Mapping[str, str], Subject | None]:
    """What was typed and, where it agrees with the first reading, whose code it is: looked up before anything is locked."""
    if refusal := rules.may_read(found.state, found.read_by(visit.actor.person_id)):
        raise refusal
    fields = read_fields(Reader(visit.fields), found.asked)
    _check(visit, found, fields)
    first = found.readings[0].fields if found.readings else None
    if first is None or rules.differing(first, fields):
        return fields, None
    return fields, await _subject(visit, found, fields)


async def _to_settle(visit: Visit, found: SheetView) -> tuple[Mapping[str, str], Subject | None]:
    first, second = (one.fields for one in found.readings)
    between = rules.differing(first, second)
    fields = read_settled(Reader(visit.fields), found.asked, between, first, second)
    _check(visit, found, fields)
    return fields, await _subject(visit, found, fields)


def _check(visit: Visit, found: SheetView, fields: Mapping[str, str]) -> None:
    """The rules of every entry, beside its fields."""
    if rules.VOID not in fields:
        read_entry(content(fields, found.asked, found.receipt), visit.city)


async def _subject(visit: Visit, found: SheetView, fields: Mapping[str, str]) -> Subject:
    if not fields.get("code"):
        return Subject()
    async with visit.reading() as session:
        device = await office(session, city_id=visit.city.id, delegate_id=found.delegate_id, at=visit.at)
    if device is None:
        raise RuntimeError("made when the batch was printed")
    code = read_code(Reader(Said({"code": fields["code"]})))
    subject = await subject_of(visit.site, visit.city, device, code, visit.at)
    if subject is None:
        raise Unavailable(
            "wait", _("Too many access codes were wrong. Nothing was changed."), _("Please try again in a moment.")
        )
    return subject


async def _page(
    visit: Visit, found: SheetView, *, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    own = found.read_by(visit.actor.person_id)
    settles = rules.may_settle(found.state, own) is None
    refusal = None if settles else rules.may_read(found.state, own)
    if found.state is SheetState.DIFFERS and own:
        refusal = rules.may_settle(found.state, own)
    async with visit.reading() as session:
        quoted = await shown(session, found.asked.statements) if refusal is None else {}
    fields = fields_of(visit, found.asked, quoted)
    context: dict[str, Any] = {
        "number": found.number,
        "address": f"{LIST}/{found.number}",
        "title": i18n.pick(found.titles, visit.language, visit.city.languages),
        "refusal": refusal,
        "second": found.state is SheetState.READ,
        "fields": fields,
        "labels": {f"{before}{one.name}": one.label for one in [*fields, void()] for before in ("", "as.")},
        "values": _values(visit, found),
        "errors": errors or {},
        "settling": _settling(found, fields) if settles else None,
    }
    return visit.page("staff/paper/sheet.html", context, form=True, status=status)


def _values(visit: Visit, found: SheetView) -> dict[str, str]:
    if visit.request.method == "POST":
        return {name: str(value) for name, value in visit.typed.multi_items() if name not in HIDDEN}
    return {"language": found.asked.language}


def _settling(found: SheetView, fields: list[Field]) -> dict[str, Any]:
    """Both readings side by side, where they differ; nothing says whose is whose."""
    first, second = (one.fields for one in found.readings)
    between = rules.differing(first, second)
    by_name: dict[str, Field] = {one.name: one for one in [*fields, void()]}
    only = {} if between != [rules.VOID] else second if rules.VOID in first else first
    return {
        "between": [
            {
                "field": by_name[name],
                "options": [(FIRST, by_name[name].said(first)), (SECOND, by_name[name].said(second))],
                "own": OWN if by_name[name].kind != "tick" else None,
            }
            for name in between
        ],
        "whole": [(one, one.said(only)) for one in fields if only.get(one.name) and one.name not in PERSONAL],
    }
