"""Offers answers to a project, from wherever they come; an official takes each by saving it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import joinedload

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Answer, Suggestion
from participation.domain.projects.assessments.queries import SCREENING
from participation.domain.projects.assessments.reuse.queries import Offer, offers
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.queries import PUBLIC, titles
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound
from participation.kit.i18n import _


async def suggest(session: Session, *, city: CityView, project: Project, offered: Sequence[Offer], actor: Actor) -> int:
    """Keep these for whoever answers next, in place of what was offered there before; what is answered stays as it is. How many."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    given = (
        sa.func.jsonb_to_recordset(sa.literal([_row(one) for one in offered], JSONB))
        .table_valued(
            *(sa.column("about", sa.Text), sa.column("chosen", JSONB), sa.column("words", JSONB)),
            *(sa.column("source", sa.Text), sa.column("origin", JSONB)),
            name="given",
        )
        .render_derived(with_types=True)
    )
    answered = sa.exists().where(Answer.project_id == project.id, Answer.about == given.c.about)
    rows = sa.select(sa.literal(project.id), sa.literal(city.id), *given.c).where(~answered)
    upsert = insert(Suggestion).from_select(["project_id", "city_id", *given.c.keys()], rows)
    again = {name: upsert.excluded[name] for name in ("chosen", "words", "source", "origin")}
    upsert = upsert.on_conflict_do_update(index_elements=["project_id", "about"], set_=again)
    return len((await session.scalars(upsert.returning(Suggestion.about))).all())


def _row(one: Offer) -> dict[str, Any]:
    return {
        "about": one.about,
        "chosen": list(one.chosen),
        "words": dict(one.words),
        "source": one.source,
        "origin": dict(one.origin),
    }


async def take_over(session: Session, *, city: CityView, to: str, slug: str, actor: Actor, at: datetime) -> int:
    """Offer to a project (`to`) what an earlier one of the city has published and it has not answered itself.

    It is not kept from others meanwhile: an offer changes nothing that anybody has answered.
    """
    wanted = sa.select(Project).where(Project.city_id == city.id, Project.slug == to)
    project = (await session.scalars(wanted.options(joinedload(Project.districts)))).unique().one_or_none()
    if project is None:
        raise NotFound("project", _("There is no such project."), _("The staff desk lists all of them."))
    acting(actor, Role.OFFICIAL, city, places_of(project))
    technology = sa.select(Answer.chosen).where(
        Answer.project_id == project.id, Answer.about == f"{SCREENING}/technology"
    )
    earlier = (
        await session.execute(
            sa.select(Project.id, titles(), technology.scalar_subquery().label("technology")).where(
                PUBLIC, Project.city_id == city.id, Project.slug == slug, Project.id != project.id
            )
        )
    ).first()
    if earlier is None:
        raise Invalid({"from": _("Please choose a published project of the city.")})
    found = await offers(
        session,
        project_id=earlier.id,
        origin={"names": earlier.titles or {}, "address": f"/projects/{slug}"},
        technology=earlier.technology or (),
        today=at.astimezone(city.zone).date(),
    )
    taken = await suggest(session, city=city, project=project, offered=found, actor=actor)
    if not taken:
        raise Conflict(
            "nothing_to_take",
            _("That project has nothing that is not answered here already."),
            _("Choose another project, or answer the questions yourself."),
        )
    return taken


async def turn_down(session: Session, *, project: Project, abouts: Collection[str]) -> None:
    """Whoever was shown them has left them out."""
    if abouts:
        gone = sa.delete(Suggestion).where(Suggestion.project_id == project.id, Suggestion.about.in_(abouts))
        await session.execute(gone)
