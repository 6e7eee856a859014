"""Reads what a project is made known with."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.projects.meetings.models import Meeting, MeetingProject
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.spreading.models import NoticeCode, SpokenScript
from participation.kit.database import Session


@dataclass(frozen=True)
class CodeView:
    address: str
    size: int
    outline: str


@dataclass(frozen=True)
class MeetingLine:
    starts_at: datetime
    place_id: int
    venue: dict[str, str]


@dataclass(frozen=True)
class ScriptView:
    text: str
    version: int
    at: datetime


async def code(session: Session, project_id: int) -> CodeView | None:
    columns = (NoticeCode.address, NoticeCode.size, NoticeCode.outline)
    row = (await session.execute(sa.select(*columns).where(NoticeCode.project_id == project_id))).first()
    return None if row is None else CodeView(**row._mapping)


async def invitations(session: Session, project_id: int, *, at: datetime, most: int) -> list[MeetingLine]:
    """The next meetings that everybody can still come to."""
    rows = await session.execute(
        sa.select(Meeting.starts_at, Meeting.place_id, Meeting.venue)
        .join(MeetingProject, MeetingProject.meeting_id == Meeting.id)
        .where(MeetingProject.project_id == project_id, Meeting.cancelled_at.is_(None), Meeting.starts_at > at)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    return [MeetingLine(**row._mapping) for row in rows]


async def script(session: Session, project_id: int, language: str) -> ScriptView | None:
    """What an official wrote in this language, taken back or not."""
    columns = (SpokenScript.text, SpokenScript.version, SpokenScript.at)
    mine = (SpokenScript.project_id == project_id, SpokenScript.language == language)
    row = (await session.execute(sa.select(*columns).where(*mine))).first()
    return None if row is None else ScriptView(**row._mapping)


async def slug_of(session: Session, *, city_id: int, number: int) -> str | None:
    """Where the number on a notice leads."""
    public = (Project.city_id == city_id, Project.number == number, Project.state != ProjectState.DRAFT)
    return await session.scalar(sa.select(Project.slug).where(*public))


async def without_code(session: Session, *, city_id: int, base: str, most: int = 50) -> list[tuple[int, int]]:
    """Published projects whose code is not drawn yet, or with an address that the city has no more: identifiers and numbers."""
    address = sa.func.concat(base, sa.cast(Project.number, sa.Text))
    rows = await session.execute(
        sa.select(Project.id, Project.number)
        .outerjoin(NoticeCode, NoticeCode.project_id == Project.id)
        .where(
            Project.city_id == city_id,
            Project.state != ProjectState.DRAFT,
            sa.or_(NoticeCode.address.is_(None), NoticeCode.address != address),
        )
        .order_by(Project.id)
        .limit(most)
    )
    return [(row.id, row.number) for row in rows]
