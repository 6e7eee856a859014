"""Published impact assessments as open data: how each came out, and of one what it asks and answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values, midnight
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    DAY,
    FLAG,
    MOMENT,
    NAME,
    SLUG,
    TEXT,
    WORDS,
    Field,
    Shape,
    many,
    one_of,
    perhaps,
)
from participation.domain.consultations.about.queries import about
from participation.domain.projects.assessments.lists.queries import Line, listed
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.queries import version
from participation.domain.projects.assessments.rules import UNKNOWN, Level, Question
from participation.kit.errors import NotFound
from participation.kit.i18n import LANGUAGES, _

ASSESSMENT = Shape(
    "Assessment",
    "An impact assessment of a project as it was published last: how it came out.",
    (
        Field("id", COUNT, "By which the list goes on."),
        Field("project", SLUG, "The project that it is about."),
        Field("kind", NAME, "The questionnaire that it answers."),
        Field("version", COUNT, "How often it has been published."),
        Field("questionnaire", COUNT, "Version of the questionnaire."),
        Field("level", perhaps(one_of(Level)), "What it came to; null where the questionnaire has no score."),
        Field("risk", COUNT, "Points of risk, before what lowers it.", "points"),
        Field("mitigation", COUNT, "Points of what lowers the risk.", "points"),
        Field("score", COUNT, "The risk, after what lowers it.", "points"),
        Field("most", COUNT, "The highest risk that the questionnaire knows.", "points"),
        Field("unresolved", COUNT, "How many questions nobody can assess.", "questions"),
        Field("withheld", COUNT, "How many answers an office still keeps to itself.", "answers"),
        Field("published_at", MOMENT, "When this version was published."),
        Field("review_on", perhaps(DAY), "When the city looks at it again."),
        Field("review_overdue", FLAG, "That day has passed."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)
ANSWER = Shape(
    "Answer",
    "A question of an assessment as it was asked, and what is answered to it.",
    (
        Field("section", NAME, "The section of the questionnaire."),
        Field("question", NAME, "The question."),
        Field("asked", WORDS, "The question in words."),
        Field("chosen", many(TEXT), "Choices, or a number or a day as it is written; none where words are answered."),
        Field("answer", WORDS, "The answer in words: the choices as they read, or what was written."),
        Field("source", perhaps(one_of(Source)), "Who says it; null while it is withheld."),
        Field("unresolved", FLAG, "Nobody can assess it."),
        Field("ground", perhaps(one_of(Ground)), "Why an office keeps the answer to itself for a while."),
        Field("office", perhaps(TEXT), "Which office does."),
        Field("public_from", perhaps(DAY), "From when on everybody reads an answer that is or was withheld."),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """Of all published projects."""
    async with visit.reading() as session:
        found, more = await listed(
            session, visit.city, today=_today(visit), after=values["after"], size=values["limit"]
        )
    visit.depends(f"projects:{visit.city.id}", until=midnight(visit.at, visit.city.zone))
    return Listed([_shown(visit, one) for one in found], found[-1].id if more else None)


async def of_project(visit: Visit, values: Values) -> Listed:
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": values["after"], "size": values["limit"], "project_id": project.id}
        found, more = await listed(session, visit.city, today=_today(visit), **where)
    visit.depends(f"project:{project.id}", until=midnight(visit.at, visit.city.zone))
    return Listed([_shown(visit, one) for one in found], found[-1].id if more else None)


async def answers(visit: Visit, values: Values) -> Listed:
    """Of the newest version, in the order in which they are asked; all of them, since a questionnaire is not endless."""
    kind = visit.request.path_params["kind"]
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        found = await version(session, project.id, kind, today=_today(visit))
    if not found or found[0].asked is None:
        raise NotFound(
            "assessment",
            _("There is no such assessment, or it is not published yet."),
            _("The project's list of assessments says what is there."),
        )
    visit.depends(f"project:{project.id}", until=midnight(visit.at, visit.city.zone))
    told, language = found[0].answers, values["language"]
    return Listed(
        [
            ANSWER.show(_answer(section.id, question, told[question.id]), language)
            for section in found[0].asked.sections
            for question in section.questions
            if question.id in told
        ],
        None,
    )


def _today(visit: Visit) -> date:
    return visit.at.astimezone(visit.city.zone).date()


def _shown(visit: Visit, line: Line) -> Values:
    score = line.score
    return ASSESSMENT.show(
        {
            "id": line.id,
            "project": line.slug,
            "kind": line.kind,
            "version": line.number,
            "questionnaire": line.questionnaire,
            "level": score["level"] if score["most"] else None,
            "risk": score["risk"],
            "mitigation": score["mitigation"],
            "score": score["total"],
            "most": score["most"],
            "unresolved": score["unresolved"],
            "withheld": line.withheld,
            "published_at": line.at,
            "review_on": line.review_on,
            "review_overdue": line.review_on is not None and line.review_on < _today(visit),
            "page": page(visit, line.slug, f"/assessments/{line.kind}"),
        }
    )


def _answer(section: str, question: Question, said: Mapping[str, Any]) -> Values:
    chosen = said.get("chosen", ())
    until = said.get("until") or said.get("opened")
    return {
        "section": section,
        "question": question.id,
        "asked": question.text,
        "chosen": chosen,
        "answer": spoken(question, chosen) | dict(said.get("words", {})),
        "source": said.get("source"),
        "unresolved": UNKNOWN in chosen,
        "ground": said.get("ground"),
        "office": said.get("office"),
        "public_from": date.fromisoformat(until) if until else None,
    }


def spoken(question: Question, chosen: Any) -> dict[str, str]:
    """The choices as they read, in every language in which all of them do."""
    texts = [one.text for one in question.choices if one.id in chosen]
    spoken = [language for language in LANGUAGES if texts and all(text.get(language) for text in texts)]
    return {language: "; ".join(text[language] for text in texts) for language in spoken}
