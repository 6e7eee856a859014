"""The story of one project as a list of events: written, published, discussed, voted on, decided, each at its moment."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from participation.demo.assessments import assessment_events
from participation.demo.comments import comment_events
from participation.demo.content import Calendar
from participation.demo.data_links import data_link_events
from participation.demo.documents import document_events
from participation.demo.meetings import meeting_events
from participation.demo.organisations import filing_events
from participation.demo.outcomes import events as outcome_events
from participation.demo.people import People
from participation.demo.promises import promise
from participation.demo.urgency import events as urgent_events
from participation.demo.votes import count_votes, print_sheets, vote
from participation.domain.ballots import operations as ballots
from participation.domain.ballots.rules import DRAIN
from participation.domain.ladder import operations as ladder
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.agreements.operations import add_agreement, state_agreements
from participation.domain.projects.forms import AgreementSaid, Dates, Facts, NewProject
from participation.domain.projects.models import Feature, Project, ProjectKind, Step, StepKind
from participation.domain.projects.rules import WORDS
from participation.domain.projects.texts.queries import texts_in
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.marks import How, Made

LATEST = 2**31
"""A version later than any: nobody else edits while the story is told."""


Act = Callable[[], Awaitable[None]]
Event = tuple[datetime, Act]
Offices = dict[str, dict[str, str]]


class Story:
    """What every act of a project's story needs, and what earlier acts left for later ones."""

    def __init__(
        self,
        session: Session,
        city: CityView,
        people: People,
        calendar: Calendar,
        said: dict[str, Any],
        keys: Path,
        store: Path,
        offices: Offices,
        secrets: Secrets,
        organisations: dict[str, int],
    ) -> None:
        self.session = session
        self.city = city
        self.people = people
        self.calendar = calendar
        self.said = said
        self.keys = keys
        self.store = store
        self.secrets = secrets
        self.official = people.staff["omar"]
        self.second = people.staff["zawadi"]
        self.offices = offices
        """An office's English name -> its name in each language."""
        self.organisations = organisations
        """Numbers of those that file, by the name that the content gives them."""
        self.comments: dict[str, int] = {}
        # The same story each time, whoever loads it.
        self.chance = random.Random(said["slug"])  # noqa: S311

    @property
    def slug(self) -> str:
        return str(self.said["slug"])

    async def project(self) -> Project:
        return await projects.loaded(self.session, Project.slug == self.slug, city_id=self.city.id)


def events(story: Story, share: float) -> list[Event]:
    """Everything that happens to this project, also what has not happened yet."""
    said, calendar = story.said, story.calendar
    written = calendar.moment(said["published"] - 6, 10)
    found: list[Event] = [
        (written, partial(_write, story, written)),
        (calendar.moment(said["published"], 8), partial(_publish, story)),
    ]
    found += [
        (max(written, calendar.moment(signed["day"], 12)), partial(_sign, story, signed))
        for signed in said.get("agreements", [])
    ]
    for step in said.get("steps", []):
        opens = calendar.planned(step["opens"], 9)
        found.append((opens, partial(_open, story, opens)))
        if step["kind"] == "decision" and "ballot" in said:
            printed, voted = calendar.moment(step["opens"], 13), calendar.moment(step["opens"], 14)
            if "sheets" in said["ballot"]:
                found.append((printed, partial(print_sheets, story, printed)))
            grace = timedelta(hours=said["ballot"].get("grace_hours", 0))
            counted = calendar.planned(step["closes"], 18) + grace + DRAIN
            found += [(voted, partial(vote, story, voted)), (counted, partial(count_votes, story, counted))]
    found += [
        (calendar.moment(edit["day"], 11, place), partial(_edit, story, edit, calendar.moment(edit["day"], 11, place)))
        for place, edit in enumerate(said.get("edits", []))
    ]
    found += comment_events(story, share)
    more = (
        *(assessment_events, filing_events, document_events, meeting_events, data_link_events, urgent_events),
        outcome_events,
    )
    return [*found, *(event for events_of in more for event in events_of(story))]


