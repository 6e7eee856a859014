"""Residents' pages of gates: what each step owes in this city, what one project owed and when it was given, what it promises."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from participation.channels.http.entries.words import place, role
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import WHERE, address, day, midnight, pick
from participation.channels.web.project_views import listed_languages
from participation.channels.web.projects import depends, find
from participation.domain.ladder import queries as ladder
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.gates.rules import (
    NUMBER_WORDS,
    NUMBERS,
    OWED,
    STEP_WORDS,
    Owing,
    Table,
)
from participation.domain.ladder.given import queries as given
from participation.domain.ladder.given.rules import Item, Since, items
from participation.domain.ladder.rules import CHECKS, Missing, missing
from participation.domain.projects import rules
from participation.domain.projects.assessments.compared.queries import outline
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.documents.rules import KINDS
from participation.domain.projects.influence.rules import NAMES, PROMISES
from participation.domain.projects.models import Influence, ProjectState, StepKind
from participation.domain.projects.parts.queries import IndicatorView
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.queries import Signature, signatures
from participation.domain.projects.preconditions.rules import CONDITIONS
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import StepState
from participation.kit import i18n
from participation.kit.i18n import Message, _

# What each step owes in this city


async def about(visit: Visit) -> Response:
    """The table in words, with what this city asks for beyond the default."""
    table = gates.settled(visit.city)
    today = visit.at.astimezone(visit.city.zone).date()
    steps = [(STEP_WORDS[step], list(_owed(table, step))) for step in Owing]
    numbers = [
        [words, i18n.number(table.numbers[name], visit.language), i18n.number(NUMBERS[name], visit.language)]
        for name, words in NUMBER_WORDS.items()
    ]
    holidays = [(pick(visit, one.names), one.first, one.last) for one in table.holidays if one.last >= today]
    levels = [(NAMES[level], PROMISES[level]) for level in Influence]
    context = {"steps": steps, "numbers": numbers, "holidays": holidays, "levels": levels}
    visit.depends(until=midnight(visit))
    return visit.page("about/gates.html", context)


def _owed(table: Table, step: Owing) -> Iterator[tuple[Message, bool]]:
    """What a step owes in words, and whether that is beyond the default."""
    for code in CHECKS:
        if code == "documents":
            for kind in table.documents.get(step, ()):
                yield KINDS[DocumentKind(kind)], True
        elif code in table.owed[step]:
            yield CHECKS[code][0], code not in OWED[step]


# What one project owed, and when it was given


async def project(visit: Visit) -> Response:
    """Each step: what it owed when it opened, or what it owes now, and since when each thing has been there."""
    today = visit.at.astimezone(visit.city.zone).date()
    async with visit.reading() as session:
        about_it = await find(visit, session)
        life = await ladder.life(session, about_it, today=today, at=visit.at)
        since, kept = await given.story(session, about_it.id)
    depends(visit, about_it)
    table = gates.settled(visit.city)
    dossier = gates.of_view(visit.city, about_it, life.ballot, life.file, visit.at)
    steps = []
    for step in Owing:
        if step in kept:
            steps.append(_step(visit, about_it, step, kept[step], [], since))
        elif _opened(about_it, step):
            steps.append(_step(visit, about_it, step, None, [], since))
        else:
            owing = items(step, table, dossier, since, about_it.steps, visit.city.required_languages)
            steps.append(_step(visit, about_it, step, owing, missing(dossier, step, table), since))
    return visit.page(
        "projects/gates.html", _common(visit, about_it) | {"steps": steps, "rules": visit.url("/about/gates")}
    )


def _opened(project: Whole, step: Owing) -> bool:
    if step is Owing.INFORMATION:
        return project.state != ProjectState.DRAFT
    dated = project.step(StepKind(step))
    return dated is not None and dated.opened_at is not None


def _step(
    visit: Visit, project: Whole, step: Owing, owing: list[Item] | None, lacking: Sequence[Missing], since: Since
) -> dict[str, Any]:
    absent = {item.code: item for item in lacking}
    return {
        "words": WHERE[step],
        "state": _state(visit, project, step),
        "known": owing is not None,
        "rows": [
            _row(visit, item, absent.get(item.code)) | {"parts": _parts(visit, item, since)} for item in owing or ()
        ],
    }


def _state(visit: Visit, project: Whole, step: Owing) -> Message:
    if step is Owing.INFORMATION:
        if project.published_at is None:
            return _("Not published yet.")
        return _("Published on %(day)s. This is what it owed then.", day=day(visit, project.published_at))
    dated = project.step(StepKind(step))
    if dated is None:
        return _("It has no dates yet. This is what it would owe.")
    if dated.opened_at is not None:
        return _("Opened on %(day)s. This is what it owed then.", day=day(visit, dated.opened_at))
    if rules.step_state(dated, visit.at) is StepState.CLOSED:
        return _("It was ended before it opened.")
    return _("Planned for %(day)s. This is what it owes.", day=day(visit, dated.opens_at))


def _row(visit: Visit, item: Item, absent: Missing | None) -> dict[str, Any]:
    words: Message | str = CHECKS[item.code][0] if item.code in CHECKS else item.code
    days = None
    if item.least:
        days = _("%(days)s days, at least %(least)s", days=item.days, least=item.least) if item.days else None
    return {
        "words": absent.message if absent else words,
        "languages": listed_languages(visit, absent.languages) if absent else "",
        "missing": absent is not None,
        "given": item.given,
        "days": days,
        "later": absent is None and item.least is not None and item.days is None,
    }


def _parts(visit: Visit, item: Item, since: Since) -> list[tuple[i18n.Text, datetime]]:
    """Of assessments each kind with its day; of a step that has opened those that it found."""
    if item.code != "assessments" or since.published is None:
        return []
    days = {kind: max(at.replace(microsecond=0), since.published) for kind, at in since.assessments.items()}
    titles = outline().titles
    return [
        (pick(visit, titles[kind]), days[kind])
        for kind in titles
        if kind in days and (item.given is None or days[kind] <= item.given)
    ]


# What a project promises before residents are asked


async def conditions(visit: Visit) -> Response:
    """The level of influence, the five preconditions with who signed them, and the indicators."""
    async with visit.reading() as session:
        about_it = await find(visit, session)
        signed = await signatures(session, about_it.id)
    depends(visit, about_it)
    chosen = Influence(about_it.influence) if about_it.influence else None
    context = {
        "asks": about_it.asks,
        "level": (NAMES[chosen], PROMISES[chosen]) if chosen else None,
        "conditions": [_condition(visit, about_it, one, signed.get(one, [])) for one in Condition],
        "indicators": [_indicator(visit, one) for one in about_it.indicators],
        "gates": address(visit, about_it, "/gates"),
    }
    return visit.page("projects/conditions.html", _common(visit, about_it) | context)


def _condition(visit: Visit, project: Whole, condition: Condition, signed: Sequence[Signature]) -> dict[str, Any]:
    """What was signed while the project was a draft became public with it."""
    if not signed:
        return {"words": CONDITIONS[condition], "signed": None}
    newest = signed[0]
    return {
        "words": CONDITIONS[condition],
        "signed": pick(visit, newest.words),
        "who": _("%(role)s, %(place)s", role=role(newest.role), place=place(visit, newest.place)),
        "at": newest.at,
        "again": len(signed) > 1,
    }


def _indicator(visit: Visit, one: IndicatorView) -> dict[str, Any]:
    return {
        "name": pick(visit, one.names),
        "unit": pick(visit, one.units),
        "from": _figure(visit, one.baseline, one.baseline_on),
        "to": _figure(visit, one.target, one.target_on),
    }


def _figure(visit: Visit, value: Decimal, on: date) -> tuple[str, date]:
    return i18n.number(float(value), visit.language), on


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {"title": pick(visit, project.said("title")), "address": address(visit, project)}
