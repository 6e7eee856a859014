"""Residents' page of all projects beside each other: how their assessments came out, and what they answer."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web import assessment_views as views
from participation.channels.web.comment_views import columns
from participation.channels.web.project_cards import midnight, pick
from participation.domain.projects.assessments import queries
from participation.domain.projects.assessments.compared import queries as compared
from participation.domain.projects.assessments.compared.queries import Compared, outline
from participation.domain.projects.assessments.queries import SCREENING, Published
from participation.domain.projects.assessments.rules import LEVEL_WORDS, POINT_WORDS, UNKNOWN, Question
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, Text, _

POINTS = "points"
"""What can be chosen instead of a kind: the nine points."""
SIZE = 20
SIZE_OF_POINTS = 5
"""Projects on a page; with nine beginnings of answers each, fewer."""
BEGINNING = 90
"""Columns of an answer to a point in the list; `BESIDE` where two or three projects stand side by side."""
BESIDE = 250
MOST = 3


async def index(visit: Visit) -> Response:
    """All projects, by one kind of assessment, by the nine points or by everything; or two or three side by side."""
    given = visit.request.query_params
    kind = given.get("kind", "")
    kind = kind if kind in outline().titles or kind == POINTS else ""
    slugs = [slug for part in given.getlist("projects") for slug in part.split(",") if slug]
    slugs = list(dict.fromkeys(slugs))[: MOST + 1]
    visit.depends(f"projects:{visit.city.id}", until=midnight(visit))
    if 2 <= len(slugs) <= MOST:
        return await _beside(visit, kind, slugs)
    return await _list(visit, kind, slugs)


def _choices(visit: Visit) -> list[tuple[str, Message | Text]]:
    titles = [(kind, pick(visit, words)) for kind, words in outline().titles.items()]
    return [(POINTS, _("The nine points")), *titles]


async def _list(visit: Visit, kind: str, chosen: Sequence[str]) -> Response:
    """A page of projects. With one project chosen, or too many, it says what can be chosen."""
    after = visit.request.query_params.get("after", "")
    size = SIZE_OF_POINTS if kind == POINTS else SIZE
    async with visit.reading() as session:
        page = await compared.page(session, visit.city, after=after, size=size, points=kind == POINTS)
    context = {
        "kind": kind,
        "kinds": _choices(visit),
        "chosen": list(chosen),
        "wrong": bool(chosen),
        "rows": [_row(visit, one, kind) for one in page.items],
        "older": visit.url("/assessments", kind=kind, after=page.next) if page.next else None,
        "newer": visit.url("/assessments", kind=kind) if after else None,
        "points": kind == POINTS,
    }
    return visit.page("assessments/compared.html", context, status=422 if chosen else 200)


def _row(visit: Visit, one: Compared, kind: str) -> dict[str, Any]:
    """One project in the list: by all of its assessments, or by one kind."""
    row = _heading(visit, one) | {"slug": one.slug, "number": one.number}
    if kind == POINTS:
        return row | {"points": [_point(visit, one, point, BEGINNING) for point in POINT_WORDS]}
    return row | _result(visit, one, kind)


def _heading(visit: Visit, one: Compared) -> dict[str, Any]:
    base = visit.url(f"/projects/{one.slug}/assessments")
    return {"title": pick(visit, one.titles), "address": base}


def _result(visit: Visit, one: Compared, kind: str) -> dict[str, Any]:
    """Level, what nobody can answer, when it was published, when it is looked at again, and what is owed."""
    found = one.results.get(kind) if kind else one
    owed = [name for name in one.owed if name == kind] if kind else list(one.owed)
    if found is None or not one.results:
        known = kind and not owed and SCREENING in one.results
        return {
            "none": _("not owed") if known else _("not published"),
            "owed": _titles(visit, owed),
            "overdue": False,
            "level": None,
        }
    level, review = found.level, found.review_on
    return {
        "none": None,
        "level": LEVEL_WORDS[level] if level else None,
        "tone": views.TONES[level] if level else "",
        "unresolved": found.unresolved,
        "at": found.at,
        "review_on": review,
        "overdue": review is not None and review < views.today(visit),
        "owed": _titles(visit, owed),
    }


def _titles(visit: Visit, kinds: Sequence[str]) -> list[Text]:
    return [pick(visit, outline().titles[kind]) for kind in kinds]


def _point(visit: Visit, one: Compared, point: str, listed: int) -> dict[str, Any]:
    """What a project answers to one of the nine points."""
    place, said = outline().points[point], one.points.get(point)
    if said is None:
        return {"label": POINT_WORDS[point], "none": _("No answer"), "weight": 0}
    shown = views.told(
        visit,
        said,
        lambda: [_("We cannot assess this")] if UNKNOWN in said["chosen"] else [pick(visit, said["words"])],
    )
    base = visit.url(f"/projects/{one.slug}/assessments/{place.kind}/{place.section}")
    return {"label": POINT_WORDS[point], **views.short(shown, views.at(base, place.question), listed)}


# Two or three side by side


async def _beside(visit: Visit, kind: str, slugs: Sequence[str]) -> Response:
    """Their results; then their answers, question by question of one kind, or to the nine points."""
    today = views.today(visit)
    versions: dict[int, Published] = {}
    async with visit.reading() as session:
        found = await compared.of(session, visit.city, slugs)
        if len(found) < len(slugs):
            raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
        for one in found if kind not in ("", POINTS) else ():
            if kind in one.results:
                (versions[one.id],) = await queries.version(session, one.id, kind, today=today)
    whole = kind in ("", POINTS)
    rows = _points(visit, found) if whole else _questions(visit, kind, found, versions)
    wanted = visit.request.query_params.get("after", "")
    names = [row["name"] for row in rows]
    start = names.index(wanted) + 1 if wanted in names else 0
    end, room = start, views.ROOM
    while end < len(rows) and (end == start or rows[end]["weight"] <= room):
        room -= rows[end]["weight"]
        end += 1
    query = {"kind": kind, "projects": ",".join(slugs)}
    context = {
        "kind": kind,
        "title": None if whole else pick(visit, outline().titles[kind]),
        "all": visit.url("/assessments", kind=kind),
        "projects": [_heading(visit, one) | _result(visit, one, "" if whole else kind) for one in found],
        "rows": rows[start:end],
        "older": visit.url("/assessments", **query, after=names[end - 1]) if end < len(rows) else None,
        "newer": visit.url("/assessments", **query) if start else None,
    }
    return visit.page("assessments/beside.html", context)


def _points(visit: Visit, found: Sequence[Compared]) -> list[dict[str, Any]]:
    return [
        _side_by_side(point, words, [_point(visit, one, point, BESIDE) for one in found])
        for point, words in POINT_WORDS.items()
    ]


def _questions(
    visit: Visit, kind: str, found: Sequence[Compared], versions: dict[int, Published]
) -> list[dict[str, Any]]:
    """Every question of one kind that one of them answers, as it is asked of the first that is asked it."""
    asked: dict[str, Question] = {}
    for one in found:
        version = versions.get(one.id)
        if version is not None and version.asked is not None:
            asked = {question.id: question for question in version.asked.questions} | asked
    rows = []
    for id, question in asked.items():
        cells = [_cell(visit, kind, one, versions.get(one.id), id) for one in found]
        if any(cell["none"] is None for cell in cells):
            rows.append(_side_by_side(id, pick(visit, question.text), cells))
    return rows


def _cell(visit: Visit, kind: str, one: Compared, version: Published | None, id: str) -> dict[str, Any]:
    if version is None or version.asked is None:
        return {"none": _("not published"), "weight": 0}
    question = next((each for each in version.asked.questions if each.id == id), None)
    base = visit.url(f"/projects/{one.slug}/assessments/{kind}")
    return views.cell(visit, question, version.answers.get(id), version.asked, base, BESIDE)


def _side_by_side(name: str, label: Message | Text, cells: list[dict[str, Any]]) -> dict[str, Any]:
    weight = views.FRAME + columns(str(label)) + sum(cell["weight"] for cell in cells)
    return {"name": name, "label": label, "cells": cells, "weight": weight}
