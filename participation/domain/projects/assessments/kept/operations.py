"""Keeps a questionnaire as it is now, for whoever reads later what was answered to it."""

from sqlalchemy.dialects.postgresql import insert

from participation.domain.projects.assessments.kept.forms import digest, written
from participation.domain.projects.assessments.models import QuestionnaireCopy
from participation.domain.projects.assessments.rules import Questionnaire
from participation.kit.database import Session


async def keep(session: Session, *, city_id: int, asked: Questionnaire) -> bytes:
    """Its hash, under which it is found again; what is kept already is not kept twice."""
    content = written(asked)
    values = {"city_id": city_id, "digest": digest(content), "content": content}
    await session.execute(insert(QuestionnaireCopy).values(values).on_conflict_do_nothing())
    return digest(content)
