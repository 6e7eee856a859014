"""Projects as officials write them, for tests: drafted, complete, published; through the operations that pages call."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from participation.domain.ballots import operations as ballots
from participation.domain.ladder import operations as ladder
from participation.domain.projects import operations
from participation.domain.projects.agreements import operations as agreements
from participation.domain.projects.assessments.kept.operations import keep
from participation.domain.projects.assessments.models import Assessment, AssessmentState, AssessmentVersion
from participation.domain.projects.assessments.queries import SCREENING, shipped_one
from participation.domain.projects.forms import Dates, Facts, NewProject
from participation.domain.projects.indicators.forms import IndicatorSaid
from participation.domain.projects.indicators.operations import save_indicator
from participation.domain.projects.influence.operations import choose_influence
from participation.domain.projects.models import Influence, Project, ProjectKind, StepKind
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.operations import sign
from participation.domain.projects.rules import by_kind
from participation.domain.projects.steps import operations as steps
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast

WORDS = {
    "title": "Flood sirens",
    "summary": "Nine sirens along the river warn people who live below the dyke.",
    "description": "## Where\n\nAlong the river.",
    "decided": "That there will be sirens.",
    "open": "Where they stand.",
    "payer": "The city, from its own budget.",
    "supplier": "Not chosen yet.",
    "contact": "Disaster Office, floods@example.org",
}
MEASURED = IndicatorSaid(
    names={"en": "Homes that hear a siren", "sw": "Nyumba zinazosikia king'ora"},
    units={"en": "homes", "sw": "nyumba"},
    baseline=Decimal(0),
    baseline_on=date(2027, 1, 1),
    target=Decimal(9000),
    target_on=date(2028, 1, 1),
)
SIGNED = {"en": "It is so.", "sw": "Ni hivyo."}
IN_SWAHILI = WORDS | {"title": "Ving'ora vya mafuriko", "summary": "Ving'ora tisa kando ya mto."}
NEVER = timedelta(0)
WRITTEN = NOW - 30 * DAY
"""When drafts were written and published, unless a test says otherwise: long enough ago for steps that open from `NOW` on."""


async def drafted(
    session: Session,
    cast: Cast,
    *,
    title: str = "Flood sirens",
    kind: ProjectKind = ProjectKind.PROJECT,
    languages: tuple[str, ...] = ("en",),
    at: datetime = WRITTEN,
) -> Project:
    """A draft with its words, and nothing else."""
    said = NewProject(title, "en", kind)
    made = await operations.create_project(session, city=cast.city, said=said, actor=cast.omar, at=at)
    project = await operations.open_for_edit(session, city=cast.city, slug=made.slug, actor=cast.omar)
    for language in languages:
        texts = (IN_SWAHILI if language == "sw" else WORDS) | ({"title": title} if language == "en" else {})
        await operations.save_texts(
            session,
            city=cast.city,
            project=project,
            version=project.version,
            language=language,
            texts=texts,
            actor=cast.omar,
            at=at,
        )
    return project


async def complete(
    session: Session,
    cast: Cast,
    *,
    title: str = "Flood sirens",
    opens: timedelta = 10 * DAY,
    closes: timedelta = 40 * DAY,
    vote: bool = False,
    at: datetime = WRITTEN,
) -> Project:
    """A draft with everything that a consultation owes, and its dates, counted from `NOW`."""
    project = await drafted(session, cast, title=title, languages=("en", "sw"), at=at)
    everywhere: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": at}
    await operations.save_facts(session, version=project.version, said=Facts(cost_amount=9_000_000), **everywhere)
    await agreements.state_agreements(session, **everywhere)
    await steps.set_step(
        session,
        version=project.version,
        kind=StepKind.CONSULTATION,
        said=Dates(NOW + closes, NOW + opens),
        **everywhere,
    )
    await promised(session, cast, project, at=at)
    await assessed(session, project)
    if vote:
        await with_vote(session, cast, project, opens=closes + 10 * DAY, closes=closes + 30 * DAY, at=at)
    return project


async def promised(session: Session, cast: Cast, project: Project, *, at: datetime = WRITTEN) -> None:
    """A level of influence, an indicator, and the five preconditions signed."""
    everywhere: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": at}
    await choose_influence(session, version=project.version, influence=Influence.CONSULT, **everywhere)
    await save_indicator(session, version=project.version, said=MEASURED, **everywhere)
    for condition in Condition:
        await sign(session, condition=condition, words=SIGNED, **everywhere)


async def assessed(session: Session, project: Project, *kinds: str) -> None:
    """A screening that requires what every project owes, and that; as if they had been published."""
    for kind in kinds or (SCREENING, "problem", "triple-test", "technology-supplier"):
        made = Assessment(
            city_id=project.city_id,
            project_id=project.id,
            kind=kind,
            questionnaire=1,
            state=AssessmentState.PUBLISHED,
            published=1,
            published_at=NOW,
            created_at=NOW,
        )
        session.add(made)
        await session.flush()
        score = {"risk": 0, "mitigation": 0, "total": 0, "most": 0, "level": "low", "unresolved": 0}
        session.add(
            AssessmentVersion(
                assessment_id=made.id,
                number=1,
                city_id=project.city_id,
                questionnaire=1,
                asked=await keep(session, city_id=project.city_id, asked=shipped_one(kind)),
                answers={"size": {"chosen": ["small"], "words": {}, "source": "city"}} if kind == SCREENING else {},
                score=score,
                at=NOW,
            )
        )
    await session.flush()


async def with_vote(
    session: Session, cast: Cast, project: Project, *, opens: timedelta, closes: timedelta, at: datetime = WRITTEN
) -> None:
    everywhere: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": at}
    await steps.set_step(
        session, version=project.version, kind=StepKind.DECISION, said=Dates(NOW + closes, NOW + opens), **everywhere
    )
    step = by_kind(project.steps, StepKind.DECISION)
    assert step is not None
    await ballots.draft(
        session,
        step=step,
        questions={"en": "Shall there be sirens?", "sw": "Je, king'ora kiwepo?"},
        threshold=50,
        quorum=0,
        binding=True,
        districts=(),
        **everywhere,
    )


async def publish(session: Session, cast: Cast, project: Project, folder: Path, *, at: datetime = WRITTEN) -> Project:
    """Published when it was written; what is due at `NOW` and owes nothing has opened."""
    await ladder.publish(session, city=cast.city, project=project, folder=folder, actor=cast.omar, at=at)
    await ladder.open_due(session, city=cast.city, at=NOW, project_id=project.id)
    await session.flush()
    return project
