"""Asks for every public page that another one leads to, the first pages first, and puts what is answered into a folder."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from starlette.routing import Match, Route

from participation.channels.http.routing import Who
from participation.channels.routes import routes
from participation.commands.copies.asking import Asker, Head, NotAnswered
from participation.commands.copies.site.join import join, keep
from participation.commands.copies.site.names import Names
from participation.commands.copies.site.page import Frame, Living, Maker

FILES = (
    *("/documents/{number}/{name}", "/sounds/{name}", "/clips/{name}"),
    *("/record/checkpoint", "/record/key", "/record/entry/{number}.json"),
)
"""Public, though no page that is kept: the files of documents, what can be heard and seen, and the record's that pages lead to."""
PAGE = "text/html"
MOVED = (301, 302, 303, 307, 308)
Onward = tuple[Sequence[str], Sequence[str]]
"""The pictures on a page, and what it leads to."""
NOWHERE: Onward = ((), ())
SEVERAL = 5
"""Times that an address may lead on to another one."""


@dataclass(frozen=True)
class Limits:
    pages: int
    size: int


@dataclass
class Left:
    """What the limits left out; no more of the addresses than somebody reads."""

    count: int = 0
    some: list[str] = field(default_factory=list)

    def add(self, address: str) -> None:
        self.count += 1
        if len(self.some) < 3:
            self.some.append(address)


class Crawl:
    def __init__(
        self,
        asker: Asker,
        folder: Path,
        *,
        languages: Iterable[str],
        living: Living,
        limits: Limits,
        frame: Callable[[str], Frame],
        advance: Callable[[int, int], None],
    ) -> None:
        self.files: dict[str, str] = {}
        """Address -> the file that it became."""
        self.left = Left()
        self._pages: list[str] = []
        self._moved: dict[str, str] = {}
        self._size = 0
        self._full = False
        self._asker, self._folder, self._living, self._limits = asker, folder, living, limits
        self._frame, self._advance = frame, advance
        self._languages = frozenset(languages)
        self._names = Names()
        self._wanted = lru_cache(maxsize=20_000)(self._is_wanted)

    async def go(self, starts: Iterable[str]) -> int:
        """Everything that these pages lead to; how many bytes it has in the end."""
        todo = deque(starts)
        seen = set(todo)
        while todo:
            address = todo.popleft()
            if self._full or len(self.files) >= self._limits.pages:
                self.left.add(address)
                continue
            shown, found = await self._take(address)
            for onward in (*shown, *found):
                if onward not in seen and self._wanted(onward):
                    seen.add(onward)
                    if onward in shown:
                        todo.appendleft(onward)  # no page without its pictures
                    else:
                        todo.append(onward)
            self._advance(len(self.files), len(self.files) + len(todo))
        for address in self._pages:
            path = self._folder / self.files[address]
            before = path.stat().st_size
            self._size += join(path, self.files[address], self.where, self._living) - before
        return self._size

    def where(self, address: str) -> str | None:
        for _time in range(SEVERAL):
            address = self._moved.get(address, address)
        return self.files.get(address)

    def _is_wanted(self, address: str) -> bool:
        """A public page in one of the copy's languages, which is the same for everybody, or a public file."""
        path = urlsplit(address).path
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        for route in _routes():
            match, found = route.matches(scope)
            if match is Match.FULL:
                policy = route.policy  # type: ignore[attr-defined]
                language = found["path_params"].get("lang")
                spoken = language is None or language in self._languages
                return spoken and policy.who is Who.ANYBODY and (policy.cached or route.path in FILES)
        return False

    async def _take(self, address: str) -> Onward:
        """Where it leads on."""
        page = BytesIO()
        with ExitStack() as files:
            head = await self._asker.into(address, lambda head: self._place(address, head, page, files))
        if head.status >= 500:
            raise NotAnswered(f"{address} cannot be copied: status {head.status}")
        if head.status in MOVED:
            return self._moves(address, head.location)
        if head.status == 200 and head.media_type == PAGE:
            return self._page(address, page.getvalue().decode())
        if address in self.files:
            self._size += (self._folder / self.files[address]).stat().st_size
        return NOWHERE

    def _place(self, address: str, head: Head, page: BytesIO, files: ExitStack) -> IO[bytes] | None:
        """A page into memory, a file straight onto the disk."""
        if head.status != 200:
            return None
        if head.media_type == PAGE:
            return page
        if self._size + (head.size or 0) > self._limits.size:
            self.left.add(address)
            return None
        return files.enter_context(self._new(address, head.media_type).open("xb"))

    def _moves(self, address: str, location: str) -> Onward:
        onward = self._living.within(address, location)
        if onward is None:
            return NOWHERE
        self._moved[address] = onward.partition("#")[0]
        return (), (self._moved[address],)

    def _page(self, address: str, html: str) -> Onward:
        maker = Maker(address, self._living, self._frame(address[1:3]))
        parts = maker.parts(html)
        if self._size + len(html) > self._limits.size:
            self._full = True
            self.left.add(address)
            return NOWHERE
        self._size += keep(parts, self._new(address, PAGE))
        self._pages.append(address)
        return maker.shown, maker.found

    def _new(self, address: str, media_type: str) -> Path:
        self.files[address] = self._names.give(address, media_type)
        path = self._folder / self.files[address]
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@lru_cache(maxsize=1)
def _routes() -> list[Route]:
    return [route for route in routes() if isinstance(route, Route) and hasattr(route, "policy")]
