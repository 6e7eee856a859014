"""Somebody votes or speaks while their batch is stopped or while they are erased: it is there before, or it is refused."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots import operations as ballots
from participation.domain.ballots import queries
from participation.domain.ballots.models import Choice
from participation.domain.people.codes import operations as codes
from participation.domain.people.models import SignIn
from participation.domain.privacy.persons.operations import erase
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Database, Session
from participation.kit.errors import NotAllowed
from tests.cast import DAY, NOW, Cast, assemble
from tests.consulting import consulted, say
from tests.slips import handed_out, show
from tests.voting import Asked, ask


@dataclass(frozen=True)
class Stage:
    database: Database
    cast: Cast
    asked: Asked
    voter: Actor

    async def vote(
        self,
        begun: asyncio.Event | None = None,
        go_on: asyncio.Event | None = None,
        *,
        looked_up: asyncio.Event | None = None,
        by_session: bytes | None = None,
    ) -> str:
        """As a page does it: who votes is looked up first, the vote is stored in a transaction of its own."""
        who = {"city_id": self.cast.city.id, "ballot_id": self.asked.ballot.id, "person_id": self.voter.person_id}
        async with self.database.reading() as session:
            found = await queries.for_vote(session, **who)  # type: ignore[arg-type]
        if looked_up and go_on:
            looked_up.set()
            await go_on.wait()
        async with self.database.transaction() as session:
            receipt = await ballots.cast_vote(
                session,
                city=self.cast.city,
                ballot_id=self.asked.ballot.id,
                actor=self.voter,
                choice=Choice.FOR,
                token=secrets.token_bytes(32),
                folder=self.asked.folder,
                at=NOW,
                clock=lambda: NOW,
                found=found,
                by_code=by_session is None,
                by_session=by_session,
            )
            if begun and go_on:
                begun.set()
                await go_on.wait()
            return receipt

    async def stop(self, session: Session) -> None:
        await codes.stop_batch(session, city=self.cast.city, number=1, actor=self.cast.omar, at=NOW)

    async def erase(self, session: Session) -> None:
        folder = self.asked.folder
        await erase(session, city=self.cast.city, words=False, folder=folder, actor=self.voter, at=NOW)

    async def votes(self) -> int:
        async with self.database.reading() as session:
            return int(await session.scalar(sa.text(f"select count(*) from vote_{self.asked.ballot.id}")) or 0)


@pytest.fixture
async def stage(real_database: Database, tmp_path: Path) -> Stage:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        slips = await handed_out(session, cast)
        person = (await show(session, cast, slips[0].code)).person_id
    return Stage(real_database, cast, asked, replace(cast.amina, person_id=person))


@pytest.mark.parametrize(("ending", "reason"), [(Stage.stop, "code_ended"), (Stage.erase, "code_erased")])
async def test_a_vote_that_comes_while_its_voter_loses_the_right_waits_and_is_refused(
    stage: Stage, ending: Callable[[Stage, Session], Awaitable[None]], reason: str
) -> None:
    async with stage.database.transaction() as session:
        await ending(stage, session)
        vote = asyncio.create_task(stage.vote())
        done, _waiting = await asyncio.wait({vote}, timeout=0.3)
        assert not done
    with pytest.raises(NotAllowed) as refused:
        await vote
    assert refused.value.code == reason
    assert refused.value.next_step is not None
    assert await stage.votes() == 0


@pytest.mark.parametrize(("ending", "left"), [(Stage.stop, 1), (Stage.erase, 0)])
async def test_a_vote_that_is_being_stored_is_waited_for(
    stage: Stage, ending: Callable[[Stage, Session], Awaitable[None]], left: int
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    vote = asyncio.create_task(stage.vote(begun, go_on))
    await begun.wait()

    async def end() -> None:
        async with stage.database.transaction() as session:
            await ending(stage, session)

    ended = asyncio.create_task(end())
    done, _waiting = await asyncio.wait({ended}, timeout=0.3)
    assert not done
    go_on.set()
    await vote
    await ended
    assert await stage.votes() == left


@pytest.mark.parametrize("ending", [Stage.stop, Stage.erase])
async def test_a_vote_whose_session_was_looked_up_just_before_it_ended_is_refused(
    stage: Stage, ending: Callable[[Stage, Session], Awaitable[None]]
) -> None:
    digest = b"a session of the voter's".ljust(32)
    async with stage.database.transaction() as session:
        session.add(
            SignIn(
                digest=digest,
                city_id=stage.cast.city.id,
                person_id=stage.voter.person_id,
                staff=False,
                via=Via.WEB,
                started_at=NOW,
                ends_at=NOW + DAY,
            )
        )
    assert await stage.vote(by_session=digest)
    looked_up, go_on = asyncio.Event(), asyncio.Event()
    late = asyncio.create_task(stage.vote(go_on=go_on, looked_up=looked_up, by_session=digest))
    await looked_up.wait()
    async with stage.database.transaction() as session:
        await ending(stage, session)
    left = await stage.votes()
    go_on.set()
    with pytest.raises(NotAllowed) as refused:
        await late
    assert refused.value.code == "signed_out"
    assert await stage.votes() == left


async def test_words_that_come_while_their_writer_is_erased_wait_and_are_refused(
    real_database: Database, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)

    async def speak() -> None:
        async with real_database.transaction() as session:
            await say(session, cast, cast.amina)

    async with real_database.transaction() as session:
        await erase(session, city=cast.city, words=True, folder=tmp_path, actor=cast.amina, at=NOW)
        late = asyncio.create_task(speak())
        done, _waiting = await asyncio.wait({late}, timeout=0.3)
        assert not done
    with pytest.raises(NotAllowed) as refused:
        await late
    assert refused.value.code == "code_erased"
    async with real_database.reading() as session:
        assert await session.scalar(sa.text("select count(*) from comment")) == 0
        assert await session.scalar(sa.text("select count(*) from pseudonym where person_id is not null")) == 0


async def test_words_that_are_being_stored_while_their_writer_is_erased_go_with_them(
    real_database: Database, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)

    async def end() -> None:
        async with real_database.transaction() as session:
            await erase(session, city=cast.city, words=True, folder=tmp_path, actor=cast.amina, at=NOW)

    async with real_database.transaction() as session:
        await say(session, cast, cast.amina)
        ended = asyncio.create_task(end())
        done, _waiting = await asyncio.wait({ended}, timeout=0.3)
        assert not done
    await ended
    async with real_database.reading() as session:
        assert await session.scalar(sa.text("select body from comment")) == ""
