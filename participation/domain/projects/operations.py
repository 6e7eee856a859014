"""Verbs of projects: create, write, publish, announce and extend steps, end them by an outcome."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, raiseload, selectinload

from participation.domain.people.models import Role
from participation.domain.people.rules import acting, may_act
from participation.domain.places.queries import CityView
from participation.domain.projects import rules
from participation.domain.projects.forms import Facts, NewProject
from participation.domain.projects.models import (
    Project,
    ProjectDistrict,
    ProjectKind,
    ProjectState,
    Step,
)
from participation.domain.projects.texts.operations import begin, write
from participation.domain.projects.versions.operations import announce, enter, enter_change, version_of
from participation.domain.projects.versions.rules import content_of, digests
from participation.domain.record.actors import Actor
from participation.kit import states
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound
from participation.kit.i18n import _
from participation.kit.marks import Made


async def create_project(session: Session, *, city: CityView, said: NewProject, actor: Actor, at: datetime) -> Project:
    """A draft for the whole city, or for the place in which its official acts; its number is given once and never again."""
    place_ids = _own_places(actor, city)
    acting(actor, Role.OFFICIAL, city, place_ids)
    await session.execute(sa.text("select id from city where id = :id for no key update"), {"id": city.id})
    taken = {
        row.slug: row.number
        for row in await session.execute(sa.select(Project.slug, Project.number).where(Project.city_id == city.id))
    }
    number = said.number or max(taken.values(), default=0) + 1
    if number in taken.values():
        raise Conflict(
            "number_taken",
            _("Another project has this number."),
            _("Leave the number out, and the next free one is taken."),
        )
    if said.slug is not None and said.slug in taken:
        raise Invalid({"slug": _("Another project has this address.")})
    project = Project(
        city_id=city.id,
        number=number,
        slug=said.slug or _free_slug(rules.slug_of(said.title) or f"project-{number}", taken),
        kind=said.kind,
        created_at=at,
        texts=[begin(city.id, said.language, {"title": said.title})],
        agreements=[],
        indicators=[],
        steps=[],
        districts=[ProjectDistrict(city_id=city.id, place_id=place) for place in place_ids],
    )
    session.add(project)
    await session.flush()
    return project


async def open_for_edit(session: Session, *, city: CityView, slug: str, actor: Actor, texts: bool = True) -> Project:
    """The project with everything that it says (or without its texts), kept from others until the end of the transaction."""
    project = await loaded(session, Project.slug == slug, city_id=city.id, lock=True, texts=texts)
    acting(actor, Role.OFFICIAL, city, places_of(project))
    return project


async def locked(session: Session, *where: sa.ColumnElement[bool], city_id: int) -> Project:
    """Nobody else writes it until the end of the transaction; comments and votes are not held up."""
    return await loaded(session, *where, city_id=city_id, lock=True)


async def loaded(
    session: Session, *where: sa.ColumnElement[bool], city_id: int, lock: bool = False, texts: bool = True
) -> Project:
    """Locked in a statement of its own: what is read together with a lock can be from before the other's commit."""
    mine = sa.and_(Project.city_id == city_id, *where)
    if lock:
        await session.execute(sa.select(Project.id).where(mine).with_for_update(key_share=True))
    wanted = sa.select(Project).where(mine).execution_options(populate_existing=True)
    wanted = wanted.options(
        joinedload(Project.steps),
        joinedload(Project.districts),
        selectinload(Project.texts) if texts else raiseload(Project.texts),
        joinedload(Project.indicators),
        joinedload(Project.agreements),
    )
    project = (await session.execute(wanted)).unique().scalar_one_or_none()
    if project is None:
        raise NotFound()
    return project


def places_of(project: Project) -> list[int]:
    return [district.place_id for district in project.districts]


def expect(project: Project, part: str | None, version: int) -> None:
    """Refuse to overwrite what another official has written in this part (or anywhere) since it was read."""
    if (project.version if part is None else project.parts.get(part, 0)) > version:
        raise rules.overwritten()


