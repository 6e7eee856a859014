"""Where a network never comes: a district office takes in the file of sealed entries that a delegate's telephone writes."""

import json
import uuid
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.routing import Unreadable
from participation.channels.http.taking import MOST, Result, Sent, Taking, read_sent
from participation.channels.http.visit import Visit
from participation.domain.people.models import Role
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.delegates.operations import number_of
from participation.domain.proxies.devices import queries as devices
from participation.domain.proxies.devices.queries import DeviceView
from participation.kit.errors import Invalid, NotFound, Refusal, SignInNeeded
from participation.kit.i18n import Message, _

LARGEST = 20 * 1000 * 1000
MOST_IN_FILE = 2_000
STATUSES: dict[str, Message] = {
    "accepted": _("Taken"),
    "had": _("Had arrived before"),
    "held": _("Kept, and waits for a moderator"),
    "refused": _("Not taken"),
    "later": _("Not looked at now: please send the file once more"),
}


async def show(visit: Visit) -> Response:
    """Whoever brings the file needs to be able to read nothing of it: it is opened here alone."""
    if visit.request.method == "GET":
        return _page(visit)
    try:
        _checked = visit.fields
        device_id, sent = _read(visit)
        results = await _take(visit, device_id, sent)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return _page(visit, errors=messages(refusal, "file"), status=refusal.status)
    return _page(visit, answer=_told(sent, results))


def _read(visit: Visit) -> tuple[uuid.UUID, list[Sent]]:
    upload = visit.files.get("file")
    if upload is None:
        raise Invalid({"file": _("Please choose a file.")})
    if upload.file is None or upload.size > LARGEST:
        raise Invalid({"file": _("This is too large to be taken.")})
    try:
        content = json.loads(upload.file.path.read_bytes())
        device, entries = uuid.UUID(str(content["device"])), content["entries"]
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_IN_FILE:
            raise ValueError
        sent = [read_sent(one) for one in entries]
    except (ValueError, KeyError, TypeError, RecursionError, Unreadable):
        raise Invalid({"file": _("This is not a file of entries from a delegate's telephone.")}) from None
    return device, list({one.id: one for one in sent}.values())


async def _take(visit: Visit, device_id: uuid.UUID, sent: list[Sent]) -> list[Result]:
    """In batches, as the telephone itself would send them. The same file again changes nothing."""
    async with visit.transaction() as session:
        device = await devices.device(session, city_id=visit.city.id, public_id=device_id, at=visit.at)
        if device is None:
            raise NotFound("device", _("There is no such device."), _("The delegate's page shows all their devices."))
        acting_as_one_of(visit.actor, (Role.ADMINISTRATOR, Role.OFFICIAL), visit.city, [device.place_id])
        number = await number_of(session, city=visit.city, delegate_id=device.delegate_id, at=visit.at)
    known: DeviceView = replace(device, number=number)
    results: list[Result] = []
    for start in range(0, len(sent), MOST):
        results += await Taking(visit.site, visit.city, known, visit.at).take(sent[start : start + MOST])
    return results


def _told(sent: list[Sent], results: list[Result]) -> dict[str, Any]:
    counted: dict[str, int] = {}
    for one in results:
        counted[one.status] = counted.get(one.status, 0) + 1
    if len(sent) > len(results):
        counted["later"] = len(sent) - len(results)
    # Also of what was taken: a vote may be refused beside a comment.
    told = [one for one in results if one.message is not None]
    return {
        "counts": [(STATUSES[status], count) for status, count in counted.items()],
        "told": [(one.receipt, one.message, one.next_step) for one in told[:100]],
    }


def _page(
    visit: Visit,
    *,
    answer: dict[str, Any] | None = None,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    context = {"answer": answer, "errors": errors or {}}
    return visit.page("staff/entries/file.html", context, form=True, status=status)
