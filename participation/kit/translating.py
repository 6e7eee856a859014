"""Has texts translated by a machine: what any such machine has to do, and one that speaks LibreTranslate's HTTP interface.

Used by the worker and by commands; a web server only notes what is wanted.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Protocol

import httpx

TIMEOUT = httpx.Timeout(20, connect=5)
LONGEST = 1_500
"""Characters that are sent at once: servers usually take two to five thousand."""
LARGEST_ANSWER = 256 * 1024
NAMES: Mapping[str, tuple[str, ...]] = {"pt": ("pt-BR", "pt"), "zh": ("zh-Hans", "zh")}
"""What others call a language, the better name first."""
_LINE = re.compile(r"(\s*(?:#{1,6}\s+|[-*+>]\s+|\d{1,3}[.)]\s+)?)(.*?)(\s*)", re.S)
_SOME = f".{{1,{LONGEST}}}"
_PIECE = re.compile(rf"{_SOME}(?:(?<=[.!?。！？؟।])\s|(?<=[。！？])|\Z)|{_SOME}", re.S)
"""As many whole sentences as are sent at once; half of one only where it is longer than that."""


class TroubleCode(StrEnum):
    AWAY = "away"
    """It does not answer, or says that something is broken on its side."""
    BUSY = "busy"
    REFUSED = "refused"
    """The key is wrong or missing."""
    LANGUAGE = "language"
    """It does not translate between these languages."""
    WRONG = "wrong"
    """It does not take what was sent."""


LATER = frozenset({TroubleCode.AWAY, TroubleCode.BUSY})
"""Worth another attempt."""


class Trouble(Exception):
    """A translation that did not come about. `detail`: what the server said, in its words."""

    def __init__(self, code: TroubleCode, detail: str = "", wait: int = 0) -> None:
        super().__init__(str(code))
        self.code = code
        self.detail = "".join(c for c in detail if c.isprintable())[:200]
        self.wait = wait
        """Seconds after which the server wants to be asked again."""


class Translator(Protocol):
    """A machine that translates. It is given texts that the city publishes, and nothing else."""

    name: str

    async def translate(self, text: str, source: str, target: str) -> str:
        """Raises `Trouble`."""
        ...


class LibreTranslate:
    name = "LibreTranslate"

    def __init__(self, client: httpx.AsyncClient, url: str, key: str | None) -> None:
        self._client = client
        self._url = url
        self._key = key
        self._targets: dict[str, set[str]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, key: str | None) -> AsyncIterator["LibreTranslate"]:
        """Asked directly, whatever proxies the environment names; redirects are not followed, so that the key goes nowhere else."""
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            yield cls(client, url, key)

    async def languages(self) -> dict[str, set[str]]:
        """Language -> those into which it is translated."""
        said = await self._ask("GET", "/languages")
        try:
            return {str(one["code"]): {str(target) for target in one.get("targets", [])} for one in said}
        except (TypeError, KeyError, AttributeError):
            raise Trouble(TroubleCode.AWAY, "no list of languages") from None

    async def translate(self, text: str, source: str, target: str) -> str:
        """Line by line: headings, lists and empty lines stay where they are."""
        given = await self._names(source, target)
        return "\n".join([await self._line(line, *given) for line in text.split("\n")])

    async def _names(self, source: str, target: str) -> tuple[str, str]:
        if not self._targets:
            self._targets = await self.languages()
        for given in NAMES.get(source, (source,)):
            for wanted in NAMES.get(target, (target,)):
                if given in self._targets and (wanted in self._targets[given] or not self._targets[given]):
                    return given, wanted
        raise Trouble(TroubleCode.LANGUAGE)

    async def _line(self, line: str, source: str, target: str) -> str:
        found = _LINE.fullmatch(line)
        before, words, after = found.groups() if found else ("", line, "")
        if not any(map(str.isalpha, words)):
            return line
        said = [await self._said(part.strip(), source, target) for part in _PIECE.findall(words)]
        return f"{before}{' '.join(said)}{after}"

    async def _said(self, text: str, source: str, target: str) -> str:
        asked = {"q": text, "source": source, "target": target, "format": "text"}
        said = await self._ask("POST", "/translate", asked | ({"api_key": self._key} if self._key else {}))
        translated = said.get("translatedText") if isinstance(said, dict) else None
        if not isinstance(translated, str) or not translated.strip():
            raise Trouble(TroubleCode.AWAY, "no translation in the answer")
        return " ".join(translated.split())

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        content = bytearray()
        try:
            async with self._client.stream(method, self._url + path, json=body) as response:
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST_ANSWER:
                        raise Trouble(TroubleCode.AWAY, "an answer that is far too long")
        except httpx.HTTPError as error:
            raise Trouble(TroubleCode.AWAY, type(error).__name__) from None
        try:
            said = json.loads(content)
        except ValueError:
            said = None
        if response.status_code != 200:
            raise _refused(response, said)
        if said is None:
            raise Trouble(TroubleCode.AWAY, "an answer that is no JSON")
        return said


def _refused(response: httpx.Response, said: Any) -> Trouble:
    detail = str(said.get("error", "")) if isinstance(said, dict) else ""
    detail = detail or f"status {response.status_code}"
    if response.status_code == 429:
        wait = response.headers.get("retry-after", "")
        return Trouble(TroubleCode.BUSY, detail, min(int(wait), 3600) if wait.isascii() and wait.isdigit() else 0)
    if response.status_code in (401, 403):
        return Trouble(TroubleCode.REFUSED, detail)
    if response.status_code == 400:
        return Trouble(TroubleCode.WRONG, detail)
    return Trouble(TroubleCode.AWAY, detail)
