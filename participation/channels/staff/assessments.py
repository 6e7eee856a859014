"""Officials' pages of assessments: what a project owes, one assessment with its sections, one section with its questions."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, open_for_edit, project_of, slug_of, typed
from participation.channels.staff.saving import saved
from participation.domain.projects.assessments import operations, queries, rules
from participation.domain.projects.assessments.answers.forms import read_review
from participation.domain.projects.assessments.begun.queries import AssessmentView, of_project
from participation.domain.projects.assessments.models import AssessmentState
from participation.domain.projects.assessments.queries import SCREENING, AnswerView
from participation.domain.projects.assessments.reuse.operations import take_over
from participation.domain.projects.assessments.reuse.queries import (
    Earlier,
    Offer,
    answers_and_offers,
    earlier,
    of_its_own_page,
)
from participation.domain.projects.assessments.rules import LEVEL_WORDS, Questionnaire
from participation.domain.projects.queries import Whole
from participation.domain.projects.technologies.operations import offer_cards
from participation.domain.projects.technologies.queries import QUESTION, offers
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import Text, _

STATES = {
    AssessmentState.DRAFT: _("Draft"),
    AssessmentState.REVIEW: _("Handed in: a second person has to read it"),
    AssessmentState.PUBLISHED: _("Published"),
}
BEGIN = _("not begun yet")
CARDS = "cards"
"""The button that has what technology cards say offered."""


@dataclass(frozen=True)
class Before:
    """A project's assessments before an official who may write them."""

    project: Whole
    begun: dict[str, AssessmentView]
    own: dict[str, rules.Words]
    """Titles of the questionnaires that the city has brought in."""
    known: dict[str, AnswerView]
    offered: dict[str, Offer]


async def before_official(visit: Visit, session: Session) -> Before:
    project = await project_of(visit, session)
    known, offered = await answers_and_offers(session, project.id)
    begun, own = await of_project(session, project.id)
    return Before(project, begun, own, known, of_its_own_page(project) | offered)


async def asked_here(visit: Visit, session: Session) -> Questionnaire:
    kind = str(visit.request.path_params["assessment"])
    found = await queries.questionnaire(session, city_id=visit.city.id, kind=kind)
    if found is None:
        raise missing()
    return found


def missing() -> NotFound:
    return NotFound(
        "assessment", _("There is no such assessment."), _("The project's page of assessments lists what it owes.")
    )


def pick(visit: Visit, words: rules.Words) -> Text:
    return i18n.pick(words, visit.language, visit.city.languages)


def common_to_all(visit: Visit, before: Before) -> dict[str, Any]:
    return {
        "title_": pick(visit, before.project.said("title")),
        "desk": f"/staff/projects/{before.project.slug}",
        "slug": before.project.slug,
    }


# What a project owes


async def index(visit: Visit) -> Response:
    """The screening first; then what it requires, with how far each is. Its form has answers offered: an earlier project's, or the cards'."""
    if visit.request.method == "GET":
        return await _index(visit)

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        if visit.typed.get("do") == CARDS:
            await offer_cards(session, city=visit.city, slug=slug_of(visit), actor=visit.actor)
            return {}
        slug = form.text("from", at_most=60, missing=_("Please choose a published project of the city."))
        form.finish()
        to = slug_of(visit)
        await take_over(session, city=visit.city, to=to, slug=slug, actor=visit.actor, at=visit.at)
        return {}

    return await saved(visit, act, _index, visit.request.url.path)


