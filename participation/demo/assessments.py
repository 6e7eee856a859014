"""The demonstration's impact assessments: answered by one official, published by another, on the day on which the project is published."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from participation.domain.projects.assessments import operations
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.answers.operations import save
from participation.domain.projects.assessments.models import Assessment, Ground, Source
from participation.domain.projects.assessments.queries import shipped, shipped_one
from participation.domain.projects.assessments.rules import Question, Questionnaire

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story

FOLDER = Path(__file__).parent / "content" / "assessments"
LATEST = 2**31 - 1
REVIEW = 300
"""Days from today, where the content says nothing else."""


Files = dict[str, dict[str, Any]]


def assessment_events(story: "Story") -> "Iterator[Event]":
    """On the day on which the project is published, but those that say another one; drafted an hour earlier, so that a supplier can be asked for its part."""
    found = {kind: path for kind in shipped() if (path := FOLDER / story.slug / f"{kind}.toml").exists()}
    days: dict[int, dict[str, Any]] = {}
    for kind, path in found.items():
        said = tomllib.loads(path.read_text())
        days.setdefault(said.get("published", story.said["published"]), {})[kind] = said
    for day, files in days.items():
        drafted, at = (story.calendar.moment(day, *when) for when in ((8, 2), (9, 0)))
        yield drafted, partial(_draft_all, story, files, drafted)
        yield at, partial(_publish_all, story, files, at)
    for kind, path in _later(story):
        said = tomllib.loads(path.read_text())
        again = story.calendar.moment(said["day"], 15)
        yield again, partial(_draft_all, story, {kind: said}, again)
        yield again, partial(_publish_all, story, {kind: said}, again)


def _later(story: "Story") -> "Iterator[tuple[str, Path]]":
    """Later versions of an assessment, each with the answers that it changes: `kind.2.toml`."""
    for path in sorted((FOLDER / story.slug).glob("*.*.toml")):
        yield path.name.partition(".")[0], path


async def _draft_all(story: "Story", files: Files, at: datetime) -> None:
    """All are answered before the first is handed in: what one of them answers, another may ask too."""
    common: dict[str, Any] = {"city": story.city, "project": await story.project(), "at": at}
    for kind, said in files.items():
        asked = shipped_one(kind)
        begun = await operations.begin(story.session, asked=asked, actor=story.official, **common)
        await _write(story, asked, begun, said["answers"], common)


async def _publish_all(story: "Story", files: Files, at: datetime) -> None:
    common: dict[str, Any] = {"city": story.city, "project": await story.project()}
    for place, (kind, said) in enumerate(files.items()):
        asked = shipped_one(kind)
        begun = await operations.begin(story.session, asked=asked, actor=story.official, at=at, **common)
        written: dict[str, Any] = {**common, "assessment": begun, "asked": asked}
        await operations.hand_in(story.session, actor=story.official, at=at, **written)
        await operations.publish(
            story.session,
            review_on=story.calendar.day(said.get("review", REVIEW)),
            actor=story.people.staff["zawadi"],
            at=at + timedelta(minutes=place),
            **written,
        )


async def _write(
    story: "Story", asked: Questionnaire, begun: Assessment, answers: dict[str, Any], common: dict[str, Any]
) -> None:
    answered = [question for question in asked.questions if question.id in answers]
    for language in story.city.languages:
        said = [_answer(story, question, answers[question.id], language) for question in answered]
        await save(story.session, assessment=begun, said=said, language=language, actor=story.official, **common)


def _answer(story: "Story", question: Question, said: dict[str, Any], language: str) -> AnswerSaid:
    until = said.get("until")
    return AnswerSaid(
        question,
        chosen=tuple(said.get("chosen", ())),
        text=str(said.get(language, "")).strip(),
        source=Source(said.get("source", Source.CITY)),
        ground=Ground(said["ground"]) if "ground" in said else None,
        office=said.get("office"),
        until=story.calendar.day(until) if until else None,
        version=LATEST,
    )
