"""Draws, issues and stops batches of sheets; finds what a code stands for; lets a sheet take the votes of one person and no other.

A code stands in clear in memory alone, on its way to the printer, and on the paper.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InternalError, ProgrammingError

from participation.domain.ballots.choice_codes import queries, rules
from participation.domain.ballots.choice_codes.models import ChoiceBatch
from participation.domain.ballots.choice_codes.queries import CODES
from participation.domain.ballots.choice_codes.rules import ChoiceCode, Meant, Said, code_of, holder_of, returned
from participation.domain.ballots.models import Ballot, BallotState, Choice
from participation.domain.ballots.queries import SHEETS, BallotView
from participation.domain.ballots.repeats.operations import key_of, not_counted
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note, places_of
from participation.domain.record.actors import Actor
from participation.kit import partitions
from participation.kit.database import Session
from participation.kit.errors import Refusal
from participation.kit.hashing import random_number

log = structlog.get_logger()
SHEET = 16
"""Bytes by which the codes of one sheet know each other."""


@dataclass(frozen=True)
class Line:
    """What stands beside one option: the code that is said, and the one that comes back."""

    choice: Choice
    code: str
    returned: str


@dataclass(frozen=True)
class Drawn:
    """A batch on its way to the printer; nothing of it stands in the database yet."""

    ballot: BallotView
    number: int
    language: str
    sheets: tuple[tuple[Line, ...], ...]


def random_code() -> str:
    return random_number(rules.LENGTH)


async def draw(
    session: Session,
    *,
    city: CityView,
    project: Project,
    ballot: BallotView,
    language: str,
    count: int,
    folder: Path,
    actor: Actor,
    at: datetime,
    number: Callable[[], str] = random_code,
) -> Drawn:
    """The next batch, to be printed before it is issued: printing takes a while, and holds up nobody."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    if refusal := rules.may_print(ballot, at):
        raise refusal
    key, gone = key_of(ballot, folder), set[str]()
    sheets: list[tuple[Line, ...]] = []
    last, there = 0, set[bytes]()
    while len(sheets) < count:
        drawn = list(_sheets(key, count - len(sheets), number, gone))
        if ballot.sheets:
            codes = [code_of(key, line.code) for sheet in drawn for line in sheet]
            last, there = await queries.taken(session, ballot_id=ballot.id, codes=codes)
        # Among a thousand million codes a few come twice: their sheets are drawn once more.
        sheets += [sheet for sheet in drawn if not there & {code_of(key, line.code) for line in sheet}]
    return Drawn(ballot, last + 1, language, tuple(sheets))


def _sheets(key: bytes, count: int, number: Callable[[], str], gone: set[str]) -> Iterator[tuple[Line, ...]]:
    """So many sheets without a code that is gone already, and with return codes that differ within each."""
    for _sheet in range(count):
        lines: list[Line] = []
        while len(lines) < len(Choice):
            code = number()
            back = returned(key, ChoiceCode(code)) or ""
            if code not in gone and back not in {line.returned for line in lines}:
                gone.add(code)
                lines.append(Line(list(Choice)[len(lines)], code, back))
        yield tuple(lines)


