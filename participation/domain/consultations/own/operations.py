"""Takes back what a person said, as part of their erasure."""

import sqlalchemy as sa

from participation.domain.consultations.finding.operations import leave
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.moderation.models import Status
from participation.domain.record.models import RecordWords
from participation.kit import changes
from participation.kit.database import Session


async def erase_person(session: Session, *, city_id: int, person_id: int, words: bool = True) -> int:
    """Cut a person's pseudonyms loose and, with `words`, delete what they said; how many comments that were.

    The places of the comments stay, so that replies keep their sense, and reactions stay counted under numbers that are nobody's.
    """
    mine = sa.select(Pseudonym.id).where(Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
    if not words:
        await cut_loose(session, city_id, person_id)
        return 0
    erased = await _erase(session, city_id, Comment.pseudonym_id.in_(mine))
    await cut_loose(session, city_id, person_id)
    return erased


async def take_back(session: Session, *, city_id: int, person_id: int, comment_id: int) -> bool:
    """One comment, by whoever said it: its words are gone, its place stays. Whether there was one."""
    mine = sa.select(Pseudonym.id).where(Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
    which = sa.and_(Comment.id == comment_id, Comment.pseudonym_id.in_(mine), Comment.status != Status.ERASED)
    return await _erase(session, city_id, which) > 0


async def _erase(session: Session, city_id: int, which: sa.ColumnElement[bool]) -> int:
    erased = (
        await session.execute(
            sa.update(Comment)
            .where(which)
            .values(body="", status=Status.ERASED, hidden_reason=None)
            .returning(Comment.id, Comment.project_id)
            .execution_options(synchronize_session=False)
        )
    ).all()
    await leave(session, [row.id for row in erased])
    await session.execute(
        sa.delete(RecordWords).where(
            RecordWords.city_id == city_id,
            RecordWords.subject_kind == "comment",
            RecordWords.subject_id.in_([str(row.id) for row in erased]),
        )
    )
    changes.touch(session, *(f"project:{project}" for project in sorted({row.project_id for row in erased})))
    return len(erased)


async def cut_loose(session: Session, city_id: int, person_id: int) -> None:
    """What they said stays, under numbers that are nobody's."""
    theirs = (Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
    await session.execute(sa.update(Pseudonym).where(*theirs).values(person_id=None))
