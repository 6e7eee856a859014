"""What templates are told of published assessments: how one came out, its questions and answers, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.web.answer_words import lines
from participation.channels.web.comment_views import columns
from participation.channels.web.project_cards import midnight, pick
from participation.domain.projects.assessments.answers.rules import GROUNDS, SOURCES
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.assessments.rules import (
    LEVEL_WORDS,
    Level,
    Question,
    Questionnaire,
    Section,
)
from participation.domain.projects.queries import Whole
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, Text, _

LISTED = 500
"""Columns of an answer that a comparison shows, with a link to the whole."""
ROOM = 5_000
"""Columns of words for which a page of answers has room: of a section, or of a comparison."""
FRAME = 150
"""Columns that the frame of a row takes."""
TONES = {Level.LOW: "good", Level.MODERATE: "", Level.HIGH: "warn", Level.VERY_HIGH: "bad"}


def missing() -> NotFound:
    return NotFound(
        "assessment",
        _("There is no such assessment, or it is not published yet."),
        _("The project's list of assessments says what is there."),
    )


def today(visit: Visit) -> date:
    """In the city."""
    return visit.at.astimezone(visit.city.zone).date()


def day(text: str) -> date:
    return date.fromisoformat(text)


def base(visit: Visit, project: Whole, kind: str = "") -> str:
    return visit.url(f"/projects/{project.slug}/assessments" + (f"/{kind}" if kind else ""))


def common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {
        "project": {
            "title": pick(visit, project.said("title")),
            "address": visit.url(f"/projects/{project.slug}"),
        },
        "base": base(visit, project),
    }


def depends(visit: Visit, project: Whole) -> None:
    """A day that comes makes a review overdue, and an internal answer public."""
    visit.depends(f"project:{project.id}", until=midnight(visit))


def level(score: Mapping[str, Any]) -> Level | None:
    """Where the questionnaire knows no points there is none."""
    return Level(score["level"]) if score["most"] else None


def summary(visit: Visit, published: Published) -> dict[str, Any]:
    """Level, what is unresolved, when it was published and when it is looked at again."""
    found = level(published.score)
    return {
        "level": LEVEL_WORDS[found] if found else None,
        "tone": TONES[found] if found else "",
        "unresolved": published.score["unresolved"],
        "at": published.at,
        "number": published.number,
        "review_on": published.review_on,
        "overdue": published.review_on is not None and published.review_on < today(visit),
    }


def heading(visit: Visit, asked: Questionnaire) -> dict[str, Any]:
    return {
        "title": pick(visit, asked.title),
        "about": pick(visit, asked.about) if asked.about else None,
        "source": asked.source,
    }


def sections(visit: Visit, asked: Questionnaire, answers: Mapping[str, Any], base: str) -> list[tuple[str, Text, int]]:
    """Address, title, and how many answers there are."""
    return [
        (f"{base}/{one.id}", pick(visit, one.title), sum(question.id in answers for question in one.questions))
        for one in asked.sections
    ]


def section(
    visit: Visit, asked: Questionnaire, answers: Mapping[str, Any], base: str
) -> tuple[Section, dict[str, Any]]:
    """The section of the address: its place among the others, its questions with what was answered, and what comes next."""
    wanted = str(visit.request.path_params["section"])
    ids = [one.id for one in asked.sections]
    if wanted not in ids:
        raise missing()
    place = ids.index(wanted)
    part = asked.sections[place]
    following = asked.sections[place + 1 : place + 2]
    pages = _pages([answered(visit, one, answers[one.id]) for one in part.questions if one.id in answers])
    number = _page_of(pages, visit.request.query_params.get("at", ""))
    here = f"{base}/{wanted}"
    return part, {
        "section": {
            "title": pick(visit, part.title),
            "about": pick(visit, part.about) if part.about else None,
        },
        "place": place + 1,
        "places": len(ids),
        "questions": pages[number],
        "older": _from(here, pages[number + 1]) if number + 1 < len(pages) else None,
        "newer": here if number else None,
        "next": next(((f"{base}/{one.id}", pick(visit, one.title)) for one in following), None),
    }


def at(section: str, question: str) -> str:
    """Where an answer stands, on whichever page of its section there is room for it."""
    return f"{section}?at={question}#q-{question}"


def _from(section: str, page: Sequence[Mapping[str, Any]]) -> str:
    return f"{section}?at={page[0]['id']}"


def _pages(questions: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """As many answers on each page as there is room for, whole; nearly always one page."""
    pages: list[list[dict[str, Any]]] = [[]]
    room = ROOM
    for one in questions:
        weight = FRAME + sum(columns(str(line)) for line in (one["text"], *one["lines"]))
        if pages[-1] and weight > room:
            pages.append([])
            room = ROOM
        room -= weight
        pages[-1].append(one)
    return pages


def _page_of(pages: Sequence[Sequence[Mapping[str, Any]]], question: str) -> int:
    """The page that holds it; the first one where there is no such question."""
    return next((number for number, page in enumerate(pages) if any(one["id"] == question for one in page)), 0)


def told(visit: Visit, said: Mapping[str, Any], words: Callable[[], list[Text | Message | str]]) -> dict[str, Any]:
    """Who says an answer, and what; or why it is withheld: what `assessments/parts.html` shows of every answer."""
    shown: dict[str, Any] = {"internal": None, "opened": None, "source": None, "by": None, "lines": []}
    if "ground" in said:
        return shown | {"internal": (GROUNDS[Ground(said["ground"])], said["office"], day(said["until"]))}
    return shown | {
        "opened": day(said["opened"]) if "opened" in said else None,
        "by": pick(visit, said["by"]) if "by" in said else None,
        "source": SOURCES[Source(said["source"])],
        "lines": words(),
    }


def answered(visit: Visit, question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    """For `assessments/parts.html`."""
    asked = {"id": question.id, "text": pick(visit, question.text), "comments": None, "write": None}
    return asked | told(visit, said, lambda: list(lines(visit, question, said)))


# Side by side


def cell(
    visit: Visit,
    question: Question | None,
    said: Mapping[str, Any] | None,
    asked: Questionnaire,
    base: str,
    listed: int = LISTED,
) -> dict[str, Any]:
    """An answer beside others, cut where it is long, with the way to the whole; or why there is none."""
    if said is None or question is None:
        return {"none": _("Not asked") if question is None else _("No answer"), "weight": 0}
    section = next(one.id for one in asked.sections if any(each.id == question.id for each in one.questions))
    return short(answered(visit, question, said), at(f"{base}/{section}", question.id), listed)


def short(answer: dict[str, Any], address: str, listed: int) -> dict[str, Any]:
    cut = [_cut(line, listed) for line in answer["lines"]]
    answer["lines"] = [line for line, _short in cut]
    weight = sum(columns(str(line)) for line in answer["lines"])
    return {
        "none": None,
        "answer": answer,
        "more": address if any(short for _line, short in cut) else None,
        "weight": weight,
    }


def _cut(line: Text | Message | str, listed: int) -> tuple[Text | Message | str, bool]:
    """Its beginning, and whether that is less than the whole."""
    if not isinstance(line, Text) or columns(line.value) <= listed:
        return line, False
    value = line.value[:listed]
    while columns(value) > listed:
        value = value[: len(value) - max(1, (columns(value) - listed) // 2)]
    return replace(line, value=value.rstrip() + "…"), True