async def _write(story: Story, at: datetime) -> None:
    """The draft, as an official fills it in over a few hours."""
    session, city, said, official = story.session, story.city, story.said, story.official
    first = "en" if "en" in said["texts"] else next(iter(said["texts"]))
    new = NewProject(said["texts"][first]["title"], first, ProjectKind(said["kind"]), said["slug"], said["number"])
    project = await projects.create_project(session, city=city, said=new, actor=official, at=at)
    project = await projects.loaded(session, Project.id == project.id, city_id=city.id)
    facts = Facts(
        cost_amount=said.get("cost_amount"),
        district_ids=tuple(place.id for slug in said["districts"] if (place := city.place(slug))),
        programme=said.get("programme"),
    )
    await projects.save_facts(session, city=city, project=project, version=LATEST, said=facts, actor=official, at=at)
    for language, texts in said["texts"].items():
        words = {field: str(texts.get(field, "")).strip() for field in WORDS}
        await projects.save_texts(
            session,
            city=city,
            project=project,
            version=LATEST,
            language=language,
            texts=words,
            actor=official,
            at=at + timedelta(hours=1),
        )
    await promise(story, project, LATEST, at)
    await _plan(story, project, at)


async def _edit(story: Story, said: dict[str, Any], at: datetime) -> None:
    """Some texts in one language get other words; by an official, or by the machine that it names."""
    project, language = await story.project(), said["language"]
    words = {field: texts_in(project, field).get(language, "") for field in WORDS}
    new = {field: said[field].strip() for field in WORDS if field in said}
    made = {field: Made(How.MACHINE, by=said["machine"]) for field in new} if "machine" in said else {}
    await projects.save_texts(
        story.session,
        city=story.city,
        project=project,
        version=LATEST,
        language=language,
        texts=words | new,
        made=made,
        actor=story.official,
        at=at,
    )


async def _sign(story: Story, said: dict[str, Any]) -> None:
    """An agreement is put on the list on the day on which it is signed, or when the project is first written."""
    at = max(story.calendar.moment(said["day"], 12), story.calendar.moment(story.said["published"] - 6, 10))
    signed = AgreementSaid(story.calendar.day(said["day"]), said["binding"], said["names"])
    await add_agreement(
        story.session, city=story.city, project=await story.project(), said=signed, actor=story.official, at=at
    )


async def _publish(story: Story) -> None:
    at = story.calendar.moment(story.said["published"], 8)
    project = await story.project()
    await state_agreements(story.session, city=story.city, project=project, actor=story.official, at=at)
    await ladder.publish(
        story.session, city=story.city, project=project, folder=story.keys, actor=story.official, at=at
    )


async def _plan(story: Story, project: Project, at: datetime) -> None:
    for said in story.said.get("steps", []):
        dates = Dates(
            opens_at=story.calendar.planned(said["opens"], 9),
            closes_at=story.calendar.planned(said["closes"], 18),
            allows=tuple(Feature(feature) for feature in said["allows"]),
        )
        step = await ladder.set_step(
            story.session,
            city=story.city,
            project=project,
            version=LATEST,
            kind=StepKind(said["kind"]),
            said=dates,
            actor=story.official,
            at=at,
        )
        if said["kind"] == "decision" and "ballot" in story.said:
            await _draft(story, project, step, at)


async def _draft(story: Story, project: Project, step: Step, at: datetime) -> None:
    said = story.said["ballot"]
    await ballots.draft(
        story.session,
        city=story.city,
        project=project,
        step=step,
        questions=said["questions"],
        threshold=said["threshold"],
        quorum=said["quorum"],
        binding=said["binding"],
        districts=[place.id for slug in said.get("districts", []) if (place := story.city.place(slug))],
        grace_hours=said.get("grace_hours", 0),
        actor=story.official,
        at=at,
    )


async def _open(story: Story, at: datetime) -> None:
    """As the worker would have done at that moment."""
    await ladder.open_due(story.session, city=story.city, at=at)
