"""Verbs of clips: take one in, publish, confirm and remove it."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.sounds.clips import rules
from participation.domain.projects.sounds.clips.forms import NewClip
from participation.domain.projects.sounds.clips.models import Clip
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.examining import Refused, clip
from participation.kit.files import Arriving, Files
from participation.kit.i18n import _
from participation.kit.marks import fingerprint


async def take_in(files: Files, arrived: Arriving) -> NewClip:
    """Have a clip examined, and keep it without what it told of where and when. Raises the refusal."""
    try:
        seen = await clip(arrived.path)
        return NewClip(seen.format, seen.seconds, len(seen.content), await files.keep(seen.content))
    except Refused as refusal:
        raise rules.refused(refusal.code) from None
    finally:
        arrived.drop()


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    tongue: str,
    text: str,
    new: NewClip,
    actor: Actor,
    at: datetime,
) -> None:
    """It signs this summary, in place of an earlier clip in the same sign language. The project is locked by whoever calls."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    mine = sa.select(Clip).where(Clip.project_id == project.id)
    there = {one.tongue.casefold(): one for one in await session.scalars(mine)}
    found = there.get(tongue.casefold())
    if found is None and len(there) >= rules.MOST_CLIPS:
        raise Conflict(
            "many_clips", _("A project can have 10 clips, and this one has as many."), _("Remove one first.")
        )
    if found is None:
        found = Clip(city_id=city.id, project_id=project.id, tongue=tongue)
        session.add(found)
    found.format, found.seconds, found.size, found.digest = new.format, new.seconds, new.size, new.digest
    found.said, found.at = fingerprint(text), at
    await session.flush()
    await _record(session, project, found, "clip_published", who, at)


async def confirm(
    session: Session, *, city: CityView, project: Project, clip_id: int, text: str, actor: Actor, at: datetime
) -> None:
    """It still signs what is written, although that was changed: somebody has watched it."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    found = await _find(session, project, clip_id)
    if found.said != fingerprint(text):
        found.said = fingerprint(text)
        await session.flush()
        await _record(session, project, found, "clip_confirmed", who, at)


async def remove(
    session: Session, *, city: CityView, project: Project, clip_id: int, actor: Actor, at: datetime
) -> None:
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    found = await _find(session, project, clip_id)
    await session.delete(found)
    await session.flush()
    await _record(session, project, found, "clip_removed", who, at)


async def _find(session: Session, project: Project, clip_id: int) -> Clip:
    found = await session.scalar(sa.select(Clip).where(Clip.project_id == project.id, Clip.id == clip_id))
    if found is None:
        raise NotFound("clip", _("This clip is not here any more."), _("Open the page again to see what is."))
    return found


async def _record(session: Session, project: Project, found: Clip, kind: str, who: Actor, at: datetime) -> None:
    """Of a draft, nobody is told anything."""
    if project.state != ProjectState.DRAFT:
        await note(session, project, kind, who, at, {"tongue": found.tongue, "file": found.digest})