async def issue(
    session: Session,
    *,
    city: CityView,
    project: Project,
    drawn: Drawn,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> int:
    """The number of the batch. From now on its codes vote. One person is enough: a sheet gives nobody a voice, see decision 30."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    ballot, printed = drawn.ballot, len(drawn.sheets)
    # Whoever counts, or issues another batch, waits for us from here on, or we for them.
    more = sa.update(Ballot).where(Ballot.id == ballot.id, Ballot.state == BallotState.ANNOUNCED)
    in_all = await session.scalar(more.values(sheets=Ballot.sheets + printed).returning(Ballot.sheets))
    if in_all is None:
        raise rules.closed()
    batch = {"ballot_id": ballot.id, "number": drawn.number, "city_id": city.id, "language": drawn.language}
    row = insert(ChoiceBatch).values(batch | {"printed": printed, "printed_at": at}).on_conflict_do_nothing()
    if await session.scalar(row.returning(ChoiceBatch.number)) is None:
        raise rules.printed_meanwhile()
    if in_all == printed:
        for table in (CODES, SHEETS):
            await partitions.create(session, table, ballot.id)
    key = key_of(ballot, folder)
    common = {"ballot_id": ballot.id, "city_id": city.id, "batch": drawn.number}
    rows = [common | row for sheet in drawn.sheets for row in _rows(key, sheet)]
    # In the order of their digests: nothing tells which sheet was printed before which.
    rows.sort(key=lambda row: bytes(row["code"]))  # type: ignore[call-overload]
    await session.execute(sa.insert(partitions.partition(CODES, ballot.id)), rows)
    facts = {"ballot": ballot.id, "batch": drawn.number, "printed": printed, "language": drawn.language}
    await note(session, project, "choice_sheets_printed", who, at, facts)
    return drawn.number


def _rows(key: bytes, lines: tuple[Line, ...]) -> Iterator[dict[str, object]]:
    sheet = secrets.token_bytes(SHEET)
    for line in lines:
        code = code_of(key, line.code)
        yield {"code": code, "sheet": sheet, "content": rules.content_of(key, code, sheet, line.choice)}


async def stop(
    session: Session, *, city: CityView, project: Project, ballot_id: int, number: int, actor: Actor, at: datetime
) -> None:
    """Somebody else may have seen the codes of this batch: they take no votes any more. Votes that were cast with them stay."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    mine = (ChoiceBatch.ballot_id == ballot_id, ChoiceBatch.number == number, ChoiceBatch.city_id == city.id)
    batch = (await session.execute(sa.select(ChoiceBatch).where(*mine).with_for_update())).scalar_one_or_none()
    if batch is None:
        raise rules.no_batch()
    if batch.stopped_at is not None:
        raise rules.stopped()
    batch.stopped_at = at
    await note(session, project, "choice_sheets_stopped", who, at, {"ballot": ballot_id, "batch": number})


# Beside a vote


async def meant_by(session: Session, *, ballot: BallotView, said: Said, folder: Path, at: datetime) -> Meant | Refusal:
    """What was chosen, however it was said. Nothing is asked where it was said plainly."""
    if not isinstance(said, ChoiceCode):
        return Meant(said)
    [meant] = await meant_by_each(session, ballot=ballot, key=key_of(ballot, folder), said=[(said, at)])
    return meant


async def meant_by_each(
    session: Session, *, ballot: BallotView, key: bytes, said: Sequence[tuple[Said, datetime]]
) -> list[Meant | Refusal]:
    """The same of several votes, each with the moment by which it is judged; one statement where one of them is a code."""
    codes = {one for one, _at in said if isinstance(one, ChoiceCode)}
    try:
        known = await queries.known(session, ballot=ballot, key=key, said=codes) if codes else {}
    except (ProgrammingError, InternalError) as error:
        # Counted, and dropped, since the ballot was read.
        log.error("ballot_tables", ballot=ballot.id, error=type(error.orig).__name__)
        raise not_counted() from None

    def meant(one: Said, at: datetime) -> Meant | Refusal:
        if not isinstance(one, ChoiceCode):
            return Meant(one)
        found = known.get(one)
        return rules.not_yours() if found is None else rules.may_use(found.stopped_at, at) or found.meant

    return [meant(*one) for one in said]


def sheet_row(ballot: BallotView, meant: Meant, holder: bytes) -> dict[str, object]:
    return {
        "ballot_id": ballot.id,
        "sheet": meant.sheet,
        "city_id": ballot.city_id,
        "batch": meant.batch,
        "holder": holder,
    }


async def claim(session: Session, *, ballot: BallotView, meant: Meant, key: bytes, person_id: int) -> None:
    """A sheet belongs to whoever first votes with it; of two at the same moment the second waits for the first.

    After the vote is stored, in the order in which everybody locks these tables: whoever is refused takes their vote back.
    """
    if not meant.sheet:
        return
    sheets, holder = partitions.partition(SHEETS, ballot.id), holder_of(key, person_id)
    first = insert(sheets).values(sheet_row(ballot, meant, holder)).on_conflict_do_nothing()
    if await session.scalar(first.returning(sheets.c.ballot_id)) is not None:
        return
    mine = sa.exists().where(sheets.c.sheet == meant.sheet, sheets.c.holder == holder)
    if not await session.scalar(sa.select(mine)):
        raise rules.not_yours()
