"""Verbs of ballots: draft, announce, extend, vote. How they end is in `counting.operations`."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import InternalError, ProgrammingError

from participation.domain.ballots import queries, rules
from participation.domain.ballots.choice_codes.operations import claim, meant_by
from participation.domain.ballots.choice_codes.queries import CODES
from participation.domain.ballots.choice_codes.rules import Answer, Said
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import CARRIED, RECEIPTS, SHEETS, VOTES, BallotView, key_file, voter_of
from participation.domain.ballots.repeats.operations import (
    REPEATS,
    answer_of,
    check_same,
    content_of,
    first_answer,
    key_of,
    not_counted,
)
from participation.domain.people.codes import operations as codes
from participation.domain.people.models import Person, Role, SignIn
from participation.domain.people.rules import acting
from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, Step
from participation.domain.projects.operations import expect, note, places_of, stamp
from participation.domain.record.actors import Actor
from participation.kit import changes, keys, partitions, states
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound, Refusal
from participation.kit.hashing import keyed
from participation.kit.i18n import _
from participation.kit.marks import counting, marked

TABLES = (REPEATS, VOTES, RECEIPTS)
"""In the order in which everybody locks them; see `tables_of` for those that not every ballot has."""
log = structlog.get_logger()


# Before it opens


async def draft(
    session: Session,
    *,
    city: CityView,
    project: Project,
    step: Step,
    questions: Mapping[str, str],
    threshold: int,
    quorum: int,
    binding: bool,
    districts: Sequence[int],
    grace_hours: int = 0,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Ballot:
    """The question and the rule as they stand so far; both can change until they are announced.

    `version`: the one that an official had before them, so that nobody overwrites, or announces, what they have not read.
    """
    acting(actor, Role.OFFICIAL, city, places_of(project))
    if version is not None:
        expect(project, "ballot", version)
    if any(place not in city.places or city.places[place].kind is not PlaceKind.DISTRICT for place in districts):
        raise Invalid({"districts": _("Please choose places from the list.")})
    ballot = await queries.of_step(session, step_id=step.id)
    if ballot is None:
        ballot = Ballot(city_id=city.id, project_id=project.id, step_id=step.id, key=uuid.uuid4())
        session.add(ballot)
    elif ballot.state != BallotState.DRAFT:
        raise rules.announced()
    ballot.marks = marked(ballot.questions or {}, questions, ballot.marks or {}, city.languages)
    ballot.questions = dict(questions)
    ballot.threshold, ballot.quorum, ballot.binding = threshold, quorum, binding
    ballot.districts, ballot.grace_hours = sorted(set(districts)), grace_hours
    ballot.opens_at, ballot.closes_at = step.opens_at, step.closes_at
    project.version += 1
    project.parts = {**project.parts, "ballot": project.version}
    await session.flush()
    return ballot


async def announce(
    session: Session, *, city: CityView, project: Project, step: Step, folder: Path, actor: Actor, at: datetime
) -> Ballot:
    """From now on everybody can read the question and the rule, and neither can change. Makes the ballot's tables and its key."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    ballot = await queries.of_step(session, step_id=step.id)
    if ballot is None:
        raise rules.not_written()
    wanting = rules.missing(counting(ballot.questions, ballot.marks), city.required_languages)
    if wanting:
        raise Invalid(
            {f"questions.{language}": _("This is needed in every required language.") for language in wanting}
        )
    ballot.opens_at, ballot.closes_at = step.opens_at, step.closes_at
    if step.opened_at is not None:
        raise rules.announced_late()
    states.advance(ballot, BallotState.ANNOUNCED, rules.TRANSITIONS)
    await _prepare(session, ballot, folder, at)
    await note(session, project, "ballot_announced", who, at, _rule(city, ballot))
    return ballot


def tables_of(ballot: Ballot) -> tuple[sa.Table, ...]:
    """In the order in which everybody locks them: what a choice code stands for is looked up before a vote is stored, and the sheet claimed after it."""
    carried = (CARRIED,) if ballot.grace_hours else ()
    return (CODES, *TABLES, SHEETS, *carried) if ballot.sheets else (*TABLES, *carried)


async def _prepare(session: Session, ballot: Ballot, folder: Path, at: datetime) -> None:
    """Tables of the ballot's own, and its key: the key is on the disk before anything is committed."""
    ballot.announced_at = at
    await session.flush()
    for table in tables_of(ballot):
        await partitions.create(session, table, ballot.id)
    keys.make(key_file(folder, ballot.key))


def _rule(city: CityView, ballot: Ballot) -> dict[str, object]:
    return {
        "ballot": ballot.id,
        "questions": ballot.questions,
        "threshold": ballot.threshold,
        "quorum": ballot.quorum,
        "binding": ballot.binding,
        "districts": [city.places[place].slug for place in ballot.districts],
        "grace_hours": ballot.grace_hours,
        "opens": stamp(ballot.opens_at),
        "closes": stamp(ballot.closes_at),
    }


