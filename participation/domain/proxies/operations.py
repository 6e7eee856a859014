"""Takes what a delegate recorded: judged by the rules of the web, held where something does not fit, never dropped in silence."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations.about.queries import About
from participation.domain.consultations.brought.operations import Brought, bring, may_bring, who_says
from participation.domain.consultations.rules import taking
from participation.domain.moderation.names.operations import names_somebody
from participation.domain.notices.operations import tell
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.proxies import queries, rules
from participation.domain.proxies.devices.models import ReservedReceipt
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.forms import EntrySaid, MeetingSaid, to_keep
from participation.domain.proxies.models import Entry, EntryKind, EntryState, Meeting
from participation.domain.proxies.queries import Had
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import seal

KEPT, CONTACT = "entries that are held", "numbers for call-backs"


@dataclass(frozen=True)
class Arrived:
    """One entry, opened and read, with when it was finished."""

    id: uuid.UUID
    digest: bytes
    """Of what was sent; see `Entry.digest`."""
    finished: datetime
    said: EntrySaid
    via: Via = Via.DELEGATE


@dataclass(frozen=True)
class Subject:
    """The person of the code that came with an entry; or why it does not count."""

    person_id: int | None = None
    held: rules.Held | None = None


@dataclass(frozen=True)
class Taken:
    state: str
    reason: str | None
    receipt: str


def again(had: Had, *digests: bytes) -> Taken:
    """The same entry a second time gets the first answer; raises the refusal where it is not the same.

    `digests`: of what was sent, under whichever of the master secrets where they are keyed.
    """
    if had.digest not in digests:
        raise rules.repeated()
    return Taken(had.state, had.reason, had.receipt)


async def take(
    session: Session,
    *,
    city: CityView,
    device: DeviceView,
    about: About,
    arrived: Arrived,
    subject: Subject,
    that_day: int,
    secrets: Secrets,
    at: datetime,
    receipt: sa.CTE | None = None,
) -> Taken:
    """Store one entry with its comment and reactions. Its vote is `ballots.carried`'s, and stored by itself.

    `that_day`: entries of this delegate on the day on which it was finished, before it. Raises the refusal of what cannot be taken at all; what only waits for somebody to look at it is `held`.
    `receipt`: gives the number that stands on it, where that was not reserved for the device before.
    """
    said = arrived.said
    if device.number is None:
        raise RuntimeError("`devices.operations.seen` comes first")
    if subject.person_id is not None and subject.person_id in (device.resident_id, device.person_id):
        raise rules.own()
    told = circumstances(device, arrived.finished, that_day, at)
    # A moment that nobody believes is for whoever looks at it, not for the closing to judge.
    if rules.believed(told) and (
        refusal := may_bring(city, about, said.comment, said.reactions, arrived.finished) or _late(about, arrived, at)
    ):
        raise refusal
    why = _held(told, said, subject)
    if why is None and said.meeting is not None:
        words = "\n".join((*said.meeting.points, said.meeting.dissent))
        named = await names_somebody(session, city_id=city.id, text=words, secrets=secrets)
        why = rules.Held.NAMES if named else None
    actor = Actor(city.id, subject.person_id, arrived.via)
    pseudonym = None
    if said.reactions or (said.comment is not None and subject.person_id is not None):
        pseudonym = await who_says(
            session, city_id=city.id, project_id=about.id, actor=actor, source=f"entry:{arrived.id}"
        )
    entry_id = await _store(session, city, device, about, arrived, why, pseudonym, secrets, at, receipt)
    if entry_id is None:
        found = (await queries.had(session, device_id=device.id, ids=[arrived.id])).get(arrived.id)
        if found is None:
            raise rules.foreign_receipt()
        return again(found, arrived.digest)
    if why is None:
        await _contribute(session, city, device.number, about, arrived, entry_id, pseudonym, secrets, actor, at)
    return Taken(EntryState.ACCEPTED if why is None else EntryState.HELD, why, said.receipt)


def circumstances(device: DeviceView, finished: datetime, that_day: int, at: datetime) -> rules.Circumstances:
    return rules.Circumstances(
        enrolled_at=device.enrolled_at,
        revoked_at=device.revoked_at,
        state=device.state,
        ends_at=device.ends_at,
        finished=finished,
        received=at,
        that_day=that_day,
    )


def _held(told: rules.Circumstances, said: EntrySaid, subject: Subject) -> rules.Held | None:
    agreed = said.read_back and said.consent_version == rules.CONSENT
    return rules.held(told) or subject.held or (None if agreed else rules.Held.CONSENT)


def _late(about: About, arrived: Arrived, at: datetime) -> Any:
    """Why what it holds comes too late, although it was finished in time."""
    said = arrived.said
    wanted = [feature for feature, given in ((Feature.COMMENT, said.comment), (Feature.REACT, said.reactions)) if given]
    for feature in wanted:
        step = taking(about.steps, feature, arrived.finished)
        if step is not None and (refusal := rules.in_time(step.closes_at, arrived.finished, at)):
            return refusal
    return None


async def _store(
    session: Session,
    city: CityView,
    device: DeviceView,
    about: About,
    arrived: Arrived,
    why: rules.Held | None,
    pseudonym: int | None,
    secrets: Secrets,
    at: datetime,
    given: sa.CTE | None,
) -> int | None:
    """The row of the entry, if its receipt is one of the device's that no other has; one statement."""
    said = arrived.said
    kept = json.dumps(to_keep(said), ensure_ascii=False)
    values = {
        "city_id": city.id,
        "project_id": about.id,
        "device_id": device.id,
        "delegate_id": device.delegate_id,
        "number": device.number,
        "client_id": arrived.id,
        "digest": arrived.digest,
        "via": arrived.via,
        "kind": said.kind,
        "pseudonym_id": None if said.code is None else pseudonym,
        "place_id": said.place_id,
        "age": said.age,
        "language": said.language,
        "consent": said.consent,
        "consent_version": said.consent_version,
        "consent_language": said.consent_language,
        "witnessed": said.witnessed,
        "free": said.free,
        "seconds": said.seconds,
        "finished_at": arrived.finished,
        "received_at": at,
        "state": EntryState.ACCEPTED if why is None else EntryState.HELD,
        "reason": why,
        "state_at": at,
        "receipt": said.receipt,
        "kept": None if why is None else seal(kept, secrets, KEPT),
        "contact": None if said.phone is None else seal(said.phone, secrets, CONTACT),
    }
    table = Entry.__table__
    mine = (ReservedReceipt.receipt == said.receipt, ReservedReceipt.device_id == device.id, ~ReservedReceipt.used)
    reserved = sa.update(ReservedReceipt).where(*mine).values(used=True).returning(ReservedReceipt.receipt)
    used = reserved.cte("used") if given is None else given
    row = sa.select(*(sa.literal(value, table.c[name].type) for name, value in values.items())).select_from(used)
    stored = insert(Entry).from_select(list(values), row, include_defaults=False).on_conflict_do_nothing()
    return await session.scalar(stored.returning(Entry.id))


async def keep_meeting(session: Session, *, city_id: int, entry_id: int, met: MeetingSaid) -> None:
    row = {"attended": met.attended, "points": list(met.points), "dissent": met.dissent, "hands": dict(met.hands)}
    await session.execute(sa.insert(Meeting).values(entry_id=entry_id, city_id=city_id, **row))


async def _contribute(
    session: Session,
    city: CityView,
    number: int,
    about: About,
    arrived: Arrived,
    entry_id: int,
    pseudonym: int | None,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> None:
    said = arrived.said
    if said.kind is EntryKind.MEETING and said.meeting is not None:
        await keep_meeting(session, city_id=city.id, entry_id=entry_id, met=said.meeting)
        return
    await bring(
        session,
        city=city,
        about=about,
        said=said.comment,
        reacted=said.reactions,
        pseudonym=pseudonym,
        language=said.language,
        brought=Brought(entry_id, number),
        secrets=secrets,
        actor=actor,
        finished=arrived.finished,
    )
    # Never which project or what kind; of a vote alone nobody is told anything.
    if actor.person_id is not None and (said.comment or said.reactions):
        await tell(session, city_id=city.id, person_id=actor.person_id, kind="entered", address="/me", facts={}, at=at)
