"""Organisations and their links, for tests: made by Omar through the operations that his pages call."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import Question, QuestionKind
from participation.domain.projects.filings import operations, queries
from participation.domain.projects.filings.forms import Asking, OpinionSaid
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.operations import Made
from participation.domain.projects.filings.queries import FilingView
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import parts
from participation.domain.projects.models import Project
from participation.domain.projects.organisations import operations as organisations
from participation.domain.projects.organisations.forms import OrganisationSaid
from participation.domain.projects.organisations.models import Organisation, OrganisationKind
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.slips import SECRETS

UNTIL = date(2027, 4, 30)
GAINS = {"en": "Its members keep their stalls.", "sw": "Wanachama wanabaki na vibanda vyao."}
PAYER = {"en": "Fees of its members.", "sw": "Ada za wanachama."}


async def organisation(
    session: Session,
    cast: Cast,
    kind: OrganisationKind = OrganisationKind.ASSOCIATION,
    name: str = "Stall Keepers",
    *,
    declared: bool = True,
) -> Organisation:
    said = OrganisationSaid(kind, {"en": name})
    if declared:
        said = OrganisationSaid(kind, {"en": name}, GAINS, PAYER, date(2027, 2, 1))
    return await organisations.add(session, city=cast.city, said=said, actor=cast.omar, at=NOW)


async def link(
    session: Session,
    cast: Cast,
    project: Project,
    whose: Organisation,
    purpose: Purpose = Purpose.OPINION,
    kind: str | None = None,
    *,
    published: bool = True,
    secrets: Any = SECRETS,
) -> Made:
    return await operations.ask(
        session,
        city=cast.city,
        project=project,
        said=Asking(whose.id, purpose, kind, UNTIL),
        known=kind is not None,
        published=published,
        secrets=secrets,
        actor=cast.omar,
        at=NOW,
    )


async def says(session: Session, cast: Cast, made: Made, text: str, language: str = "en", at: datetime = NOW) -> None:
    """An opinion is written by its link."""
    _opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=at)
    said = OpinionSaid(text, None, None, filing.version)
    await writing.save_opinion(session, filing=filing, said=said, language=language)


async def hands_in(session: Session, cast: Cast, made: Made, at: datetime = NOW) -> None:
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=at)
    await writing.hand_in(session, city=cast.city, opened=opened, filing=filing, at=at)


async def published_opinion(
    session: Session, cast: Cast, project: Project, whose: Organisation, kind: str | None = None
) -> Made:
    """Asked for, written, handed in and published."""
    made = await link(session, cast, project, whose, Purpose.OPINION, kind)
    await says(session, cast, made, "We see it differently.")
    await hands_in(session, cast, made)
    await operations.publish(
        session, city=cast.city, project=project, filing_id=made.filing_id, actor=cast.oksana, at=NOW
    )
    return made


async def view(session: Session, project: Project, made: Made) -> FilingView:
    found = await queries.one(session, project_id=project.id, filing_id=made.filing_id)
    assert found is not None
    return found


def question(asked: str, number: int = 0, *, kind: QuestionKind) -> Question:
    """A question of a shipped questionnaire that everybody is asked."""
    found = [one for one in shipped_one(asked).questions if one.visible_if is None and one.kind is kind]
    return found[number]


async def answered(session: Session, project: Project, kind: str, answers: dict[str, Any]) -> AssessmentVersion:
    """What the city has published under one kind, as if it had answered this."""
    version = (
        await session.execute(
            sa.select(AssessmentVersion)
            .join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
            .where(Assessment.project_id == project.id, Assessment.kind == kind)
        )
    ).scalar_one()
    version.answers = {name: {"chosen": [], "words": {}, "source": "city"} | said for name, said in answers.items()}
    await session.flush()
    return version


async def published_counter(
    session: Session,
    cast: Cast,
    project: Project,
    whose: Organisation,
    kind: str,
    *said: AnswerSaid,
    language: str = "en",
    at: datetime = NOW,
) -> Made:
    """A counter-assessment: asked for, answered, handed in and published."""
    made = await link(session, cast, project, whose, Purpose.COUNTER, kind)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=at)
    part = (await parts(session, opened.filing, city=cast.city, at=at))[0]
    await writing.save_answers(session, filing=filing, part=part, said=said, language=language)
    await hands_in(session, cast, made, at)
    await operations.publish(
        session, city=cast.city, project=project, filing_id=made.filing_id, actor=cast.oksana, at=at
    )
    return made
