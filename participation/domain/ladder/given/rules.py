"""Since when each thing that is owed has been there, where that can be known; and what a step keeps of it when it opens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from participation.domain.ladder.gates.rules import TEXTS, Owing, Table
from participation.domain.ladder.rules import CHECKS, Dossier, owes
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.models import StepKind
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.rules import by_kind

DATES = {
    "notice": StepKind.CONSULTATION,
    "duration": StepKind.CONSULTATION,
    "vote_notice": StepKind.DECISION,
    "vote_duration": StepKind.DECISION,
}


@dataclass(frozen=True)
class Since:
    """First moments, as versions, signatures and publications tell them."""

    published: datetime | None
    """Nothing was public before the project was."""
    texts: Mapping[str, datetime]
    """By `sw.title`."""
    facts: Mapping[str, datetime]
    """Cost, agreements, influence and indicators, by their codes."""
    assessments: Mapping[str, datetime]
    """By kind."""
    signed: Mapping[str, datetime]
    """By precondition."""
    ballot: datetime | None
    documents: Mapping[str, datetime]
    """By kind."""
    meetings: Mapping[str, datetime]
    """When the first was announced, by the number of its place."""
    opinions: Mapping[str, datetime] = field(default_factory=dict)
    """Of somebody independent, by the kind of assessment that they are about."""


@dataclass(frozen=True)
class Item:
    """One thing that is owed: since when it has been there, or None where nobody can say; and days, where days are counted."""

    code: str
    given: datetime | None
    days: int | None = None
    least: int | None = None

    @property
    def stored(self) -> dict[str, Any]:
        given = None if self.given is None else self.given.isoformat(timespec="seconds")
        counted = {} if self.least is None else {"days": self.days, "least": self.least}
        return {"code": self.code, "given": given, **counted}


def read(stored: Mapping[str, Any]) -> Item:
    given = stored.get("given")
    moment = None if given is None else datetime.fromisoformat(given)
    return Item(str(stored["code"]), moment, stored.get("days"), stored.get("least"))


def items(
    step: Owing, table: Table, dossier: Dossier, since: Since, steps: Sequence[Any], required: Sequence[str]
) -> list[Item]:
    """What a step owes, in the order of the page; whether it is missing, `ladder.rules.missing` says."""
    found = []
    for code in CHECKS:
        if not owes(code, dossier, step, table) or _idle(code, step, dossier, since, steps):
            continue
        moment = _announced(code, step, table, dossier, since) or _given(code, step, since, steps, required)
        if moment is not None and since.published is not None:
            moment = max(moment, since.published)
        days, least = _days(code, table, dossier)
        found.append(Item(code, moment, days, least))
    return found


def _idle(code: str, step: Owing, dossier: Dossier, since: Since, steps: Sequence[Any]) -> bool:
    """Nothing can be said of it: an opinion that nobody has to give, a question without a ballot, days of a step that never was to open."""
    if code == "opinion":
        return not dossier.unlooked and not since.opinions
    if code in ("question", "binding"):
        return dossier.questions is None
    if code in DATES and Owing(DATES[code]) not in dossier.spans:
        return step is Owing.INFORMATION or by_kind(steps, DATES[code]) is not None
    return False


def _announced(code: str, step: Owing, table: Table, dossier: Dossier, since: Since) -> datetime | None:
    """Documents and meetings: since when the last of those that are owed has been public."""
    if code == "homes_plan":
        return since.documents.get(DocumentKind.RESETTLEMENT)
    if code == "documents":
        return _last(since.documents.get(kind) for kind in table.documents.get(step, ()))
    if code == "attached":
        return _last([*since.documents.values(), *since.meetings.values()])
    if code == "homes_meetings":
        return _last(
            min((at for place, at in since.meetings.items() if int(place) in one.within), default=None)
            for one in dossier.settlements
        )
    return None


def _given(code: str, step: Owing, since: Since, steps: Sequence[Any], required: Sequence[str]) -> datetime | None:
    if step is Owing.INFORMATION:
        return since.published
    if code in TEXTS or code == "summary_length":
        name = code if code in TEXTS else "summary"
        return _last(since.texts.get(f"{language}.{name}") for language in required)
    if code == "translations":
        return _last(since.texts.values())
    if code in DATES:
        dated = by_kind(steps, DATES[code])
        return None if dated is None else dated.announced_at
    if code == "assessments":
        return _last(since.assessments.values())
    if code == "opinion":
        return _last(since.opinions.values())
    if code == "preconditions":
        return _last(since.signed.get(one) for one in Condition)
    if code in ("ballot", "question", "binding"):
        return since.ballot
    if code == "consultation":
        consultation = by_kind(steps, StepKind.CONSULTATION)
        return None if consultation is None else consultation.closes_at
    return since.facts.get(code)


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    """When the last of them was there; None where of one nobody can say."""
    known = list(moments)
    return max((one for one in known if one is not None), default=None) if None not in known else None


def _days(code: str, table: Table, dossier: Dossier) -> tuple[int | None, int | None]:
    """Days as they count, and how many there have to be."""
    if code not in DATES:
        return None, None
    of = Owing(DATES[code])
    least = table.notice(of) if code.endswith("notice") else table.duration(of, dossier.influence)
    span = dossier.spans.get(of)
    if span is None:
        return None, least
    ends = (span.announced, span.opens) if code.endswith("notice") else (span.opens, span.closes)
    return table.counted(*ends), least
