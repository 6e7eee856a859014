"""A project on which residents are being consulted, for tests; Amina, Baraka and the others comment on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from participation.domain.consultations import operations
from participation.domain.consultations.forms import Reacted, Said
from participation.domain.consultations.models import ReactionKind, Stance
from participation.domain.consultations.operations import Posted
from participation.domain.projects.models import (
    Feature,
    Project,
    ProjectDistrict,
    ProjectState,
    ProjectText,
    Step,
    StepKind,
)
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast
from tests.slips import SECRETS

SLUG = "sirens"


async def consulted(
    session: Session,
    cast: Cast,
    slug: str = SLUG,
    *,
    number: int = 1,
    opens: timedelta = -10 * DAY,
    closes: timedelta = 20 * DAY,
    state: ProjectState = ProjectState.PUBLISHED,
    allows: Sequence[Feature] = (Feature.COMMENT, Feature.REACT),
    places: Sequence[int] = (),
    open_comments: bool = False,
    vote: bool = True,
) -> Project:
    """A project whose consultation opens and closes so long after `NOW`; the vote follows a month later."""
    city_id = cast.city.id
    project = Project(
        city_id=city_id, number=number, slug=slug, state=state, open_comments=open_comments, created_at=NOW - 90 * DAY
    )
    session.add(project)
    await session.flush()
    session.add(
        ProjectText(project_id=project.id, language="en", city_id=city_id, title=f"About {slug}", summary="In short.")
    )
    session.add_all(ProjectDistrict(project_id=project.id, place_id=place, city_id=city_id) for place in places)
    opened = NOW + opens
    session.add(_step(project, StepKind.CONSULTATION, opened, NOW + closes, list(allows)))
    if vote:
        start = NOW + closes + 10 * DAY
        session.add(_step(project, StepKind.DECISION, start, start + 20 * DAY, [Feature.VOTE]))
    await session.flush()
    return project


def _step(project: Project, kind: StepKind, opens: datetime, closes: datetime, allows: list[Feature]) -> Step:
    return Step(
        city_id=project.city_id,
        project_id=project.id,
        kind=kind,
        opens_at=opens,
        closes_at=closes,
        opened_at=opens if opens <= NOW else None,
        allows=[str(feature) for feature in allows],
    )


async def say(
    session: Session,
    cast: Cast,
    actor: Actor,
    body: str = "The siren has to be heard in the Flats too.",
    *,
    slug: str = SLUG,
    stance: Stance = Stance.FOR,
    at: datetime = NOW,
    reply_to: int | None = None,
) -> Posted:
    return await operations.comment(
        session,
        city=cast.city,
        slug=slug,
        said=Said(body, None if reply_to else stance),
        language="en",
        secrets=SECRETS,
        actor=actor,
        at=at,
        reply_to=reply_to,
    )


async def react(
    session: Session,
    cast: Cast,
    actor: Actor,
    comment_id: int,
    kind: ReactionKind = ReactionKind.AGREE,
    *,
    slug: str = SLUG,
    at: datetime = NOW,
) -> str:
    counted = await operations.react(
        session, city=cast.city, slug=slug, reacted=Reacted(comment_id, kind), actor=actor, at=at
    )
    return counted.receipt
