"""A device is enrolled once, known by a hash alone, given receipts that stand for nothing, and revoked at once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role, WrongGuess
from participation.domain.proxies.delegates.models import DelegateNumber, DelegateState
from participation.domain.proxies.delegates.operations import number_of
from participation.domain.proxies.devices import operations, queries, rules
from participation.domain.proxies.devices.forms import read_code
from participation.domain.proxies.devices.models import Device, DeviceKind, Enrolment, ReservedReceipt
from participation.kit import hashing
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotAllowed, Refusal
from participation.kit.forms import Reader, Said
from participation.kit.hashing import Secrets, has_check_digit
from tests.cast import DAY, NOW, Cast, staff
from tests.delegating import code_for, delegate, enrolled, try_code
from tests.recorded import recorded
from tests.slips import DEVICE, SECRETS


def refused(became: Any) -> str:
    assert isinstance(became, Refusal)
    return became.code


# Codes


async def test_a_code_has_twelve_digits_and_only_its_hash_is_kept(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    code = await code_for(session, cast, someone.id)
    assert (len(code), has_check_digit(code)) == (12, True)
    kept = (await session.execute(sa.select(Enrolment.__table__))).all()
    assert code not in repr(kept)
    [entry] = await recorded(session, "enrolment_made")
    number = await number_of(session, city=cast.city, delegate_id=someone.id, at=NOW)
    assert entry["actor"] == {"role": "official", "place": "tamarani"}
    assert entry["facts"]["delegate"] == {"number": number, "year": 2027, "place": "harbour"}
    assert code not in str(entry)


async def test_a_code_works_once(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    code = await code_for(session, cast, someone.id)
    made = await try_code(session, cast, code)
    assert isinstance(made, operations.Enrolled)
    assert refused(await try_code(session, cast, code)) == "enrolment_used"
    assert await session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


async def test_a_code_works_for_a_day(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    code = await code_for(session, cast, someone.id)
    assert refused(await try_code(session, cast, code, at=NOW + DAY)) == "enrolment_old"
    made = await try_code(session, cast, code, at=NOW + DAY - timedelta(seconds=1))
    assert isinstance(made, operations.Enrolled)


async def test_a_newer_code_stops_an_older_one_of_the_same_kind(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    first = await code_for(session, cast, someone.id)
    other = await code_for(session, cast, someone.id, kind=DeviceKind.ODK)
    second = await code_for(session, cast, someone.id)
    assert refused(await try_code(session, cast, first)) == "enrolment"
    assert refused(await try_code(session, cast, other)) == "enrolment_kind"
    assert isinstance(await try_code(session, cast, other, kind=DeviceKind.ODK), operations.Enrolled)
    assert isinstance(await try_code(session, cast, second), operations.Enrolled)


async def test_a_wrong_code_costs_a_guess_of_its_own_budget(session: Session, cast: Cast) -> None:
    assert refused(await try_code(session, cast, "000000000000")) == "enrolment"
    rows = (await session.execute(sa.select(WrongGuess.kind, WrongGuess.source, WrongGuess.count))).all()
    assert {(kind, bytes(source), count) for kind, source, count in rows} == {
        ("enrolment", b"", 1),
        ("enrolment", DEVICE["device"], 1),
    }


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"state": DelegateState.PROPOSED}, "delegate_not_appointed"),
        ({"state": DelegateState.SUSPENDED}, "delegate_suspended"),
        ({"state": DelegateState.REVOKED}, "delegate_not_appointed"),
        ({"ends_at": NOW}, "delegate_not_appointed"),
    ],
)
async def test_only_who_is_appointed_now_gets_a_code(
    session: Session, cast: Cast, more: dict[str, Any], code: str
) -> None:
    someone = await delegate(session, cast, **more)
    with pytest.raises(NotAllowed) as no:
        await code_for(session, cast, someone.id)
    assert no.value.code == code


async def test_a_delegate_who_is_suspended_meanwhile_enrols_nothing(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    code = await code_for(session, cast, someone.id)
    someone.state = DelegateState.SUSPENDED
    await session.flush()
    assert refused(await try_code(session, cast, code)) == "delegate_suspended"


async def test_an_official_of_another_district_makes_no_code(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    elsewhere = await staff(session, cast.city, [Role.OFFICIAL], cast.market)
    for actor in (elsewhere, cast.mariam, cast.amina):
        with pytest.raises(NotAllowed):
            await operations.make_code(
                session,
                city=cast.city,
                delegate_id=someone.id,
                kind=DeviceKind.PAGE,
                secrets=SECRETS,
                actor=actor,
                at=NOW,
            )


def test_a_code_is_read_in_any_digits_and_a_slip_is_told() -> None:
    right = hashing.with_check_digit("12345678901")
    assert read_code(Reader(Said({"code": f"{right[:4]} {right[4:8]}-{right[8:]}"}))) == right
    arabic = "".join("٠١٢٣٤٥٦٧٨٩"[int(digit)] for digit in right)
    assert read_code(Reader(Said({"code": arabic}))) == right
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for typed, says in (("1234", "12 digits"), (wrong, "One digit is wrong"), ("", "Please type")):
        form = Reader(Said({"code": typed}))
        read_code(form)
        with pytest.raises(Invalid) as said:
            form.finish()
        assert says in str(said.value.errors["code"])


# Signing in


async def test_a_device_is_known_by_its_token(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    made = await enrolled(session, cast, someone.id, own_code_person=cast.amina.person_id)
    digests = rules.token_digests(SECRETS, made.token)
    found = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=NOW)
    assert found == made.device
    assert (found.state, found.works, found.place_id) == (DelegateState.APPOINTED, True, cast.harbour)
    assert (found.person_id, found.resident_id) == (someone.person_id, cast.amina.person_id)
    assert found.number == await number_of(session, city=cast.city, delegate_id=someone.id, at=NOW)
    kept = (await session.execute(sa.select(Device.__table__))).all()
    assert made.token not in repr(kept)
    wrong = rules.token_digests(SECRETS, made.token + "x")
    assert await queries.device_of(session, city_id=cast.city.id, digests=wrong, at=NOW) is None
    assert await queries.device_of(session, city_id=cast.city.id + 1, digests=digests, at=NOW) is None


async def test_the_record_names_the_device_of_a_number(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    made = await enrolled(session, cast, someone.id)
    [entry] = await recorded(session, "device_enrolled")
    assert entry["actor"] == {"role": "delegate", "place": "harbour", "number": made.device.number}
    assert entry["via"] == "delegate"


async def test_a_token_goes_on_counting_while_the_master_secret_is_replaced(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    made = await enrolled(session, cast, someone.id)
    both = Secrets("a new secret of the tests, long enough", SECRETS.current)
    digests = rules.token_digests(both, made.token)
    found = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=NOW)
    assert found is not None
    await operations.seen(session, city=cast.city, device=found, digest=digests[0], at=NOW + DAY)
    alone = rules.token_digests(Secrets(both.current), made.token)
    renewed = await queries.device_of(session, city_id=cast.city.id, digests=alone, at=NOW + DAY)
    assert renewed is not None
    assert renewed.last_seen_at == NOW + DAY


async def test_a_delegate_gets_another_number_with_the_new_year_of_the_city(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast, ends_at=NOW + 400 * DAY)
    made = await enrolled(session, cast, someone.id)
    midnight = NOW.replace(year=2027, month=12, day=31, hour=21)  # in Nairobi it is the first of January
    digests = rules.token_digests(SECRETS, made.token)
    before = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=midnight - timedelta(seconds=1))
    after = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=midnight)
    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (made.device.number, None)
    heard = await operations.seen(session, city=cast.city, device=after, digest=digests[0], at=midnight)
    again = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=midnight)
    assert again is not None
    assert heard.number == again.number is not None
    years = await session.scalars(sa.select(DelegateNumber.year).order_by(DelegateNumber.year))
    assert list(years) == [2027, 2028]


async def test_no_two_delegates_of_a_year_have_one_number(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([4711, 4711, 4711, 815])
    monkeypatch.setattr("participation.domain.proxies.delegates.operations.secrets.choice", lambda _all: next(drawn))
    first, second = await delegate(session, cast), await delegate(session, cast)
    assert await number_of(session, city=cast.city, delegate_id=first.id, at=NOW) == 4711
    assert await number_of(session, city=cast.city, delegate_id=second.id, at=NOW) == 815


async def test_nobody_becomes_another_resident_with_a_second_device(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    await enrolled(session, cast, someone.id, own_code_person=cast.amina.person_id)
    code = await code_for(session, cast, someone.id)
    became = await try_code(session, cast, code, own_code_person=cast.baraka.person_id)
    assert refused(became) == "another_resident"
    made = await try_code(session, cast, code)
    assert made.device.resident_id == cast.amina.person_id


@pytest.mark.parametrize(
    ("state", "at", "shown"),
    [
        (DelegateState.APPOINTED, NOW, DelegateState.APPOINTED),
        (DelegateState.APPOINTED, NOW + 100 * DAY, DelegateState.ENDED),
        (DelegateState.SUSPENDED, NOW, DelegateState.SUSPENDED),
        (DelegateState.REVOKED, NOW + 100 * DAY, DelegateState.REVOKED),
    ],
)
async def test_a_device_brings_in_what_counts_only_while_its_delegate_is_appointed(
    session: Session, cast: Cast, state: DelegateState, at: Any, shown: DelegateState
) -> None:
    someone = await delegate(session, cast)
    made = await enrolled(session, cast, someone.id)
    someone.state = state
    await session.flush()
    digests = rules.token_digests(SECRETS, made.token)
    found = await queries.device_of(session, city_id=cast.city.id, digests=digests, at=at)
    assert found is not None
    assert (found.state, found.works) == (shown, shown is DelegateState.APPOINTED)


# Receipts


async def test_a_device_holds_receipts_that_stand_for_nothing_yet(session: Session, cast: Cast) -> None:
    made = await enrolled(session, cast, (await delegate(session, cast)).id)
    given = await operations.stock(session, made.device, 50, NOW)
    assert len(set(given)) == 50
    assert all(len(number) == 12 and has_check_digit(number) for number in given)
    kept = set(await session.scalars(sa.select(ReservedReceipt.receipt)))
    assert kept == set(given)
    assert await operations.stock(session, made.device, 0, NOW) == []


async def test_no_receipt_is_given_twice(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await enrolled(session, cast, (await delegate(session, cast)).id)
    second = await enrolled(session, cast, (await delegate(session, cast)).id)
    [taken] = await operations.stock(session, first.device, 1, NOW)
    drawn = iter([taken, "111111111110"])
    monkeypatch.setattr("participation.domain.proxies.devices.operations.random_number", lambda _length: next(drawn))
    assert await operations.stock(session, second.device, 2, NOW) == ["111111111110"]


async def test_a_device_has_room_for_two_hundred_and_gets_again_what_was_lost_on_the_way(
    session: Session, cast: Cast
) -> None:
    made = await enrolled(session, cast, (await delegate(session, cast)).id)
    first = await operations.stock(session, made.device, 150, NOW)
    whole = await operations.stock(session, made.device, 150, NOW)
    assert len(set(whole)) == rules.MOST_RECEIPTS
    assert set(first) < set(whole)
    await session.execute(sa.update(ReservedReceipt).where(ReservedReceipt.receipt.in_(first[:10])).values(used=True))
    more = await operations.stock(session, made.device, 10, NOW)
    assert len(more) == 10
    assert not set(more) & set(whole)


# Revoking


async def test_a_lost_device_is_revoked_by_one_official(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    made = await enrolled(session, cast, someone.id)
    other = await enrolled(session, cast, someone.id)
    revoking: dict[str, Any] = {"city": cast.city, "public_id": made.device.public_id, "actor": cast.omar, "at": NOW}
    await operations.revoke(session, **revoking)
    found = await queries.device(session, city_id=cast.city.id, public_id=made.device.public_id, at=NOW)
    assert found is not None
    assert (found.revoked_at, found.works) == (NOW, False)
    assert await operations.stock(session, found, 10, NOW) == []
    still = await queries.device(session, city_id=cast.city.id, public_id=other.device.public_id, at=NOW)
    assert still is not None
    assert still.works
    with pytest.raises(Conflict) as again:
        await operations.revoke(session, **revoking)
    assert again.value.code == "device_revoked"
    [entry] = await recorded(session, "device_revoked")
    assert entry["facts"]["device"] == "page"
    shown = await queries.of_delegate(session, city_id=cast.city.id, delegate_id=someone.id)
    assert [(one.public_id, one.revoked_at) for one in shown] == [
        (other.device.public_id, None),
        (made.device.public_id, NOW),
    ]


async def test_codes_that_nobody_used_are_forgotten(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    await code_for(session, cast, someone.id)
    await operations.forget(session, at=NOW + DAY - timedelta(seconds=1))
    assert await session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 1
    await operations.forget(session, at=NOW + DAY)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 0
