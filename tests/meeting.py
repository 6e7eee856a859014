"""Meetings as officials announce them, for tests; through the operation that pages call."""

from datetime import datetime, timedelta
from typing import Any

from participation.domain.projects.meetings import operations
from participation.domain.projects.meetings.forms import MeetingSaid, MinutesSaid
from participation.domain.projects.meetings.models import Meeting, MeetingKind
from participation.domain.projects.models import Project
from participation.domain.projects.queries import find
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast

AGENDA = {"en": "Where the sirens stand.", "sw": "Ving'ora vitakaa wapi."}
REASONS = {"en": "The hall is flooded.", "sw": "Ukumbi umejaa maji."}
MINUTES = MinutesSaid(
    148, {"en": "Most want two sirens.", "sw": "Wengi wanataka viwili."}, {"en": "Two.", "sw": "Viwili."}
)


def said(cast: Cast, begins: timedelta = 5 * DAY, **other: Any) -> MeetingSaid:
    """Two hours at the school in Harbour, so long after `NOW`."""
    usual: dict[str, Any] = {
        **{"kind": MeetingKind.CONSULTATION, "place_id": cast.harbour},
        **{"starts_at": NOW + begins, "ends_at": NOW + begins + timedelta(hours=2)},
        **{"venue": {"en": "School, Quay Road", "sw": "Shule, Quay Road"}, "agenda": AGENDA},
        **{"office": "Disaster Office", "settlement": {}, "spoken": ("en", "sw")},
    }
    return MeetingSaid(**usual | other)


async def announced(
    session: Session, cast: Cast, project: Project, begins: timedelta = 5 * DAY, *, at: datetime = NOW, **other: Any
) -> Meeting:
    whole = await find(session, cast.city, project.slug)
    assert whole is not None
    return await operations.announce(
        session, city=cast.city, project=whole, said=said(cast, begins, **other), actor=cast.omar, at=at
    )


async def everything(session: Session, cast: Cast, project: Project, *, at: datetime = NOW) -> dict[str, Any]:
    """What every verb of meetings is given."""
    whole = await find(session, cast.city, project.slug)
    assert whole is not None
    return {"city": cast.city, "project": whole, "actor": cast.omar, "at": at}
