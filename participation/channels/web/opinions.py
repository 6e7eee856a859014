"""Residents' pages of what organisations file: all of a project, one of them, and their answers beside the city's."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.assessment_views import today
from participation.channels.web.filing_views import (
    STANDS,
    answer,
    beginning,
    beside,
    differing,
    heading,
    interests,
    level,
    receiving,
    weight,
)
from participation.channels.web.project_cards import midnight, pick
from participation.channels.web.projects import find
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.filings import queries
from participation.domain.projects.filings.models import FilingState
from participation.domain.projects.filings.queries import FilingView, Row
from participation.domain.projects.filings.receivers.queries import receivers
from participation.domain.projects.filings.rules import Beside, differing_first, missing
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.rules import KINDS
from participation.domain.projects.queries import Whole
from participation.kit.database import Session

ROOM = 6_000
"""Bytes of words on a page of answers, before they are compressed: with three scripts on it, it still keeps the budget."""
MOST_BESIDE = 4
"""Organisations that are shown under one question; its own page lists all."""
MOST_NAMED = 4


def _base(visit: Visit, project: Whole) -> str:
    return visit.url(f"/projects/{project.slug}")


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    base = _base(visit, project)
    # A day that comes makes the city's answer late.
    visit.depends(
        f"project:{project.id}", f"projects:{visit.city.id}", f"organisations:{visit.city.id}", until=midnight(visit)
    )
    return {
        "project": {"title": pick(visit, project.said("title")), "address": base},
        "opinions": f"{base}/opinions",
        "base": base,
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


async def index(visit: Visit) -> Response:
    """Everything that was handed in, the newest first."""
    before = _number(visit.request.query_params.get("after", ""))
    async with visit.reading() as session:
        project = await find(visit, session)
        found, following = await queries.seen(session, project_id=project.id, before=before)
        who = [] if before else await receivers(session, project.id)
    common = _common(visit, project)
    here = common["opinions"]
    context = {
        "receivers": receiving(visit, common["base"], who),
        "filings": [heading(visit, common["base"], one) | {"kind": _kind(visit, one)} for one in found],
        "newer": here if before else None,
        "older": f"{here}?after={following}" if following else None,
    }
    return visit.page("opinions/list.html", common | context)


def _kind(visit: Visit, filing: FilingView) -> Any:
    """Of which assessment, by its title; imported ones have their name."""
    if filing.kind is None:
        return None
    shipped = filing.kind in assessments.shipped()
    title = assessments.shipped_one(filing.kind).title if shipped else {"en": filing.kind}
    return pick(visit, title)


async def one(visit: Visit) -> Response:
    """One filing: whose it is, with which interests, and what it says or where it stands beside the city's answers."""
    number = _number(str(visit.request.path_params["number"]))
    async with visit.reading() as session:
        project = await find(visit, session)
        found = await queries.one(session, project_id=project.id, filing_id=number or 0)
        if found is None or found.state == FilingState.OPEN:
            raise missing()
        asked, city = await _city(visit, session, project, found.kind)
    common = _common(visit, project)
    public = found.state == FilingState.PUBLISHED
    words = (found.content or {}).get("words") if public else None
    context = {
        "filing": heading(visit, common["base"], found),
        "interests": interests(visit, found) if public else None,
        "words": pick(visit, words) if words else None,
        "about": _about(visit, found, asked) if public else None,
        "asked": pick(visit, asked.title) if asked else None,
        "city_level": level(city.score) if city and public else None,
        "beside": _where(visit, common["base"], found, asked, city) if public else [],
    }
    return visit.page("opinions/one.html", common | context)


async def _city(
    visit: Visit, session: Session, project: Whole, kind: str | None
) -> tuple[Questionnaire | None, Published | None]:
    if kind is None:
        return None, None
    found = await assessments.version(session, project.id, kind, today=today(visit))
    if found and found[0].asked is not None:
        return found[0].asked, found[0]
    return await assessments.questionnaire(session, city_id=visit.city.id, kind=kind), None


def _about(visit: Visit, filing: FilingView, asked: Questionnaire | None) -> Any:
    """The section or question that an opinion is about, and the address of the city's answer."""
    said = (filing.content or {}).get("about")
    if not said or asked is None:
        return None
    section, _slash, question = said.partition("/")
    for one_ in asked.sections:
        if one_.id == section:
            texts = [one.text for one in one_.questions if one.id == question]
            return pick(visit, dict(texts[0] if texts else one_.title))
    return None


def _where(
    visit: Visit, base: str, filing: FilingView, asked: Questionnaire | None, city: Published | None
) -> list[dict[str, Any]]:
    """The pages on which its answers stand beside the city's, with how many differ."""
    if not filing.answers:
        return []
    found = []
    kinds = dict((filing.content or {}).get("questionnaires", {}))
    for kind in kinds:
        questionnaire = asked if asked and asked.kind == kind else None
        if questionnaire is None and kind in assessments.shipped():
            questionnaire = assessments.shipped_one(kind)
        if questionnaire is None:
            continue
        counts = differing(queries.rows(questionnaire, city, [filing]), filing) if city else None
        found.append(
            {
                "title": pick(visit, questionnaire.title),
                "address": f"{base}/opinions/{kind}?of={filing.id}",
                "differ": counts[0] if counts else None,
                "all": counts[1] if counts else None,
            }
        )
    return found


