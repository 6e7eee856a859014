"""Public pages, kept ready to send until something that they show changes or a date passes.

Keyed by all that an anonymous page depends on; dropped by topic (`kit.changes`); never holds a page with a form that needs
a token, or anything of somebody signed in.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.types import Message

CAPACITY = 3 * 1024 * 1024
"""Bytes: some five hundred pages. The budget of a web worker's memory has room for no more."""
OVERHEAD = 3_200
"""Bytes that a page takes in memory beside its body: headers, key, topics, and what holds them together (measured: 3,150)."""
Key = tuple[bytes, ...]


@dataclass(frozen=True)
class Kept:
    start: Message
    body: Message
    """Ready to be sent, as ASGI has it."""
    etag: bytes
    topics: frozenset[str]
    until: datetime | None
    """The next moment at which a date changes this page; None when none will."""
    size: int


class PageCache:
    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._by_topic: dict[str, set[Key]] = {}
        self._size = 0
        self._changed_at: dict[str, int] = {}
        self._count = 0
        self.listening = False
        """Only while changes are being heard of is a page kept or served."""

    def get(self, key: Key, clock: Callable[[], datetime]) -> Kept | None:
        kept = self._pages.get(key)
        if kept is None or not self.listening:
            return None
        if kept.until is not None and kept.until <= clock():
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        return kept

    def moment(self) -> int:
        """Taken before a page is made: a change that arrives while it is being made keeps it from being kept."""
        return self._count

    def put(self, key: Key, response: Response, topics: Iterable[str], until: datetime | None, made_since: int) -> None:
        marks = frozenset(topics)
        if not self.listening or any(self._changed_at.get(t, -1) > made_since for t in (*marks, "*")):
            return
        self._drop(key)
        size = len(response.body) + OVERHEAD
        start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        body = {"type": "http.response.body", "body": response.body}
        self._pages[key] = Kept(start, body, response.headers["etag"].encode(), marks, until, size)
        for topic in marks:
            self._by_topic.setdefault(topic, set()).add(key)
        self._size += size
        while self._size > self._capacity:
            self._drop(next(iter(self._pages)))

    def changed(self, topics: Iterable[str]) -> None:
        self._count += 1
        for topic in topics:
            self._changed_at[topic] = self._count
            for key in list(self._by_topic.get(topic, ())):
                self._drop(key)

    def clear(self) -> None:
        self._count += 1
        self._changed_at["*"] = self._count
        self._pages.clear()
        self._by_topic.clear()
        self._size = 0

    def _drop(self, key: Key) -> None:
        kept = self._pages.pop(key, None)
        if kept is None:
            return
        self._size -= kept.size
        for topic in kept.topics:
            keys = self._by_topic.get(topic)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_topic[topic]
