"""The worker does what is due, once, and one job that fails keeps no other from being done."""

import inspect
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from participation import worker
from participation.domain.ballots.models import Ballot, BallotState, Choice
from participation.domain.ballots.queries import key_file
from participation.domain.ballots.rules import DRAIN
from participation.domain.consultations.spoken import queries as spoken
from participation.domain.consultations.spoken.models import Recording
from participation.domain.ladder import rules
from participation.domain.ladder.gates import queries
from participation.domain.notices.subscriptions import rules as subscriptions
from participation.domain.notices.subscriptions.models import Subscription
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.models import SignIn, WrongGuess
from participation.domain.projects.models import Step
from participation.domain.proxies.devices.models import Device
from participation.domain.proxies.models import Entry
from participation.domain.proxies.odk.operations import HA1
from participation.domain.proxies.operations import CONTACT, KEPT
from participation.domain.proxies.paper.models import PaperReading
from participation.domain.proxies.paper.readings.queries import READINGS
from participation.domain.record import queries as record
from participation.domain.record.models import RecordEntry
from participation.kit.database import Base, Database
from participation.kit.errors import Conflict
from participation.kit.hashing import Secrets
from participation.kit.i18n import _
from participation.kit.logs import trace
from participation.kit.repeats import Repeat
from participation.kit.sealing import opened, seal
from participation.settings import Settings
from participation.worker.chores import OF_ALL, OF_CITIES, Chore
from tests.carrying import GRACE_ENDS, ask_with_delegates, bring, carried, holders
from tests.cast import Cast
from tests.slips import handed_out, show
from tests.stage import Clock
from tests.voting import CLOSES, ask, vote
from tests.world import World


def _work(settings: Settings, database: Database, clock: Clock) -> worker.Work:
    return worker.Work(settings, database, clock)


