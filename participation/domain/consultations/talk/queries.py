"""Which answers can be commented on, and how many comments there are about each."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from participation.domain.consultations.models import AnswerTalk
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.forms import NAME
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _


@dataclass(frozen=True)
class Talk:
    """An answer that is talked about: where it stands, and the question to which it answers, per language."""

    about: str
    section: str
    question: Mapping[str, str]


def no_answer() -> NotFound:
    return NotFound(
        "answer",
        _("There is no such published answer to comment on."),
        _("The project's impact assessments lead to each of their questions."),
    )


async def answer_of(session: Session, project_id: int, about: str, *, today: date) -> Talk:
    """The answer with this name in what is published now: an internal one too, since its question is public. One statement."""
    kind, _slash, name = about.partition("/")
    if not (re.fullmatch(r"[a-z0-9-]{1,60}", kind) and NAME.fullmatch(name)):
        raise no_answer()
    for found in await assessments.version(session, project_id, kind, today=today):
        for section in found.asked.sections if found.asked and name in found.answers else ():
            for question in section.questions:
                if question.id == name:
                    return Talk(about, section.id, question.text)
    raise no_answer()


async def counts(session: Session, project_id: int, abouts: Iterable[str]) -> dict[str, int]:
    """Comments about these answers, of those that have any; one statement, however many comments there are."""
    wanted = sa.select(AnswerTalk.about, AnswerTalk.count).where(
        AnswerTalk.project_id == project_id, AnswerTalk.about.in_(list(abouts))
    )
    return {about: count for about, count in (await session.execute(wanted)).all()}
