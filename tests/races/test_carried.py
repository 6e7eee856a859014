"""Votes that delegates carry, on real connections: never lost, never twice, and nobody waits for ever."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots.carried import operations as carrying
from participation.domain.ballots.carried.queries import carried_for
from participation.domain.ballots.carried.rules import Carried
from participation.domain.ballots.choice_codes.rules import WRONG_CODE
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.ballots.queries import arrived
from participation.domain.ballots.rules import DRAIN
from participation.domain.privacy.persons.operations import erase
from participation.domain.record.actors import Actor
from participation.kit.database import Database, make_engine
from participation.kit.errors import NotFound, Refusal, Unavailable
from tests.carrying import GRACE_ENDS, RIZIKI, SALMA, ask_with_delegates, bring, carried, codes, holders, seen
from tests.cast import NOW, Cast, assemble
from tests.choosing import Sheet, code, printed
from tests.voting import Asked, vote

PEOPLE = 120
COUNTED = GRACE_ENDS + DRAIN
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    database: Database
    cast: Cast
    asked: Asked
    other: Asked
    voters: list[Actor]

    async def count(self, asked: Asked | None = None) -> dict[str, object]:
        ballot = (asked or self.asked).ballot.id
        async with self.database.transaction() as session:
            return await counting.count(
                session, city=self.cast.city, ballot_id=ballot, folder=self.asked.folder, at=COUNTED
            )

    async def send(self, voter: Actor, choice: Choice) -> str:
        async with self.database.transaction() as session:
            return await vote(session, self.asked, voter, choice)

    async def bring(self, *votes: Carried, at: datetime = NOW) -> list[Refusal | None]:
        async with self.database.transaction() as session:
            return await bring(session, self.asked, *votes, at=at)

    async def rows(self) -> list[sa.Row[tuple[object, ...]]]:
        async with self.database.reading() as session:
            return list((await session.execute(sa.text(f"select * from vote_carried_{self.asked.ballot.id}"))).all())


@pytest.fixture
async def stage(real_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Two ballots, a hundred and twenty people with slips, and twenty connections."""
    engine = make_engine(real_database_url, pool_size=20)
    database = Database(engine)
    async with database.transaction() as session:
        cast = await assemble(session)
        asked = await ask_with_delegates(session, cast, tmp_path)
        other = await ask_with_delegates(session, cast, tmp_path, slug="lights")
        voters = await holders(session, cast, PEOPLE)
    yield Stage(database, cast, asked, other, voters)
    await engine.dispose()


async def test_a_carried_vote_and_the_persons_own_at_the_same_moment_are_one_voice_and_it_is_their_own(
    stage: Stage,
) -> None:
    brought = [carried(stage.asked, voter, Choice.FOR) for voter in stage.voters]
    batches = [stage.bring(*brought[start : start + 10]) for start in range(0, PEOPLE, 10)]
    own = [stage.send(voter, Choice.AGAINST) for voter in stage.voters[:80]]
    mixed: list[object] = [*batches, *own]
    random.Random(20270301).shuffle(mixed)
    await asyncio.gather(*mixed)  # type: ignore[call-overload]
    assert len(await stage.rows()) == PEOPLE
    result = await stage.count()
    assert (result["against"], result["for"], result["votes"]) == (80, 40, PEOPLE)


async def test_two_delegates_at_the_same_moment_are_both_there_and_contested(stage: Stage) -> None:
    pairs = [[carried(stage.asked, voter, by=by) for by in (RIZIKI, SALMA)] for voter in stage.voters[:10]]
    answers = await asyncio.gather(*(stage.bring(one) for pair in pairs for one in pair))
    assert answers == [[None]] * 20
    fine = [carried(stage.asked, voter, Choice.FOR) for voter in stage.voters[20:30]]
    await stage.bring(*fine)
    result = await stage.count()
    assert (result["votes"], result["spoiled"]) == (10, 10)


async def test_one_delegate_brings_two_entries_for_a_person_at_the_same_moment_and_one_is_taken(stage: Stage) -> None:
    two = [carried(stage.asked, stage.voters[0], choice) for choice in (Choice.FOR, Choice.AGAINST)] * 5
    answers = await asyncio.gather(*(stage.bring(one) for one in two))
    found = Counter(codes([answer for [answer] in answers]))
    assert found == {None: 5, "carried_before": 5}
    assert len(await stage.rows()) == 1


