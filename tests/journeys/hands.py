"""Ways to use the pages: a person finds things by the words on them, in a window with or without scripts, or in a terminal."""

import asyncio
import re
import shlex
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page

from participation.kit import i18n

RECEIPT = re.compile(r"\b(\d{4}) (\d{4}) (\d{4})\b")
PATIENCE = 30.0
TRIES = 8
LOADING = ("Waiting for reply", "contacted.", "Opening socket", "Performing hostname")
"""What w3m says while it waits."""


class Hand(Protocol):
    """What somebody can do with a page. `words` are those that the page shows, in its reader's language."""

    language: str

    async def open(self, path: str) -> None: ...
    async def follow(self, words: str) -> None: ...
    async def fill(self, label: str, text: str) -> None: ...
    async def write(self, label: str, text: str) -> None: ...
    async def pick(self, question: str, place: int) -> None: ...
    async def choose(self, label: str, words: str) -> None: ...
    async def press(self, words: str) -> None: ...
    async def shown(self) -> str: ...


def say(hand: Hand, message: str) -> str:
    """The interface's words in the hand's language."""
    return i18n.catalogue_of(hand.language).gettext(message)


async def sees(hand: Hand, words: str) -> None:
    """These words are on the page, or will be within a moment."""
    await _until(hand, lambda text: " ".join(words.split()) in text, words)


async def receipt(hand: Hand, *, other_than: str = "") -> str:
    """The number that the page gives, as somebody would copy it."""

    def given(text: str) -> bool:
        found = RECEIPT.search(text)
        return found is not None and found[0] != other_than

    text = await _until(hand, given, "a receipt")
    found = RECEIPT.search(text)
    assert found is not None
    return found[0]


async def _until(hand: Hand, condition: Callable[[str], bool], wanted: str) -> str:
    end = time.monotonic() + PATIENCE
    while not condition(text := " ".join((await hand.shown()).split())):
        assert time.monotonic() < end, f"{wanted!r} is not on the page:\n{text}"
        await asyncio.sleep(0.05)
    return text


