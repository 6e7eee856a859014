"""Delegates with a telephone each: a Chromium with a profile of its own, a line that breaks, a clock that is wrong, and a list on paper of what they were told."""

import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from playwright.async_api import Playwright

from participation.domain.ballots.models import Choice
from participation.domain.places.queries import CityView
from participation.domain.proxies.rules import CONSENT
from tests.browser.test_delegate_keeping import browser_of
from tests.browser.test_delegate_voting import DISTRICT, SLUG
from tests.browser.windows import FLAGS
from tests.cutting import BATCH, Cut, Line
from tests.drills.inside import Inside, inside
from tests.drills.standing import Running
from tests.telephones import PHONE, Telephone, Visit, opened, recorded
from tests.world import World

Delegate = tuple[CityView, int]
REQUESTS = b"POST /delegate/"
WRONG_CLOCK = """(() => {
  const Real = window.RealDate = window.RealDate || Date, wrong = %d;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) { super(...given); } else { super(Real.now() + wrong); } }
    static now() { return Real.now() + wrong; }
  };
})()"""


@dataclass(frozen=True)
class Said:
    """What somebody has a receipt for."""

    receipt: str
    body: str
    choice: Choice | None
    finished: datetime
    """By the city's clock."""


@dataclass
class Story:
    """What all delegates of a drill share."""

    world: World
    clock: Running
    chance: Random
    playwright: Playwright
    chromium: str
    codes: list[str]
    """Of people who have not voted yet."""
    people: int = 0

    def voter(self) -> tuple[str, Choice]:
        return self.codes.pop(), self.chance.choice(list(Choice))

    def words(self) -> str:
        """Nobody says the same as another."""
        self.people += 1
        return f"Person {self.people} says: the tap must not close at night, {self.chance.getrandbits(60):x}."


@dataclass
class Carrier:
    """A delegate, and their telephone."""

    story: Story
    profile: Path
    wire: Line
    delegate: Delegate
    code: str
    wrong: timedelta
    """How far off the telephone's clock is."""
    said: list[Said] = field(default_factory=list)
    running: Telephone | None = None
    inside: Inside | None = None
    left: list[str] = field(default_factory=list)
    """Receipts that were on it when it was switched off."""
    kills: int = 0

    @property
    def phone(self) -> Telephone:
        assert self.running is not None
        return self.running

    @property
    def page(self) -> Inside:
        assert self.inside is not None
        return self.inside

    async def started(self) -> None:
        """A browser on this profile, and a window in which nothing is open yet."""
        context = await self.story.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=self.story.chromium, args=FLAGS, viewport=PHONE, locale="en"
        )
        context.set_default_timeout(60_000)
        ahead = self.story.clock.ahead + self.wrong
        await context.add_init_script(WRONG_CLOCK % round(ahead.total_seconds() * 1000))
        self.running = await opened(context, self.wire.address)

    async def on(self) -> None:
        """Switched on, with no network, and unlocked; the first time enrolled, which needs one."""
        first = not self.profile.exists()
        await self.started()
        if first:
            await self.phone.enrol(self.code)
            await self.phone.take_along(SLUG, "en")
            await self.phone.online(False)
        else:
            await self.phone.online(False)
            await self.phone.open()
            await self.phone.unlock()
            await self.phone.home()
        self.inside = await inside(self.phone.page)

    async def off(self) -> None:
        self.left = await self.kept()
        await self.phone.context.close()
        self.running = self.inside = None

    async def kill(self) -> None:
        """As when the battery falls out."""
        os.kill(browser_of(self.profile), signal.SIGKILL)
        assert await self.story.world.soon(self._ended, 10)
        self.kills += 1
        self.running = self.inside = None

    async def _ended(self) -> bool:
        try:
            browser_of(self.profile)
        except AssertionError:
            return True
        return False

    # Recording

    async def record(self, *, vote: bool = False, by_hand: bool = False) -> None:
        """What one person says, through the screens or by the page's own functions for the last of them."""
        body = self.story.words()
        code, choice = self.story.voter() if vote else ("", None)
        stance = self.story.chance.choice(["for", "against", "mixed", "question"])
        if by_hand:
            number = None if choice is None else int(choice)
            receipt = await recorded(self.phone, Visit(body=body, stance=stance, code=code, vote=number))
        else:
            whose = {"by": "code"} if code else {"by": "described", "place": DISTRICT, "age": "60-over"}
            data = {**whose, "stance": stance, "body": body}
            receipt = await self.page.record(SLUG, CONSENT, data, code, choice)
        self.said.append(Said(receipt, body, choice, self.story.clock()))

    async def work(self, count: int, *, votes: int = 0, by_hand: int = 0) -> None:
        """So many people: so many of them vote, and so many go through the screens, the first ones each time."""
        for number in range(count):
            await self.record(vote=number < votes, by_hand=number < by_hand)
        await self.page.call("() => D.home()")

    # Sending

    async def kept(self) -> list[str]:
        """Receipts of what is on it, finished and not signed for."""
        return self.left if self.inside is None else await self.inside.kept()

    async def waiting(self) -> int:
        return int(await self.page.call("async () => { await D.refresh(); return D.waitingEntries().length; }"))

    async def nothing_waits(self) -> bool:
        return await self.waiting() == 0

    async def send(self, cuts: int | list[Cut] = 0) -> None:
        """With a network, and so many requests that break, until nothing waits."""
        kinds = cuts if isinstance(cuts, list) else [self.story.chance.choice(list(Cut)) for _one in range(cuts)]
        self.wire.coming = kinds.copy()
        await self.phone.online(True)
        await self.until_sent()
        self.wire.coming = []

    async def until_sent(self) -> None:
        """Somebody presses the button again and again."""
        end = time.monotonic() + 120
        while await self.waiting():
            assert time.monotonic() < end, f"{await self.waiting()} entries do not leave the device"
            await self.page.call("() => D.send()")

    @asynccontextmanager
    async def unanswered(self) -> AsyncIterator[None]:
        """What it sends meanwhile arrives, and no answer comes back."""
        self.wire.cut, self.wire.breaks = Cut.AFTER, BATCH
        await self.phone.online(True)
        await self.page.call("() => { D.send(); }")
        yield
        self.wire.cut, self.wire.breaks = None, REQUESTS

    async def killed_while_it_sends(self) -> None:
        """Killed when a batch has left it, and switched on again."""
        before = self.wire.batches
        async with self.unanswered():

            async def sent() -> bool:
                return self.wire.batches > before

            assert await self.story.world.soon(sent, 30)
            await self.kill()
        await self.on()


def everywhere(folder: Path, words: str) -> list[Path]:
    """Files below a folder in which these words stand, in either of the ways in which a browser writes them down."""
    wanted: tuple[Any, ...] = (words.encode(), words.encode("utf-16-le"))
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return [file for file in files if any(one in file.read_bytes() for one in wanted)]
