"""Prints batches of forms: numbered, each sheet with a receipt that its person has before anything is typed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature, ProjectState
from participation.domain.projects.queries import Whole, find
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.proxies.devices.offices.operations import office_device, receipts
from participation.domain.proxies.devices.rules import may_bring
from participation.domain.proxies.paper import rules
from participation.domain.proxies.paper.forms import NewPaper
from participation.domain.proxies.paper.models import PaperBatch, PaperSheet, SheetState
from participation.domain.proxies.rules import CONSENT
from participation.domain.proxies.taken_along.queries import concerns, places, statements
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit import fonts
from participation.kit.database import Session


@dataclass(frozen=True)
class Printing:
    """A batch on its way to the printer."""

    project: Whole
    language: str
    places: list[int]
    statements: list[dict[str, Any]]
    comments: bool
    batch: int
    receipts: list[str]


async def print_batch(
    session: Session,
    *,
    city: CityView,
    wanted: NewPaper,
    actor: Actor,
    at: datetime,
    draw: Callable[[Printing], Awaitable[bytes]],
) -> bytes:
    """The sheets as a file. The batch is there only if they could be drawn; its serial numbers and statements never change."""
    office = await office_device(session, city=city, delegate_id=wanted.delegate_id, at=at)
    who = acting_as_one_of(actor, rules.OFFICE, city, [office.place_id])
    if refusal := may_bring(office.state):
        raise refusal
    project = await _asked(session, city, wanted.project, office.place_id, at)
    takes = {feature for step in project.steps if at < step.closes_at for feature in step.allows}
    quoted = await statements(session, project.id, rules.STATEMENTS) if Feature.REACT in takes else []
    quoted = [one for one in quoted if fonts.find(one["language"]) is not None]
    batch = PaperBatch(
        city_id=city.id,
        project_id=project.id,
        delegate_id=wanted.delegate_id,
        language=wanted.language,
        consent_version=CONSENT,
        places=[place.id for place in places(city, office.place_id) if place.id != city.root.id],
        statements=[one["id"] for one in quoted],
        carried_by=wanted.carried_by,
        printed=wanted.count,
        printed_at=at,
    )
    session.add(batch)
    await session.flush()
    reserved = await receipts(session, office, wanted.count, at)
    common = {"batch_id": batch.id, "city_id": city.id, "state": SheetState.PRINTED}
    rows = [{"serial": serial, "receipt": receipt, **common} for serial, receipt in enumerate(reserved, 1)]
    await session.execute(sa.insert(PaperSheet), rows)
    year = year_of(city, at)
    delegate = {"number": office.number, "year": year, "place": city.places[office.place_id].slug}
    facts = {"delegate": delegate, "project": project.slug, "batch": batch.id, "printed": wanted.count}
    about = ("delegate", f"{year}-{office.number}")
    await append(session, city_id=city.id, kind="paper_printed", actor=who, at=at, facts=facts, about=about)
    comments = Feature.COMMENT in takes
    return await draw(Printing(project, wanted.language, batch.places, quoted, comments, batch.id, reserved))


async def _asked(session: Session, city: CityView, slug: str, place_id: int, at: datetime) -> Whole:
    project = await find(session, city, slug)
    if project is None or project.state != ProjectState.PUBLISHED:
        raise rules.no_project()
    if refusal := rules.may_print(project.steps, at):
        raise refusal
    if not concerns(city, project.places, place_id):
        raise rules.elsewhere()
    return project