async def test_a_ballot_is_counted_a_minute_after_it_closed_and_its_key_destroyed(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        asked = await ask(session, cast, settings.keys)
        await vote(session, asked, cast.amina, Choice.FOR)
    work = _work(settings, database, clock)
    clock.now = CLOSES + DRAIN - timedelta(seconds=1)
    await worker.look(work)
    assert key_file(settings.keys, asked.ballot.key).exists()
    clock.now = CLOSES + DRAIN
    await worker.look(work)
    async with database.reading() as session:
        state = await session.scalar(sa.select(Ballot.state).where(Ballot.id == asked.ballot.id))
    assert state == BallotState.COUNTED
    assert not key_file(settings.keys, asked.ballot.key).exists()


async def test_a_ballot_for_which_delegates_carry_votes_is_mixed_once_it_closed_and_counted_after_the_grace(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        asked = await ask_with_delegates(session, cast, settings.keys)
        people = await holders(session, cast, 24)
        await bring(session, asked, *(carried(asked, somebody, Choice.FOR) for somebody in people[12:]))
    for somebody in people[:12]:
        async with database.transaction() as session:
            await vote(session, asked, somebody, Choice.AGAINST)
    work = _work(settings, database, clock)
    clock.now = GRACE_ENDS - timedelta(minutes=1)
    await worker.look(work)
    async with database.transaction() as session:
        [late] = await bring(session, asked, carried(asked, people[0], Choice.FOR), at=clock.now)
    assert late is None
    assert set(work.mixed) == {asked.ballot.id}
    clock.now = GRACE_ENDS + DRAIN - timedelta(seconds=1)
    await worker.look(work)
    assert key_file(settings.keys, asked.ballot.key).exists()
    clock.now = GRACE_ENDS + DRAIN
    await worker.look(work)
    async with database.reading() as session:
        result = await session.scalar(sa.select(Ballot.result).where(Ballot.id == asked.ballot.id))
    assert result is not None
    assert (result["for"], result["against"]) == (12, 12)
    assert not key_file(settings.keys, asked.ballot.key).exists()


async def test_how_many_slips_were_used_is_recorded_once_a_day_and_only_when_it_changed(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        slips = await handed_out(session, cast, 30)
        for slip in slips[:12]:
            await show(session, cast, slip.code)
    work = _work(settings, database, clock)
    for _look in range(2):
        await worker.look(work)
        clock.forward(hours=5)
    clock.forward(days=1)
    await worker.look(work)
    async with database.transaction() as session:
        for slip in slips[12:22]:
            await show(session, cast, slip.code)
    clock.forward(hours=5)
    await worker.look(work)
    clock.forward(days=1)
    await worker.look(work)
    wanted = sa.select(RecordEntry.body).where(RecordEntry.kind == "batch_used").order_by(RecordEntry.id)
    async with database.reading() as session:
        said = [json.loads(body)["facts"]["used"] for body in await session.scalars(wanted)]
    assert said == [10, 20]


async def test_what_was_recorded_is_sealed_and_a_second_look_seals_nothing(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        await ask(session, cast, settings.keys)
    work = _work(settings, database, clock)
    await worker.look(work)
    async with database.reading() as session:
        first = await record.checkpoint(session, cast.city.id)
    await worker.look(work)
    async with database.reading() as session:
        second = await record.checkpoint(session, cast.city.id)
    assert first is not None
    assert second is not None
    assert first.size == second.size > 1


async def test_a_job_that_fails_keeps_no_other_from_being_done(
    settings: Settings, database: Database, clock: Clock, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_kinds: Any) -> None:
        raise Conflict(
            "broken",
            _("This cannot be done any more: it has changed in the meantime."),
            _("Open the page again; it shows how things stand now."),
        )

    monkeypatch.setattr(worker.ladder, "open_due", broken)
    await worker.look(_work(settings, database, clock))
    async with database.reading() as session:
        assert await record.checkpoint(session, cast.city.id) is not None


SEALED: tuple[tuple[Any, str, str], ...] = (
    (Subscription, "address", subscriptions.PURPOSE),
    (Device, "digest_ha1", HA1),
    (PaperReading, "sealed", READINGS),
    (Entry, "kept", KEPT),
    (Entry, "contact", CONTACT),
    (Recording, "remote", spoken.PURPOSE),
    (Recording, "key", spoken.PURPOSE),
)
"""All that is read again in clear, under which purpose."""


async def test_what_no_secret_opens_keeps_nothing_else_from_being_sealed_under_the_new_one(own_world: World) -> None:
    """Of each kind the first is unreadable; what lies behind it is all that a city could lose when the old secret is taken away."""
    old = Secrets(own_world.settings.secret)
    async with own_world.database.transaction() as session:
        follower = (await session.scalars(sa.select(Subscription))).first()
        assert follower is not None
        columns = [column.name for column in Subscription.__table__.columns if column.name != "id"]
        session.add(Subscription(**{name: getattr(follower, name) for name in columns} | {"digest": b"another" * 4}))
        await session.flush()
        for table, name, purpose in SEALED:
            column = getattr(table, name)
            if name != "key":
                filled = {name: seal("Said in confidence", old, purpose)}
                await session.execute(sa.update(table).where(column.is_(None)).values(filled))
                first = sa.select(sa.func.min(table.id)).scalar_subquery()
                await session.execute(sa.update(table).where(table.id == first).values({name: b"unreadable"}))
    rotating = replace(
        own_world.settings, secret="another secret that is long enough", secret_previous=own_world.settings.secret
    )
    with structlog.testing.capture_logs() as logged:
        await worker.look(_work(rotating, own_world.database, own_world.clock))
    told = [(one["purpose"], one["row"]) for one in logged if one["event"] == "not_renewed"]
    new, unread = Secrets(rotating.secret), []
    async with own_world.database.reading() as session:
        for table, name, purpose in SEALED:
            column = getattr(table, name)
            for row, sealed in await session.execute(sa.select(table.id, column).order_by(table.id)):
                if sealed == b"unreadable":
                    unread.append((purpose, row))
                else:
                    assert opened(sealed, new, purpose), f"{table.__tablename__}.{name} of {row}"
    assert len(unread) == len(SEALED) - 1
    assert sorted(told) == sorted(unread)


async def test_the_worker_outlives_an_error_that_nobody_thought_of_and_logs_where_without_its_words(
    settings: Settings, database: Database, clock: Clock, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Amina's words"

    async def broken(*_args: Any, **_kinds: Any) -> None:
        raise KeyError(words)

    monkeypatch.setattr(worker.ladder, "open_due", broken)
    with structlog.testing.capture_logs() as logs:
        await worker.look(_work(settings, database, clock))
    (told,) = [entry for entry in logs if entry["event"] == "job_failed"]
    assert (told["job"], told["error"]) == ("open steps", "KeyError")
    assert "broken" in trace(told["exc_info"])
    assert words not in trace(told["exc_info"])
    async with database.reading() as session:
        assert await record.checkpoint(session, cast.city.id) is not None


async def test_a_project_that_cannot_be_opened_keeps_no_other_of_its_city_closed(
    settings: Settings, database: Database, clock: Clock, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        bad = await ask(session, cast, settings.keys, slug="bad", opened=False)
        good = await ask(session, cast, settings.keys, slug="good", opened=False)

    looked = queries.of_project

    def of_project(city: Any, project: Any, *rest: Any) -> Any:
        if project.slug == "bad":
            raise ZeroDivisionError
        return looked(city, project, *rest)

    monkeypatch.setattr(queries, "of_project", of_project)
    monkeypatch.setattr(rules, "missing", lambda *_: [])
    await worker.look(_work(settings, database, clock))
    async with database.reading() as session:
        steps = sa.select(Step.id).where(Step.opened_at.is_not(None))
        assert list((await session.scalars(steps)).all()) == [good.step.id]
    assert bad.step.id < good.step.id


async def test_sessions_that_have_ended_are_cleaned_away_every_hour(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        session.add(
            SignIn(
                digest=b"old",
                city_id=cast.city.id,
                person_id=cast.amina.person_id,
                staff=False,
                via="web",
                started_at=clock.now - timedelta(days=31),
                ends_at=clock.now - timedelta(days=1),
            )
        )
    await worker.look(_work(settings, database, clock))
    async with database.reading() as session:
        assert not await session.scalar(sa.select(sa.func.count()).select_from(SignIn))


async def test_nothing_is_kept_longer_than_the_page_on_privacy_says(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    """Wrong guesses go after ten minutes, and what recognises a form when it can be sent no more."""
    city_id, since = cast.city.id, clock.now
    work = _work(settings, database, clock)
    await worker.look(work)
    async with database.transaction() as session:
        await count_wrong(session, city_id=city_id, kind="code", sources={"device": b"device"}, at=since)
        session.add(Repeat(city_id=city_id, token=b"token", content=b"content", answer={}, at=since))

    async def kept(table: type[Base], **later: float) -> int:
        clock.now = since + timedelta(**later)
        await worker.look(work)
        async with database.reading() as session:
            return await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    assert await kept(WrongGuess, minutes=9, seconds=59) == 2
    assert await kept(WrongGuess, minutes=11) == 0
    assert await kept(Repeat, hours=24) == 1
    assert await kept(Repeat, hours=26) == 0


async def test_a_lost_signing_key_is_reported_and_nothing_else_stops(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    await worker.look(_work(settings, database, clock))
    elsewhere = replace(settings, keys=settings.keys / "elsewhere")
    await worker.look(_work(elsewhere, database, clock))
    async with database.reading() as session:
        signed = await record.checkpoint(session, cast.city.id)
    assert signed is not None
    assert signed.size == 1


@pytest.mark.parametrize("chore", [*OF_CITIES, *OF_ALL], ids=lambda chore: chore.name)
def test_every_chore_is_given_what_it_takes(chore: Chore) -> None:
    taken = inspect.signature(chore.act).parameters.values()
    assert {one.name for one in taken if one.kind is one.KEYWORD_ONLY and one.default is one.empty} == set(chore.needs)
