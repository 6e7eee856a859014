"""In an election period no step opens and nothing is decided: not by the form, the worker, a date, or the urgent path."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participation.domain.ballots import operations as ballots
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.outcomes import operations as outcomes
from participation.domain.outcomes.models import Decision
from participation.domain.outcomes.published import operations as published
from participation.domain.projects.elections import operations
from participation.domain.projects.elections.forms import PeriodSaid
from participation.domain.projects.elections.models import ElectionPeriod
from participation.domain.projects.forms import Dates
from participation.domain.projects.models import Project, ProjectState, Step, StepKind
from participation.domain.projects.operations import loaded
from participation.domain.projects.queries import find
from participation.domain.projects.rules import by_kind
from participation.domain.projects.steps import operations as steps
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Invalid, NotAllowed
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted
from tests.deciding import decided, published_by_two, said
from tests.drafting import WRITTEN, complete, drafted, publish
from tests.electing import AFTER, FROM, NAMES, UNTIL, declared
from tests.promises.test_gates import opened, without
from tests.stage import Clock
from tests.urging import opened_urgently, wish
from tests.voting import ask

INSIDE = datetime(2027, 3, 12, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2027, 3, 24, 21, 0, tzinfo=UTC)
"""When the period ends in Tamarani, three hours before UTC."""


# Declared by two, before it begins


async def test_two_administrators_declare_one(session: Session, cast: Cast) -> None:
    wanted = PeriodSaid(NAMES, FROM, UNTIL)
    common: dict[str, Any] = {"city": cast.city, "at": NOW}
    period = await operations.declare(session, said=wanted, actor=cast.ada, **common)
    with pytest.raises(NotAllowed) as alone:
        await operations.confirm(session, period_id=period.id, actor=cast.ada, **common)
    assert alone.value.code == "same_person"
    for other in (cast.omar, cast.mariam, cast.amina):
        with pytest.raises(NotAllowed):
            await operations.confirm(session, period_id=period.id, actor=other, **common)
        with pytest.raises(NotAllowed):
            await operations.declare(session, said=wanted, actor=other, **common)
    await operations.confirm(session, period_id=period.id, actor=cast.juma, **common)
    entry = await session.scalar(sa.select(RecordEntry).where(RecordEntry.kind == "election_declared"))
    assert entry is not None
    assert (entry.entry or {})["facts"] == {
        "names": NAMES,
        "from": "2027-03-10",
        "until": "2027-03-24",
        "wanted": {"role": "administrator", "place": "tamarani"},
    }


async def test_what_one_administrator_wants_holds_nothing(session: Session, cast: Cast, tmp_path: Path) -> None:
    wanted = PeriodSaid(NAMES, FROM, UNTIL)
    await operations.declare(session, city=cast.city, said=wanted, actor=cast.ada, at=NOW)
    project = await publish(session, cast, await complete(session, cast, opens=11 * DAY, closes=45 * DAY), tmp_path)
    assert len(await ladder.open_due(session, city=cast.city, at=INSIDE)) == 1
    assert await opened(session, project)


@pytest.mark.parametrize(
    ("from_day", "until_day", "field"),
    [
        (date(2027, 3, 1), UNTIL, "from_day"),
        (date(2027, 2, 1), UNTIL, "from_day"),
        (date(2037, 3, 1), date(2037, 3, 2), "from_day"),
        (FROM, date(2027, 3, 9), "until_day"),
        (FROM, date(2027, 9, 1), "until_day"),
    ],
)
async def test_days_that_no_period_can_have(
    session: Session, cast: Cast, from_day: date, until_day: date, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await declared(session, cast, from_day, until_day)
    assert list(refused.value.errors) == [field]


async def test_periods_do_not_overlap_and_are_not_confirmed_late(session: Session, cast: Cast) -> None:
    late = await operations.declare(
        session, city=cast.city, said=PeriodSaid(NAMES, UNTIL, AFTER), actor=cast.ada, at=NOW
    )
    await declared(session, cast)
    with pytest.raises(Invalid):
        await declared(session, cast, UNTIL, AFTER)
    with pytest.raises(Invalid):
        await operations.confirm(session, city=cast.city, period_id=late.id, actor=cast.juma, at=NOW)
    other = await operations.declare(
        session, city=cast.city, said=PeriodSaid(NAMES, AFTER, AFTER), actor=cast.ada, at=NOW
    )
    at = datetime(2027, 3, 25, 6, 0, tzinfo=UTC)
    with pytest.raises(Conflict) as begun:
        await operations.confirm(session, city=cast.city, period_id=other.id, actor=cast.juma, at=at)
    assert begun.value.code == "begun"


async def test_it_is_removed_by_two_and_never_once_it_has_begun(session: Session, cast: Cast) -> None:
    period = await declared(session, cast)
    common: dict[str, Any] = {"city": cast.city, "period_id": period.id}
    await operations.want_removed(session, actor=cast.juma, at=NOW, **common)
    with pytest.raises(NotAllowed):
        await operations.confirm(session, actor=cast.juma, at=NOW, **common)
    with pytest.raises(Conflict) as begun:
        await operations.confirm(session, actor=cast.ada, at=INSIDE, **common)
    assert begun.value.code == "begun"
    await operations.drop(session, city=cast.city, period_id=period.id, actor=cast.ada)
    with pytest.raises(Conflict):
        await operations.want_removed(session, actor=cast.ada, at=INSIDE, **common)
    await operations.want_removed(session, actor=cast.ada, at=NOW + DAY, **common)
    await operations.confirm(session, actor=cast.juma, at=NOW + DAY, **common)
    assert period.removed_at is not None
    kinds = set(await session.scalars(sa.select(RecordEntry.kind)))
    assert {"election_declared", "election_removed"} <= kinds


async def test_the_database_itself_refuses_one_administrator(session: Session, cast: Cast) -> None:
    period = await declared(session, cast)
    where = sa.update(ElectionPeriod).where(ElectionPeriod.id == period.id)
    for alone in ({"confirmed_by": cast.ada.person_id}, {"removed_at": NOW, "removed_by": cast.ada.person_id}):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(where.values(alone))


# No step opens


async def test_a_date_inside_is_refused_with_the_next_possible_day(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    await declared(session, cast)
    await declared(session, cast, AFTER, date(2027, 3, 27))
    project = await drafted(session, cast)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": WRITTEN}
    for kind in StepKind:
        for opens in (INSIDE, datetime(2027, 3, 9, 21, 0, tzinfo=UTC), datetime(2027, 3, 24, 20, 59, tzinfo=UTC)):
            with pytest.raises(Invalid) as refused:
                await ladder.set_step(session, version=99, kind=kind, said=Dates(NOW + 60 * DAY, opens), **everything)
            assert "The next possible day is 28 March 2027." in str(refused.value.errors["opens_at"])
    for opens in (datetime(2027, 3, 9, 20, 59, tzinfo=UTC), datetime(2027, 3, 27, 21, 0, tzinfo=UTC)):
        await ladder.set_step(
            session,
            version=99,
            kind=StepKind.CONSULTATION,
            said=Dates(NOW + 60 * DAY, opens),
            **everything,
        )


async def test_as_early_as_may_be_is_inside_as_well(session: Session, cast: Cast, tmp_path: Path) -> None:
    """No date at all means: as early as may be, which is here a fortnight later."""
    await declared(session, cast)
    project = await drafted(session, cast)
    with pytest.raises(Invalid):
        await ladder.set_step(
            session,
            city=cast.city,
            project=project,
            version=99,
            kind=StepKind.CONSULTATION,
            said=Dates(NOW + 60 * DAY, None),
            actor=cast.omar,
            at=NOW,
        )


async def test_a_step_whose_date_falls_inside_stays_planned_and_opens_afterwards(
    session: Session, cast: Cast, settings: Settings, visitor: Browser, clock: Clock
) -> None:
    project = await publish(
        session, cast, await complete(session, cast, opens=11 * DAY, closes=45 * DAY), settings.keys
    )
    await declared(session, cast)
    await session.commit()
    planned = (await visitor.get("/en/projects/flood-sirens")).text
    assert "An election period holds this step: it can open on 25 March 2027." in planned
    assert "Residents will be asked from 25 March 2027." in planned
    clock.now = INSIDE + DAY
    assert await ladder.open_due(session, city=cast.city, at=clock()) == []
    assert await ladder.open_due(session, city=cast.city, at=clock(), project_id=project.id) == []
    assert not await opened(session, project)
    page = (await visitor.get("/en/projects/flood-sirens")).text
    assert "An election period holds this step" in page
    assert "overdue" not in page
    assert "is overdue" not in (await visitor.get("/en/")).text
    assert await ladder.open_due(session, city=cast.city, at=MIDNIGHT - timedelta(seconds=1)) == []
    assert len(await ladder.open_due(session, city=cast.city, at=MIDNIGHT)) == 1
    step = await session.get_one(Step, project.steps[0].id)
    assert step.closes_at - MIDNIGHT == timedelta(days=34)


async def test_by_the_verb_that_opens(session: Session, cast: Cast, tmp_path: Path) -> None:
    """Whoever writes another door finds it locked."""
    project = await publish(session, cast, await complete(session, cast, opens=11 * DAY, closes=45 * DAY), tmp_path)
    await declared(session, cast)
    step = by_kind(project.steps, StepKind.CONSULTATION)
    assert step is not None
    with pytest.raises(Closed) as refused:
        await steps.open_step(session, city=cast.city, project=project, step=step, at=INSIDE)
    assert refused.value.code == "election"


async def test_a_ballot_that_is_announced_late_does_not_move_into_it(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast, closes=30 * DAY, opens=timedelta(0), vote=True)
    await session.execute(sa.text("update ballot set questions = '{}'"))
    number = project.id
    session.expire_all()
    project = await loaded(session, Project.id == number, city_id=cast.city.id)
    await publish(session, cast, project, tmp_path)
    await declared(session, cast)
    await session.execute(sa.update(Step).where(Step.kind == "decision").values(opens_at=NOW + 9 * DAY))
    session.expire_all()
    project = await loaded(session, Project.id == number, city_id=cast.city.id)
    step = by_kind(project.steps, StepKind.DECISION)
    assert step is not None
    questions = {"en": "Shall there be sirens?", "sw": "Je, king'ora kiwepo?"}
    rule: dict[str, Any] = {"threshold": 50, "quorum": 0, "binding": False, "districts": ()}
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": INSIDE}
    await ballots.draft(session, step=step, questions=questions, **rule, **everything)
    await ladder.announce_ballot(session, folder=tmp_path, **everything)
    assert step.opens_at == MIDNIGHT


# Not even urgently, but for danger to life


async def owing(session: Session, cast: Cast, folder: Path) -> Project:
    project = await complete(session, cast, opens=timedelta(0), vote=True)
    await without(session, project, "problem")
    return await publish(session, cast, project, folder)


@pytest.mark.parametrize("ground", [ground for ground in UrgentGround if ground is not UrgentGround.LIFE])
async def test_no_other_ground_opens_a_consultation(
    session: Session, cast: Cast, tmp_path: Path, ground: UrgentGround
) -> None:
    project = await owing(session, cast, tmp_path)
    await declared(session, cast)
    with pytest.raises(Closed) as refused:
        await opened_urgently(session, cast, project, wish(ground=ground), at=INSIDE)
    assert refused.value.code == "election"


async def test_danger_to_life_opens_a_consultation_and_no_vote(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await owing(session, cast, tmp_path)
    await declared(session, cast, date(2027, 4, 10), date(2027, 5, 10))
    at = datetime(2027, 5, 1, 9, 0, tzinfo=UTC)
    with pytest.raises(Closed):
        await opened_urgently(session, cast, project, wish(StepKind.DECISION), at=at)
    await opened_urgently(session, cast, project, at=datetime(2027, 4, 11, 9, 0, tzinfo=UTC))
    assert await opened(session, project)


# Nothing is decided


@pytest.mark.parametrize("decision", [Decision.WITHDRAWN, Decision.BALLOT_CANCELLED])
async def test_nothing_is_decided(session: Session, cast: Cast, tmp_path: Path, decision: Decision) -> None:
    asked = await ask(session, cast, tmp_path)
    await declared(session, cast)
    with pytest.raises(Closed) as refused:
        await published_by_two(session, cast, asked.project, said(decision=decision), tmp_path, at=INSIDE)
    assert refused.value.code == "election"
    assert "The next possible day is 25 March 2027." in str(refused.value.next_step)
    assert asked.project.state == ProjectState.PUBLISHED


async def test_a_decision_that_was_handed_in_is_published_afterwards(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    await declared(session, cast)
    common: dict[str, Any] = {"city": cast.city, "project": asked.project}
    outcome = await outcomes.save(session, said=said(decision=Decision.WITHDRAWN), actor=cast.omar, at=INSIDE, **common)
    await decisions.hand_in(session, outcome=outcome, actor=cast.omar, at=INSIDE, **common)
    where: dict[str, Any] = {"outcome": outcome, "read": (outcome.id, outcome.version), "folder": tmp_path} | common
    with pytest.raises(Closed):
        await decisions.publish(session, actor=cast.oksana, at=MIDNIGHT - timedelta(seconds=1), **where)
    await decisions.publish(session, actor=cast.oksana, at=MIDNIGHT, **where)
    assert asked.project.state == ProjectState.WITHDRAWN


async def test_what_was_decided_is_not_written_anew(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path)
    outcome = await published_by_two(
        session, cast, asked.project, said(decision=Decision.WITHDRAWN, themes=(), commitments=()), tmp_path, at=NOW
    )
    await declared(session, cast)
    words = said(
        decision=Decision.WITHDRAWN, themes=(), commitments=(), follows={"en": "Vote for us.", "sw": "Tupigie kura."}
    )
    where: dict[str, Any] = {"city": cast.city, "project": asked.project, "outcome_id": outcome.id}
    made = await published.hand_in(session, said=words, actor=cast.omar, at=INSIDE, **where)
    with pytest.raises(Closed):
        await published.publish(session, read=(made.id, made.version), actor=cast.oksana, at=INSIDE, **where)


async def test_a_new_ballot_is_not_announced_into_it(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path)
    await declared(session, cast)
    words = said(
        decision=Decision.BALLOT_REPEATED,
        themes=(),
        commitments=(),
        again_opens_at=INSIDE,
        again_closes_at=INSIDE + 30 * DAY,
    )
    with pytest.raises(Invalid) as refused:
        await published_by_two(session, cast, asked.project, words, tmp_path, at=NOW)
    assert "The next possible day is 25 March 2027." in str(refused.value.errors["again_opens_at"])


async def test_before_and_after_the_city_decides_as_ever(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path)
    await declared(session, cast, date(2027, 5, 1), date(2027, 5, 2))
    await published_by_two(session, cast, asked.project, said(decision=Decision.WITHDRAWN), tmp_path, at=NOW)
    assert asked.project.state == ProjectState.WITHDRAWN


# Pages


async def test_administrators_declare_and_remove_on_their_page(
    app: Any, visitor: Browser, cast: Cast, session: Session
) -> None:
    ada, juma = visitor, browser(app)
    await sign_in_as(ada, app, cast.ada)
    await sign_in_as(juma, app, cast.juma)
    await ada.get("/staff/elections")
    words = {"from_day": "2027-03-10", "until_day": "2027-03-24", "names.en": "Council", "names.sw": "Baraza"}
    page = await ada.send(words | {"until_day": "2027-03-01"})
    assert (page.status_code, "cannot be before the first" in page.text) == (422, True)
    assert 'value="Council"' in page.text
    page = await ada.send(words)
    assert "does not count yet" in page.text
    assert 'name="confirm"' not in page.text
    assert "No election period is declared." in (await visitor.get("/en/urgent")).text
    number = str(await session.scalar(sa.select(ElectionPeriod.id)))
    await ada.get("/staff/elections")
    assert (await ada.send({"confirm": number})).status_code == 403
    assert 'href="/staff/elections"' in (await juma.get("/staff/")).text
    await juma.get("/staff/elections")
    assert (await juma.send({"confirm": number})).status_code == 200
    public = (await visitor.get("/en/urgent")).text
    assert "Council: 10 March 2027 to 24 March 2027" in public
    await juma.get("/staff/elections")
    page = await juma.send({"remove": number})
    assert "Its removal waits for a second administrator." in page.text
    await ada.get("/staff/elections")
    await ada.send({"confirm": number})
    assert "No election period is declared." in (await visitor.get("/en/urgent")).text
    await juma.client.aclose()


async def test_officials_are_told_beside_the_field(app: Any, visitor: Browser, cast: Cast, session: Session) -> None:
    await declared(session, cast)
    await drafted(session, cast)
    await session.commit()
    await sign_in_as(visitor, app, cast.omar)
    await visitor.get("/staff/projects/flood-sirens/steps/consultation")
    page = await visitor.send({"opens_at": "2027-03-12 09:00", "closes_at": "2027-05-12 09:00"})
    assert page.status_code == 422
    assert 'id="opens_at-error"' in page.text
    assert "The next possible day is 25 March 2027." in page.text


async def test_a_city_without_periods_decides(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path)
    with pytest.raises(Conflict) as refused:
        await decided(session, cast, asked, asked.project)
    assert refused.value.code == "not_counted"


async def test_two_periods_without_a_day_between_hold_a_step_until_the_second_has_ended(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast, opens=INSIDE - NOW, closes=60 * DAY)
    await declared(session, cast)
    await declared(session, cast, AFTER, AFTER + 4 * DAY)
    await declared(session, cast, AFTER + 10 * DAY, AFTER + 12 * DAY)
    project = await find(session, cast.city, SLUG)
    assert project is not None
    step = project.step(StepKind.CONSULTATION)
    assert step is not None
    assert step.held_until == MIDNIGHT + 5 * DAY
