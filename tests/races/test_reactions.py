"""Many react, comment and are moderated at the same moment: counters stay what the rows say, and nobody becomes two."""

import asyncio
import random

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, CommentCount, Pseudonym, Reaction, ReactionKind
from participation.domain.consultations.moderated.operations import hide
from participation.domain.moderation.models import ModerationDecision, Reason
from participation.kit.database import Database
from participation.kit.errors import Conflict
from tests.cast import NOW, Cast, assemble, resident
from tests.consulting import consulted, react, say


async def set_out(database: Database) -> tuple[Cast, int]:
    async with database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)
        return cast, (await say(session, cast, cast.amina)).id


async def test_a_hundred_reactions_at_once_leave_counters_and_rows_agreed(real_database: Database) -> None:
    cast, comment = await set_out(real_database)
    async with real_database.transaction() as session:
        people = [await resident(session, cast.city.id, cast.market) for _ in range(12)]
    draw = random.Random(7)
    last: dict[int, list[str]] = {}

    async def press(person: int) -> None:
        kind = draw.choice(list(ReactionKind))
        async with real_database.transaction() as session:
            last.setdefault(person, []).append(await react(session, cast, people[person], comment, kind))

    await asyncio.gather(*(press(n % 12) for n in range(100)))
    async with real_database.reading() as session:
        counted = (
            await session.execute(
                sa.select(Comment.agrees, Comment.disagrees, Comment.passes).where(Comment.id == comment)
            )
        ).one()
        kinds = list(await session.scalars(sa.select(Reaction.kind).where(Reaction.comment_id == comment)))
        people_here = await session.scalar(sa.select(sa.func.count()).select_from(Pseudonym))
    assert tuple(counted) == tuple(kinds.count(kind) for kind in ("agree", "disagree", "pass"))
    assert len(kinds) == 12
    assert people_here == 13
    assert all(len(set(receipts)) == 1 for receipts in last.values())


async def test_many_comments_at_once_are_all_counted_under_one_pseudonym_each(real_database: Database) -> None:
    cast, comment = await set_out(real_database)

    async def write(n: int) -> None:
        async with real_database.transaction() as session:
            await say(session, cast, cast.baraka, f"Number {n}", reply_to=comment if n % 2 else None)

    await asyncio.gather(*(write(n) for n in range(20)))
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.sum(CommentCount.count))) == 11
        assert await session.scalar(sa.select(Comment.replies).where(Comment.id == comment)) == 10
        mine = sa.select(sa.func.count()).where(Pseudonym.person_id == cast.baraka.person_id)
        assert await session.scalar(mine) == 1


async def test_two_moderators_who_hide_at_once_make_one_decision(real_database: Database) -> None:
    cast, comment = await set_out(real_database)

    async def decide() -> bool:
        try:
            async with real_database.transaction() as session:
                await hide(session, city=cast.city, comment_id=comment, reason=Reason.SPAM, actor=cast.mariam, at=NOW)
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(decide(), decide())) == [False, True]
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(ModerationDecision)) == 1
