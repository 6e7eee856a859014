"""What people said about projects, in the order in which it arrived: by their number in this project, and nothing else of them."""

from datetime import datetime, time

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    FLAG,
    MOMENT,
    SLUG,
    TEXT,
    Field,
    Shape,
    one_of,
    perhaps,
)
from participation.domain.consultations.about.queries import about
from participation.domain.consultations.lists.queries import Arrived, arrived, arrived_in
from participation.domain.consultations.models import Stance
from participation.domain.consultations.rules import enough, share
from participation.domain.moderation.models import Reason, Status
from participation.domain.record.actors import BY_DELEGATES, Via

COMMENT = Shape(
    "Comment",
    "A comment, a reply to one, or an office's answer.",
    (
        Field("id", COUNT, "Its number, as in the address of its page."),
        Field("project", SLUG, "The project that it is about."),
        Field("parent", perhaps(COUNT), "The comment to which this replies."),
        Field(
            "pseudonym",
            perhaps(COUNT),
            "The writer's number, another in each project; null: not signed in, or an office.",
        ),
        Field("office", perhaps(TEXT), "The office that answers."),
        Field("stance", perhaps(one_of(Stance)), "Replies, answers and imported statements take none."),
        Field("language", TEXT, "The language in which it was written."),
        Field("via", one_of(Via), "The channel through which it came."),
        Field("imported", FLAG, "It comes from an earlier consultation elsewhere."),
        Field(
            "status",
            one_of(Status),
            "Held for a moderator since it may name a city worker, hidden by one, or taken back by whoever said it.",
        ),
        Field("hidden_reason", perhaps(one_of(Reason)), "From the city's published list of reasons."),
        Field("body", perhaps(TEXT), "What was said; null when it is not shown."),
        Field("agrees", COUNT, "How many agree.", "reactions"),
        Field("disagrees", COUNT, "How many disagree.", "reactions"),
        Field("passes", COUNT, "How many have passed on it.", "reactions"),
        Field(
            "reactions_by_delegates",
            perhaps(COUNT),
            "How many of these reactions delegates brought; null where either they or the others are fewer than ten.",
            "reactions",
        ),
        Field(
            "reactions_apart",
            perhaps(COUNT),
            "Reactions beside these: of people whom a delegate described without an access code, or disputed; null where fewer than ten.",
            "reactions",
        ),
        Field("replies", COUNT, "How many replies and answers there are.", "comments"),
        Field(
            "created_at",
            MOMENT,
            "When it arrived; of what a delegate brought the day alone, as the moment at which that began in the city.",
        ),
        Field("page", ADDRESS, "Its page for people."),
        Field(
            "about", perhaps(TEXT), "The answer of an impact assessment that it is about: its kind, `/`, its question."
        ),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """On all published projects."""
    async with visit.reading() as session:
        found, more = await arrived_in(session, visit.city.id, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}", *(f"project:{each.project_id}" for each in found))
    return Listed([COMMENT.show(_said(visit, each)) for each in found], found[-1].id if more else None)


async def of_project(visit: Visit, values: Values) -> Listed:
    slug = visit.request.path_params["slug"]
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=slug)
        found, more = await arrived(session, project.id, after=values["after"], size=values["limit"])
    visit.depends(f"project:{project.id}")
    return Listed([COMMENT.show(_said(visit, each)) for each in found], found[-1].id if more else None)


def _told_at(visit: Visit, comment: Arrived) -> datetime:
    """Whoever watched a delegate's rounds would know the person by the minute."""
    if comment.via not in BY_DELEGATES:
        return comment.created_at
    day = comment.created_at.astimezone(visit.city.zone).date()
    return datetime.combine(day, time.min, visit.city.zone)


def _said(visit: Visit, comment: Arrived) -> Values:
    return {
        "id": comment.id,
        "project": comment.slug,
        "parent": comment.parent_id,
        "pseudonym": comment.number,
        "office": comment.office,
        "stance": comment.stance,
        "language": comment.language,
        "via": comment.via,
        "imported": comment.via == Via.IMPORT,
        "status": comment.status,
        "hidden_reason": comment.reason if comment.status == Status.HIDDEN else None,
        "body": comment.body,
        "agrees": comment.agrees,
        "disagrees": comment.disagrees,
        "passes": comment.passes,
        "reactions_by_delegates": share(comment.agrees + comment.disagrees + comment.passes, comment.brought),
        "reactions_apart": enough(comment.apart),
        "replies": comment.replies,
        "created_at": _told_at(visit, comment),
        "page": page(visit, comment.slug, f"/comments/{comment.id}"),
        "about": comment.about,
    }
