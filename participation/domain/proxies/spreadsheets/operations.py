"""Gives receipts out for a sheet, and makes entries of its rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.operations import held, note
from participation.domain.proxies.delegates.rules import standing
from participation.domain.proxies.devices.offices.operations import office_device, receipts
from participation.domain.proxies.devices.operations import ENROLLERS
from participation.domain.proxies.devices.rules import may_bring
from participation.domain.proxies.operations import Arrived
from participation.domain.proxies.spreadsheets import rules
from participation.domain.proxies.spreadsheets.forms import Typed
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.hashing import Secrets


@dataclass(frozen=True)
class Given:
    receipts: list[str]
    place_id: int
    """The delegate's district."""


async def give_receipts(
    session: Session, *, city: CityView, delegate_id: int, rows: int, actor: Actor, at: datetime
) -> Given:
    """One for each row of a sheet; the record says who had it made for which delegate."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting_as_one_of(actor, ENROLLERS, city, [delegate.place_id])
    if refusal := may_bring(standing(delegate.state, delegate.ends_at, at)):
        raise refusal
    device = await office_device(session, city=city, delegate_id=delegate.id, at=at)
    given = await receipts(session, device, rows, at)
    about: dict[str, Any] = {"facts": {"rows": rows}, "number": device.number}
    await note(session, city=city, kind="sheet_made", delegate=delegate, actor=who, at=at, **about)
    return Given(given, delegate.place_id)


def arrived(typed: Typed, city: CityView, secrets: Secrets, at: datetime) -> Arrived:
    """A row on its way; what was wrong in it has been told before."""
    if typed.said is None:
        raise ValueError("this row has something wrong in it")
    said, day_alone = typed.when
    return Arrived(
        id=rules.client_id(typed.receipt),
        digest=typed.digests(secrets)[0],
        finished=rules.finished_at(said, day_alone, city.zone, at),
        said=typed.said,
        via=Via.PAPER,
    )
