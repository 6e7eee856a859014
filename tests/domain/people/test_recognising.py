"""A slip leads to one person, whichever secret it was hashed under; PINs slow down, and never lock out."""

import dataclasses
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.domain.notices.queries import for_person
from participation.domain.people import queries
from participation.domain.people.codes.operations import stop_batch
from participation.domain.people.models import AccessCode, Person, Residence, WrongGuess
from participation.domain.people.operations import change_pin, open_session, sign_in
from participation.domain.people.queries import signed_in
from participation.domain.record.actors import Via
from participation.kit.database import Database, Session
from participation.kit.errors import NotAllowed
from participation.kit.hashing import Secrets, keyed
from tests.cast import NOW, Cast, found
from tests.slips import DEVICE, SECRETS, handed_out, printed, show


async def new_pin(session: Session, person_id: int, new: str | None, pin: str = "") -> bool:
    changed = await change_pin(
        session,
        city_id=(await session.get_one(Person, person_id)).city_id,
        person_id=person_id,
        pin=pin,
        new=new,
        keep=b"",
        sources=DEVICE,
        secrets=SECRETS,
        at=NOW,
    )
    return changed.person_id is not None


async def test_the_first_use_of_a_slip_makes_a_person_of_its_district(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    first = await show(session, cast, slips[0].code)
    again = await show(session, cast, slips[0].code)
    other = await show(session, cast, slips[1].code)
    assert first.person_id == again.person_id != other.person_id
    home, _sessions = await queries.home(session, city_id=cast.city.id, person_id=first.person_id or 0, at=NOW)
    assert (home.language, home.has_pin, home.district_id) == ("sw", False, cast.harbour)


async def test_only_a_keyed_hash_of_a_code_is_kept(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    kept = (await session.execute(sa.select(AccessCode.__table__))).all()
    assert slips[0].code not in repr(kept)
    assert keyed(SECRETS.key("access code"), slips[0].code) in {bytes(row.digest) for row in kept}


async def test_a_code_of_a_waiting_batch_does_not_count_yet(session: Session, cast: Cast) -> None:
    slips = await printed(session, cast)
    shown = await show(session, cast, slips[0].code)
    assert shown.person_id is None
    assert shown.refusal is not None
    assert shown.refusal.code == "batch_waiting"


async def test_an_unknown_code_is_counted_against_the_device_and_all(session: Session, cast: Cast) -> None:
    shown = await show(session, cast, "0" * 16)
    assert shown.refusal is not None
    assert shown.refusal.code == "code"
    rows = (await session.execute(sa.select(WrongGuess.source, WrongGuess.count))).all()
    assert {bytes(source): count for source, count in rows} == {b"": 1, DEVICE["device"]: 1}


async def test_a_code_is_nobody_in_another_city(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    elsewhere = await found(session, "elsewhere", "elsewhere.example")
    shown = await show(session, dataclasses.replace(cast, city=elsewhere), slips[0].code)
    assert shown.person_id is None


async def test_a_rotated_secret_still_knows_the_code_and_renews_its_hash(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    newer = Secrets("a newer secret, as long as the one before it was", SECRETS.current)
    first = await show(session, cast, slips[0].code, secrets=newer)
    assert first.person_id is not None
    again = await show(session, cast, slips[0].code, secrets=Secrets(newer.current))
    assert again.person_id == first.person_id


async def test_with_a_pin_the_printed_code_alone_is_nobody(session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    person = (await show(session, cast, code)).person_id or 0
    assert await new_pin(session, person, "204060")
    without, wrong, right = (
        await show(session, cast, code),
        await show(session, cast, code, pin="111112"),
        await show(session, cast, code, pin="204060"),
    )
    assert (without.person_id, without.field) == (None, "pin")
    assert (wrong.person_id, wrong.field) == (None, "pin")
    assert right.person_id == person
    kept = (await session.get_one(Person, person)).pin_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")


async def test_a_pin_is_changed_only_by_whoever_knows_it(session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    person = (await show(session, cast, code)).person_id or 0
    await new_pin(session, person, "204060")
    assert not await new_pin(session, person, "305070")
    assert not await new_pin(session, person, None, pin="305070")
    assert await new_pin(session, person, None, pin="204060")
    assert (await show(session, cast, code)).person_id == person


async def test_wrong_pins_make_the_next_one_wait_and_the_right_one_still_counts(session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    person = (await show(session, cast, code)).person_id or 0
    await new_pin(session, person, "204060")
    for _ in range(5):
        assert (await show(session, cast, code, pin="111112")).wait == 0
    first, second = (await show(session, cast, code, pin="204060"), await show(session, cast, code, pin="204060"))
    assert (first.wait, second.wait) == (0.5, 1.0)
    assert (await show(session, cast, code, pin="204060", waited=True)).person_id == person
    await sign_in(session, city_id=cast.city.id, person_id=person, via=Via.WEB, secrets=SECRETS, at=NOW)
    later = NOW + timedelta(minutes=11)
    assert (await show(session, cast, code, pin="204060", at=later)).person_id == person


async def test_wrong_pins_are_counted_for_good_and_the_right_one_is_told_of_them(session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    person = (await show(session, cast, code)).person_id or 0
    await new_pin(session, person, "204060")
    for week in range(60):
        guess = await show(session, cast, code, pin="111112", at=NOW + week * timedelta(days=7), waited=week < 50)
        assert (guess.person_id, guess.wait) == (None, 0)
    now = NOW + 60 * timedelta(days=7)
    assert (await show(session, cast, code, pin="111112", at=now)).refusal is not None
    soon = await show(session, cast, code, pin="204060", at=now + timedelta(seconds=59))
    assert soon.refusal is not None
    assert soon.refusal.code == "pin_queue"
    later = now + timedelta(seconds=60)
    assert (await show(session, cast, code, pin="204060", at=later)).person_id == person
    assert await for_person(session, city_id=cast.city.id, person_id=person) == []
    for _ in range(2):
        await sign_in(session, city_id=cast.city.id, person_id=person, via=Via.WEB, secrets=SECRETS, at=later)
    told = await for_person(session, city_id=cast.city.id, person_id=person)
    assert [(notice.kind, notice.facts) for notice in told] == [("wrong_pins", {"count": 61})]
    assert (await show(session, cast, code, pin="204060", at=later)).person_id == person


async def test_a_rotated_secret_still_knows_a_pin_and_renews_its_hash(session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    person = (await show(session, cast, code)).person_id or 0
    await new_pin(session, person, "204060")
    newer = Secrets("a newer secret, as long as the one before it was", SECRETS.current)
    assert (await show(session, cast, code, pin="204060", secrets=newer)).person_id == person
    assert (await show(session, cast, code, pin="204060", secrets=Secrets(newer.current))).person_id == person


async def test_a_session_ends_when_it_is_ended_and_by_itself(session: Session, database: Database, cast: Cast) -> None:
    value = await open_session(
        session,
        city_id=cast.city.id,
        person_id=cast.amina.person_id or 0,
        staff=False,
        via=Via.WEB,
        secrets=SECRETS,
        at=NOW,
    )
    digest = keyed(SECRETS.key("session"), value)

    async def who(days: float) -> int | None:
        found = await signed_in(database, city_id=cast.city.id, digest=digest, at=NOW + timedelta(days=days))
        return found.person_id if found else None

    assert await who(29.9) == cast.amina.person_id
    assert await who(30) is None


async def test_nobody_signs_in_with_a_code_that_was_stopped_meanwhile(session: Session, cast: Cast) -> None:
    person = (await show(session, cast, (await handed_out(session, cast))[0].code)).person_id or 0
    await stop_batch(session, city=cast.city, number=1, actor=cast.omar, at=NOW)
    with pytest.raises(NotAllowed):
        await sign_in(session, city_id=cast.city.id, person_id=person, via=Via.WEB, secrets=SECRETS, at=NOW)


async def test_somebody_who_moves_keeps_where_they_lived(session: Session, cast: Cast) -> None:
    session.add(
        Residence(person_id=cast.amina.person_id or 0, since=NOW, city_id=cast.city.id, district_id=cast.market)
    )
    await session.flush()
    home, _sessions = await queries.home(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0, at=NOW)
    assert (home.district_id, home.since) == (cast.market, NOW)