async def test_the_same_batch_sent_ten_times_at_once_is_taken_once(stage: Stage) -> None:
    batch = [carried(stage.asked, voter) for voter in stage.voters[:20]]
    answers = await asyncio.gather(*(stage.bring(*batch) for _time in range(10)))
    assert answers == [[None] * 20] * 10
    assert len(await stage.rows()) == 20


async def test_counting_waits_for_a_batch_that_has_arrived_and_counts_it(stage: Stage) -> None:
    for voter in stage.voters[:10]:
        await stage.send(voter, Choice.AGAINST)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_batch() -> list[Refusal | None]:
        async with stage.database.transaction() as session:
            votes = [carried(stage.asked, voter, Choice.FOR) for voter in stage.voters[20:40]]
            answers = await bring(session, stage.asked, *votes, at=GRACE_ENDS - timedelta(seconds=1))
            begun.set()
            await go_on.wait()
            return answers

    batch = asyncio.create_task(slow_batch())
    await begun.wait()
    count = asyncio.create_task(stage.count())
    done, _waiting = await asyncio.wait({count}, timeout=0.3)
    assert not done
    go_on.set()
    assert await batch == [None] * 20
    result = await count
    assert (result["for"], result["against"]) == (20, 10)


async def test_a_batch_that_comes_while_others_are_counted_is_told_so_and_never_taken_and_lost(stage: Stage) -> None:
    for voter in stage.voters[:10]:
        await stage.send(voter, Choice.AGAINST)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_count() -> dict[str, object]:
        async with stage.database.transaction() as session:
            result = await counting.count(
                session, city=stage.cast.city, ballot_id=stage.asked.ballot.id, folder=stage.asked.folder, at=COUNTED
            )
            begun.set()
            await go_on.wait()
            return result

    count = asyncio.create_task(slow_count())
    await begun.wait()
    one = carried(stage.asked, stage.voters[20])
    late = asyncio.create_task(stage.bring(one, at=GRACE_ENDS - timedelta(seconds=1)))
    await asyncio.sleep(0.2)
    go_on.set()
    assert (await count)["votes"] == 10
    with pytest.raises(Unavailable) as refused:
        await late
    assert refused.value.code == "not_stored"
    assert codes(await stage.bring(one, at=GRACE_ENDS)) == ["late"]


