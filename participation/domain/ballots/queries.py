"""Reads ballots for the pages that show them, and votes only through the key of their own ballot."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ballots.choice_codes.models import VotedSheet
from participation.domain.ballots.choice_codes.rules import holder_of
from participation.domain.ballots.models import (
    Ballot,
    BallotState,
    CarriedState,
    Choice,
    Vote,
    VoteCarried,
    VoteReceipt,
)
from participation.domain.ballots.rules import LEAST, Voter
from participation.domain.people.models import Person, Residence
from participation.domain.projects.models import Project, ProjectState, ProjectText, Step
from participation.kit import keys, partitions
from participation.kit.database import Database, Session
from participation.kit.hashing import keyed
from participation.kit.marks import Texts

VOTES: sa.Table = Vote.__table__  # type: ignore[assignment]
RECEIPTS: sa.Table = VoteReceipt.__table__  # type: ignore[assignment]
CARRIED: sa.Table = VoteCarried.__table__  # type: ignore[assignment]
"""Only a ballot with a grace has one. Whoever looks into both asks for the votes first: see `operations.TABLES`."""
SHEETS: sa.Table = VotedSheet.__table__  # type: ignore[assignment]
"""Only a ballot for which sheets were printed has one; asked for between the two."""


@dataclass(frozen=True)
class BallotView:
    """A ballot with the step and the project that it belongs to."""

    id: int
    city_id: int
    project_id: int
    step_id: int
    slug: str
    titles: dict[str, str]
    state: str
    key: uuid.UUID
    questions: dict[str, str]
    threshold: int
    quorum: int
    binding: bool
    districts: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime
    grace_hours: int
    sheets: int
    opened_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any] | None
    announced_at: datetime | None
    counted_at: datetime | None
    cancel_reasons: dict[str, str] | None

    @property
    def eligible_since(self) -> datetime:
        """The moment whose district counts."""
        return self.opens_at if self.opened_at is None else max(self.opens_at, self.opened_at)


@dataclass(frozen=True)
class OwnVote:
    """What a person chose in a ballot that is still open: theirs to see until it closes."""

    slug: str
    questions: dict[str, str]
    choice: Choice | None
    """None where they have used a choice code: whoever passed that on may know their access code too."""
    via: str


@dataclass(frozen=True)
class ReceiptView:
    """Of which ballot a receipt is, and what has become of it. Never a choice."""

    slug: str
    titles: dict[str, str]
    state: BallotState


# Of tables, not of the classes mapped to them: what every vote and every reader asks takes half the time so.
_ballot, _step, _project, _text, _person, _residence = (
    model.__table__.c for model in (Ballot, Step, Project, ProjectText, Person, Residence)
)
_titles = (
    sa.select(sa.func.jsonb_object_agg(_text.language, _text.title))
    .where(_text.project_id == _project.id, _text.title != "")
    .correlate(Project.__table__)
    .scalar_subquery()
)


def select_ballots(*extra: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(
            Ballot.__table__,
            _step.opened_at,
            _step.ended_at,
            _project.slug,
            sa.func.coalesce(_titles, sa.text("'{}'::jsonb"), type_=JSONB).label("titles"),
            *extra,
        )
        .join(Step.__table__, _step.id == _ballot.step_id)
        .join(Project.__table__, _project.id == _ballot.project_id)
    )


_NAMES = [name for name in BallotView.__dataclass_fields__ if name not in ("districts", "questions")]


def view_of(row: Mapping[str, Any]) -> BallotView:
    questions = Texts(row["questions"], row["marks"])
    return BallotView(**{name: row[name] for name in _NAMES}, districts=tuple(row["districts"]), questions=questions)


async def of_project(session: Session, *, city_id: int, slug: str) -> BallotView | None:
    """The ballot of a project that everybody can see: the newest that was announced."""
    found = await for_page(session, city_id=city_id, slug=slug, person_id=None)
    return None if found is None else found[0]


async def by_id(session: Session, *, city_id: int, ballot_id: int) -> BallotView | None:
    wanted = select_ballots().where(Ballot.city_id == city_id, Ballot.id == ballot_id)
    row = (await session.execute(wanted)).mappings().first()
    return None if row is None else view_of(row)


async def by_ids(session: Session, *, city_id: int, ballot_ids: Collection[int]) -> dict[int, BallotView]:
    """Several at once, by id; nothing is asked where there are none."""
    if not ballot_ids:
        return {}
    wanted = select_ballots().where(Ballot.city_id == city_id, Ballot.id.in_(ballot_ids))
    return {row["id"]: view_of(row) for row in (await session.execute(wanted)).mappings()}


async def last_counted(session: Session, *, newest: BallotView) -> BallotView | None:
    """The ballot of the same project of which a result was published last, also where it was cancelled afterwards."""
    if newest.result is not None:
        return newest
    same = Ballot.city_id == newest.city_id, Ballot.project_id == newest.project_id, Ballot.counted_at.is_not(None)
    row = (await session.execute(select_ballots().where(*same).order_by(Ballot.id.desc()).limit(1))).mappings().first()
    return None if row is None else view_of(row)


async def of_step(session: Session, *, step_id: int) -> Ballot | None:
    """The ballot that runs, or will run, in a step."""
    query = sa.select(Ballot).where(Ballot.step_id == step_id, Ballot.state != BallotState.CANCELLED)
    return (await session.execute(query)).scalar_one_or_none()


def district_then() -> sa.ColumnElement[int | None]:
    """Where a person lived when the ballot opened; for who came later, where they came first."""
    opened = sa.func.greatest(_ballot.opens_at, _step.opened_at)
    lived = sa.select(_residence.district_id).where(_residence.person_id == _person.id).limit(1)
    before = lived.where(_residence.since <= opened).order_by(_residence.since.desc())
    return sa.func.coalesce(
        before.correlate(*(model.__table__ for model in (Person, Ballot, Step))).scalar_subquery(),
        lived.order_by(_residence.since).correlate(Person.__table__).scalar_subquery(),
    )


def _with_voter(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The newest of these ballots that was announced, and somebody as its rule sees them."""
    person = sa.bindparam("person_id", type_=sa.BigInteger)
    known = sa.and_(_person.id == person, _person.city_id == _ballot.city_id, _person.erased_at.is_(None))
    return (
        select_ballots(_person.id.label("voter_id"), district_then().label("voter_district"))
        .outerjoin(Person.__table__, known)
        .where(_ballot.city_id == sa.bindparam("city_id"), _ballot.state != BallotState.DRAFT, *where)
        .order_by(_ballot.id.desc())
        .limit(1)
    )


