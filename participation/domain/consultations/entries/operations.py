"""Holds what came in an entry, lets it go again, or takes it back: comment and reactions together, and the counters with them."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from participation.domain.consultations import rules
from participation.domain.consultations.finding.operations import enter, leave
from participation.domain.consultations.models import Comment, Reaction, ReactionKind
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.rules import OF_ENTRIES
from participation.domain.record.models import RecordWords
from participation.kit import changes
from participation.kit.database import Session

Moves = Mapping[int, Mapping[str, int]]
"""Comment -> by how much each of its counters moves."""
COUNTERS = ("agrees", "disagrees", "passes")


async def move(session: Session, moves: Moves) -> None:
    """The counters of all these comments, in one statement and in one order."""
    moves = {id_: by for id_, by in sorted(moves.items()) if any(by.values())}
    if not moves:
        return
    columns = (sa.column("id", sa.BigInteger), *(sa.column(name, sa.Integer) for name in COUNTERS))
    given = sa.values(*columns, name="moves").data(
        [(id_, *(by.get(name, 0) for name in COUNTERS)) for id_, by in moves.items()]
    )
    changed = {name: getattr(Comment, name) + given.c[name] for name in COUNTERS}
    update = sa.update(Comment).where(Comment.id == given.c.id).values(changed)
    await session.execute(update.execution_options(synchronize_session=False))


async def hold(session: Session, *, entry_ids: Collection[int], reason: Reason) -> None:
    """Read and counted by nobody until their entries were looked at. What is hidden or erased stays so."""
    mine = Comment.entry_id.in_(entry_ids)
    held = (
        sa.update(Comment)
        .where(mine, Comment.status == Status.SHOWN)
        .values(status=Status.HELD, hidden_reason=reason)
        .returning(Comment.id, Comment.project_id)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(held)).all()
    await leave(session, [row.id for row in rows])
    await _touch(session, {row.project_id for row in rows} | await _count(session, entry_ids, apart=True))


async def release(session: Session, *, entry_ids: Collection[int], signed: bool) -> None:
    """Shown and counted again. `signed`: the person had given their code; the reactions of others stay apart."""
    mine = Comment.entry_id.in_(entry_ids)
    shown = (
        sa.update(Comment)
        .where(mine, Comment.status == Status.HELD, Comment.hidden_reason.in_(OF_ENTRIES))
        .values(status=Status.SHOWN, hidden_reason=None)
        .returning(Comment.id, Comment.project_id)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(shown)).all()
    if rows:
        await enter(session, Comment.id.in_([row.id for row in rows]))
    counted = await _count(session, entry_ids, apart=False) if signed else set()
    await _touch(session, {row.project_id for row in rows} | counted)


async def refuse(session: Session, *, entry_ids: Collection[int]) -> None:
    """What was held is hidden with the reason for which it was; reactions stay out of the counters."""
    hidden = (
        sa.update(Comment)
        .where(Comment.entry_id.in_(entry_ids), Comment.status == Status.HELD, Comment.hidden_reason.in_(OF_ENTRIES))
        .values(status=Status.HIDDEN)
        .returning(Comment.project_id)
        .execution_options(synchronize_session=False)
    )
    await _touch(session, set(await session.scalars(hidden)))


async def take_back(session: Session, *, entry_ids: Collection[int]) -> None:
    """The words are gone, their place stays, so that replies keep their sense; reactions are deleted."""
    touched = await _count(session, entry_ids, apart=True)
    await session.execute(sa.delete(Reaction).where(Reaction.entry_id.in_(entry_ids)))
    erased = (
        sa.update(Comment)
        .where(Comment.entry_id.in_(entry_ids))
        .values(body="", status=Status.ERASED, hidden_reason=None)
        .returning(Comment.id, Comment.project_id)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(erased)).all()
    await leave(session, [row.id for row in rows])
    words = sa.delete(RecordWords).where(
        RecordWords.subject_kind == "comment", RecordWords.subject_id.in_([str(row.id) for row in rows])
    )
    await session.execute(words)
    await _touch(session, touched | {row.project_id for row in rows})


async def _count(session: Session, entry_ids: Collection[int], *, apart: bool) -> set[int]:
    """Take reactions out of the counters (`apart`), or back into them; the projects that this touches."""
    theirs = sa.select(Reaction.comment_id).where(Reaction.entry_id.in_(entry_ids), Reaction.apart != apart)
    # In one order, and before the reactions themselves: as everybody who reacts does.
    found = sa.select(Comment.id, Comment.project_id).where(Comment.id.in_(theirs))
    projects = {row.project_id for row in await session.execute(found.order_by(Comment.id).with_for_update())}
    if not projects:
        return set()
    moved = await session.execute(
        sa.update(Reaction)
        .where(Reaction.entry_id.in_(entry_ids), Reaction.apart != apart)
        .values(apart=apart)
        .returning(Reaction.comment_id, Reaction.kind)
        .execution_options(synchronize_session=False)
    )
    moves: dict[int, dict[str, int]] = {}
    for row in moved:
        by = moves.setdefault(row.comment_id, dict.fromkeys(COUNTERS, 0))
        for name, count in rules.shifted(None, ReactionKind(row.kind)).items():
            by[name] += -count if apart else count
    await move(session, moves)
    return projects


async def _touch(session: Session, project_ids: set[int]) -> None:
    changes.touch(session, *(f"project:{project}" for project in sorted(project_ids)))
