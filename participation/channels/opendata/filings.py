"""What organisations had published, as open data: whose it is and what that gains, and of one what it answers."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values, origin
from participation.channels.opendata.assessments import spoken
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
    part,
    perhaps,
)
from participation.domain.consultations.about.queries import about
from participation.domain.projects.assessments.queries import key
from participation.domain.projects.assessments.rules import UNKNOWN, Level, Questionnaire
from participation.domain.projects.filings.lists.queries import Line, asked, listed
from participation.domain.projects.filings.models import FilingState, Purpose, Stance
from participation.domain.projects.filings.queries import one
from participation.domain.projects.filings.rules import missing
from participation.domain.projects.organisations.models import OrganisationKind

WHOSE = Shape(
    "Organisation",
    "Whoever filed it, with what it declared then.",
    (
        Field("id", COUNT, "The organisation's number."),
        Field("name", WORDS, "What it is called."),
        Field("kind", one_of(OrganisationKind), "What it is."),
        Field("independent", FLAG, "It is no part of the city and sells it nothing."),
        Field("gains", WORDS, "What it gains from the project, as it declared with this filing."),
        Field("payer", WORDS, "Who pays it, as it declared with this filing."),
        Field("declared_on", perhaps(DAY), "When it declared this."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)
FILING = Shape(
    "Filing",
    "An assessment, opinion or counter-assessment of an organisation, word for word as it was handed in.",
    (
        Field("id", COUNT, "By which the list goes on."),
        Field("project", SLUG, "The project that it is about."),
        Field("organisation", part(WHOSE), "Whoever filed it."),
        Field("purpose", one_of(Purpose), "What it was asked for; counter: the same questions as the city's."),
        Field("kind", perhaps(NAME), "The city's assessment that it is about; null: several, or the whole project."),
        Field("beside", perhaps(COUNT), "The version of that assessment beside which it was written."),
        Field("about", perhaps(TEXT), "Of an opinion: the section, or section/question, that it is about."),
        Field("stance", perhaps(one_of(Stance)), "Of an opinion, where it takes one."),
        Field("opinion", WORDS, "An opinion in words; answers to questions are found below its number."),
        Field("answered", COUNT, "To how many questions it has an answer.", "answers"),
        Field("level", perhaps(one_of(Level)), "What the project comes to by its answers, where they are scored."),
        Field("unresolved", perhaps(COUNT), "How many questions nobody can assess by its answers.", "questions"),
        Field("handed_in_at", MOMENT, "When the organisation handed it in."),
        Field("published_at", MOMENT, "When the city published it."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)
ANSWER = Shape(
    "FiledAnswer",
    "A question of an assessment, and what an organisation answers to it.",
    (
        Field("assessment", perhaps(NAME), "The questionnaire; null where no questionnaire asks this any more."),
        Field("section", perhaps(NAME), "The section of the questionnaire."),
        Field("question", NAME, "The question; the city's answer has the same name below its assessment."),
        Field("asked", WORDS, "The question in words."),
        Field("chosen", many(TEXT), "Choices, or a number or a day as it is written; none where words are answered."),
        Field("answer", WORDS, "The answer in words: the choices as they read, or what was written."),
        Field("unresolved", FLAG, "It says that nobody can assess it."),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """On all published projects."""
    async with visit.reading() as session:
        found, more = await listed(session, visit.city, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}", f"organisations:{visit.city.id}")
    return Listed([FILING.show(_shown(visit, each), values["language"]) for each in found], _next(found, more))


async def of_project(visit: Visit, values: Values) -> Listed:
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": values["after"], "size": values["limit"], "project_id": project.id}
        found, more = await listed(session, visit.city, **where)
    visit.depends(f"project:{project.id}", f"organisations:{visit.city.id}")
    return Listed([FILING.show(_shown(visit, each), values["language"]) for each in found], _next(found, more))


async def answers(visit: Visit, values: Values) -> Listed:
    """All of one, in the order in which they are asked; of an opinion none."""
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        found = await one(session, project_id=project.id, filing_id=int(visit.request.path_params["number"]))
        if found is None or found.state != FilingState.PUBLISHED or found.content is None:
            raise missing()
        today = visit.at.astimezone(visit.city.zone).date()
        questions = await asked(session, city=visit.city, project_id=project.id, content=found.content, today=today)
    visit.depends(f"project:{project.id}")
    return Listed([ANSWER.show(row, values["language"]) for row in _answers(questions, found.answers)], None)


def _next(found: Any, more: bool) -> int | None:
    return found[-1].id if more else None


def _shown(visit: Visit, line: Line) -> Values:
    score, declared, on = line.score or {}, line.interests, line.interests.get("on")
    organisations = f"{origin(visit)}/{visit.city.languages[0]}/organisations"
    return {
        "id": line.id,
        "project": line.slug,
        "organisation": {
            "id": line.organisation_id,
            "name": line.organisation,
            "kind": line.organisation_kind,
            "independent": line.independent,
            "gains": declared["gains"],
            "payer": declared["payer"],
            "declared_on": date.fromisoformat(on) if on else None,
            "page": f"{organisations}/{line.organisation_id}",
        },
        "purpose": line.purpose,
        "kind": line.kind,
        "beside": line.beside,
        "about": line.about,
        "stance": line.stance,
        "opinion": line.words or {},
        "answered": line.answered,
        "level": score["level"] if score.get("most") else None,
        "unresolved": score.get("unresolved"),
        "handed_in_at": line.handed_in_at,
        "published_at": line.at,
        "page": page(visit, line.slug, f"/filings/{line.id}"),
    }


def _answers(questionnaires: list[Questionnaire], said: Mapping[str, Any]) -> Iterator[Values]:
    """Each once, under the question that was the first to ask it; what nobody asks any more comes last."""
    left = dict(said)
    for asked_ in questionnaires:
        for section in asked_.sections:
            for question in section.questions:
                given = left.pop(key(asked_.kind, question), None)
                if given is not None:
                    words = spoken(question, given["chosen"]) | dict(given["words"])
                    yield _row(asked_.kind, section.id, question.id, question.text, given, words)
    for name, given in left.items():
        yield _row(None, None, name.rpartition("/")[2], {}, given, given["words"])


def _row(
    kind: str | None,
    section: str | None,
    question: str,
    text: Mapping[str, str],
    said: Mapping[str, Any],
    words: Mapping[str, str],
) -> Values:
    return {
        "assessment": kind,
        "section": section,
        "question": question,
        "asked": text,
        "chosen": said["chosen"],
        "answer": words,
        "unresolved": UNKNOWN in said["chosen"],
    }
