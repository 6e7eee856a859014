"""Residents' pages of impact assessments: what a project owes and has published, one assessment, one of its sections."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import midnight, pick
from participation.channels.web.projects import find
from participation.domain.projects.assessments import queries, rules
from participation.domain.projects.assessments.answers.rules import GROUNDS, SOURCES
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.queries import SCREENING, Published
from participation.domain.projects.assessments.rules import (
    LEVEL_WORDS,
    UNKNOWN,
    Level,
    Question,
    QuestionKind,
    Questionnaire,
    Section,
)
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, Text, _
from participation.kit.marks import Texts

TONES = {Level.LOW: "good", Level.MODERATE: "", Level.HIGH: "warn", Level.VERY_HIGH: "bad"}


def _missing() -> NotFound:
    return NotFound(
        "assessment",
        _("There is no such assessment, or it is not published yet."),
        _("The project's list of assessments says what is there."),
    )


async def index(visit: Visit) -> Response:
    """What the published screening requires, and everything that is published."""
    async with visit.reading() as session:
        project = await find(visit, session)
        published = {one.kind: one for one in await queries.published(session, project.id)}
    _depends(visit, project)
    owed = {}
    if SCREENING in published:
        screening = queries.shipped_one(SCREENING)
        owed = {
            one.kind: one.why for one in rules.owed(screening, queries.published_choices(published[SCREENING].answers))
        }
    first = [SCREENING] if SCREENING in published else []
    kinds = list(dict.fromkeys([*first, *owed, *published]))
    context = {
        "screened": SCREENING in published,
        "lines": [_line(visit, project, kind, published.get(kind), owed.get(kind)) for kind in kinds],
    }
    return visit.page("assessments/list.html", _common(visit, project) | context)


def _line(
    visit: Visit, project: Whole, kind: str, published: Published | None, why: rules.Words | None
) -> dict[str, Any]:
    title = queries.shipped_one(kind).title if kind in queries.shipped() else {"en": kind}
    shown = None if published is None else _summary(visit, published)
    return {
        "title": pick(visit, dict(title)),
        "address": visit.url(f"/projects/{project.slug}/assessments/{kind}") if published else None,
        "why": None if why is None else pick(visit, dict(why)),
        "summary": shown,
    }


def _summary(visit: Visit, published: Published) -> dict[str, Any]:
    """Level, what is unresolved, when it was published and when it is looked at again."""
    level = Level(published.score["level"]) if published.score["most"] else None
    today = visit.at.astimezone(visit.city.zone).date()
    return {
        "level": LEVEL_WORDS[level] if level else None,
        "tone": TONES[level] if level else "",
        "unresolved": published.score["unresolved"],
        "at": published.at,
        "number": published.number,
        "review_on": published.review_on,
        "overdue": published.review_on is not None and published.review_on < today,
    }


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {
        "project": {
            "title": pick(visit, project.said("title")),
            "address": visit.url(f"/projects/{project.slug}"),
        },
        "base": visit.url(f"/projects/{project.slug}/assessments"),
    }


def _depends(visit: Visit, project: Whole) -> None:
    """A day that comes makes a review overdue."""
    visit.depends(f"project:{project.id}", until=midnight(visit))


async def _one(visit: Visit, session: Session) -> tuple[Whole, Published, Questionnaire]:
    project = await find(visit, session)
    kind = str(visit.request.path_params["assessment"])
    found = await queries.published(session, project.id, kind)
    if not found:
        raise _missing()
    asked = await queries.questionnaire(session, city_id=visit.city.id, kind=kind)
    if asked is None:
        raise _missing()
    return project, found[0], asked


async def show(visit: Visit) -> Response:
    """One assessment: how it came out, what nobody could assess, and its sections."""
    async with visit.reading() as session:
        project, published, asked = await _one(visit, session)
    _depends(visit, project)
    base = visit.url(f"/projects/{project.slug}/assessments/{asked.kind}")
    unresolved = [one for one in asked.questions if UNKNOWN in published.answers.get(one.id, {}).get("chosen", ())]
    context = {
        "asked": _heading(visit, asked),
        "summary": _summary(visit, published),
        "unresolved": [pick(visit, dict(one.text)) for one in unresolved],
        "sections": [
            (f"{base}/{section.id}", pick(visit, dict(section.title)), _count(section, published.answers))
            for section in asked.sections
        ],
    }
    return visit.page("assessments/show.html", _common(visit, project) | context)


def _heading(visit: Visit, asked: Questionnaire) -> dict[str, Any]:
    return {
        "title": pick(visit, dict(asked.title)),
        "about": pick(visit, dict(asked.about)) if asked.about else None,
        "source": asked.source,
    }


def _count(section: Section, answers: Mapping[str, Any]) -> int:
    return sum(question.id in answers for question in section.questions)


async def section(visit: Visit) -> Response:
    """The questions of one section, with what was answered, and by whom."""
    async with visit.reading() as session:
        project, published, asked = await _one(visit, session)
    _depends(visit, project)
    wanted = str(visit.request.path_params["section"])
    ids = [one.id for one in asked.sections]
    if wanted not in ids:
        raise _missing()
    place = ids.index(wanted)
    part = asked.sections[place]
    base = visit.url(f"/projects/{project.slug}/assessments/{asked.kind}")
    context = {
        "asked": _heading(visit, asked),
        "address": base,
        "section": {
            "title": pick(visit, dict(part.title)),
            "about": pick(visit, dict(part.about)) if part.about else None,
        },
        "place": place + 1,
        "places": len(ids),
        "questions": [
            _answered(visit, one, published.answers[one.id]) for one in part.questions if one.id in published.answers
        ],
        "next": (f"{base}/{ids[place + 1]}", pick(visit, dict(asked.sections[place + 1].title)))
        if place + 1 < len(ids)
        else None,
    }
    return visit.page("assessments/section.html", _common(visit, project) | context)


def _answered(visit: Visit, question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"id": question.id, "text": pick(visit, dict(question.text)), "internal": None, "source": None, "lines": []}
    if "ground" in said:
        until = date.fromisoformat(said["until"]) if said["until"] else None
        return shown | {"internal": (GROUNDS[Ground(said["ground"])], said["office"], until)}
    return shown | {"source": SOURCES[Source(said["source"])], "lines": _lines(visit, question, said)}


def _lines(visit: Visit, question: Question, said: Mapping[str, Any]) -> list[Text | Message | str]:
    """The answer as it is read: words, the choices in words, a number or a day as the reader writes it."""
    if UNKNOWN in said["chosen"]:
        return [_("We cannot assess this")]
    if said["words"]:
        return [pick(visit, Texts(said["words"], said.get("marks", {})))]
    texts = {choice.id: choice.text for choice in question.choices}
    if texts:
        return [pick(visit, dict(texts[choice])) for choice in said["chosen"] if choice in texts]
    if question.kind is QuestionKind.NUMBER:
        return [i18n.number(int(number), visit.language) for number in said["chosen"]]
    return list(said["chosen"])
