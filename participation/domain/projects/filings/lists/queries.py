"""Reads what organisations had published, over projects, without what it answers; and which questions one of them answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.filings.models import Filing, FilingState
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.domain.projects.queries import PUBLIC
from participation.kit.database import Session


@dataclass(frozen=True)
class Line:
    """One published filing: whose it is, what it is about, and how it came out."""

    id: int
    slug: str
    organisation_id: int
    organisation: Mapping[str, str]
    organisation_kind: str
    purpose: str
    kind: str | None
    beside: int | None
    """The version of the city's assessment beside which it was written."""
    about: str | None
    stance: str | None
    words: Mapping[str, str] | None
    interests: Mapping[str, Any]
    score: Mapping[str, Any] | None
    answered: int
    handed_in_at: datetime
    at: datetime

    @property
    def independent(self) -> bool:
        return self.organisation_kind in INDEPENDENT


async def listed(
    session: Session, city: CityView, *, after: int, size: int, project_id: int | None = None
) -> tuple[Sequence[Line], bool]:
    """In the order in which they were asked for, of the city or of one project; whether there are more. One statement."""
    content = Filing.content
    keys = sa.func.jsonb_object_keys(content["answers"]).table_valued("name")
    wanted = (
        sa.select(
            *(Filing.id, Project.slug, Filing.organisation_id, Organisation.names.label("organisation")),
            *(Organisation.kind.label("organisation_kind"), Filing.purpose, Filing.kind),
            *(content["beside"].as_integer().label("beside"), content["about"].astext.label("about")),
            *(content["stance"].astext.label("stance"), content["words"].label("words")),
            *(
                content["interests"].label("interests"),
                Filing.score,
                Filing.handed_in_at,
                Filing.decided_at.label("at"),
            ),
            sa.select(sa.func.count()).select_from(keys).scalar_subquery().label("answered"),
        )
        .join(Project, Project.id == Filing.project_id)
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(PUBLIC, Project.city_id == city.id, Filing.state == FilingState.PUBLISHED, Filing.id > after)
        .order_by(Filing.id)
        .limit(size + 1)
    )
    if project_id is not None:
        wanted = wanted.where(Filing.project_id == project_id)
    found = [Line(**row._mapping) for row in await session.execute(wanted)]
    return found[:size], len(found) > size


async def asked(
    session: Session, *, city: CityView, project_id: int, content: Mapping[str, Any], today: date
) -> list[Questionnaire]:
    """The questionnaires that it answers: the version it was written for where that is kept, else today's."""
    found = []
    for kind, version in sorted(content.get("questionnaires", {}).items()):
        one = await assessments.questionnaire(session, city_id=city.id, kind=kind)
        beside = content.get("beside")
        if beside is not None and (one is None or one.version != version):
            then = await assessments.version(session, project_id, kind, [beside], today=today)
            kept = [each.asked for each in then if each.asked is not None and each.asked.version == version]
            one = kept[0] if kept else one
        if one is not None:
            found.append(one)
    return found
