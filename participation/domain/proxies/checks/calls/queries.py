"""Reads who is still to be asked, and one of them as whoever asks sees it: never whether an entry held a vote, nor the number itself."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.carried.queries import running_in
from participation.domain.consultations.models import Comment, Reaction
from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectText
from participation.domain.proxies.checks.calls import rules
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, Reason
from participation.domain.proxies.models import Entry, EntryState
from participation.domain.proxies.operations import KEPT
from participation.domain.proxies.rules import Held
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened

PAGE = 20


@dataclass(frozen=True)
class Open:
    """Somebody who is still to be asked."""

    entry_id: int
    number: int
    place_id: int
    state: CaseState
    tries: int
    tried_at: datetime | None
    language: str
    finished_at: datetime
    titles: dict[str, str]
    asked: bool
    """The person asked to be called, to take it back."""
    visitor: int | None
    """Number of the other delegate who is to visit the person."""


@dataclass(frozen=True)
class Recorded:
    """A comment as it was written down."""

    body: str
    language: str


@dataclass(frozen=True)
class One:
    case: Open
    told: rules.Case
    recorded: Recorded | None
    reactions: int
    votes: bool
    """A ballot of the project still waits for votes that delegates carry: everybody is asked whether they voted."""


def within(city: CityView, actor: Actor) -> set[int]:
    """The places of whose delegates somebody asks the people: those where they are an official."""
    held = {grant.place_id for grant in actor.grants if grant.role == Role.OFFICIAL}
    return {place for place in city.places if held & set(city.above(place))}


_TITLES = (
    sa.select(sa.func.json_object_agg(ProjectText.language, ProjectText.title, type_=sa.JSON))
    .where(ProjectText.project_id == Project.id, ProjectText.title != "")
    .correlate(Project)
    .scalar_subquery()
)
_VISITOR = (
    sa.select(DelegateNumber.number)
    .where(DelegateNumber.delegate_id == CheckCase.visitor_id)
    .order_by(DelegateNumber.year.desc())
    .limit(1)
    .correlate(CheckCase)
    .scalar_subquery()
)
_COLUMNS = (
    *(CheckCase.entry_id, CheckCase.number, CheckCase.place_id, CheckCase.state, CheckCase.tries, CheckCase.tried_at),
    CheckCase.asked_at,
    *(Entry.language, Entry.finished_at, _TITLES.label("titles"), _VISITOR.label("visitor")),
)


def _open(row: Any) -> Open:
    return Open(
        entry_id=row.entry_id,
        number=row.number,
        place_id=row.place_id,
        state=CaseState(row.state),
        tries=row.tries,
        tried_at=row.tried_at,
        language=row.language,
        finished_at=row.finished_at,
        titles=row.titles or {},
        asked=row.asked_at is not None,
        visitor=row.visitor,
    )


async def waiting(
    session: Session, *, city: CityView, places: Collection[int], state: CaseState, after: int
) -> tuple[list[Open], int | None]:
    """A page of those who are to be called, who have no number, or who were not reached; and where the next one begins."""
    wanted = (
        sa.select(*_COLUMNS)
        .join(Entry, Entry.id == CheckCase.entry_id)
        .join(Project, Project.id == Entry.project_id)
        .where(
            CheckCase.city_id == city.id,
            CheckCase.answered_at.is_(None),
            CheckCase.place_id.in_(places),
            CheckCase.state == state,
            CheckCase.entry_id > after,
        )
    )
    rows = (await session.execute(wanted.order_by(CheckCase.entry_id).limit(PAGE + 1))).all()
    return [_open(row) for row in rows[:PAGE]], rows[PAGE - 1].entry_id if len(rows) > PAGE else None


async def one(session: Session, *, city: CityView, places: Collection[int], entry_id: int, secrets: Secrets) -> One:
    """Four statements. Raises the refusal of what was not drawn, or is another district's."""
    wanted = (
        sa.select(
            *_COLUMNS,
            *(CheckCase.caller_id, CheckCase.looking, CheckCase.answered_at),
            Entry.contact.is_not(None).label("has_number"),
            *(Entry.project_id, Entry.kept, Delegate.proposed_by, Delegate.appointed_by),
            sa.select(sa.func.count()).where(Reaction.entry_id == Entry.id).scalar_subquery().label("reactions"),
        )
        .join(Entry, Entry.id == CheckCase.entry_id)
        .join(Project, Project.id == Entry.project_id)
        .join(Delegate, Delegate.id == CheckCase.delegate_id)
        .where(CheckCase.city_id == city.id, CheckCase.entry_id == entry_id, CheckCase.place_id.in_(places))
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        raise rules.no_case()
    ballots = await running_in(session, city_id=city.id, projects=[row.project_id])
    told = rules.Case(
        state=CaseState(row.state),
        tries=row.tries,
        caller_id=row.caller_id,
        tried_at=row.tried_at,
        looking=row.looking,
        appointers=frozenset({row.proposed_by, row.appointed_by} - {None}),
        answered=row.answered_at is not None,
        has_number=row.has_number,
        sent=row.visitor is not None,
    )
    recorded = await _recorded(session, entry_id, row.kept, secrets)
    return One(_open(row), told, recorded, row.reactions, row.project_id in ballots)


async def _recorded(session: Session, entry_id: int, kept: bytes | None, secrets: Secrets) -> Recorded | None:
    """From the page where it stands, or from what is kept of an entry that was held when it came."""
    if kept is not None:
        content = json.loads(opened(bytes(kept), secrets, KEPT))
        said = content.get("comment")
        return Recorded(str(said["body"]), str(content["language"])) if isinstance(said, dict) else None
    wanted = sa.select(Comment.body, Comment.language).where(Comment.entry_id == entry_id)
    row = (await session.execute(wanted)).first()
    return None if row is None or not row.body else Recorded(row.body, row.language)


@dataclass(frozen=True)
class Again:
    """People of one neighbourhood who are offered a new visit."""

    place_id: int
    language: str
    count: int


async def to_visit_again(session: Session, *, city: CityView, places: Collection[int]) -> Sequence[Again]:
    """By neighbourhood, or the delegate's district where somebody gave a code: entries that are held since their delegate wrote down what
    others had not said."""
    place = sa.func.coalesce(Entry.place_id, Delegate.place_id)
    # What still lay on the device comes later, and waits as well.
    since = sa.and_(Entry.reason == Held.SUSPENDED, Delegate.reason == Reason.CHECKS)
    wanted = (
        sa.select(place, Entry.language, sa.func.count())
        .join(Delegate, Delegate.id == Entry.delegate_id)
        .where(
            Entry.city_id == city.id,
            Entry.state == EntryState.HELD,
            sa.or_(Entry.reason == Held.CHECKS, since),
            Delegate.place_id.in_(places),
        )
        .group_by(place, Entry.language)
        .order_by(place, Entry.language)
    )
    return [Again(*row) for row in await session.execute(wanted)]
