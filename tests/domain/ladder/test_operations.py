"""Steps open when their date has come and nothing is owed; a ballot follows its step."""

from pathlib import Path

import pytest

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import of_step
from participation.domain.ladder import operations
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.operations import Owed
from participation.domain.projects import operations as projects
from participation.domain.projects.forms import Dates, Extension, Facts
from participation.domain.projects.models import Project, Step, StepKind
from participation.domain.projects.queries import find
from participation.domain.projects.rules import StepState, by_kind, step_state
from participation.domain.record.queries import history_of
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast
from tests.drafting import WRITTEN, complete, drafted, publish, with_vote


async def reload(session: Session, cast: Cast, project: Project) -> Project:
    return await projects.loaded(session, Project.id == project.id, city_id=cast.city.id)


def the(project: Project, kind: StepKind) -> Step:
    step = by_kind(project.steps, kind)
    assert step is not None
    return step


async def ballot_of(session: Session, project: Project) -> Ballot:
    ballot = await of_step(session, step_id=the(project, StepKind.DECISION).id)
    assert ballot is not None
    return ballot


async def test_a_project_without_its_first_words_is_not_published(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await drafted(session, cast, languages=())
    with pytest.raises(Owed) as refused:
        await publish(session, cast, project, tmp_path)
    assert [item.code for item in refused.value.items] == ["summary", "description", "contact"]
    assert project.state == "draft"


async def test_a_step_opens_on_its_date_and_not_before(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    assert await operations.open_due(session, city=cast.city, at=NOW + 9 * DAY) == []
    step = the(project, StepKind.CONSULTATION)
    assert await operations.open_due(session, city=cast.city, at=NOW + 10 * DAY) == [step.id]
    assert (step.opened_at, step.closes_at) == (NOW + 10 * DAY, NOW + 40 * DAY)
    assert await operations.open_due(session, city=cast.city, at=NOW + 11 * DAY) == []
    (entry, _signed, _published) = await history_of(session, cast.city.id, ("project", str(project.id)))
    assert (entry.kind, entry.actor, entry.facts["late"]) == ("step_opened", {"role": "system"}, False)


async def test_a_step_whose_date_is_now_opens_with_the_publication(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast, opens=DAY - DAY), tmp_path)
    assert step_state(the(project, StepKind.CONSULTATION), NOW) is StepState.OPEN


async def test_a_step_that_owes_something_stays_planned_and_says_what(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await drafted(session, cast, languages=("en",))
    await projects.save_facts(
        session, city=cast.city, project=project, version=9, said=Facts(), actor=cast.omar, at=NOW
    )
    await operations.set_step(
        session,
        city=cast.city,
        project=project,
        version=9,
        kind=StepKind.CONSULTATION,
        said=Dates(NOW + 31 * DAY, NOW + DAY),
        actor=cast.omar,
        at=WRITTEN,
    )
    await publish(session, cast, project, tmp_path)
    late = NOW + 4 * DAY
    assert await operations.open_due(session, city=cast.city, at=late) == []
    assert step_state(the(project, StepKind.CONSULTATION), late) is StepState.OVERDUE
    view = await find(session, cast.city, project.slug)
    assert view is not None
    file = (await gates.files(session, cast.city, [project.id], late))[project.id]
    items = gates.missing_ahead(cast.city, view, None, file, late)
    assert [(item.code, item.languages) for item in items if item.code in ("payer", "cost")] == [
        ("payer", ("sw",)),
        ("cost", ()),
    ]


async def test_opened_late_it_keeps_its_length_and_the_decision_waits(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY, closes=31 * DAY, vote=True)
    project.agreements_stated = False
    await publish(session, cast, project, tmp_path)
    assert await operations.open_due(session, city=cast.city, at=NOW + 15 * DAY) == []
    project = await reload(session, cast, project)
    project.agreements_stated = True
    await session.flush()
    assert await operations.open_due(session, city=cast.city, at=NOW + 16 * DAY)
    project = await reload(session, cast, project)
    consultation, decision = the(project, StepKind.CONSULTATION), the(project, StepKind.DECISION)
    assert consultation.closes_at - NOW == 46 * DAY
    assert decision.opens_at == NOW + 46 * DAY
    assert decision.closes_at - decision.opens_at == 20 * DAY
    ballot = await ballot_of(session, project)
    assert (ballot.opens_at, ballot.closes_at) == (decision.opens_at, decision.closes_at)


async def test_a_ballot_is_announced_with_its_project_and_opens_after_the_consultation(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast, vote=True), tmp_path)
    ballot = await ballot_of(session, project)
    assert ballot.state == BallotState.ANNOUNCED
    for day in (10, 40, 49):
        await operations.open_due(session, city=cast.city, at=NOW + day * DAY)
    assert the(await reload(session, cast, project), StepKind.DECISION).opened_at is None
    await operations.open_due(session, city=cast.city, at=NOW + 50 * DAY)
    assert the(await reload(session, cast, project), StepKind.DECISION).opened_at == NOW + 50 * DAY


async def test_a_decision_never_opens_without_a_consultation(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await drafted(session, cast, languages=("en", "sw"))
    await with_vote(session, cast, project, opens=DAY, closes=9 * DAY)
    await publish(session, cast, project, tmp_path)
    assert await operations.open_due(session, city=cast.city, at=NOW + 2 * DAY) == []


async def test_a_ballot_declared_after_its_date_moves_its_step(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=DAY, closes=31 * DAY)
    await with_vote(session, cast, project, opens=35 * DAY, closes=45 * DAY)
    ballot = await ballot_of(session, project)
    ballot.questions = {"en": "Shall there be sirens?"}
    await publish(session, cast, project, tmp_path)
    assert ballot.state == BallotState.DRAFT
    for day in (1, 36):
        await operations.open_due(session, city=cast.city, at=NOW + day * DAY)
    project = await reload(session, cast, project)
    assert the(project, StepKind.DECISION).opened_at is None
    ballot.questions = {"en": "Shall there be sirens?", "sw": "Je?"}
    now = NOW + 37 * DAY
    await operations.announce_ballot(session, city=cast.city, project=project, folder=tmp_path, actor=cast.omar, at=now)
    step = the(project, StepKind.DECISION)
    assert now < step.opens_at < now + DAY / 24
    assert step.closes_at - step.opens_at == 10 * DAY
    await operations.open_due(session, city=cast.city, at=step.opens_at)
    assert step_state(the(await reload(session, cast, project), StepKind.DECISION), step.opens_at) is StepState.OPEN


async def test_extending_the_decision_extends_its_ballot(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await publish(session, cast, await complete(session, cast, vote=True), tmp_path)
    later = NOW + 90 * DAY
    await operations.extend(
        session,
        city=cast.city,
        project=project,
        kind=StepKind.DECISION,
        said=Extension(later, {"en": "Rain", "sw": "Mvua"}),
        actor=cast.omar,
        at=NOW,
    )
    assert (await ballot_of(session, project)).closes_at == later