async def save_texts(
    session: Session,
    *,
    city: CityView,
    project: Project,
    version: int,
    language: str,
    texts: Mapping[str, str],
    made: Mapping[str, Made] | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """The words in one language. What residents can read already may be changed, but not emptied. `made`: field -> how."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    expect(project, f"texts.{language}", version)
    if language not in city.languages:
        raise Invalid({"form": _("Please choose one of the city's languages.")})
    before = content_of(project)
    if project.state != ProjectState.DRAFT:
        gone = rules.emptied(before["texts"].get(language, {}), texts)
        if gone:
            raise Invalid({field: _("This is public already. It can be changed, but not emptied.") for field in gone})
    looked_at = write(project, language, texts, city.languages, made or {})
    await changed(session, project, f"texts.{language}", before, who, at)
    if looked_at and project.state != ProjectState.DRAFT:
        await note(session, project, "translation_confirmed", who, at, {"language": language, "texts": looked_at})


async def save_facts(
    session: Session, *, city: CityView, project: Project, version: int, said: Facts, actor: Actor, at: datetime
) -> None:
    """Cost, places, programme, and whether anybody may comment. The official needs the role for the old and the new places."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    who = acting(actor, Role.OFFICIAL, city, said.district_ids)
    expect(project, "facts", version)
    if project.state != ProjectState.DRAFT and project.cost_amount is not None and said.cost_amount is None:
        raise Invalid({"cost_amount": _("This is public already. It can be changed, but not emptied.")})
    before = content_of(project)
    project.programme_id = await _programme(session, project, said.programme)
    project.cost_amount = said.cost_amount
    project.open_comments = said.open_comments
    kept = [district for district in project.districts if district.place_id in said.district_ids]
    new = set(said.district_ids) - {district.place_id for district in kept}
    project.districts = kept + [ProjectDistrict(city_id=city.id, place_id=place) for place in sorted(new)]
    await changed(session, project, "facts", before, who, at)


async def publish(session: Session, *, city: CityView, project: Project, actor: Actor, at: datetime) -> None:
    """From now on everybody can read it. `ladder.operations.publish` asks first whether what it owes is there."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    states.advance(cast(Any, project), ProjectState.PUBLISHED, rules.TRANSITIONS)
    project.published_at = at
    project.version += 1
    content = content_of(project)
    session.add(version_of(project, content, at))
    facts = {
        "version": project.version,
        "content": digests(content),
        "steps": {
            step.kind: {"opens": stamp(step.opens_at), "closes": stamp(step.closes_at)} for step in project.steps
        },
    }
    await note(session, project, "project_published", who, at, facts)


async def mark_decided(session: Session, *, project: Project, actor: Actor, at: datetime) -> None:
    """An outcome has been published that decides the project, after all of its steps."""
    states.advance(cast(Any, project), ProjectState.DECIDED, rules.TRANSITIONS)
    await _end(session, project, actor, at)


async def mark_withdrawn(
    session: Session, *, project: Project, actor: Actor, at: datetime, successor_id: int | None = None
) -> None:
    """An outcome has been published that withdraws the project; another may take its place. What people did stays."""
    states.advance(cast(Any, project), ProjectState.WITHDRAWN, rules.TRANSITIONS)
    project.successor_id = successor_id
    await _end(session, project, actor, at)


async def end_step(session: Session, *, project: Project, kind: str, actor: Actor, at: datetime) -> None:
    """An outcome ends one step early (a cancelled ballot) and leaves the project as it is."""
    await _end_steps(session, project, [step for step in project.steps if step.kind == kind], actor, at)


async def changed(
    session: Session,
    project: Project,
    part: str | Collection[str],
    before: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> None:
    """One version more, of one part or of several; what is public goes into the history and the record. Nothing, when nothing differs."""
    enter_change(session, project, part, before, actor, at)
    await session.flush()


async def note(
    session: Session, project: Project, kind: str, actor: Actor, at: datetime, facts: Mapping[str, Any]
) -> None:
    """Into the record, and to whoever shows the project."""
    enter(session, project, kind, actor, at, facts)
    await session.flush()


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _own_places(actor: Actor, city: CityView) -> list[int]:
    """None for who acts for the whole city; else the places for which they do."""
    if may_act(actor, Role.OFFICIAL, city) is None:
        return []
    return sorted(grant.place_id for grant in actor.grants if grant.role == Role.OFFICIAL)


def _free_slug(wanted: str, taken: Mapping[str, int]) -> str:
    slug, again = wanted, 2
    while slug in taken:
        slug, again = f"{wanted}-{again}", again + 1
    return slug


async def _programme(session: Session, project: Project, slug: str | None) -> int | None:
    """A programme hangs under nothing, so that there are no circles."""
    if slug is None:
        return None
    wanted = sa.select(Project.id).where(
        Project.city_id == project.city_id, Project.slug == slug, Project.kind == ProjectKind.PROGRAMME
    )
    programme = await session.scalar(wanted)
    if programme is None or project.kind == ProjectKind.PROGRAMME:
        raise Invalid({"programme": _("Please choose a programme of the city.")})
    return programme


async def _end(session: Session, project: Project, actor: Actor, at: datetime) -> None:
    project.decided_at = at
    await _end_steps(session, project, project.steps, actor, at)
    announce(session, project)


async def _end_steps(session: Session, project: Project, steps: Sequence[Step], actor: Actor, at: datetime) -> None:
    """Running ones are closed, planned ones never open."""
    ended = [step for step in steps if rules.step_state(step, at) is not rules.StepState.CLOSED]
    for step in ended:
        step.ended_at = at
    await session.flush()
    if ended:
        facts = {"steps": [step.kind for step in ended]}
        await note(session, project, "steps_ended", actor, at, facts)
