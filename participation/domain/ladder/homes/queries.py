"""Reads the meetings of a project, and since when people can come to them informed."""

from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.gates.rules import HOMES
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.documents.models import Document, DocumentKind
from participation.domain.projects.documents.queries import PUBLIC
from participation.domain.projects.meetings.models import Meeting, MeetingKind, MeetingProject

COUNTS = sa.and_(Meeting.kind == MeetingKind.CONSULTATION, Meeting.cancelled_at.is_(None))
"""Meetings that a project owes where homes are touched."""


def met(project_id: Any) -> sa.ScalarSelect[Any]:
    """For whose people there is one and when, and of each that was not cancelled the languages in which all of it counts."""
    empty = sa.text("'[]'::json")
    where = sa.func.json_build_array(Meeting.place_id, Meeting.starts_at)
    said = sa.func.json_build_object(
        *("places", sa.func.coalesce(sa.func.json_agg(where).filter(COUNTS), empty)),
        *("languages", sa.func.coalesce(sa.func.json_agg(Meeting.whole_in), empty)),
    )
    return (
        sa.select(sa.type_coerce(said, sa.JSON))
        .join(MeetingProject, MeetingProject.meeting_id == Meeting.id)
        .where(MeetingProject.project_id == project_id, Meeting.cancelled_at.is_(None))
        .scalar_subquery()
    )


def told_at(project_id: Any) -> sa.ColumnElement[Any]:
    """Nothing, while one of the two cannot be read."""
    assessed = (
        sa.select(sa.func.min(AssessmentVersion.at))
        .join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
        .where(Assessment.project_id == project_id, Assessment.kind == HOMES)
        .scalar_subquery()
    )
    planned = (
        sa.select(sa.func.min(Document.published_at))
        .where(Document.project_id == project_id, Document.kind == DocumentKind.RESETTLEMENT, PUBLIC)
        .scalar_subquery()
    )
    return sa.case((assessed.is_not(None) & planned.is_not(None), sa.func.greatest(assessed, planned)))