# Beside the city's answers


async def _beside(visit: Visit, session: Session) -> tuple[Whole, Questionnaire, Published | None, list[Row]]:
    project = await find(visit, session)
    kind = str(visit.request.path_params["assessment"])
    asked, city = await _city(visit, session, project, kind)
    if asked is None:
        raise missing()
    filings = await queries.on_assessment(session, project_id=project.id, kind=kind)
    filings.sort(key=lambda one: one.id != _of(visit))
    found = queries.rows(asked, city, filings)
    if not found:
        raise missing()
    return project, asked, city, found


def _of(visit: Visit) -> int | None:
    """The filing whose answers stand first."""
    return _number(visit.request.query_params.get("of", ""))


async def assessment(visit: Visit) -> Response:
    """Question by question the city's answer and everybody else's; where they differ first."""
    async with visit.reading() as session:
        project, asked, city, found = await _beside(visit, session)
    common = _common(visit, project)
    order = differing_first([(row.question, [stands for *_rest, stands in row.others]) for row in found])
    ids = [found[place].question.id for place in order]
    after = visit.request.query_params.get("after", "")
    start = ids.index(after) + 1 if after in ids else 0
    shown: list[dict[str, Any]] = []
    who = _who(visit, common["base"], found)
    room = ROOM - sum(len(str(one["gains"]).encode()) for one in who)
    for place in order[start:]:
        row = beside(visit, common["base"], asked, found[place], most=MOST_BESIDE, first=_of(visit))
        room -= weight(row)
        if shown and room < 0:
            break
        shown.append(row)
    here, of = f"{common['opinions']}/{asked.kind}", _of(visit)
    kept = f"of={of}&" if of is not None else ""
    following = start + len(shown) < len(order)
    context = {
        "asked": pick(visit, asked.title),
        "city_": f"{common['base']}/assessments/{asked.kind}" if city else None,
        "who": who,
        "questions": shown,
        "differ": sum(any(stands is Beside.DIFFERS for *_rest, stands in row.others) for row in found),
        "all": len(found),
        "newer": f"{here}?{kept}".rstrip("?&") if start else None,
        "older": f"{here}?{kept}after={shown[-1]['id']}" if following else None,
    }
    return visit.page("opinions/beside.html", common | context)


def _who(visit: Visit, base: str, found: list[Row]) -> list[dict[str, Any]]:
    """Whose answers stand here, each with what it has declared, once for all questions."""
    filings = {filing.id: filing for row in found for filing, *_rest in row.others}
    shown = []
    for filing in list(filings.values())[:MOST_BESIDE]:
        declared = interests(visit, filing)
        shown.append(
            {
                "organisation": pick(visit, filing.organisation),
                "address": f"{base}/filings/{filing.id}",
                "gains": beginning(declared["gains"]) if declared else None,
            }
        )
    return shown


def _short(declared: dict[str, Any] | None) -> dict[str, Any] | None:
    """Beside an answer at full length; the filing's own page has all of it."""
    if declared is None:
        return None
    return {**declared, "gains": beginning(declared["gains"]), "payer": beginning(declared["payer"])}


async def question(visit: Visit) -> Response:
    """One question: the city's answer and one organisation's, whole, with the way to the others."""
    async with visit.reading() as session:
        project, asked, _city, found = await _beside(visit, session)
    wanted = str(visit.request.path_params["question"])
    row = next((row for row in found if row.question.id == wanted), None)
    if row is None:
        raise missing()
    # The one asked for, else the first that was published; from each a link leads on to the next ones, round to itself.
    ids = sorted(other[0].id for other in row.others)
    of = _of(visit)
    shown = of if of in ids else ids[0]
    by_id = {other[0].id: other for other in row.others}
    filing, said, stands = by_id[shown]
    following = [*ids[ids.index(shown) + 1 :], *ids[: ids.index(shown)]]
    common = _common(visit, project)
    here = f"{common['opinions']}/{asked.kind}/{wanted}"
    context = {
        "asked": pick(visit, asked.title),
        "back": f"{common['opinions']}/{asked.kind}",
        "title": pick(visit, row.question.text),
        "city_": answer(visit, row.question, row.city, whole=True),
        "organisation": pick(visit, filing.organisation),
        "kind": KINDS[OrganisationKind(filing.organisation_kind)],
        "filing": f"{common['base']}/filings/{filing.id}",
        "interests": _short(interests(visit, filing)),
        "answer": answer(visit, row.question, said, whole=True),
        "stands": STANDS[stands],
        "others": [
            (f"{here}?of={other}", pick(visit, dict(by_id[other][0].organisation))) for other in following[:MOST_NAMED]
        ],
    }
    return visit.page("opinions/question.html", common | context)
