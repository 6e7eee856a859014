"""A hand on the keys of a text browser, in a terminal as small as a telephone: from link to link, as arrow keys go."""

import asyncio
import re
import shlex
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.hands import Terminal, say

COLUMNS, LINES = 30, 20
"""What 240 by 320 pixels hold of a letter of 8 by 16."""
PATIENCE = 30.0
STANDS = 0.5
"""When nothing has moved for so long, there is no link further down."""
ONCE_MORE = "Nothing is lost: please send it once more."
FIELD = re.compile(r"\S*_{3}")
BOX = re.compile(r"[\[(]?[ *Xx][\])]")


@dataclass(frozen=True)
class TextBrowser:
    """`bars`: lines of its own, above and below the page; `waits`: what it says there until a page has come;
    `within`: how far inside of a button's words or of a box its cursor may stand."""

    name: str
    command: str
    bars: tuple[int, int]
    waits: re.Pattern[str]
    within: int = 0
    settings: str = ""


LYNX = TextBrowser(
    "lynx",
    "lynx -cfg=settings -accept_all_cookies",
    (1, 3),
    re.compile(r"Getting|Looking up|Making|Sending|sent; wait|Read \d|transfer|allowing|Location"),
    settings="SHOW_CURSOR:TRUE\nCHARACTER_SET:utf-8\nMESSAGESECS:0\nINFOSECS:0\nALERTSECS:0\n",
)
LINKS = TextBrowser(
    "links",
    "links2 -no-g -no-connect -aggressive-cache 0",
    (1, 1),
    re.compile(r"Looking|Making|Request sent|Received|Waiting|connection"),
    within=2,
)


@dataclass(frozen=True)
class Seen:
    """The page on the screen, and where the cursor is on it."""

    page: tuple[str, ...]
    below: str
    column: int
    row: int

    @property
    def place(self) -> tuple[object, ...]:
        return self.page, self.column, self.row

    @property
    def line(self) -> str:
        """What stands at the cursor."""
        return self.page[self.row][self.column :] if self.row < len(self.page) else ""

    @property
    def here(self) -> str:
        """The same, on over the ends of lines."""
        return " ".join(" ".join([self.line, *self.page[self.row + 1 :]]).split())

    @property
    def before(self) -> str:
        return " ".join(
            " ".join([*self.page[: self.row], *(line[: self.column] for line in self.page[self.row :][:1])]).split()
        )