# Built once: building one takes longer than all that the database does for a vote.
_FOR_VOTE = _with_voter(_ballot.id == sa.bindparam("ballot_id"))
_FOR_PAGE = _with_voter(_project.slug == sa.bindparam("slug"), _project.state != ProjectState.DRAFT)
_FOR_NUMBER = _with_voter(_project.number == sa.bindparam("number"), _project.state != ProjectState.DRAFT)


Found = tuple[BallotView, Voter | None]


def _found(row: Mapping[str, Any] | None) -> Found | None:
    if row is None:
        return None
    return view_of(row), None if row["voter_id"] is None else Voter(row["voter_id"], row["voter_district"])


async def for_vote(session: Session, *, city_id: int, ballot_id: int, person_id: int | None) -> Found | None:
    """A ballot that was announced, and whoever votes."""
    values = {"city_id": city_id, "ballot_id": ballot_id, "person_id": person_id}
    return _found((await session.execute(_FOR_VOTE, values)).mappings().first())


async def for_page(session: Session, *, city_id: int, slug: str, person_id: int | None) -> Found | None:
    """The ballot of a project that everybody can see, and whoever looks."""
    values = {"city_id": city_id, "slug": slug, "person_id": person_id}
    return _found((await session.execute(_FOR_PAGE, values)).mappings().first())


async def for_form(database: Database, *, city_id: int, slug: str, person_id: int | None) -> Found | None:
    """The same for a form that was sent from that page."""
    rows = await database.ask(_FOR_PAGE, {"city_id": city_id, "slug": slug, "person_id": person_id})
    return _found(rows[0] if rows else None)


