"""Brings a questionnaire into a city, under the next version of its kind; the same again changes nothing."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.kept.forms import written
from participation.domain.projects.assessments.models import Questionnaires
from participation.domain.projects.assessments.queries import shipped
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.kit.i18n import _


async def bring_in(session: Session, *, city: CityView, asked: Questionnaire, actor: Actor, at: datetime) -> int:
    """The version that it has here. A shipped kind cannot be replaced: nobody may make what a step owes weaker."""
    if asked.kind in shipped():
        raise Conflict(
            "shipped_kind",
            _("This kind of assessment comes with the platform and cannot be replaced."),
            _("Give the questionnaire another name."),
        )
    newest = (
        sa.select(Questionnaires)
        .where(Questionnaires.city_id == city.id, Questionnaires.kind == asked.kind)
        .order_by(Questionnaires.version.desc())
        .limit(1)
    )
    found = (await session.execute(newest)).scalar_one_or_none()
    version = 1 if found is None else found.version + 1
    content = written(asked, version)
    if found is not None and {**found.content, "version": version} == content:
        return found.version
    session.add(Questionnaires(city_id=city.id, kind=asked.kind, version=version, content=content, at=at))
    facts = {"kind": asked.kind, "version": version, "questions": len(asked.questions)}
    await append(session, city_id=city.id, kind="questionnaire_imported", actor=actor, at=at, facts=facts)
    return version
