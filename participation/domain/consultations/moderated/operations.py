"""Hides a comment, or shows it again; what that takes is settled by moderation."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.consultations.finding.operations import enter, leave
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.consultations.rules import nothing_to_decide
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.operations import Thing, decide
from participation.domain.moderation.rules import OF_ENTRIES, of_an_entry
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectDistrict
from participation.domain.record.actors import Actor
from participation.domain.record.operations import hash_words
from participation.kit import changes
from participation.kit.database import Session

KIND = "comment"


async def hide(
    session: Session, *, city: CityView, comment_id: int, reason: Reason, actor: Actor, at: datetime
) -> None:
    """Its place stays visible with the reason; its words are not shown to anybody but moderators."""
    await _set(session, city, comment_id, Status.HIDDEN, reason, actor, at)


async def restore(session: Session, *, city: CityView, comment_id: int, actor: Actor, at: datetime) -> None:
    await _set(session, city, comment_id, Status.SHOWN, None, actor, at)


async def _set(
    session: Session,
    city: CityView,
    comment_id: int,
    to: Status,
    reason: Reason | None,
    actor: Actor,
    at: datetime,
) -> None:
    row = (
        await session.execute(
            sa.select(
                *(Comment.project_id, Comment.status, Comment.body, Comment.hidden_reason),
                *(Pseudonym.person_id, Project.slug, Project.number),
            )
            .join(Project, Project.id == Comment.project_id)
            .outerjoin(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
            .where(Comment.city_id == city.id, Comment.id == comment_id)
            .with_for_update(of=Comment)
        )
    ).first()
    if row is None:
        raise nothing_to_decide()
    if row.status == Status.HELD and row.hidden_reason in OF_ENTRIES:
        raise of_an_entry()
    places = await session.scalars(
        sa.select(ProjectDistrict.place_id).where(ProjectDistrict.project_id == row.project_id)
    )
    words = await hash_words(session, city_id=city.id, about=(KIND, str(comment_id)), text=row.body)
    thing = Thing(
        kind=KIND,
        id=comment_id,
        status=Status(row.status),
        writer=row.person_id,
        places=tuple(places),
        about=("project", str(row.project_id)),
        address=f"/projects/{row.slug}/comments/{comment_id}",
        facts={"project": {"number": row.number, "slug": row.slug}, "words": words},
    )
    await decide(session, city=city, thing=thing, to=to, reason=reason, actor=actor, at=at)
    await session.execute(sa.update(Comment).where(Comment.id == comment_id).values(status=to, hidden_reason=reason))
    await (enter(session, Comment.id == comment_id) if to is Status.SHOWN else leave(session, [comment_id]))
    changes.touch(session, f"project:{row.project_id}")
