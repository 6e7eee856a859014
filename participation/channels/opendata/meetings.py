"""Meetings as open data: when and where, about which projects, and what came of them."""

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    MOMENT,
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
from participation.domain.projects.meetings.models import Access, MeetingKind
from participation.domain.projects.meetings.queries import MeetingView, listed

MEETING = Shape(
    "Meeting",
    "A meeting with residents, a session of the council or a visit. It is never deleted, only moved or cancelled.",
    (
        Field("id", COUNT, "Its number, as in the address of its page; by which the list goes on."),
        Field("projects", many(SLUG), "The projects that it is about."),
        Field("kind", one_of(MeetingKind), "Consultation: with residents."),
        Field("place", SLUG, "Whose people are invited; the city's own name: everybody."),
        Field("settlement", WORDS, "The settlement that it is held for, where it has a name of its own."),
        Field("starts_at", MOMENT, "When it begins."),
        Field("ends_at", MOMENT, "When it ends."),
        Field("venue", WORDS, "The address, and how to find it."),
        Field("agenda", WORDS, "What it is about."),
        Field("office", TEXT, "The public office that holds it."),
        Field("access", many(one_of(Access)), "What is there for those who could not come otherwise."),
        Field("spoken", many(TEXT), "Languages that are spoken or interpreted there."),
        Field("changes", COUNT, "How often it was moved.", "times"),
        Field("announced_at", MOMENT, "When it was announced."),
        Field("cancelled_at", perhaps(MOMENT), "When it was cancelled."),
        Field("minuted_at", perhaps(MOMENT), "When its minutes were published."),
        Field("attended", perhaps(COUNT), "How many came; 0: fewer than ten, of which no number is kept.", "people"),
        Field("minutes", WORDS, "What was said there."),
        Field("decisions", WORDS, "What was decided there."),
        Field("document", perhaps(ADDRESS), "The full minutes, where there are any."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """About all published projects."""
    async with visit.reading() as session:
        found, more = await listed(session, visit.city.id, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}")
    return Listed(
        [MEETING.show(_shown(visit, one), values["language"]) for one in found], found[-1].id if more else None
    )


async def of_project(visit: Visit, values: Values) -> Listed:
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": values["after"], "size": values["limit"], "project_id": project.id}
        found, more = await listed(session, visit.city.id, **where)
    visit.depends(f"project:{project.id}")
    return Listed(
        [MEETING.show(_shown(visit, one), values["language"]) for one in found], found[-1].id if more else None
    )


def _shown(visit: Visit, one: MeetingView) -> Values:
    place = visit.city.places.get(one.place_id) or visit.city.root
    return {
        "id": one.id,
        "projects": [each.slug for each in one.about],
        "kind": one.kind,
        "place": place.slug,
        "settlement": one.settlement,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "venue": one.venue,
        "agenda": one.agenda,
        "office": one.office,
        "access": one.access,
        "spoken": one.spoken,
        "changes": sum(not change.cancels for change in one.changes),
        "announced_at": one.announced_at,
        "cancelled_at": one.cancelled_at,
        "minuted_at": one.minuted_at,
        "attended": one.attended,
        "minutes": one.minutes,
        "decisions": one.decisions,
        "document": one.document or None,
        "page": page(visit, one.about[0].slug, f"/meetings/{one.id}"),
    }