async def test_a_batch_does_not_wait_for_long_behind_somebody_who_reads_the_whole_database(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup locks every table for hours: the delegate's device is told to send again, and nobody's page waits behind the batch."""
    monkeypatch.setattr(carrying, "WAITS", 200)
    one = carried(stage.asked, stage.voters[0])
    async with stage.database.transaction() as backup:
        await backup.execute(sa.text(f"select count(*) from vote_carried_{stage.asked.ballot.id}"))
        with pytest.raises(Unavailable):
            await stage.bring(one)
        assert await stage.rows() == []
    assert await stage.bring(one) == [None]


async def test_nothing_waits_for_ever_while_all_of_it_happens_at_once(stage: Stage) -> None:
    """Batches over two ballots, own votes, look-ups, erasures, decisions of an administrator and the worker's mixing, then the count."""
    asked, other, voters = stage.asked, stage.other, stage.voters
    chance = random.Random(7)
    entries = {index: uuid.uuid4() for index in range(60)}

    async def batch(start: int) -> None:
        votes = [carried(asked, voters[index], Choice.FOR, entry=entries[index]) for index in range(start, start + 10)]
        votes += [carried(other, voters[index], Choice.FOR) for index in range(start, start + 10)]
        chance.shuffle(votes)
        assert await stage.bring(*votes) == [None] * 20

    async def look(index: int) -> None:
        async with stage.database.transaction() as session:
            ballot = await seen(session, asked)
            person = voters[index].person_id or 0
            await arrived(session, ballot=ballot)
            await carried_for(session, ballot=ballot, person_id=person, folder=asked.folder)

    async def leave(index: int) -> None:
        async with stage.database.transaction() as session:
            await erase(session, city=stage.cast.city, words=True, folder=asked.folder, actor=voters[index], at=NOW)

    async def hold(index: int) -> None:
        async with stage.database.transaction() as session:
            await carrying.hold(session, ballot=await seen(session, asked), entry=entries[index], folder=asked.folder)

    async def mix(one: Asked) -> None:
        async with stage.database.transaction() as session:
            await counting.mix(session, ballot_id=one.ballot.id, since_last=timedelta(hours=1))

    tasks = [batch(start) for start in range(0, 60, 10)]
    tasks += [stage.send(voters[index], Choice.AGAINST) for index in range(60, 90)]  # type: ignore[misc]
    tasks += [look(index) for index in range(30)] + [leave(index) for index in range(100, 110)]
    tasks += [hold(index) for index in range(5)] + [mix(one) for one in (asked, other) for _time in range(4)]
    chance.shuffle(tasks)
    async with asyncio.timeout(60):
        await asyncio.gather(*tasks)
        first, second = await asyncio.gather(stage.count(), stage.count(other))
    held = 60 - int(str(first["for"]))
    assert 0 <= held <= 5
    assert first["against"] == 30
    assert second["for"] == 60


async def test_who_is_erased_while_their_vote_is_brought_has_none(stage: Stage) -> None:
    async def leave(voter: Actor) -> None:
        async with stage.database.transaction() as session:
            await erase(session, city=stage.cast.city, words=True, folder=stage.asked.folder, actor=voter, at=NOW)

    going = stage.voters[:30]
    acts = [leave(voter) for voter in going] + [stage.bring(carried(stage.asked, voter)) for voter in going]
    random.Random(3).shuffle(acts)
    async with asyncio.timeout(60):
        await asyncio.gather(*acts)
    assert await stage.rows() == []


# Choice codes


async def test_people_and_delegates_use_sheets_at_the_same_moment_and_nobody_waits_in_a_circle(stage: Stage) -> None:
    """Of one sheet that two people use, one by themselves and one through a delegate, whoever comes first votes."""
    async with stage.database.transaction() as session:
        sheets = await printed(session, stage.cast, stage.asked, 70)
    people = stage.voters

    async def own(voter: Actor, sheet: Sheet) -> str:
        async with stage.database.transaction() as session:
            return await vote(session, stage.asked, voter, code(sheet, Choice.AGAINST))

    async def mix() -> None:
        for _n in range(5):
            async with stage.database.transaction() as session:
                await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))

    brought = [
        carried(stage.asked, voter, code(sheet, Choice.FOR))
        for voter, sheet in zip(people[40:100], sheets[30:70] + sheets[:20], strict=True)
    ]
    batches = [stage.bring(*brought[start : start + 10]) for start in range(0, 60, 10)]
    answers = await asyncio.gather(
        mix(), *batches, *(own(*one) for one in zip(people, sheets[:40], strict=False)), return_exceptions=True
    )
    told = [one for answer in answers[1:7] for one in answer]  # type: ignore[union-attr]
    refused = sum(one is not None for one in told) + sum(isinstance(answer, NotFound) for answer in answers[7:])
    # Thirty of the seventy sheets were used by two people.
    assert refused == 30
    assert not [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, NotFound)]
    assert {None if one is None else one.code for one in told} <= {None, WRONG_CODE}
    result = await stage.count()
    assert (result["votes"], result["sheets"]) == (70, 70)


async def test_a_code_that_comes_while_its_ballot_is_counted_is_told_so(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        sheets = await printed(session, stage.cast, stage.asked, 1)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_count() -> None:
        async with stage.database.transaction() as session:
            await counting.count(
                session, city=stage.cast.city, ballot_id=stage.asked.ballot.id, folder=stage.asked.folder, at=COUNTED
            )
            begun.set()
            await go_on.wait()

    count = asyncio.create_task(slow_count())
    await begun.wait()
    one = carried(stage.asked, stage.voters[0], code(sheets[0], 1))
    late = asyncio.create_task(stage.bring(one, at=GRACE_ENDS - timedelta(seconds=1)))
    await asyncio.sleep(0.2)
    go_on.set()
    await count
    with pytest.raises(Unavailable):
        await late