async def _index(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        others = await earlier(session, visit.city, before.project.id)
    desk = f"/staff/projects/{before.project.slug}/assessments"
    screening = queries.shipped_one(SCREENING)
    given = queries.given(screening, before.known)
    screened = not rules.unanswered(screening, given)
    lines = [_line(visit, before, screening, None, desk)]
    if screened:
        owed = rules.owed(screening, given)
        lines += [_line(visit, before, queries.shipped_one(one.kind), one, desk) for one in owed]
    imported = [_imported(visit, before, kind, title, desk) for kind, title in before.own.items()]
    context = {
        "lines": lines,
        "screened": screened,
        "imported": imported,
        "sums": {name: sum(line[name] for line in lines) for name in ("answered", "asked", "published")},
        "earlier": [(one.slug, _named(visit, one)) for one in others],
        "cards": bool(offers(technology.chosen))
        if (technology := before.known.get(f"{SCREENING}/{QUESTION}"))
        else False,
        "waiting": len(before.offered.keys() - before.known.keys()),
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    page = common_to_all(visit, before) | context
    return visit.page("staff/assessments/list.html", page, form=True, status=status)


def _named(visit: Visit, one: Earlier) -> Text:
    title = pick(visit, one.titles)
    return replace(title, value=f"{i18n.number(one.number, visit.language)} · {title.value}")


def _line(visit: Visit, before: Before, asked: Questionnaire, owes: rules.Owes | None, desk: str) -> dict[str, Any]:
    given = queries.given(asked, before.known)
    all_asked = rules.visible(asked, given)
    begun = before.begun.get(asked.kind)
    return {
        "title": pick(visit, asked.title),
        "why": None if owes is None else pick(visit, owes.why),
        "unsure": owes is not None and owes.unsure,
        "address": f"{desk}/{asked.kind}",
        "answered": sum(question.id in given for question in all_asked),
        "asked": len(all_asked),
        "published": bool(begun and begun.published),
        "overdue": bool(begun and begun.review_on and begun.review_on < visit.at.astimezone(visit.city.zone).date()),
        "state": BEGIN if begun is None else STATES[AssessmentState(begun.state)],
        "review_on": begun.review_on if begun else None,
    }


def _imported(visit: Visit, before: Before, kind: str, title: rules.Words, desk: str) -> dict[str, Any]:
    """A questionnaire that the city has brought in, which no screening requires: it may be answered all the same."""
    begun = before.begun.get(kind)
    return {
        "title": pick(visit, title),
        "address": f"{desk}/{kind}",
        "state": BEGIN if begun is None else STATES[AssessmentState(begun.state)],
        "review_on": begun.review_on if begun else None,
    }


# One assessment


async def show(visit: Visit) -> Response:
    """Its sections; handing it in; publishing it, by somebody else."""
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        asked = await asked_here(visit, session)
        project = await open_for_edit(visit, session)
        common: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor}
        found = await operations.begin(session, asked=asked, at=visit.at, **common)
        if _publishes(visit):
            review = read_review(visit.fields)
            await operations.publish(session, assessment=found, asked=asked, review_on=review, at=visit.at, **common)
        else:
            await operations.hand_in(session, assessment=found, asked=asked, at=visit.at, **common)
        return {}

    return await saved(visit, act, _show, visit.request.url.path)


def _publishes(visit: Visit) -> bool:
    """Which of the two buttons was pressed, of which a page shows one."""
    form = Reader(visit.fields)
    pressed = form.text("do", at_most=20)
    if pressed not in ("publish", "hand_in"):
        form.wrong("form", _("Please choose one of the answers."))
    form.finish()
    return pressed == "publish"


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        asked = await asked_here(visit, session)
    given = queries.given(asked, before.known)
    all_asked = {question.id for question in rules.visible(asked, given)}
    desk = f"/staff/projects/{before.project.slug}/assessments/{asked.kind}"
    begun = before.begun.get(asked.kind)
    score = rules.score(asked, given)
    context = {
        "asked": {"title": pick(visit, asked.title), "about": pick(visit, asked.about), "source": asked.source},
        "sections": [
            {
                "title": pick(visit, section.title),
                "address": f"{desk}/{section.id}",
                "answered": sum(q.id in given for q in section.questions if q.id in all_asked),
                "asked": sum(q.id in all_asked for q in section.questions),
            }
            for section in asked.sections
        ],
        "state": BEGIN if begun is None else STATES[AssessmentState(begun.state)],
        "handed_in": begun is not None and begun.state == AssessmentState.REVIEW,
        "level": LEVEL_WORDS[score.level] if score.most else None,
        "unresolved": [pick(visit, question.text) for question in rules.unresolved(asked, given)],
        "missing": len(rules.unanswered(asked, given)),
        "values": typed(visit, {"review_on": ""}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/assessments/show.html", common_to_all(visit, before) | context, form=True, status=status)
