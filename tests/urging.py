"""The urgent path as officials take it, for tests."""

from datetime import datetime
from typing import Any

from participation.domain.ladder.urgent import operations
from participation.domain.ladder.urgent.forms import Urgent
from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.projects.models import Project, StepKind
from participation.kit.database import Session
from tests.cast import NOW, Cast

REASONS = {"en": "The river rises.", "sw": "Mto unapanda."}


def wish(step: StepKind = StepKind.CONSULTATION, ground: UrgentGround = UrgentGround.LIFE) -> Urgent:
    return Urgent(step, ground, "Disaster Act, section 7", REASONS)


async def opened_urgently(
    session: Session, cast: Cast, project: Project, said: Urgent | None = None, *, at: datetime = NOW
) -> UrgentUse:
    """Wanted by Omar, opened by Oksana."""
    common: dict[str, Any] = {"city": cast.city, "project": project, "at": at}
    use = await operations.want(session, said=said or wish(), actor=cast.omar, **common)
    return await operations.open_urgently(session, use_id=use.id, actor=cast.oksana, **common)