class Keys(Terminal):
    """Goes through a page by its links and fields, and knows where it is by what stands at the cursor."""

    def __init__(self, browser: TextBrowser, home: Path, pictures: Path, address: str) -> None:
        super().__init__(f"participation-{home.name}"[-60:], home, address, "en")
        self.browser = browser
        self.pictures = pictures
        self._pictures = 0
        self._filled: dict[str, str] = {}

    async def start(self) -> None:
        # Not the size of the terminal in which the tests run.
        home = f"-u COLUMNS -u LINES HOME={shlex.quote(str(self.folder))} LANG=C.UTF-8 TERM=screen"
        command = f"env {home} {self.browser.command} {self.address}/{self.language}/"
        (self.folder / "settings").write_text(self.browser.settings)
        await self.run(command, COLUMNS, LINES)
        await self.settled()
        if "Welcome" in await super().shown():
            await self.keys("Enter")
            await self.settled()

    async def seen(self) -> Seen:
        said = await self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y}", ";", "capture-pane", "-p")
        where, *lines = said.split("\n")
        above, below = self.browser.bars
        column, row = (int(number) for number in where.split())
        for _step in range(self.browser.within):
            column -= column > 0 and not lines[row][column - 1 : column].isspace()
        return Seen(tuple(lines[above : LINES - below]), "\n".join(lines[LINES - below :]), column, max(row - above, 0))

    async def settled(self) -> None:
        """Until the screen stays as it is, and the browser says no more that it waits."""
        before, quiet = None, 0
        async with asyncio.timeout(PATIENCE):
            while quiet < 5:
                await asyncio.sleep(0.04)
                now = await self.seen()
                busy = not any(now.page) or self.browser.waits.search(now.below)
                quiet = quiet + 1 if now == before and not busy else 0
                before = now

    async def _moved(self, *keys: str) -> Seen | None:
        """What these keys led to on this page; nothing where they led nowhere."""
        before, end = await self.seen(), time.monotonic() + STANDS
        await self.keys(*keys)
        while time.monotonic() < end:
            await asyncio.sleep(0.02)
            now = await self.seen()
            # Where a screen has no link at all, the cursor waits below the page.
            if now.page != before.page or (now.place != before.place and now.row < len(now.page)):
                await asyncio.sleep(0.03)
                return await self.seen()
        return None

    async def _left(self, key: str = "Enter") -> None:
        """A key that brings another page."""
        before, end = await self.seen(), time.monotonic() + PATIENCE
        await self.keys(key)
        while (await self.seen()).place == before.place:
            assert time.monotonic() < end, f"no other page came:\n{await Terminal.shown(self)}"
            await asyncio.sleep(0.04)
        await self.settled()

    async def _top(self) -> None:
        """In a field the key would lead to its beginning."""
        if FIELD.match((await self.seen()).line):
            await self._moved("Down")
        await self._moved("Home")
        while await self._moved("Up"):
            pass

    async def _to(self, wanted: Callable[[Seen, str], bool], words: str, *, again: bool = False) -> Seen:
        """Down to the first place that is wanted, knowing what was read on the way."""
        read, last = "", await self.seen()
        while not wanted(last, f"{read} {last.before}"):
            if not (now := await self._moved("Down")):
                assert again, f"{words!r} is not on the page:\n{await self.shown()}"
                await self._top()
                return await self._to(wanted, words)
            if now.page != last.page:
                read += " " + " ".join(" ".join(last.page).split())
            last = now
        return last

    async def open(self, path: str) -> None:
        """A second time where the page asks who has signed in to do so, see `press`."""
        self._filled.clear()
        await self._asks_for(path)
        if say(self, "You are signed in already.") in " ".join(" ".join((await self.seen()).page).split()):
            await self._asks_for(path)

    async def _asks_for(self, path: str) -> None:
        if FIELD.match((await self.seen()).line):
            await self._moved("Down")
        await self.keys("g", "C-u")
        await self.typed(self.address + path)
        await self.settled()
        await self._left()

    async def follow(self, words: str) -> None:
        await self._top()
        await self._to(lambda seen, _read: begins(seen.here, words), words)
        await self._left()

    async def press(self, words: str) -> None:
        """The next button with these words, from where the hand is; and once more where the page asks for it.

        When one of its cookies has run out, links leaves the one beside it at home too, for one request.
        """
        await self._to(lambda seen, _read: begins(seen.here, words), words, again=True)
        await self._left()
        if say(self, "Access code") in self._filled and ONCE_MORE in " ".join((await self.shown()).split()):
            await self.fill(say(self, "Access code"), self._filled[say(self, "Access code")])
            await self._to(lambda seen, _read: begins(seen.here, words), words)
            await self._left()

    async def fill(self, label: str, text: str) -> None:
        await self._top()
        await self._to(lambda seen, read: label in read and FIELD.match(seen.line) is not None, label)
        await self.typed(text)
        self._filled[label] = text
        await self.settled()

    write = fill

    async def tick(self, label: str) -> None:
        await self._top()
        await self._to(lambda seen, _read: begins(BOX.sub("", seen.here, count=1).strip(), label), label)
        await self._chosen()

    async def pick(self, question: str, place: int) -> None:
        """The first answer is the one that nobody has given yet: where there is no style, it is to be seen."""
        await self._top()
        await self._to(lambda seen, read: question in read and BOX.match(seen.here) is not None, question)
        place += say(self, "Nothing chosen yet") in (await self.seen()).here
        while place:
            await self._moved("Down")
            place -= BOX.match((await self.seen()).here) is not None
        await self._chosen()

    async def _chosen(self) -> None:
        await self.keys("Enter")
        await self.settled()
        assert re.match(r"[\[(]?[*Xx]", (await self.seen()).here), await Terminal.shown(self)

    async def choose(self, label: str, words: str) -> None:
        raise NotImplementedError("no journey of a resident needs a list")

    async def shown(self) -> str:
        """The whole page, a screen at a time; the hand is at its top afterwards."""
        await self._top()
        text = list((await self.seen()).page)
        while seen := await self._moved("NPage"):
            text = joined(text, list(seen.page))
        await self._top()
        return "\n".join(text)

    async def look(self, name: str) -> None:
        """What somebody would see, for somebody to read."""
        self._pictures += 1
        text = await self.shown()
        await asyncio.to_thread((self.pictures / f"{self._pictures:02}-{name}.txt").write_text, text)


def begins(text: str, words: str) -> bool:
    """Whether a link or a button says these words; lynx puts something in brackets before those of a button."""
    return re.match(rf"(?:\([^)]*\) )?{re.escape(words)}(?!\w)", text) is not None


def joined(above: list[str], below: list[str]) -> list[str]:
    """Screens one below the other, without what both show."""
    common = next(n for n in range(min(len(above), len(below)), -1, -1) if above[len(above) - n :] == below[:n])
    return above + below[common:]


@asynccontextmanager
async def text_browser(browser: TextBrowser, home: Path, pictures: Path, address: str) -> AsyncIterator[Keys]:
    hand = Keys(browser, home, pictures, address)
    await hand.start()
    try:
        yield hand
    finally:
        await hand.tmux("kill-server")
