"""The table of what each step owes: defaults that a city can make stricter and never looser, and how days are counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from participation.domain.projects.influence.rules import NAMES as INFLUENCE
from participation.domain.projects.models import Influence, StepKind
from participation.kit.i18n import Message, _


class Owing(StrEnum):
    """What owes something: publishing, which begins the step of information, and the two steps with dates."""

    INFORMATION = "information"
    CONSULTATION = StepKind.CONSULTATION
    DECISION = StepKind.DECISION


TEXTS = ("title", "summary", "description", "decided", "open", "payer", "supplier", "contact")
FIRST = ("title", "summary", "description", "contact")
"""What the city says before anything else."""

OWED: Mapping[Owing, tuple[str, ...]] = {
    Owing.INFORMATION: (*FIRST, "summary_length", "notice", "duration", "vote_notice", "vote_duration"),
    Owing.CONSULTATION: (
        *TEXTS,
        *("cost", "agreements", "assessments", "opinion", "influence", "preconditions", "indicators"),
        *("homes_places", "homes_plan", "homes_meetings", "documents", "attached", "notice", "duration"),
    ),
    Owing.DECISION: (
        *("consultation", "assessments", "opinion", "homes_places", "homes_plan", "homes_meetings"),
        *("ballot", "question", "binding", "documents", "vote_notice", "vote_duration"),
    ),
}
"""The default: for each step, by their codes (`ladder.rules.CHECKS`), the things that have to be there first."""

MAY_ADD: Mapping[Owing, tuple[str, ...]] = {
    Owing.INFORMATION: (
        *("decided", "open", "payer", "supplier", "translations", "cost", "agreements"),
        *("influence", "preconditions", "indicators"),
    ),
    Owing.CONSULTATION: ("ballot", "question"),
    Owing.DECISION: ("translations", "attached", "agreements"),
}
"""What a city can ask for in a step beyond the default."""

WITH_DOCUMENTS = (Owing.CONSULTATION, Owing.DECISION)
"""Steps for which a city can ask for kinds of documents, none by default; a draft has none that are public."""

HOMES = "homes-livelihoods"
"""The kind of assessment that is required where homes or livelihoods are touched."""
NOTICE, VOTE_NOTICE, VOTE, INDICATORS = "notice", "vote_notice", "vote", "indicators"
NUMBERS: Mapping[str, int] = {
    NOTICE: 14,
    Influence.INFORM: 30,
    Influence.CONSULT: 30,
    Influence.INVOLVE: 42,
    Influence.COLLABORATE: 42,
    Influence.EMPOWER: 84,
    VOTE_NOTICE: 0,
    VOTE: 7,
    INDICATORS: 1,
}
"""The default, at least: days between the announcement and the opening, days for which a consultation of each level of influence
is open, the same two for a vote, and how many indicators."""

STEP_WORDS: Mapping[Owing, Message] = {
    Owing.INFORMATION: _("Before a project is published"),
    Owing.CONSULTATION: _("Before a consultation opens"),
    Owing.DECISION: _("Before a vote opens"),
}
NUMBER_WORDS: Mapping[str, Message] = {
    NOTICE: _("Days from announcing a consultation to its opening"),
    **{level: _("Days for which a consultation is open: %(level)s", level=name) for level, name in INFLUENCE.items()},
    VOTE_NOTICE: _("Days from announcing a vote to its opening"),
    VOTE: _("Days for which a vote is open"),
    INDICATORS: _("Indicators of a project"),
}
"""Each of `NUMBERS` in words."""

MOST: Mapping[str, int] = {name: 5 if name == INDICATORS else 365 for name in NUMBERS}
LONGEST_HOLIDAY = timedelta(days=62)
MOST_HOLIDAYS = 100
LAST_DAY = date(2200, 12, 31)
"""No list of holidays goes further, and days can still be added to it."""


@dataclass(frozen=True)
class Holiday:
    """Days, the first and the last included, that do not count."""

    first: date
    last: date
    names: Mapping[str, str]

    def overlaps(self, other: "Holiday") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Table:
    """What each step owes in one city."""

    owed: Mapping[Owing, frozenset[str]]
    numbers: Mapping[str, int]
    documents: Mapping[Owing, tuple[str, ...]]
    """Kinds of documents that have to be published for a step."""
    holidays: tuple[Holiday, ...]

    def notice(self, step: Owing) -> int:
        return self.numbers[VOTE_NOTICE if step is Owing.DECISION else NOTICE]

    def duration(self, step: Owing, influence: str | None) -> int:
        """While no level is chosen the shortest: choosing one is owed for itself."""
        if step is Owing.DECISION:
            return self.numbers[VOTE]
        return self.numbers[influence] if influence else min(self.numbers[level] for level in Influence)

    def counted(self, first: date, end: date) -> int:
        """Days from one until before another, without holidays."""
        within = (
            min(holiday.last + timedelta(days=1), end) - max(holiday.first, first)
            for holiday in self.holidays
            if holiday.last >= first and holiday.first < end
        )
        return (end - first - sum(within, timedelta(0))).days

    def earliest(self, first: date, days: int) -> date:
        """The first day on which so many days have been counted; the holidays stand in their order and do not overlap."""
        end = first + timedelta(days=days)
        for holiday in self.holidays:
            if holiday.last >= first and holiday.first < end:
                end += holiday.last + timedelta(days=1) - max(holiday.first, first)
        return end


def table(gates: Mapping[str, Any], holidays: Sequence[Mapping[str, Any]]) -> Table:
    """The default with what a city has settled on top of it: nothing that is stored can make it looser."""
    numbers = gates.get("numbers", {})
    return Table(
        owed={step: frozenset([*OWED[step], *gates.get("owed", {}).get(step, ())]) for step in Owing},
        numbers={name: max(least, numbers.get(name, 0)) for name, least in NUMBERS.items()},
        documents={step: tuple(gates.get("documents", {}).get(step, ())) for step in WITH_DOCUMENTS},
        holidays=tuple(sorted((holiday(said) for said in holidays), key=lambda one: one.first)),
    )


def holiday(said: Mapping[str, Any]) -> Holiday:
    return Holiday(date.fromisoformat(said["first"]), date.fromisoformat(said["last"]), said["names"])


def too_loose(name: str, least: int) -> Message:
    """Why a city cannot settle for less than the default."""
    return _("A city can ask for more than the default, never for less: at least %(least)s.", least=least)


def wrong_holiday(new: Holiday, others: Iterable[Holiday]) -> dict[str, Message]:
    """What is wrong with a range of days, by field."""
    errors: dict[str, Message] = {}
    others = list(others)
    if new.last < new.first:
        errors["last"] = _("The last day cannot come before the first.")
    elif new.last > LAST_DAY:
        errors["last"] = _("This is more than ten years away.")
    elif new.last - new.first >= LONGEST_HOLIDAY:
        errors["last"] = _("At most %(most)s days in one piece.", most=LONGEST_HOLIDAY.days)
    elif any(new.overlaps(other) for other in others):
        errors["first"] = _("Some of these days are on the list already.")
    elif len(others) >= MOST_HOLIDAYS:
        errors["first"] = _("The list is full. Take old ones off it first.")
    return errors
