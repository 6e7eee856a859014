"""One urgent path, and no other way around what a step owes: two people, ground and law, counted, reviewed after 90 days."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participation.domain.ballots.models import Choice
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.urgent import operations
from participation.domain.ladder.urgent.forms import Review
from participation.domain.ladder.urgent.lists.queries import uses
from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.projects.assessments.models import AssessmentVersion
from participation.domain.projects.models import Project, Step, StepKind
from participation.domain.projects.operations import loaded, save_texts
from participation.domain.projects.rules import by_kind
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Invalid, NotAllowed
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.drafting import assessed, complete, publish
from tests.promises.test_gates import opened, without
from tests.stage import Clock
from tests.urging import REASONS, opened_urgently, wish

DESK = "/staff/projects/flood-sirens/urgent"
SAID = {
    "step": "consultation",
    "ground": "life",
    "law": "Disaster Act, section 7",
    "reasons.en": "The river rises.",
    "reasons.sw": "Mto unapanda.",
}


@pytest.fixture
async def owing(session: Session, cast: Cast, settings: Settings) -> Project:
    """Its consultation should have opened, and owes two assessments."""
    project = await complete(session, cast, opens=timedelta(0), vote=True)
    for kind in ("triple-test", "problem"):
        await without(session, project, kind)
    await publish(session, cast, project, settings.keys)
    await session.commit()
    return project


async def again(session: Session, cast: Cast, project: Project) -> Project:
    number = project.id
    session.expire_all()
    return await loaded(session, Project.id == number, city_id=cast.city.id)


# What it is


async def test_two_officials_open_what_owes_something_and_it_stays_written_down(
    session: Session, cast: Cast, owing: Project
) -> None:
    common: dict[str, Any] = {"city": cast.city, "project": owing, "at": NOW}
    use = await operations.want(session, said=wish(), actor=cast.omar, **common)
    assert not await opened(session, owing)
    with pytest.raises(NotAllowed) as alone:
        await operations.open_urgently(session, use_id=use.id, actor=cast.omar, **common)
    assert alone.value.code == "same_person"
    for other in (cast.ada, cast.mariam, cast.amina):
        with pytest.raises(NotAllowed):
            await operations.open_urgently(session, use_id=use.id, actor=other, **common)
    await operations.open_urgently(session, use_id=use.id, actor=cast.oksana, **common)
    assert await opened(session, owing)
    assert [one["code"] for one in use.owed] == ["assessments"]
    assert use.review_due == date(2027, 5, 30)
    kinds = list(await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id.desc()).limit(2)))
    assert kinds == ["step_opened", "urgent_opened"]
    entry = await session.scalar(sa.select(RecordEntry).where(RecordEntry.kind == "urgent_opened"))
    assert entry is not None
    said = (entry.entry or {})["facts"]
    assert (said["ground"], said["law"]) == ("life", "Disaster Act, section 7")
    assert said["wanted"] == {"role": "official", "place": "tamarani"}
    assert str(cast.omar.person_id) not in {str(value) for value in said.values()}


async def test_what_was_owed_then_stays_and_what_is_given_since_is_taken_off_what_is_owed_still(
    session: Session, cast: Cast, owing: Project
) -> None:
    use = await opened_urgently(session, cast, owing)
    found = await uses(session, cast.city, at=NOW + DAY)
    assert (found.count, found.items[0].still) == (1, ("assessments",))
    await assessed(session, owing, "triple-test", "problem")
    found = await uses(session, cast.city, at=NOW + DAY)
    assert found.items[0].still == ()
    assert [one["code"] for one in use.owed] == ["assessments"]


async def test_a_consultation_opens_with_shorter_notice_and_closes_when_it_was_to(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    use = await opened_urgently(session, cast, project, at=NOW + DAY)
    step = by_kind(project.steps, StepKind.CONSULTATION)
    assert step is not None
    assert (step.opened_at, step.closes_at) == (NOW + DAY, NOW + 40 * DAY)
    assert [one["code"] for one in use.owed] == ["notice"]


# What it never is


async def test_the_words_that_say_what_it_is_about_are_never_skipped(
    session: Session, cast: Cast, owing: Project
) -> None:
    await session.execute(sa.text("update project_text set summary = '' where language = 'sw'"))
    owing = await again(session, cast, owing)
    with pytest.raises(Conflict) as refused:
        await opened_urgently(session, cast, owing)
    assert refused.value.code == "never_skipped"
    assert not await opened(session, owing)


async def test_the_screening_is_never_skipped(session: Session, cast: Cast, owing: Project) -> None:
    await without(session, owing, "screening")
    with pytest.raises(Conflict) as refused:
        await opened_urgently(session, cast, owing)
    assert refused.value.code == "never_skipped"


async def test_what_is_taken_back_between_the_two_counts(session: Session, cast: Cast, owing: Project) -> None:
    """The second official is judged by what is there when they confirm."""
    common: dict[str, Any] = {"city": cast.city, "at": NOW}
    use = await operations.want(session, project=owing, said=wish(), actor=cast.omar, **common)
    await without(session, owing, "screening")
    with pytest.raises(Conflict) as refused:
        await operations.open_urgently(session, project=owing, use_id=use.id, actor=cast.oksana, **common)
    assert refused.value.code == "never_skipped"


async def test_a_vote_never_opens_before_its_day_nor_without_its_ballot(
    session: Session, cast: Cast, owing: Project
) -> None:
    vote = wish(StepKind.DECISION)
    with pytest.raises(Closed) as early:
        await opened_urgently(session, cast, owing, vote)
    assert early.value.code == "announced"
    await session.execute(sa.text("update ballot set state = 'draft'"))
    owing = await again(session, cast, owing)
    with pytest.raises(Conflict) as refused:
        await opened_urgently(session, cast, owing, vote, at=NOW + 51 * DAY)
    assert refused.value.code == "never_skipped"


async def homes(session: Session, project: Project) -> None:
    """The published screening says that homes are touched."""
    answers = {
        "size": {"chosen": ["small"], "words": {}, "source": "city"},
        "moves": {"chosen": ["few"], "words": {}, "source": "city"},
    }
    await session.execute(sa.update(AssessmentVersion).where(AssessmentVersion.answers != {}).values(answers=answers))


async def test_nobody_votes_on_homes_before_a_consultation(session: Session, cast: Cast, owing: Project) -> None:
    vote = wish(StepKind.DECISION)
    await homes(session, owing)
    with pytest.raises(Conflict) as refused:
        await opened_urgently(session, cast, owing, vote, at=NOW + 51 * DAY)
    assert refused.value.code == "never_skipped"


async def test_a_vote_on_something_else_can_open_without_one_and_is_counted_and_shown(
    session: Session, cast: Cast, owing: Project, visitor: Browser, clock: Clock
) -> None:
    clock.now = NOW + 51 * DAY
    use = await opened_urgently(session, cast, owing, wish(StepKind.DECISION, UrgentGround.COURT), at=clock())
    codes = {one["code"] for one in use.owed}
    assert {"consultation", "assessments"} <= codes
    await session.commit()
    page = (await visitor.get("/en/projects/flood-sirens")).text
    assert "The vote was opened on the urgent path" in page
    assert "An order of a court" in page
    ballot = (await visitor.get("/en/projects/flood-sirens/ballot")).text
    assert str(Choice.FOR) in ballot
    data = (await visitor.get("/api/v1/projects/flood-sirens")).json()
    assert [one["ground"] for one in data["urgent"]] == ["court"]


async def test_what_owes_nothing_needs_no_urgent_path(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=timedelta(0))
    project = await publish(session, cast, project, tmp_path)
    with pytest.raises(Conflict) as refused:
        await opened_urgently(session, cast, project)
    assert refused.value.code == "no_step"


async def test_a_draft_and_a_step_without_dates_have_none(session: Session, cast: Cast) -> None:
    project = await complete(session, cast, opens=timedelta(0))
    for said in (wish(), wish(StepKind.DECISION)):
        with pytest.raises(Conflict) as refused:
            await opened_urgently(session, cast, project, said)
        assert refused.value.code == "no_step"


# No other way around


async def test_the_worker_and_a_date_open_nothing_that_waits(session: Session, cast: Cast, owing: Project) -> None:
    await operations.want(session, city=cast.city, project=owing, said=wish(), actor=cast.omar, at=NOW)
    for day in (0, 3, 200):
        assert await ladder.open_due(session, city=cast.city, at=NOW + day * DAY) == []
    assert not await opened(session, owing)


async def test_by_the_form(app: Any, visitor: Browser, cast: Cast, owing: Project, session: Session) -> None:
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get(DESK)
    assert "The impact assessments that the project owes" in page.text
    for wrong in ({"ground": "haste"}, {"law": ""}, {"reasons.sw": ""}, {"step": "all"}):
        page = await visitor.send(SAID | wrong)
        assert page.status_code == 422, wrong
        await visitor.get(DESK)
    page = await visitor.send(SAID)
    assert "A second official has to read and confirm this." in page.text
    assert 'name="confirm"' not in page.text
    number = str(await session.scalar(sa.select(UrgentUse.id)))
    page = await visitor.send({"confirm": number})
    assert page.status_code == 403
    assert not await opened(session, owing)
    other = browser(app)
    await sign_in_as(other, app, cast.oksana)
    assert f'href="{DESK}"' in (await other.get("/staff/")).text
    page = await other.get(DESK)
    assert "The river rises." in page.text
    page = await other.send({"confirm": number})
    assert page.status_code == 200
    assert await opened(session, owing)
    await other.client.aclose()


async def test_the_database_itself_refuses_one_person(session: Session, cast: Cast, owing: Project) -> None:
    use = await operations.want(session, city=cast.city, project=owing, said=wish(), actor=cast.omar, at=NOW)
    for alone in ({"opened_at": NOW}, {"opened_at": NOW, "opened_by": cast.omar.person_id, "review_due": NOW.date()}):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(sa.update(UrgentUse).where(UrgentUse.id == use.id).values(alone))


# Its review


async def test_it_is_reviewed_within_ninety_days_and_overdue_without_anybodys_act(
    session: Session, cast: Cast, owing: Project, visitor: Browser, clock: Clock
) -> None:
    use = await opened_urgently(session, cast, owing)
    await session.commit()
    assert "Its review is due by 30 May 2027." in (await visitor.get("/en/urgent")).text
    clock.now = NOW + 90 * DAY
    assert "overdue" not in (await visitor.get("/en/urgent")).text
    clock.now = NOW + 91 * DAY
    for path in ("/en/urgent", "/en/projects/flood-sirens"):
        assert "Its review is overdue" in (await visitor.get(path)).text
    said = Review({"en": "Yes.", "sw": "Ndiyo."}, {"en": "All of it.", "sw": "Vyote."})
    where: dict[str, Any] = {"city": cast.city, "project": owing, "use_id": use.id, "said": said}
    await operations.review(session, actor=cast.oksana, at=clock(), **where)
    await session.commit()
    page = (await visitor.get("/en/urgent")).text
    assert "overdue" not in page
    assert "All of it." in page
    entry = await session.scalar(sa.select(RecordEntry).where(RecordEntry.kind == "urgent_reviewed"))
    assert entry is not None
    assert (entry.entry or {})["facts"]["late"] is True
    with pytest.raises(Conflict) as twice:
        await operations.review(session, actor=cast.omar, at=clock(), **where)
    assert twice.value.code == "reviewed"


async def test_a_review_does_not_come_before_anybody_could_know(session: Session, cast: Cast, owing: Project) -> None:
    use = await opened_urgently(session, cast, owing)
    where: dict[str, Any] = {"city": cast.city, "project": owing, "use_id": use.id, "said": Review(REASONS, REASONS)}
    with pytest.raises(Conflict) as early:
        await operations.review(session, actor=cast.omar, at=NOW + 29 * DAY, **where)
    assert early.value.code == "too_early"
    await operations.review(session, actor=cast.omar, at=NOW + 30 * DAY, **where)


async def test_the_review_by_the_form(
    app: Any, visitor: Browser, cast: Cast, owing: Project, session: Session, clock: Clock
) -> None:
    use = await opened_urgently(session, cast, owing)
    await session.commit()
    clock.now = NOW + 40 * DAY
    await sign_in_as(visitor, app, cast.omar)
    await visitor.get(DESK)
    texts = {f"{field}.{language}": "Yes." for field in ("needed", "given") for language in ("en", "sw")}
    page = await visitor.send(texts | {"given.sw": "", "review": str(use.id)})
    assert page.status_code == 422
    assert "needed in every required language" in page.text
    page = await visitor.send(texts | {"review": str(use.id)})
    assert "Reviewed on 10 April 2027." in page.text


async def test_every_use_in_the_city_is_counted_and_paged(
    session: Session, cast: Cast, visitor: Browser, tmp_path: Path
) -> None:
    for number in range(7):
        project = await complete(session, cast, title=f"Plan {number}", opens=timedelta(0))
        await without(session, project, "problem")
        await publish(session, cast, project, tmp_path)
        await opened_urgently(session, cast, project)
    await session.commit()
    page = await visitor.get("/en/urgent")
    assert "It was used 7 times in this city." in page.text
    assert page.text.count("The consultation was opened on the urgent path") == 5
    older = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    page = await visitor.get(older.replace("&amp;", "&"))
    assert "It was used 7 times in this city." in page.text
    assert page.text.count("The consultation was opened on the urgent path") == 2


async def test_the_words_may_be_changed_afterwards_but_not_emptied(
    session: Session, cast: Cast, owing: Project
) -> None:
    """The urgent path opens a step; it loosens nothing else."""
    await opened_urgently(session, cast, owing)
    step = await session.scalar(sa.select(Step.closes_at).where(Step.kind == StepKind.CONSULTATION))
    assert step == NOW + 40 * DAY
    with pytest.raises(Invalid) as refused:
        await save_texts(
            session,
            city=cast.city,
            project=owing,
            version=owing.version,
            language="en",
            texts={"title": "Sirens"},
            actor=cast.omar,
            at=NOW,
        )
    assert "summary" in refused.value.errors
