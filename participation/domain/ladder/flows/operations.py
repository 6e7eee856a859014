"""Verbs of links between two projects: announce one, with notice, and end one at once, with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.domain.ladder.flows import rules
from participation.domain.ladder.flows.forms import LinkSaid
from participation.domain.ladder.flows.models import DataLink
from participation.domain.ladder.gates.queries import settled
from participation.domain.ladder.gates.rules import Owing
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound
from participation.kit.i18n import _


async def announce_link(
    session: Session, *, city: CityView, slug: str, said: LinkSaid, actor: Actor, at: datetime
) -> DataLink:
    """Public from now on, in effect from its day on: after the notice that a consultation would owe. For whoever may write both."""
    found = await _locked(session, Project.slug.in_((slug, said.to)), city_id=city.id)
    giver, receiver = _named(found, slug), next((one for one in found if one.slug == said.to), None)
    who = acting(actor, Role.OFFICIAL, city, places_of(giver))
    if refusal := rules.may_give(giver.state):
        raise refusal
    wrong = rules.wrong_receiver(receiver.state if receiver else None, same=said.to == slug)
    if wrong or receiver is None:
        raise Invalid({"to": wrong or _("Please choose a published project of the city.")})
    acting(actor, Role.OFFICIAL, city, places_of(receiver))
    today, table = at.astimezone(city.zone).date(), settled(city)
    earliest = table.earliest(today, table.notice(Owing.CONSULTATION))
    if wrong := rules.wrong_day(said.effective_on, today=today, earliest=earliest):
        raise Invalid({"effective_on": wrong})
    await _room(session, giver, receiver)
    link = DataLink(
        city_id=city.id,
        project_id=giver.id,
        to_project_id=receiver.id,
        what=said.what,
        announced_at=at,
        effective_on=said.effective_on,
    )
    session.add(link)
    await session.flush()
    facts = {"what": said.what, "from": said.effective_on.isoformat()}
    await _note(session, "data_link_announced", link, (giver, receiver), facts, who, at)
    return link


async def end_link(
    session: Session,
    *,
    city: CityView,
    slug: str,
    link_id: int,
    reasons: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> DataLink:
    """At once, whether it had taken effect or not. For whoever may write both projects, whatever has become of them."""
    ends = sa.select(DataLink.project_id, DataLink.to_project_id).where(DataLink.id == link_id).cte("ends")
    both = sa.union_all(sa.select(ends.c.project_id), sa.select(ends.c.to_project_id))
    found = await _locked(session, Project.id.in_(both), city_id=city.id)
    giver = _named(found, slug)
    link = await session.scalar(sa.select(DataLink).where(DataLink.id == link_id, DataLink.project_id == giver.id))
    if link is None:
        raise no_link()
    receiver = next(one for one in found if one.id == link.to_project_id)
    for one in (receiver, giver):
        who = acting(actor, Role.OFFICIAL, city, places_of(one))
    if link.ended_at is not None:
        raise no_link()
    link.ended_at, link.reasons = at, dict(reasons)
    await session.flush()
    facts = {"reasons": link.reasons, "from": link.effective_on.isoformat()}
    await _note(session, "data_link_ended", link, (giver, receiver), facts, who, at)
    return link


def no_link() -> NotFound:
    return NotFound(
        "data_link", _("There is no such link, or it has ended."), _("The list has all links of this project.")
    )


async def _locked(session: Session, which: sa.ColumnElement[bool], *, city_id: int) -> list[Project]:
    """Neither is written by anybody else meanwhile; always in the same order, so that two never wait for each other."""
    mine = sa.and_(Project.city_id == city_id, which)
    await session.execute(sa.select(Project.id).where(mine).order_by(Project.id).with_for_update(key_share=True))
    wanted = sa.select(Project).where(mine).options(joinedload(Project.districts))
    return list((await session.scalars(wanted.execution_options(populate_existing=True))).unique())


def _named(found: Sequence[Project], slug: str) -> Project:
    project = next((one for one in found if one.slug == slug), None)
    if project is None:
        raise no_link()
    return project


async def _room(session: Session, giver: Project, receiver: Project) -> None:
    running = list(
        await session.scalars(
            sa.select(DataLink.to_project_id).where(DataLink.project_id == giver.id, DataLink.ended_at.is_(None))
        )
    )
    if receiver.id in running:
        raise Invalid({"to": _("This link has been announced already. End it first, if it is to become another one.")})
    if len(running) >= rules.MOST:
        raise Conflict(
            "full",
            _("A project gives its data to at most %(most)s others.", most=rules.MOST),
            _("End a link first that is no longer needed."),
        )


async def _note(
    session: Session,
    kind: str,
    link: DataLink,
    ends: tuple[Project, Project],
    facts: Mapping[str, Any],
    who: Actor,
    at: datetime,
) -> None:
    """In the record of both projects, and to whoever shows one of them."""
    giver, receiver = ends
    told = {
        "project": {"number": giver.number, "slug": giver.slug},
        "to": {"number": receiver.number, "slug": receiver.slug},
        "link": link.id,
        **facts,
    }
    for one in ends:
        about = ("project", str(one.id))
        await record.append(session, city_id=link.city_id, kind=kind, actor=who, at=at, facts=told, about=about)
    touch(session, *(f"project:{one.id}" for one in ends), f"projects:{link.city_id}")
