"""Disputes and withdraws an entry for the person, admits or refuses it for the city. What it holds goes with it: comment, reactions, vote."""

import json
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots import queries as ballots
from participation.domain.ballots.carried import operations as carried
from participation.domain.ballots.carried.queries import brought_for, brought_of, running_in
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.brought.operations import Brought, bring, who_says
from participation.domain.consultations.entries import operations as entries
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.moderation.models import Reason
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.forms import read_kept
from participation.domain.proxies.models import Entry, EntryState
from participation.domain.proxies.operations import CONTACT, KEPT, keep_meeting
from participation.domain.proxies.reviews import rules
from participation.domain.proxies.rules import Held
from participation.domain.record.actors import Actor, Via
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened, renewed

AT_ONCE = 200


async def dispute(session: Session, *, city: CityView, receipt: str, folder: Path, actor: Actor, at: datetime) -> None:
    """The receipt is enough: what was written down waits from now on, and is counted nowhere."""
    found = await _locked(session, Entry.city_id == city.id, Entry.receipt == receipt)
    if refusal := rules.may_dispute(found.entry.state):
        raise refusal
    await entries.hold(session, entry_ids=[found.entry.id], reason=Reason.DISPUTED)
    await _votes(session, city, found, folder, carried.hold)
    await _become(session, city, found, EntryState.DISPUTED, "entry_disputed", actor, at)


async def withdraw(
    session: Session, *, city: CityView, receipt: str, person_id: int, folder: Path, actor: Actor, at: datetime
) -> None:
    """The person takes back what was written down for them, by their own code. A vote that was counted stays counted."""
    found = await _locked(session, Entry.city_id == city.id, Entry.receipt == receipt)
    theirs = await _theirs(session, city, found, person_id, folder)
    await _take_back(session, city, found, folder, actor, at, theirs=theirs)


async def take_back(
    session: Session, *, city: CityView, entry_id: int, folder: Path, actor: Actor, at: datetime
) -> None:
    """The same for somebody who said so to an official; whoever calls this has judged that it was the person (`checks.calls`)."""
    found = await _locked(session, Entry.city_id == city.id, Entry.id == entry_id)
    await _take_back(session, city, found, folder, actor, at, theirs=True)


async def _take_back(
    session: Session, city: CityView, found: "_Locked", folder: Path, actor: Actor, at: datetime, *, theirs: bool
) -> None:
    if refusal := rules.may_withdraw(found.entry.state, theirs=theirs):
        raise refusal
    await entries.take_back(session, entry_ids=[found.entry.id])
    await _votes(session, city, found, folder, carried.spoil)
    await _become(session, city, found, EntryState.WITHDRAWN, "entry_withdrawn", actor, at)


async def admit(
    session: Session, *, city: CityView, entry_id: int, folder: Path, secrets: Secrets, actor: Actor, at: datetime
) -> None:
    """Somebody has looked at it, and it counts: as it was written down, from when it was finished."""
    found = await _locked(session, Entry.city_id == city.id, Entry.id == entry_id)
    who = acting(actor, rules.REVIEWER, city)
    if refusal := rules.may_decide(found.entry.state):
        raise refusal
    if found.entry.kept is not None:
        await _bring(session, city, found, json.loads(opened(bytes(found.entry.kept), secrets, KEPT)), secrets)
    else:
        await entries.release(session, entry_ids=[found.entry.id], signed=found.person_id is not None)
    await _votes(session, city, found, folder, carried.release)
    await _become(session, city, found, EntryState.ACCEPTED, "entry_admitted", who, at)


async def refuse(session: Session, *, city: CityView, entry_id: int, folder: Path, actor: Actor, at: datetime) -> None:
    """Somebody has looked at it, and it does not count; the person can say it themselves, or be visited again."""
    found = await _locked(session, Entry.city_id == city.id, Entry.id == entry_id)
    who = acting(actor, rules.REVIEWER, city)
    if refusal := rules.may_decide(found.entry.state):
        raise refusal
    await entries.refuse(session, entry_ids=[found.entry.id])
    await _votes(session, city, found, folder, carried.spoil)
    await _become(session, city, found, EntryState.REFUSED, "entry_refused", who, at)


async def restore(session: Session, *, city: CityView, comment_id: int, actor: Actor, at: datetime) -> None:
    """A moderator shows a comment again; not one whose entry does not count, whatever it was hidden or held for besides."""
    mine = (Comment.city_id == city.id, Comment.id == comment_id)
    came_in = sa.select(Entry.state).join(Comment, Comment.entry_id == Entry.id).where(*mine)
    state = await session.scalar(came_in.with_for_update(of=Entry, read=True))
    if state is not None and (refusal := rules.may_show(state)):
        raise refusal
    await moderated.restore(session, city=city, comment_id=comment_id, actor=actor, at=at)


