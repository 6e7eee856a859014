"""Reads what a form sent, field by field, and refuses it as a whole with a message beside each field that is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar, overload
from zoneinfo import ZoneInfo

from participation.kit import i18n
from participation.kit.errors import Invalid
from participation.kit.i18n import Message, _
from participation.kit.text import Unreadable, clean, says_something

E = TypeVar("E", bound=StrEnum)


class Fields(Protocol):
    """What any channel can hand over: names with one or more values."""

    def getlist(self, key: str, /) -> Sequence[Any]: ...


class Said:
    """Fields from a plain mapping, for channels that are not HTML forms and for tests."""

    def __init__(self, values: Mapping[str, str | list[str]]) -> None:
        self._values = values

    def getlist(self, key: str, /) -> list[str]:
        value = self._values.get(key, [])
        return [value] if isinstance(value, str) else list(value)


class Reader:
    """Collects the values and what is wrong with them; `finish` raises `Invalid` when anything is."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.errors: dict[str, Message] = {}

    def _one(self, name: str) -> str:
        values = self._fields.getlist(name)
        if len(values) > 1 and len(set(values)) > 1:
            self.errors.setdefault(name, _("This was sent more than once with different answers. Please answer once."))
            return ""
        return values[0] if values and isinstance(values[0], str) else ""

    def text(
        self,
        name: str,
        *,
        at_most: int,
        required: bool = True,
        lines: bool = False,
        missing: Message | None = None,
    ) -> str:
        """Cleaned text of at most so many characters."""
        raw = self._one(name)
        try:
            value = clean(raw, lines=lines)
        except Unreadable:
            self.errors.setdefault(name, _("This holds a character that cannot be kept. Please type it again."))
            return ""
        if not says_something(value):
            value = ""
        if required and not value:
            self.errors.setdefault(name, missing or _("Please fill this in."))
        if len(value) > at_most:
            self.errors.setdefault(
                name,
                _(
                    "This is too long: %(length)s characters, and at most %(most)s can be taken.",
                    length=len(value),
                    most=at_most,
                ),
            )
        return value

    def texts(
        self, name: str, languages: Iterable[str], required: Iterable[str] = (), *, at_most: int, lines: bool = True
    ) -> dict[str, str]:
        """`name.sw`, `name.ar`, …: what was written in each language, and in every required one."""
        said = {code: self.text(f"{name}.{code}", at_most=at_most, required=False, lines=lines) for code in languages}
        for code in required:
            if not said[code]:
                self.wrong(f"{name}.{code}", _("This is needed in every required language."))
        return {code: text for code, text in said.items() if text}

    def one_of(self, name: str, kind: type[E], *, missing: Message | None = None) -> E:
        raw = self._one(name)
        try:
            return kind(raw)
        except ValueError:
            self.errors.setdefault(name, missing or _("Please choose one of the answers."))
            return next(iter(kind))

    def several(self, name: str) -> list[str]:
        """All values of a field that may be given several times (checkboxes)."""
        return [value for value in self._fields.getlist(name) if isinstance(value, str) and len(value) <= 200]

    def flag(self, name: str) -> bool:
        return self._one(name) not in ("", "0", "no")

    @overload
    def integer(self, name: str, *, least: int, most: int) -> int: ...
    @overload
    def integer(self, name: str, *, least: int, most: int, required: bool) -> int | None: ...
    def integer(self, name: str, *, least: int, most: int, required: bool = True) -> int | None:
        """A whole number in any script's digits; spaces and separators between digits are taken."""
        raw = i18n.digits(self._one(name)).strip()
        for separator in (" ", "\u00a0", "\u202f", ",", "_"):
            raw = raw.replace(separator, "")
        if not raw and not required:
            return None
        if not (raw.isascii() and raw.isdigit()) or len(raw) > 18:
            self.errors.setdefault(name, _("Please type a whole number."))
            return least
        value = int(raw)
        if not least <= value <= most:
            self.errors.setdefault(name, _("Please type a number from %(least)s to %(most)s.", least=least, most=most))
        return value

    def moment(self, name: str, zone: ZoneInfo, *, required: bool = True) -> datetime | None:
        """`YYYY-MM-DD` or `YYYY-MM-DD HH:MM` in the city's time zone, as an aware UTC datetime."""
        raw = " ".join(i18n.digits(self._one(name)).replace("T", " ").split())
        if not raw and not required:
            return None
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d"):
            try:
                return datetime.strptime(raw, form).replace(tzinfo=zone).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        self.errors.setdefault(name, _("Please type the date as year-month-day, for example 2027-03-31."))
        return None

    def wrong(self, name: str, message: Message) -> None:
        self.errors.setdefault(name, message)

    def finish(self) -> None:
        if self.errors:
            raise Invalid(self.errors)
