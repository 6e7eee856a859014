"""Reads who receives a project's data, and what of them has filed an assessment of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import SCREENING, newest
from participation.domain.projects.assessments.rules import UNKNOWN
from participation.domain.projects.filings.models import Filing, Purpose
from participation.domain.projects.filings.queries import SEEN
from participation.domain.projects.filings.receivers.rules import RECEIVERS, UNSURE
from participation.domain.projects.organisations.models import Organisation
from participation.kit.database import Session
from participation.kit.i18n import Message

NAMING = (SCREENING, "data-protection")
"""Assessments that say who receives data; where two say different things, both count."""


@dataclass(frozen=True)
class Own:
    """An assessment of its own that somebody who receives data has handed in."""

    id: int
    organisation: Mapping[str, str]
    state: str


@dataclass(frozen=True)
class Receiver:
    """A kind of receiver: what such organisations have filed, or that they have not."""

    filed: tuple[Own, ...]
    lacking: Message | None


async def receivers(session: Session, project_id: int) -> list[Receiver]:
    """In the order of the question; none while nothing is published. One statement."""
    row = (await session.execute(sa.select(_named(project_id), _own(project_id)))).one()
    named = {name for chosen in row.named for name in chosen or ()}
    found = []
    for name, (kind, lacking) in RECEIVERS.items():
        if name in named:
            filed = tuple(Own(one["id"], one["names"], one["state"]) for one in row.own if one["kind"] == kind)
            found.append(Receiver(filed, None if filed else lacking))
    return [*found, *([Receiver((), UNSURE)] if UNKNOWN in named else [])]


def _named(project_id: int) -> Any:
    """What each of these assessments has chosen."""
    chosen = sa.func.json_agg(AssessmentVersion.answers["receivers"]["chosen"])
    return (
        sa.select(sa.func.coalesce(chosen, sa.text("'[]'::json"), type_=sa.JSON))
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .where(Assessment.project_id == project_id, Assessment.kind.in_(NAMING))
        .scalar_subquery()
        .label("named")
    )


def _own(project_id: int) -> Any:
    own = sa.func.json_build_object(
        *("id", Filing.id, "names", Organisation.names, "kind", Organisation.kind, "state", Filing.state)
    )
    return (
        sa.select(sa.func.coalesce(sa.func.json_agg(own), sa.text("'[]'::json"), type_=sa.JSON))
        .select_from(Filing)
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(Filing.project_id == project_id, Filing.purpose == Purpose.OWN, Filing.state.in_(SEEN))
        .scalar_subquery()
        .label("own")
    )
