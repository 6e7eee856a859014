"""Reads what feeds tell beside dates: assessments, filings of organisations and links between projects, when they became public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ladder.flows.models import DataLink
from participation.domain.ladder.flows.queries import giver, receiver
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.filings.models import Filing, FilingState
from participation.domain.projects.models import ProjectState
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.queries import titles_of
from participation.kit.database import Session


class Kind(StrEnum):
    ASSESSMENT = "assessment"
    FILING = "filing"
    LINK = "link"
    LINK_ENDED = "link-ended"


@dataclass(frozen=True)
class News:
    """One thing that became public."""

    what: str
    project_id: int
    """Of a link the project whose data are given."""
    number: int
    """Of a version among those of its assessment; else of the thing itself."""
    kind: str | None
    """Of which assessment."""
    at: datetime
    more: Mapping[str, Any]
    """Of a filing `organisation`, `purpose`, `words`; of a link `to`, `slug`, `titles` and `to_titles`, `from`, `what`, `reasons`."""


async def latest(session: Session, project_ids: Sequence[int], *, size: int) -> list[News]:
    """The latest first, so many of each kind, earlier versions too; one statement."""
    every = (_versions(project_ids), _filings(project_ids), *_links(project_ids))
    parts = [sa.select(one.order_by(sa.desc("at"), sa.desc("number")).limit(size).subquery()) for one in every]
    return [News(**row._mapping) for row in await session.execute(sa.union_all(*parts))]


@dataclass(frozen=True)
class LinkDay:
    """From which day on one project gives data to another, as it was announced."""

    id: int
    project_id: int
    to: int
    titles: Mapping[str, str] | None
    to_titles: Mapping[str, str] | None
    what: Mapping[str, str]
    effective_on: date
    announced_at: datetime
    ended_at: datetime | None


async def link_days(session: Session, project_ids: Sequence[int]) -> list[LinkDay]:
    """Of every link from one of these projects or to one, those that were ended too; one statement."""
    wanted = (
        sa.select(DataLink.id, DataLink.project_id, DataLink.to_project_id.label("to"), DataLink.what)
        .add_columns(titles_of(giver.id).label("titles"), titles_of(receiver.id).label("to_titles"))
        .add_columns(DataLink.effective_on, DataLink.announced_at, DataLink.ended_at)
        .join(giver, giver.id == DataLink.project_id)
        .join(receiver, receiver.id == DataLink.to_project_id)
        .where(_either(project_ids))
        .order_by(DataLink.effective_on, DataLink.id)
    )
    return [LinkDay(**row._mapping) for row in await session.execute(wanted)]


def _either(project_ids: Sequence[int]) -> sa.ColumnElement[bool]:
    ends = sa.or_(DataLink.project_id.in_(project_ids), DataLink.to_project_id.in_(project_ids))
    return sa.and_(ends, *(side.state != ProjectState.DRAFT for side in (giver, receiver)))


def _row(what: Kind, project: Any, number: Any, kind: Any, at: Any, more: Any) -> sa.Select[Any]:
    return sa.select(
        *(sa.literal(what.value).label("what"), project.label("project_id"), number.label("number")),
        *(kind.label("kind"), at.label("at"), sa.type_coerce(more, JSONB).label("more")),
    )


def _versions(project_ids: Sequence[int]) -> sa.Select[Any]:
    version = (AssessmentVersion.number, Assessment.kind, AssessmentVersion.at, sa.func.jsonb_build_object())
    return (
        _row(Kind.ASSESSMENT, Assessment.project_id, *version)
        .join(Assessment, AssessmentVersion.assessment_id == Assessment.id)
        .where(Assessment.project_id.in_(project_ids))
    )


def _filings(project_ids: Sequence[int]) -> sa.Select[Any]:
    said = ("organisation", Organisation.names, "purpose", Filing.purpose, "words", Filing.content["words"])
    return (
        _row(
            Kind.FILING, Filing.project_id, Filing.id, Filing.kind, Filing.decided_at, sa.func.jsonb_build_object(*said)
        )
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(Filing.project_id.in_(project_ids), Filing.state == FilingState.PUBLISHED)
    )


def _links(project_ids: Sequence[int]) -> tuple[sa.Select[Any], ...]:
    """Announced, and ended; from one of these projects or to one."""
    said = (
        *("to", DataLink.to_project_id, "slug", giver.slug, "from", DataLink.effective_on),
        *("titles", titles_of(giver.id), "to_titles", titles_of(receiver.id)),
        *("what", DataLink.what, "reasons", DataLink.reasons),
    )
    more, nothing = sa.func.jsonb_build_object(*said), sa.cast(sa.null(), sa.Text)
    parts = (
        _row(what, DataLink.project_id, DataLink.id, nothing, at, more)
        .join(giver, giver.id == DataLink.project_id)
        .join(receiver, receiver.id == DataLink.to_project_id)
        .where(_either(project_ids), at.is_not(None))
        for what, at in ((Kind.LINK, DataLink.announced_at), (Kind.LINK_ENDED, DataLink.ended_at))
    )
    return tuple(parts)