async def forget_person(session: Session, *, city: CityView, person_id: int, folder: Path) -> None:
    """Part of a person's erasure, before their pseudonyms are cut loose and their votes are gone: what is kept of their entries meanwhile, and
    their number, also where only the ballot's own key leads from a vote to it."""
    numbers = (Entry.contact.is_not(None), Entry.pseudonym_id.is_(None), Entry.place_id.is_(None))
    alone: defaultdict[int, dict[uuid.UUID, int]] = defaultdict(dict)
    wanted = sa.select(Entry.project_id, Entry.client_id, Entry.id).where(Entry.city_id == city.id, *numbers)
    for project_id, client_id, entry_id in await session.execute(wanted):
        alone[project_id][client_id] = entry_id
    ballots = await running_in(session, city_id=city.id, projects=list(alone)) if alone else {}
    mine: list[int] = []
    for project_id, ballot in ballots.items():
        asked: Any = {"entries": alone[project_id], "person_id": person_id, "folder": folder}
        mine += [alone[project_id][one] for one in await brought_of(session, ballot=ballot, **asked)]
    if mine:
        await session.execute(sa.update(Entry).where(Entry.id.in_(mine)).values(contact=None))
    theirs = sa.select(Pseudonym.id).where(Pseudonym.person_id == person_id)
    forgotten = sa.update(Entry).where(Entry.pseudonym_id.in_(theirs)).values(kept=None, contact=None)
    await session.execute(forgotten.execution_options(synchronize_session=False))


async def renew(session: Session, *, secrets: Secrets, after: int = 0) -> int:
    """While the master secret is being replaced: seal some more under the new one. The last that was looked at; 0 at the end."""
    holds = sa.or_(Entry.kept.is_not(None), Entry.contact.is_not(None))
    some = sa.select(Entry).where(Entry.id > after, holds).order_by(Entry.id).limit(AT_ONCE)
    last = 0
    for entry in (await session.scalars(some.with_for_update().execution_options(populate_existing=True))).all():
        if entry.kept is not None:
            entry.kept = renewed(entry.kept, secrets, KEPT, row=entry.id)
        if entry.contact is not None:
            entry.contact = renewed(entry.contact, secrets, CONTACT, row=entry.id)
        last = entry.id
    await session.flush()
    return last


@dataclass(frozen=True)
class _Locked:
    """An entry that nobody else decides about meanwhile, the project that it is about, and whose words it holds."""

    entry: Entry
    slug: str
    project_number: int
    person_id: int | None
    place_id: int
    """The delegate's district."""


async def _locked(session: Session, *where: sa.ColumnElement[bool]) -> _Locked:
    wanted = (
        sa.select(Entry, Project.slug, Project.number, Pseudonym.person_id, Delegate.place_id)
        .join(Project, Project.id == Entry.project_id)
        .join(Delegate, Delegate.id == Entry.delegate_id)
        .outerjoin(Pseudonym, Pseudonym.id == Entry.pseudonym_id)
        .where(*where)
        .with_for_update(of=Entry)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        raise rules.no_entry()
    return _Locked(*row)


async def _theirs(session: Session, city: CityView, found: _Locked, person_id: int, folder: Path) -> bool:
    """Whether it was written down for this person: by who they are in the project, or else by the ballot's own key."""
    if found.entry.pseudonym_id is not None:
        return found.person_id == person_id
    ballot = await ballots.of_project(session, city_id=city.id, slug=found.slug)
    if ballot is None:
        return False
    entry = found.entry.client_id
    return await brought_for(session, ballot=ballot, entry=entry, person_id=person_id, folder=folder)


async def _votes(
    session: Session, city: CityView, found: _Locked, folder: Path, act: Callable[..., Awaitable[None]]
) -> None:
    """The same is done whether or not the entry holds a vote, so that nobody can tell."""
    ballot = await ballots.of_project(session, city_id=city.id, slug=found.slug)
    if ballot is not None:
        await act(session, ballot=ballot, entry=found.entry.client_id, folder=folder)


async def _bring(session: Session, city: CityView, found: _Locked, content: dict[str, Any], secrets: Secrets) -> None:
    entry, said = found.entry, read_kept(content)
    if said.meeting is not None:
        await keep_meeting(session, city_id=city.id, entry_id=entry.id, met=said.meeting)
        return
    actor, pseudonym = Actor(city.id, found.person_id, Via(entry.via)), entry.pseudonym_id
    if pseudonym is None and said.reactions:
        source = f"entry:{entry.client_id}"
        pseudonym = await who_says(session, city_id=city.id, project_id=entry.project_id, actor=actor, source=source)
    await bring(
        session,
        city=city,
        about=await project_about(session, city_id=city.id, slug=found.slug),
        said=said.comment,
        reacted=said.reactions,
        pseudonym=pseudonym,
        language=entry.language,
        brought=Brought(entry.id, entry.number),
        secrets=secrets,
        actor=actor,
        finished=entry.received_at if entry.reason == Held.TIME else entry.finished_at,
    )


async def _become(
    session: Session, city: CityView, found: _Locked, state: EntryState, kind: str, actor: Actor, at: datetime
) -> None:
    """What is not needed any more goes; of what is disputed somebody has still to read the words. The record names the project and the delegate's number, of a dispute their district alone; never the person or the entry."""
    entry = found.entry
    entry.state, entry.state_at = state, at
    if state is not EntryState.DISPUTED:
        entry.kept = None
    if state in (EntryState.WITHDRAWN, EntryState.REFUSED):
        entry.contact = None
    await session.flush()
    project = {"number": found.project_number, "slug": found.slug}
    facts: Mapping[str, Any] = {"project": project, "delegate": entry.number}
    about = ("project", str(entry.project_id))
    if state is EntryState.DISPUTED:
        facts, about = rules.disputed_at(city.places[found.place_id].slug)
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=facts, about=about)
