"""Residents' pages of an assessment's versions: which there are, one beside another, one read whole."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web import assessment_views as views
from participation.channels.web.comment_views import columns
from participation.channels.web.project_cards import pick
from participation.channels.web.projects import find
from participation.domain.projects.assessments import queries
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.assessments.rules import LEVEL_WORDS, Questionnaire
from participation.domain.projects.assessments.versions import queries as lists
from participation.domain.projects.assessments.versions.rules import Pair, compared
from participation.domain.projects.queries import Whole
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _


async def index(visit: Visit) -> Response:
    """Every version with its day and how it came out; each leads to what it changed."""
    kind, after = str(visit.request.path_params["assessment"]), visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        project = await find(visit, session)
        newest = await queries.version(session, project.id, kind, today=views.today(visit))
        page = await lists.versions(session, project.id, kind, after=after)
    if not newest or newest[0].asked is None:
        raise views.missing()
    views.depends(visit, project)
    path = f"/projects/{project.slug}/assessments/{kind}/versions"
    context = {
        "asked": views.heading(visit, newest[0].asked),
        "address": views.base(visit, project, kind),
        "lines": [
            {
                "address": f"{visit.url(path)}/{line.number}",
                "number": line.number,
                "at": line.at,
                "level": (found := views.level(line.score)) and LEVEL_WORDS[found],
                "tone": views.TONES[found] if found else "",
                "unresolved": line.score["unresolved"],
            }
            for line in page.items
        ],
        "older": visit.url(path, after=page.next) if page.next else None,
        "newer": visit.url(path) if after else None,
    }
    return visit.page("assessments/versions.html", views.common(visit, project) | context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else None


def _no_version() -> NotFound:
    return NotFound("version", _("There is no such version."), _("The list of versions says which there are."))


@dataclass(frozen=True)
class _Read:
    """A version with what was asked then."""

    version: Published
    asked: Questionnaire

    @property
    def both(self) -> tuple[Questionnaire, Any]:
        return self.asked, self.version.answers


async def _read(visit: Visit, session: Session, *numbers: int) -> tuple[Whole, list[_Read]]:
    """The project and these versions of the kind in the address, in their order; all of them, or there is no such page."""
    project = await find(visit, session)
    kind = str(visit.request.path_params["assessment"])
    found = await queries.version(session, project.id, kind, numbers, today=views.today(visit))
    by_number = {one.number: _Read(one, one.asked) for one in found if one.asked is not None}
    if not set(numbers) <= set(by_number):
        raise _no_version() if found else views.missing()
    return project, [by_number[number] for number in numbers]


async def show(visit: Visit) -> Response:
    """One version beside the one before it, or beside another (`with`); the first one alone is read section by section."""
    number = _number(str(visit.request.path_params["number"]))
    asked_for = visit.request.query_params.get("with", "")
    other = _number(asked_for) if asked_for else (number or 1) - 1
    if not number or other is None or other == number:
        raise _no_version()
    async with visit.reading() as session:
        project, read = await _read(visit, session, *([other, number] if other else [number]))
    views.depends(visit, project)
    after = read[-1]
    kind = after.asked.kind
    base = views.base(visit, project, kind)
    here = f"{base}/versions/{number}"
    context = {
        "asked": views.heading(visit, after.asked),
        "address": f"{base}/versions",
        "number_": number,
        "newest": after.version.newest == number,
        "current": base,
        "summary": views.summary(visit, after.version),
        "sections": views.sections(visit, after.asked, after.version.answers, here),
        "scores": [_score(one) for one in read],
        "compared": None,
    }
    if len(read) > 1:
        context["compared"] = _compared(visit, project, read[0], after, asked_for)
    return visit.page("assessments/version.html", views.common(visit, project) | context)


def _score(one: _Read) -> dict[str, Any]:
    """Level and points of a version, for the row of each."""
    score = one.version.score
    level = views.level(score)
    return {
        "number": one.version.number,
        "at": one.version.at,
        "level": LEVEL_WORDS[level] if level else None,
        "total": score["total"],
        "most": score["most"],
        "unresolved": score["unresolved"],
    }


# Two side by side


def _compared(visit: Visit, project: Whole, before: _Read, after: _Read, asked_for: str) -> dict[str, Any]:
    """As many questions as there is room for, those that differ first; the rest is one link away."""
    pairs = compared(before.both, after.both)
    ids = [pair.id for pair in pairs]
    wanted = visit.request.query_params.get("after", "")
    start = ids.index(wanted) + 1 if wanted in ids else 0
    bases = [f"{views.base(visit, project, one.asked.kind)}/versions/{one.version.number}" for one in (before, after)]
    rows: list[dict[str, Any]] = []
    room = views.ROOM
    for pair in pairs[start:]:
        row = _row(visit, pair, (before, bases[0]), (after, bases[1]))
        if rows and row["weight"] > room:
            break
        room -= row["weight"]
        rows.append(row)
    end = start + len(rows)
    path = f"/projects/{project.slug}/assessments/{after.asked.kind}/versions/{after.version.number}"
    return {
        "before": before.version.number,
        "after": after.version.number,
        "changed": sum(pair.differs for pair in pairs),
        "same": sum(not pair.differs for pair in pairs),
        "differing": [row for row in rows if row["differs"]],
        "equal": [row for row in rows if not row["differs"]],
        "older": visit.url(path, **{"with": asked_for, "after": ids[end - 1]}) if end < len(ids) else None,
        "newer": visit.url(path, **{"with": asked_for}) if start else None,
    }


def _row(visit: Visit, pair: Pair, before: tuple[_Read, str], after: tuple[_Read, str]) -> dict[str, Any]:
    sides = [
        views.cell(visit, side.question, side.said, read.asked, base)
        for side, (read, base) in ((pair.before, before), (pair.after, after))
    ]
    shown = sides if pair.differs else sides[1:]
    text = pick(visit, pair.question.text)
    old = pair.before.question if pair.reworded else None
    return {
        "id": pair.id,
        "text": text,
        "reworded": pick(visit, old.text) if old else None,
        "differs": pair.differs,
        "sides": shown,
        "weight": views.FRAME + columns(text.value) + sum(side["weight"] for side in shown),
    }


# One read whole


async def section(visit: Visit) -> Response:
    """A section of an earlier version, in the questions of its own time."""
    number = _number(str(visit.request.path_params["number"]))
    if number is None:
        raise _no_version()
    async with visit.reading() as session:
        project, (read,) = await _read(visit, session, number)
    views.depends(visit, project)
    base = views.base(visit, project, read.asked.kind)
    here = f"{base}/versions/{number}"
    _part, shown = views.section(visit, read.asked, read.version.answers, here)
    context = {
        "asked": views.heading(visit, read.asked),
        "address": here,
        "summary": views.summary(visit, read.version),
        "newest": None if read.version.newest == number else (number, base),
    }
    return visit.page("assessments/section.html", views.common(visit, project) | context | shown)