class Window:
    """A page of Chromium."""

    def __init__(self, page: Page, address: str, language: str) -> None:
        self.page = page
        self.address = address
        self.language = language

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def follow(self, words: str) -> None:
        await self.page.get_by_role("link", name=words, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def fill(self, label: str, text: str) -> None:
        await self.page.get_by_label(label).first.fill(text)

    write = fill

    async def pick(self, question: str, place: int) -> None:
        group = self.page.get_by_role("group", name=question)
        await group.get_by_role("radio").nth(place).check()

    async def choose(self, label: str, words: str) -> None:
        await self.page.get_by_label(label).first.select_option(label=words)

    async def press(self, words: str) -> None:
        await self.page.get_by_role("button", name=words, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def shown(self) -> str:
        return await self.page.inner_text("main")


class Ended(AssertionError):
    """The browser itself came to its end, which says nothing of the pages: once in some sixty journeys w3m aborts."""


class Terminal:
    """w3m in tmux: no style, no script, no picture; keys go in, and what stands on the screen comes out."""

    def __init__(self, socket: str, folder: Path, address: str, language: str) -> None:
        self.socket = socket
        self.folder = folder
        self.address = address
        self.language = language

    async def tmux(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *("tmux", "-L", self.socket, "-f", "/dev/null", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await process.communicate()
        assert process.returncode == 0, error.decode()
        return out.decode()

    async def start(self) -> None:
        """A window so high that every page is on it whole."""
        editor = self.folder / "editor"
        editor.write_text(f'#!/bin/sh\ncat {shlex.quote(str(self.folder / "words"))} > "$1"\n')
        editor.chmod(0o755)
        options = {"accept_cookie": 1, "wrap_search": 1, "confirm_qq": 0, "accept_language": self.language}
        options |= {"editor": str(editor), "use_history": 0, "auto_uncompress": 1}
        said = " ".join(f"-o {name}={shlex.quote(str(value))}" for name, value in options.items())
        home = f"HOME={shlex.quote(str(self.folder))} LANG=C.UTF-8 TERM=screen"
        command = f"env {home} w3m -cookie {said} {self.address}/{self.language}/"
        await self.run(command, 150, 900)
        await self.settled()

    async def run(self, command: str, columns: int, lines: int) -> None:
        """What comes to its end stays on the screen, saying how; what it complains of stands in a file."""
        first = ("start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";")
        size = ("-x", str(columns), "-y", str(lines))
        await self.tmux(*first, "new-session", "-d", "-c", str(self.folder), *size, f"{command} 2>complaints")

    async def keys(self, *keys: str) -> None:
        await self.tmux("send-keys", *keys)

    async def typed(self, text: str) -> None:
        await self.tmux("send-keys", "-l", text)

    async def shown(self) -> str:
        text = await self.tmux("capture-pane", "-p")
        if ended := re.search(r"^Pane is dead .*", text, re.MULTILINE):
            raise Ended(ended[0], (self.folder / "complaints").read_text())
        return text

    async def settled(self) -> None:
        """Until the screen stays as it is."""
        before, quiet = "", 0
        async with asyncio.timeout(PATIENCE):
            while quiet < 2:
                await asyncio.sleep(0.03)
                now = await self.shown()
                busy = not now.strip() or any(words in now for words in LOADING)
                quiet = quiet + 1 if now == before and not busy else 0
                before = now

    async def open(self, path: str) -> None:
        await self.keys("U")
        await self.keys("C-u")
        await self.typed(self.address + path)
        await self.keys("Enter")
        await self.settled()

    async def find(self, words: str, *, last: bool = False) -> None:
        """To the first place where these words stand; or to the last one that ends a line with them, as a button does."""
        pattern = re.sub(r"([][.*+?^$\\])", r"\\\1", words) + (" *$" if last else "")
        for _ in range(TRIES):
            await self.keys(*("G", "?") if last else ("g", "/"))
            await self.typed(pattern)
            await self.keys("Enter")
            await self.settled()
            if "Not found" not in await self.shown():
                return
            # On a busy machine the page may not be there yet.
            await asyncio.sleep(0.3)
        raise AssertionError(f"{words!r} is not on the page:\n{await self.shown()}")

    async def follow(self, words: str) -> None:
        """The first link with these words."""
        await self.find(words)
        for _ in range(8):
            await self.keys("u")
            await self.settled()
            if f"{self.address}/" in (await self.shown()).rstrip().splitlines()[-1]:
                break
            await self.keys("n")
        await self.keys("Enter")
        await self.settled()

    async def fill(self, label: str, text: str) -> None:
        await self.find(label)
        await self.keys("Tab", "Enter")
        await self.settled()
        await self.keys("C-u")
        await self.typed(text)
        await self.keys("Enter")
        await self.settled()

    async def write(self, label: str, text: str) -> None:
        (self.folder / "words").write_text(text)
        await self.find(label)
        await self.keys("Tab", "Enter")
        await self.settled()

    async def pick(self, question: str, place: int) -> None:
        await self.find(question)
        # Where there is no style, the answer that nobody has given yet is to be seen as well.
        place += say(self, "Nothing chosen yet") in await self.shown()
        # By their brackets, since there may be links between them.
        await self.keys("/")
        await self.typed("[(][ *][)]")
        await self.keys("Enter", *["n"] * place, "l", "Enter")
        await self.settled()

    async def choose(self, label: str, words: str) -> None:
        """A list of answers opens; its lines are gone through by their first letter."""
        await self.find(label)
        await self.keys("Tab", "Enter")
        await self.settled()
        await self.keys("/")
        await self.typed(words)
        await self.keys("Enter", "Enter")
        await self.settled()

    async def press(self, words: str) -> None:
        await self.find(words, last=True)
        await self.keys("Enter")
        await self.settled()


@asynccontextmanager
async def terminal(folder: Path, address: str, language: str) -> AsyncIterator[Terminal]:
    folder.mkdir()  # noqa: ASYNC240
    hand = Terminal(f"participation-{folder.parent.name}-{folder.name}"[-60:], folder, address, language)
    await hand.start()
    try:
        yield hand
    finally:
        await hand.tmux("kill-server")
