"""An office at its spreadsheets, for tests: downloads an empty one, fills it in as programs write it, and sends it."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from participation.domain.proxies.delegates.models import Delegate
from tests.browsing import Browser, forms
from tests.consulting import SLUG

PAGE = "/staff/entries/sheet"
SAID = {
    "place": "quay",
    "age": "60-over",
    "language": "sw",
    "kind": "proxy",
    "consent": "spoken",
    "witnessed": "no",
    "read_back": "yes",
    "stance": "for",
    "comment": "Taa ziwake mapema.",
}


@dataclass
class Sheet:
    """An empty sheet as it was downloaded, filled in row by row."""

    header: list[str]
    explained: list[str]
    rows: list[list[str]]

    def fill(self, row: int, **said: str) -> None:
        """Somebody's words, complete but for what is said otherwise."""
        for name, text in (SAID | said).items():
            self.rows[row][self.header.index(name)] = text

    def receipt(self, row: int) -> str:
        return self.rows[row][0].replace("-", "")

    @property
    def lines(self) -> list[list[str]]:
        return [self.header, self.explained, *self.rows]

    def csv(self, separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(self.lines)
        return out.getvalue().encode(encoding)


def read(content: bytes) -> Sheet:
    header, explained, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return Sheet(header, explained, rows)


@dataclass
class Office:
    """Somebody of the staff in front of the page."""

    who: Browser

    async def asks(self, delegate: Delegate, rows: int, kind: str = "csv", *, project: str = SLUG) -> Any:
        await self.who.get(PAGE)
        wanted = {"delegate": str(delegate.id), "project": project, "rows": str(rows), "format": kind, "do": "blank"}
        return await self.who.send(wanted)

    async def blank(self, delegate: Delegate, rows: int) -> Sheet:
        answer = await self.asks(delegate, rows)
        assert answer.status_code == 200, answer.text
        return read(answer.content)

    async def brings(self, content: bytes, name: str = "entries.csv") -> Any:
        """The page that says what became of it."""
        await self.who.get(PAGE)
        hidden = next(dict(form.fields) for form in forms(self.who.page.text) if ("do", "take") in form.fields)
        self.who.page = await self.who.client.post(PAGE, data=hidden, files={"file": (name, content, "text/csv")})
        return self.who.page
