"""A drill of delegates: the world, what serves it, who is out in it, and how one knows that nothing was lost, doubled or counted twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from playwright.async_api import async_playwright

from participation.domain.ballots.models import Ballot, Choice
from participation.domain.ballots.queries import VOTES
from participation.domain.consultations.models import Comment
from participation.domain.people.codes.operations import digest
from participation.domain.people.models import AccessCode
from participation.domain.projects.models import Project, Step
from participation.domain.proxies.devices.models import Device
from participation.domain.proxies.models import Entry
from participation.kit import partitions
from tests.browser.test_delegate_page import entries_of
from tests.browser.test_delegate_voting import DISTRICT, SLUG, carried, votes
from tests.cutting import line
from tests.drills.conftest import Tell
from tests.drills.fleet import REQUESTS, Carrier, Delegate, Story
from tests.drills.standing import Running, Standing, standing
from tests.telephones import LABEL, another_code, delegate_of
from tests.test_cli import run
from tests.world import World

MINUTES = timedelta(minutes=3)


@dataclass
class Drill:
    """The world, what serves it, and who is out in it."""

    world: World
    served: Standing
    story: Story
    stack: AsyncExitStack
    folder: Path
    ballot: int
    tell: Tell
    carriers: list[Carrier] = field(default_factory=list)
    own: Counter[Choice] = field(default_factory=Counter)
    """Votes that people cast themselves."""
    servers_killed: int = 0
    result: Any = None
    """Of the ballot, once it was counted."""

    async def equip(self, wrong: timedelta = timedelta(0), whose: Delegate | None = None) -> Carrier:
        """A telephone for somebody new, or a new one for who lost theirs."""
        delegate = whose or await delegate_of(self.world, DISTRICT)
        wire = await self.stack.enter_async_context(line(self.served))
        profile = self.folder / f"profile-{len(self.carriers)}"
        carrier = Carrier(self.story, profile, wire, delegate, await another_code(self.world, *delegate), wrong)
        self.carriers.append(carrier)
        await carrier.on()
        wire.breaks = REQUESTS
        return carrier

    @property
    def said(self) -> int:
        return sum(len(carrier.said) for carrier in self.carriers)

    async def kill_the_server(self, carriers: Sequence[Carrier]) -> None:
        """While it takes what all of them send: some of it is stored, and nobody is told."""
        there, said = await self.count(), [await carrier.waiting() for carrier in carriers]
        enough = there + self.story.chance.randint(1, 3 * len(carriers))
        async with AsyncExitStack() as stack:
            for carrier in carriers:
                await stack.enter_async_context(carrier.unanswered())

            async def in_the_middle() -> bool:
                return await self.count() >= enough

            assert await self.world.soon(in_the_middle, 30)
            self.served.kill()
            self.servers_killed += 1
        assert [await carrier.waiting() for carrier in carriers] == said
        self.tell(
            f"the server was killed when it had taken {await self.count() - there} of {sum(said)} entries that were on their way"
        )
        await self.served.start()

    async def count(self) -> int:
        return len(await entries_of(self.world))

    async def whole(self) -> tuple[int, int]:
        """Each acknowledged entry is there exactly once, each other one still on its device. Returns how many of each."""
        kept = [await carrier.kept() for carrier in self.carriers]
        there = await entries_of(self.world)
        receipts = Counter(entry.receipt for entry in there)
        said = {one.receipt: one for carrier in self.carriers for one in carrier.said}
        assert len(said) == self.said
        waiting = {receipt for device in kept for receipt in device}
        assert sum(len(device) for device in kept) == len(waiting)
        assert waiting <= said.keys()
        assert receipts.keys() <= said.keys()
        assert {receipt: receipts[receipt] for receipt in said.keys() - waiting} == dict.fromkeys(
            said.keys() - waiting, 1
        )
        assert set(receipts.values()) <= {1}
        for entry in there:
            assert abs(entry.finished_at - said[entry.receipt].finished) < MINUTES
        taken = {entry.id: said[entry.receipt].body for entry in there if entry.state == "accepted"}
        assert await self.comments() == Counter(taken.items())
        return len(said) - len(waiting), len(waiting)

    async def comments(self) -> Counter[tuple[int, str]]:
        """Each by the entry that it came in."""
        theirs = sa.select(Comment.entry_id, Comment.body).join(Entry, Entry.id == Comment.entry_id)
        mine = theirs.join(Device, Device.id == Entry.device_id).where(Device.label == LABEL)
        async with self.world.database.reading() as session:
            return Counter((row.entry_id, row.body) for row in await session.execute(mine))

    async def votes_are_counted_once(self) -> int:
        """Each that was carried, beside what people cast themselves. Returns how many were carried."""
        chosen = Counter(one.choice for carrier in self.carriers for one in carrier.said if one.choice is not None)
        assert Counter(await votes(self.world, self.ballot)) == Counter(
            {(choice, "counts"): n for choice, n in chosen.items()}
        )
        async with self.world.database.reading() as session:
            closes = await session.scalar(sa.select(Ballot.closes_at).where(Ballot.id == self.ballot))
        assert closes is not None
        self.story.clock.forward(seconds=(closes + timedelta(hours=73) - self.story.clock()).total_seconds())

        async def counted() -> bool:
            await self.world.work()
            async with self.world.database.reading() as session:
                self.result = await session.scalar(sa.select(Ballot.result).where(Ballot.id == self.ballot))
            return self.result is not None

        assert await self.world.soon(counted, 60)
        together = chosen + self.own
        assert {choice: self.result[choice.name.lower()] for choice in Choice} == {one: together[one] for one in Choice}
        return chosen.total()

    async def the_record_verifies(self) -> str:
        await self.world.work()
        verified = await asyncio.to_thread(run, "record", "verify", self.served.address)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        return verified.stdout


@asynccontextmanager
async def drill(world: World, folder: Path, chromium: str, seed: int, tell: Tell) -> AsyncIterator[Drill]:
    """Everything stands, and nobody is out yet."""
    async with (
        standing(world, folder) as served,
        async_playwright() as playwright,
        AsyncExitStack() as stack,
    ):
        assert isinstance(world.clock, Running)
        ballot = await asked(world)
        codes, own = await people(world), await cast(world, ballot)
        story = Story(world, world.clock, Random(seed), playwright, chromium, codes)
        found = Drill(world, served, story, stack, folder, ballot, tell, own=own)
        yield found


async def asked(world: World) -> int:
    """The project takes comments as long as votes, and delegates may carry both. Returns the ballot's number."""
    ballot = await carried(world)
    async with world.database.transaction() as session:
        project = sa.select(Project.id).where(Project.slug == SLUG).scalar_subquery()
        last = sa.select(sa.func.max(Step.closes_at)).where(Step.project_id == project).scalar_subquery()
        await session.execute(sa.update(Step).where(Step.project_id == project).values(closes_at=last, ended_at=None))
    return ballot


async def people(world: World) -> list[str]:
    """Codes of slips that nobody has used."""
    codes = {digest(world.secrets, code): code for code in (world.code(DISTRICT, serial) for serial in range(1, 400))}
    fresh = sa.select(AccessCode.digest).where(AccessCode.digest.in_(codes), ~AccessCode.used)
    async with world.database.reading() as session:
        return [codes[bytes(one)] for one in await session.scalars(fresh.order_by(AccessCode.serial.desc()))]


async def cast(world: World, ballot: int) -> Counter[Choice]:
    """What people have voted themselves."""
    rows = partitions.partition(VOTES, ballot)
    async with world.database.reading() as session:
        return Counter(Choice(choice) for choice in await session.scalars(sa.select(rows.c.choice)))
