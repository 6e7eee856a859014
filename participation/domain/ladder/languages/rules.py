"""How far a project has come in a language: pure decisions over texts and their marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import Message, _
from participation.kit.marks import Texts, counts, machine, original, outdated


class Standing(StrEnum):
    """What there is of one text in one language."""

    WHOLE = "whole"
    STALE = "stale"
    """What it was translated from says something else now."""
    MACHINE = "machine"
    """A machine translated it, and nobody has checked it."""
    MISSING = "missing"


class Settled(StrEnum):
    """Whether a text can still be written."""

    NO = "no"
    SAID = "said"
    """In the languages in which it was announced it stays; others can be added, and what does not count in them put right."""
    ALL = "all"
    """It is announced, and stays as it is."""


@dataclass(frozen=True)
class Saying:
    """One text that the city says about a project."""

    key: str
    """`project.title`, `answer.risk.worst`, …: the same in addresses and in translators' files."""
    label: Message | Mapping[str, str]
    texts: Texts
    most: int
    """Characters at most."""
    settled: Settled = Settled.NO
    lines: bool = True

    def standing(self, language: str) -> Standing:
        if not self.texts.get(language):
            return Standing.MISSING
        if machine(language, self.texts, self.texts.marks) is not None:
            return Standing.MACHINE
        return Standing.WHOLE if outdated(language, self.texts, self.texts.marks) is None else Standing.STALE

    def source(self, language: str, order: Sequence[str], wanted: str | None = None) -> str | None:
        """From which language it is translated into this one: the wanted one, else the one that it was last translated
        from, else the one in which it was written first; None where nothing is there to translate."""
        said = {one: text for one, text in self.texts.items() if one != language}
        before = (self.texts.marks.get(language) or {}).get("from")
        first = original(said, self.texts.marks, order)
        return next((one for one in (wanted, before, first) if one and said.get(one)), None)

    def open_in(self, language: str) -> bool:
        return why_fixed(self, language) is None


@dataclass(frozen=True)
class Tally:
    """How much of a project is there in one language."""

    whole: int
    stale: int
    machine: int
    missing: int

    @property
    def all(self) -> int:
        return self.whole + self.stale + self.machine + self.missing

    @property
    def complete(self) -> bool:
        return self.whole == self.all


def tally(sayings: Iterable[Saying], language: str) -> Tally:
    standings = [saying.standing(language) for saying in sayings]
    return Tally(*(standings.count(standing) for standing in Standing))


def why_fixed(saying: Saying, language: str) -> Refusal | None:
    """Why a text cannot be written in a language any more; None when it can."""
    if saying.settled is Settled.ALL or (
        saying.settled is Settled.SAID and counts(language, saying.texts, saying.texts.marks)
    ):
        return Conflict(
            "announced",
            _("This was announced in these words, and cannot be changed any more."),
            _("Other texts of the project still can; its list of languages shows them."),
        )
    return None
