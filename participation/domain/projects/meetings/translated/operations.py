"""Writes words of meetings in one language in which they do not count yet: what was announced stays as it is."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.meetings import rules
from participation.domain.projects.meetings.models import Meeting, MeetingChange, MeetingProject
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import places_of
from participation.domain.projects.rules import announced
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor
from participation.kit import marks
from participation.kit.changes import touch
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made


async def translate_meetings(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[tuple[str, int, str], tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """`texts`: by kind (`meeting`, `moved`), number and field.

    Nothing that was announced changes by it, so an official of one of the projects that a meeting is about may do it.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    moves = await _moves(session, project, {number for kind, number, _field in texts if kind == "moved"})
    own = {number for kind, number, _field in texts if kind == "meeting"}
    meetings = await _meetings(session, project, own | {one.meeting_id for one in moves.values()})
    said: dict[str, str] = {}
    for (kind, number, field), (text, made) in texts.items():
        row = moves.get(number) if kind == "moved" else meetings.get(number)
        if row is None or field not in (("reasons",) if kind == "moved" else rules.TEXTS):
            raise NotFound()
        if language in marks.counted(marks.said(row, field)):
            raise announced()
        marks.put(row, field, language, text, made, city.languages)
        said[f"{kind}.{number}.{field}"] = text
    for meeting in meetings.values():
        meeting.whole_in = marks.whole_in(marks.said(meeting, field) for field in rules.TEXTS)
        meeting.version, meeting.changed_at = meeting.version + 1, at
    alike(meetings.values(), *rules.TEXTS, "marks", "whole_in", "version", "changed_at")
    alike(moves.values(), "reasons", "marks")
    about = await _about(session, meetings)
    facts = {"language": language, "texts": list(said), "words": said}
    entries = [
        ({"project": {"number": one.number, "slug": one.slug}, **facts}, ("project", str(one.id))) for one in about
    ]
    record.enter(session, city_id=city.id, kind="translation_added", actor=who, at=at, entries=entries)
    touch(session, *(f"project:{one.id}" for one in about), f"projects:{city.id}")


async def _moves(session: Session, project: Project, ids: Collection[int]) -> dict[int, MeetingChange]:
    if not ids:
        return {}
    linked = sa.select(MeetingProject.meeting_id).where(MeetingProject.project_id == project.id)
    wanted = sa.select(MeetingChange).where(MeetingChange.id.in_(ids), MeetingChange.meeting_id.in_(linked))
    return {row.id: row for row in await session.scalars(wanted)}


async def _meetings(session: Session, project: Project, ids: Collection[int]) -> dict[int, Meeting]:
    """Kept from others until the end of the transaction: other projects lead to them too."""
    linked = sa.select(MeetingProject.meeting_id).where(MeetingProject.project_id == project.id)
    wanted = sa.select(Meeting).where(Meeting.id.in_(ids), Meeting.id.in_(linked)).order_by(Meeting.id)
    rows = await session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {row.id: row for row in rows}


async def _about(session: Session, meetings: Collection[int]) -> list[sa.Row[tuple[int, int, str]]]:
    """The public projects that any of these meetings is about."""
    linked = sa.select(MeetingProject.project_id).where(MeetingProject.meeting_id.in_(meetings))
    wanted = sa.select(Project.id, Project.number, Project.slug)
    wanted = wanted.where(Project.id.in_(linked), Project.state != ProjectState.DRAFT).order_by(Project.number)
    return list(await session.execute(wanted))