async def extend(session: Session, *, step: Step, at: datetime) -> None:
    """The ballot follows its step: to the moment at which that was really opened, and to a later closing. Its caller records why."""
    ballot = await queries.of_step(session, step_id=step.id)
    if ballot is None:
        return
    await session.refresh(ballot, with_for_update=True)
    view = await queries.by_id(session, city_id=ballot.city_id, ballot_id=ballot.id)
    if view is None:
        raise NotFound()
    refusal = rules.may_extend(view, step.closes_at, at)
    if refusal is not None:
        raise refusal
    ballot.opens_at, ballot.closes_at = step.opened_at or step.opens_at, step.closes_at
    await session.flush()


# While it is open


async def cast_vote(
    session: Session,
    *,
    city: CityView,
    ballot_id: int,
    actor: Actor,
    choice: Said,
    token: bytes,
    folder: Path,
    at: datetime,
    clock: Callable[[], datetime],
    found: queries.Found | None = None,
    by_code: bool = False,
    by_session: bytes | None = None,
) -> Answer:
    """Store what a person chose, in place of what they chose before, and give the receipt that says that it arrived.

    `at` is the moment of arrival, by which closing is judged. Nothing goes into the record and nobody is told.
    `choice`: the option, or a choice code of a sheet, which its return code answers.
    `found`: the ballot and the voter, where the caller has just read them.
    `by_code`: the code came with the vote; it has to count still at the moment at which the vote is stored.
    `by_session`: the digest of the session in which it came, which must not have ended by then either.
    """
    found = found or await queries.for_vote(session, city_id=city.id, ballot_id=ballot_id, person_id=actor.person_id)
    if found is None:
        raise NotFound()
    ballot, voter = found
    meant = rules.may_vote(ballot, voter, at) or await meant_by(
        session, ballot=ballot, said=choice, folder=folder, at=at
    )
    if isinstance(meant, Refusal):
        late = meant.code in ("closed", "sheets_stopped")
        first = await first_answer(session, ballot, voter, token, choice, folder) if late else None
        if first is None:
            raise meant
        return first
    if voter is None or voter.district_id is None:
        raise NotFound()
    if by_code:
        await codes.still_counts(session, city_id=city.id, person_id=voter.person_id)
    key = key_of(ballot, folder)
    answer = answer_of(key, token, choice)
    vote = {
        # Under the ballot's own key, all that could lead to the person or tell the choice.
        "voter": voter_of(key, voter.person_id),
        "choice": int(meant.choice),
        "district_id": voter.district_id,
        "token": keyed(key, "token", token),
        "content": content_of(key, token, voter.person_id, choice),
        "receipt": answer.receipt,
        "person": voter.person_id,
        "via": str(actor.via),
        "session": by_session,
    }
    if await _store(session, ballot, vote):
        await claim(session, ballot=ballot, meant=meant, key=key, person_id=voter.person_id)
    else:
        await check_same(session, ballot, vote)
    # Only now: whoever counts waits for what has begun to be stored, and begins later than the longest wait that is allowed.
    refusal = rules.waited_too_long(at, clock())
    if refusal is not None:
        raise refusal
    changes.mark(session, f"ballot:{ballot.id}")
    return answer


@lru_cache(maxsize=64)
def storing(ballot_id: int) -> sa.Select[int]:
    """The one statement that stores a vote; nothing is written when its form was sent before, or where the person was erased
    or their session ended since. The last vote of a person replaces the one before. Built once for each ballot, since building it takes longer than sending it."""
    repeats, votes, receipts = (partitions.partition(table, ballot_id) for table in TABLES)

    def given(table: sa.TableClause) -> sa.Select[tuple[object, ...]]:
        return sa.select(*(sa.bindparam(f"vote_{column.name}", type_=column.type) for column in table.c))

    def insertion(table: sa.TableClause, rows: sa.Select[tuple[object, ...]]) -> Insert:
        return insert(table).from_select([column.name for column in table.c], rows)

    # Without a lock on the person's row: it would carry the number of the transaction that wrote the vote.
    person = sa.bindparam("vote_person", type_=Person.id.type)
    running = sa.bindparam("vote_session", type_=SignIn.digest.type)
    here = sa.and_(
        sa.exists(sa.select(Person.id).where(Person.id == person, Person.erased_at.is_(None))),
        sa.or_(running.is_(None), sa.exists(sa.select(SignIn.digest).where(SignIn.digest == running))),
    )
    first = (
        insertion(repeats, given(repeats).where(here))
        .on_conflict_do_nothing()
        .returning(repeats.c.ballot_id)
        .cte("first")
    )
    only_first = sa.exists(sa.select(first.c.ballot_id))
    kept = insertion(receipts, given(receipts).where(only_first)).on_conflict_do_nothing()
    cast = insertion(votes, given(votes).where(only_first))
    cast = cast.on_conflict_do_update(
        index_elements=["ballot_id", "voter"],
        set_={name: cast.excluded[name] for name in ("choice", "via", "district_id")},
    )
    return sa.select(sa.func.count()).select_from(first).add_cte(cast.cte("cast"), kept.cte("kept"))


async def _store(session: Session, ballot: BallotView, vote: Mapping[str, object]) -> bool:
    values = {"city_id": ballot.city_id, "ballot_id": ballot.id, **vote}
    try:
        stored = await session.scalar(storing(ballot.id), {f"vote_{name}": value for name, value in values.items()})
    except (ProgrammingError, InternalError) as error:
        log.error("ballot_tables", ballot=ballot.id, error=type(error.orig).__name__)
        raise not_counted() from None
    return bool(stored)