async def for_number(database: Database, *, city_id: int, number: int, person_id: int | None) -> Found | None:
    """The same for a phone, where a project goes by its number."""
    rows = await database.ask(_FOR_NUMBER, {"city_id": city_id, "number": number, "person_id": person_id})
    return _found(rows[0] if rows else None)


def key_file(folder: Path, key: uuid.UUID) -> Path:
    return folder / "ballots" / f"{key}.key"


def voter_of(key: bytes, person_id: int) -> bytes:
    """What stands on a vote instead of a person: nobody can make it, or check it, without the ballot's own key."""
    return keyed(key, "voter", person_id)


async def own_vote(session: Session, *, ballot: BallotView, person_id: int, folder: Path) -> OwnVote | None:
    """What this person has chosen so far. Asked only for the person themselves, and only until the ballot closes."""
    row = (await session.execute(_own(ballot, person_id, folder))).first()
    return None if row is None else _own_vote(ballot, row)


def _own(ballot: BallotView, person_id: int, folder: Path) -> sa.Select[Any]:
    key = keys.read(key_file(folder, ballot.key))
    votes = partitions.partition(VOTES, ballot.id)
    said_by_code: sa.ColumnElement[bool] = sa.false()
    if ballot.sheets:
        sheets = partitions.partition(SHEETS, ballot.id)
        said_by_code = sa.exists().where(sheets.c.holder == holder_of(key, person_id))
    choice = sa.case((said_by_code, None), else_=votes.c.choice).label("choice")
    return sa.select(votes.c.ballot_id, choice, votes.c.via).where(votes.c.voter == voter_of(key, person_id))


def _own_vote(ballot: BallotView, row: sa.Row[Any]) -> OwnVote:
    return OwnVote(ballot.slug, ballot.questions, None if row.choice is None else Choice(row.choice), row.via)


async def own_votes(session: Session, *, city_id: int, person_id: int, folder: Path, at: datetime) -> list[OwnVote]:
    """A person's own votes in the ballots that are open: later they cannot be found by anybody."""
    running = select_ballots().where(
        Ballot.city_id == city_id, Ballot.state == BallotState.ANNOUNCED, Ballot.closes_at > at, Step.opened_at <= at
    )
    ballots = [view_of(row) for row in (await session.execute(running.order_by(Ballot.id))).mappings()]
    looks = [_own(ballot, person_id, folder) for ballot in ballots]
    found = (await session.execute(sa.union_all(*looks))).all() if looks else []
    mine = {row.ballot_id: row for row in found}
    return [_own_vote(ballot, mine[ballot.id]) for ballot in ballots if ballot.id in mine]


async def arrived(session: Session, *, ballot: BallotView, beside: sa.Select[int] | None = None) -> tuple[int, int]:
    """How many have voted so far, rounded down to tens; also those for whom only a delegate brought a vote. And what `beside` counts."""
    votes = partitions.partition(VOTES, ballot.id)
    own = sa.select(sa.func.count()).select_from(votes).scalar_subquery()
    wanted: sa.ColumnElement[int] = own
    if ballot.grace_hours:
        carried = partitions.partition(CARRIED, ballot.id)
        brought = sa.select(sa.func.count(carried.c.voter.distinct())).where(
            carried.c.state == CarriedState.COUNTS, ~sa.exists().where(votes.c.voter == carried.c.voter)
        )
        wanted = own + brought.scalar_subquery()
    other: sa.ColumnElement[int] = sa.literal(0) if beside is None else beside.scalar_subquery()
    count, more = (await session.execute(sa.select(wanted, other))).one()
    return int(count or 0) // LEAST * LEAST, int(more or 0)


async def by_receipt(session: Session, *, city_id: int, receipt: str) -> ReceiptView | None:
    """Says that a vote arrived, in which ballot, and whether that is counted yet."""
    query = (
        sa.select(Project.slug, sa.func.coalesce(_titles, sa.text("'{}'::jsonb")).label("titles"), Ballot.state)
        .select_from(RECEIPTS)
        .join(Ballot, Ballot.id == RECEIPTS.c.ballot_id)
        .join(Project, Project.id == Ballot.project_id)
        .where(RECEIPTS.c.receipt == receipt, RECEIPTS.c.city_id == city_id)
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return None if row is None else ReceiptView(row.slug, row.titles, BallotState(row.state))
