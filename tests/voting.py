"""A project with a ballot, for every test that needs one: announced a day before it opens, open for ten days."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from participation.domain.ballots import operations
from participation.domain.ballots.choice_codes.rules import ChoiceCode, Said
from participation.domain.ballots.models import Ballot, Choice
from participation.domain.places.queries import CityView
from participation.domain.projects.models import (
    Feature,
    Project,
    ProjectDistrict,
    ProjectState,
    ProjectText,
    Step,
    StepKind,
)
from participation.domain.projects.operations import locked
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast

OPENS = NOW - DAY
CLOSES = NOW + 9 * DAY
QUESTIONS = {"en": "Shall the market get lamps?", "sw": "Je, soko liwekewe taa?"}


@dataclass(frozen=True)
class Asked:
    city: CityView
    project: Project
    step: Step
    ballot: Ballot
    folder: Path

    @property
    def page(self) -> str:
        return f"/en/projects/{self.project.slug}/ballot"


async def project(session: Session, city: CityView, *, slug: str = "lamps", places: Sequence[int] = ()) -> Project:
    """Published, with a decision step."""
    number = 1 + (await session.scalar(sa.select(sa.func.coalesce(sa.func.max(Project.number), 0))) or 0)
    made = Project(
        city_id=city.id,
        number=number,
        slug=slug,
        state=ProjectState.PUBLISHED,
        created_at=OPENS - 30 * DAY,
        published_at=OPENS - 20 * DAY,
        texts=[
            ProjectText(city_id=city.id, language="en", title="Lamps for the market", summary="Light at night."),
            ProjectText(city_id=city.id, language="sw", title="Taa za soko", summary="Mwanga usiku."),
        ],
        steps=[
            Step(
                city_id=city.id,
                kind=StepKind.DECISION,
                opens_at=OPENS,
                closes_at=CLOSES,
                allows=[Feature.VOTE],
            )
        ],
        agreements=[],
        districts=[ProjectDistrict(city_id=city.id, place_id=place) for place in places],
    )
    session.add(made)
    await session.flush()
    return await locked(session, Project.id == made.id, city_id=city.id)


async def ask(
    session: Session,
    cast: Cast,
    folder: Path,
    *,
    slug: str = "lamps",
    threshold: int = 50,
    quorum: int = 0,
    binding: bool = False,
    districts: Sequence[int] = (),
    grace_hours: int = 0,
    opened: bool = True,
) -> Asked:
    """Omar puts a question to the vote; it opened a day ago, unless it is only announced."""
    about = await project(session, cast.city, slug=slug)
    step = about.steps[0]
    await operations.draft(
        session,
        city=cast.city,
        project=about,
        step=step,
        questions=QUESTIONS,
        threshold=threshold,
        quorum=quorum,
        binding=binding,
        districts=districts,
        grace_hours=grace_hours,
        actor=cast.omar,
        at=OPENS - 2 * DAY,
    )
    ballot = await operations.announce(
        session, city=cast.city, project=about, step=step, folder=folder, actor=cast.omar, at=OPENS - DAY
    )
    if opened:
        step.opened_at = OPENS
    await session.flush()
    return Asked(cast.city, about, step, ballot, folder)


async def vote(
    session: Session,
    asked: Asked,
    actor: Actor,
    choice: Said | int,
    *,
    at: datetime = NOW,
    token: bytes | None = None,
    waited: timedelta = timedelta(0),
) -> str:
    answer = await operations.cast_vote(
        session,
        city=asked.city,
        ballot_id=asked.ballot.id,
        actor=actor,
        choice=choice if isinstance(choice, ChoiceCode) else Choice(choice),
        token=token or secrets.token_bytes(32),
        folder=asked.folder,
        at=at,
        clock=lambda: at + waited,
    )
    return answer.receipt
