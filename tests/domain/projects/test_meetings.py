"""Meetings are announced for good: moved or cancelled only with a reason, told as they were once they are over."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.projects.meetings import operations, queries, rules
from participation.domain.projects.meetings.models import MeetingChange, MeetingKind
from participation.domain.projects.meetings.rules import MeetingState
from participation.domain.projects.models import Project, ProjectState
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Invalid, NotAllowed, NotFound
from tests.cast import DAY, NOW, Cast, staff
from tests.consulting import consulted
from tests.meeting import MINUTES, REASONS, announced, everything, said

HOUR = timedelta(hours=1)


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    return await consulted(session, cast)


async def recorded(session: Session) -> list[tuple[str, str | None]]:
    rows = await session.execute(
        sa.select(RecordEntry.kind, RecordEntry.subject_id)
        .where(RecordEntry.kind.like("meeting%"))
        .order_by(RecordEntry.id)
    )
    return [(row.kind, row.subject_id) for row in rows]


async def test_a_meeting_is_announced_for_later_and_in_the_record(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    assert await recorded(session) == [("meeting_announced", str(sirens.id))]
    (met,) = (await queries.met(session, [sirens.id]))[sirens.id]
    assert (met.place_id, met.starts_at, met.minuted) == (cast.harbour, made.starts_at, False)


@pytest.mark.parametrize(
    ("begins", "lasts", "field"),
    [
        (-HOUR, 2 * HOUR, "starts_at"),
        (5 * DAY, -HOUR, "ends_at"),
        (5 * DAY, 4 * DAY, "ends_at"),
        (4000 * DAY, HOUR, "starts_at"),
    ],
)
async def test_dates_that_no_meeting_has_are_refused(
    session: Session, cast: Cast, sirens: Project, begins: timedelta, lasts: timedelta, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await announced(session, cast, sirens, begins, ends_at=NOW + begins + lasts)
    assert field in refused.value.errors


async def test_a_draft_has_no_meetings(session: Session, cast: Cast) -> None:
    draft = await consulted(session, cast, "secret", number=2, state=ProjectState.DRAFT)
    with pytest.raises(Conflict) as refused:
        await announced(session, cast, draft)
    assert refused.value.code == "draft"


async def test_a_meeting_is_moved_only_with_a_reason_in_every_required_language(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    common = await everything(session, cast, sirens)
    later = said(cast, 6 * DAY)
    with pytest.raises(Invalid) as refused:
        await operations.change(session, meeting_id=made.id, version=1, said=later, reasons={"en": "Rain."}, **common)
    assert set(refused.value.errors) == {"reasons.sw"}
    await operations.change(session, meeting_id=made.id, version=1, said=later, reasons=REASONS, **common)
    seen = await queries.one(session, project_id=sirens.id, meeting_id=made.id)
    assert seen is not None
    assert seen.starts_at == NOW + 6 * DAY
    (change,) = seen.changes
    assert (change.cancels, change.started_before, change.reasons) == (False, NOW + 5 * DAY, REASONS)
    assert [kind for kind, _about in await recorded(session)] == ["meeting_announced", "meeting_moved"]


@pytest.mark.parametrize("field", ["venue", "place_id"])
async def test_another_place_or_address_is_a_move_too(
    session: Session, cast: Cast, sirens: Project, field: str
) -> None:
    made = await announced(session, cast, sirens)
    other = {"venue": {"en": "Elsewhere", "sw": "Kwingine"}, "place_id": cast.market}[field]
    with pytest.raises(Invalid):
        await operations.change(
            session,
            meeting_id=made.id,
            version=1,
            said=said(cast, **{field: other}),
            reasons={},
            **await everything(session, cast, sirens),
        )


async def test_what_it_is_about_is_put_right_without_a_reason_and_not_in_silence(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    common = await everything(session, cast, sirens)
    other = said(cast, agenda={"en": "The boats too.", "sw": "Na vyombo."})
    await operations.change(session, meeting_id=made.id, version=1, said=other, reasons={}, **common)
    await operations.change(session, meeting_id=made.id, version=2, said=other, reasons={}, **common)
    assert [kind for kind, _about in await recorded(session)] == ["meeting_announced", "meeting_edited"]
    assert not await session.scalar(sa.select(sa.func.count()).select_from(MeetingChange))


async def test_two_officials_do_not_overwrite_each_other(session: Session, cast: Cast, sirens: Project) -> None:
    made = await announced(session, cast, sirens)
    common = await everything(session, cast, sirens)
    first = said(cast, office="Works Office")
    await operations.change(session, meeting_id=made.id, version=1, said=first, reasons={}, **common)
    with pytest.raises(Conflict) as refused:
        await operations.change(session, meeting_id=made.id, version=1, said=said(cast), reasons={}, **common)
    assert refused.value.code == "overwritten"


async def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    late = await everything(session, cast, sirens, at=NOW + 5 * DAY)
    with pytest.raises(Closed):
        await operations.change(
            session, meeting_id=made.id, version=1, said=said(cast, 9 * DAY), reasons=REASONS, **late
        )
    with pytest.raises(Closed):
        await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **late)


async def test_a_cancelled_meeting_stays_in_sight_and_is_not_counted_as_met(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    common = await everything(session, cast, sirens)
    with pytest.raises(Invalid):
        await operations.cancel(session, meeting_id=made.id, reasons={}, **common)
    await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **common)
    (seen,) = (await queries.of_project(session, sirens.id, at=NOW, past=False)).items
    assert rules.state(seen, NOW) is MeetingState.CANCELLED
    assert (await queries.met(session, [sirens.id]))[sirens.id] == []
    with pytest.raises(Conflict):
        await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **common)
    with pytest.raises(Conflict):
        await operations.publish_minutes(
            session, meeting_id=made.id, version=2, said=MINUTES, **common | {"at": NOW + 9 * DAY}
        )


async def test_minutes_come_after_the_meeting_and_never_count_fewer_than_ten(
    session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    early = await everything(session, cast, sirens, at=NOW + 5 * DAY + HOUR)
    with pytest.raises(Closed):
        await operations.publish_minutes(session, meeting_id=made.id, version=1, said=MINUTES, **early)
    after = early | {"at": NOW + 6 * DAY}
    few = replace(MINUTES, attended=7)
    await operations.publish_minutes(session, meeting_id=made.id, version=1, said=few, **after)
    assert made.attended == 0
    assert made.minuted_at == NOW + 6 * DAY
    again = after | {"at": NOW + 7 * DAY}
    await operations.publish_minutes(session, meeting_id=made.id, version=2, said=MINUTES, **again)
    assert (made.attended, made.minuted_at) == (148, NOW + 6 * DAY)
    kinds = [kind for kind, _about in await recorded(session)]
    assert kinds == ["meeting_announced", "meeting_minuted", "meeting_minutes_corrected"]
    bodies = " ".join(await session.scalars(sa.select(RecordEntry.body).where(RecordEntry.kind.like("meeting%"))))
    assert '"attended":0' in bodies
    assert '"attended":7' not in bodies


async def test_a_session_of_the_council_is_about_several_projects(
    session: Session, cast: Cast, sirens: Project
) -> None:
    taps = await consulted(session, cast, "taps", number=2)
    made = await announced(
        session, cast, sirens, kind=MeetingKind.COUNCIL, place_id=cast.city.root.id, projects=("2", "sirens")
    )
    assert await recorded(session) == [("meeting_announced", str(sirens.id)), ("meeting_announced", str(taps.id))]
    for project in (sirens, taps):
        seen = await queries.one(session, project_id=project.id, meeting_id=made.id)
        assert seen is not None
        assert [one.number for one in seen.about] == [1, 2]
    with pytest.raises(Invalid) as refused:
        await announced(session, cast, sirens, kind=MeetingKind.COUNCIL, projects=("nowhere",))
    assert "projects" in refused.value.errors


async def test_who_may_write_one_of_its_projects_alone_cannot_cancel_it_for_all(
    session: Session, cast: Cast, sirens: Project
) -> None:
    mine = await consulted(session, cast, "quay", number=2, places=[cast.harbour])
    made = await announced(session, cast, sirens, kind=MeetingKind.COUNCIL, projects=("quay",))
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    common = await everything(session, cast, mine) | {"actor": local}
    with pytest.raises(NotAllowed):
        await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **common)


async def test_a_meeting_is_found_only_through_its_projects(session: Session, cast: Cast, sirens: Project) -> None:
    other = await consulted(session, cast, "taps", number=2)
    made = await announced(session, cast, sirens)
    with pytest.raises(NotFound):
        await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **await everything(session, cast, other))


async def test_a_long_list_of_meetings_comes_in_pages(session: Session, cast: Cast, sirens: Project) -> None:
    for day in range(1, 26):
        await announced(session, cast, sirens, day * DAY)
    first = await queries.of_project(session, sirens.id, at=NOW, past=False)
    second = await queries.of_project(session, sirens.id, at=NOW, past=False, after=first.next)
    found = [one.starts_at for one in (*first.items, *second.items)]
    assert found == [NOW + day * DAY for day in range(1, 26)]
    assert second.next is None
    late = NOW + 100 * DAY
    last = await queries.of_project(session, sirens.id, at=late, past=True)
    rest = await queries.of_project(session, sirens.id, at=late, past=True, after=last.next)
    assert [one.starts_at for one in (*last.items, *rest.items)] == found[::-1]
