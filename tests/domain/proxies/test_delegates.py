"""Nobody goes from door to door before everybody could object, and two administrators wanted it."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Person, Role, RoleGrant
from participation.domain.proxies.delegates import operations, queries
from participation.domain.proxies.delegates.forms import Proposal, read_proposal
from participation.domain.proxies.delegates.models import Delegate, DelegateState, Interest, Objection, Reason
from participation.domain.proxies.delegates.objections import operations as objections
from participation.domain.proxies.delegates.objections import queries as about
from participation.domain.proxies.delegates.rules import OBJECTIONS
from participation.domain.proxies.devices import queries as devices
from participation.domain.proxies.devices.models import Device, Enrolment
from participation.domain.proxies.devices.rules import token_digests
from participation.domain.record.actors import system
from participation.domain.record.models import RecordEntry, RecordWords
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Invalid, NotAllowed, NotFound
from participation.kit.forms import Said
from tests.cast import DAY, NOW, Cast, staff
from tests.delegating import code_for, delegate, enrolled
from tests.recorded import recorded
from tests.slips import SECRETS

AFTER = NOW + OBJECTIONS
WORDS = {"en": "Teacher at the harbour school", "sw": "Mwalimu wa shule ya bandari"}


def said(cast: Cast, *, place: int | None = None, **interests: list[int]) -> Proposal:
    return Proposal(place or cast.harbour, WORDS, dict(interests), NOW + 200 * DAY)


async def put_forward(session: Session, cast: Cast, **interests: list[int]) -> Delegate:
    """Ada puts somebody forward for the Harbour."""
    return await operations.propose(session, city=cast.city, said=said(cast, **interests), actor=cast.ada, at=NOW)


async def number(session: Session, cast: Cast, one: Delegate) -> int:
    return await operations.number_of(session, city=cast.city, delegate_id=one.id, at=NOW)


async def objects(session: Session, cast: Cast, one: Delegate, body: str = "He is my landlord.", **more: Any) -> str:
    values: dict[str, Any] = {"language": "en", "actor": cast.nobody, "at": NOW + DAY} | more
    of = await number(session, cast, one)
    return await objections.object_to(session, city=cast.city, number=of, body=body, **values)


async def decided(session: Session, cast: Cast, *, upheld: bool, actor: Any = None) -> None:
    waiting = await session.scalar(sa.select(Objection.id).where(Objection.upheld.is_(None)).order_by(Objection.id))
    values: dict[str, Any] = {"objection_id": waiting or 0, "upheld": upheld, "at": NOW + 2 * DAY}
    await objections.decide(session, city=cast.city, actor=actor or cast.juma, **values)


async def appointed(session: Session, cast: Cast, one: Delegate, **more: Any) -> None:
    values: dict[str, Any] = {"actor": cast.juma, "at": AFTER} | more
    await operations.appoint(session, city=cast.city, delegate_id=one.id, **values)


async def kinds(session: Session) -> list[str]:
    return list(await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id)))


async def entry(session: Session, kind: str) -> dict[str, Any]:
    [found] = await recorded(session, kind)
    return found


# Put forward


async def test_whoever_is_put_forward_is_a_number_in_the_record(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast, party_office=[cast.market])
    assert (one.state, one.person_id, one.objections_until) == (DelegateState.PROPOSED, None, AFTER)
    made = await entry(session, "delegate_proposed")
    assert made["facts"]["delegate"] == {
        "number": await number(session, cast, one),
        "year": 2027,
        "place": "harbour",
    }
    assert made["facts"]["interests"] == {"party_office": ["market"]}
    assert made["actor"] == {"role": "administrator", "place": "tamarani"}


@pytest.mark.parametrize("interest", [Interest.CANDIDATE, Interest.LANDLORD, Interest.SUPPLIER])
async def test_a_delegate_with_an_interest_in_the_district_is_refused_at_once(
    session: Session, cast: Cast, interest: Interest
) -> None:
    quay = cast.city.place("quay")
    assert quay is not None
    for place in (cast.harbour, cast.city.root.id, quay.id):
        with pytest.raises(Invalid) as no:
            await put_forward(session, cast, **{interest: [place]})
        assert list(no.value.errors) == [interest]
    one = await put_forward(session, cast, **{interest: [cast.market]})
    assert one.state == DelegateState.PROPOSED


async def test_an_office_of_a_party_is_public_and_no_bar(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast, party_office=[cast.harbour])
    found = await queries.one(session, city=cast.city, delegate_id=one.id, at=NOW)
    assert found is not None
    assert found.interests == {"party_office": [cast.harbour]}


@pytest.mark.parametrize("days", [13, 14, 367])
async def test_a_time_is_longer_than_the_objections_and_at_most_a_year(session: Session, cast: Cast, days: int) -> None:
    wanted = Proposal(cast.harbour, WORDS, {}, NOW + days * DAY)
    with pytest.raises(Invalid) as no:
        await operations.propose(session, city=cast.city, said=wanted, actor=cast.ada, at=NOW)
    assert list(no.value.errors) == ["ends_at"]


async def test_only_an_administrator_of_the_district_puts_somebody_forward(session: Session, cast: Cast) -> None:
    elsewhere = await staff(session, cast.city, [Role.ADMINISTRATOR], cast.market)
    for actor in (cast.omar, elsewhere, cast.amina):
        with pytest.raises(NotAllowed):
            await operations.propose(session, city=cast.city, said=said(cast), actor=actor, at=NOW)


def typed(**more: str | list[str]) -> Said:
    base: dict[str, str | list[str]] = {
        "district": "harbour",
        "described.en": "Teacher",
        "described.sw": "Mwalimu",
        "declared": "1",
        "ends_at": "2027-09-01",
    }
    return Said(base | more)


def test_a_form_says_all_that_is_declared(cast: Cast) -> None:
    read = read_proposal(typed(landlord=["market", "hill"], candidate="tamarani"), cast.city)
    assert read.place_id == cast.harbour
    assert read.interests == {"landlord": sorted([cast.market, cast.hill]), "candidate": [cast.city.root.id]}
    assert read.described == {"en": "Teacher", "sw": "Mwalimu"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"district": "quay"}, "district"),
        ({"district": "tamarani"}, "district"),
        ({"described.sw": ""}, "described.sw"),
        ({"declared": ""}, "declared"),
        ({"supplier": "quay"}, "supplier"),
        ({"supplier": "nowhere"}, "supplier"),
        ({"ends_at": "soon"}, "ends_at"),
    ],
)
def test_what_is_missing_or_wrong_is_told_beside_its_field(cast: Cast, more: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as no:
        read_proposal(typed(**more), cast.city)
    assert list(no.value.errors) == [field]


# Objections


async def test_anybody_objects_for_two_weeks_and_the_record_has_no_words(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    receipt = await objects(session, cast, one, at=AFTER - timedelta(seconds=1))
    made = await entry(session, "delegate_objected")
    assert made["actor"] == {"role": "resident"}
    assert "landlord" not in str(made)
    assert len(made["facts"]["words"]) == 64
    [kept] = await about.of_delegate(session, city_id=cast.city.id, delegate_id=one.id)
    assert (kept.body, kept.upheld) == ("He is my landlord.", None)
    became = await about.by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert became is not None
    assert (became.upheld, became.state) == (None, DelegateState.PROPOSED)
    found = await queries.one(session, city=cast.city, delegate_id=one.id, at=NOW)
    assert found is not None
    assert (found.objections, found.undecided) == (1, 1)


async def test_a_late_objection_is_refused_with_a_reason(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    with pytest.raises(Closed) as late:
        await objects(session, cast, one, at=AFTER)
    assert late.value.code == "objections_closed"
    assert "2027" in str(late.value.message)
    await operations.withdraw(session, city=cast.city, delegate_id=one.id, actor=cast.ada, at=NOW + DAY)
    with pytest.raises(Closed) as over:
        await objects(session, cast, one, at=NOW + 2 * DAY)
    assert over.value.code == "objections_over"


async def test_nobody_objects_to_a_number_that_is_nobodys(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    other = 1000 if await number(session, cast, one) != 1000 else 1001
    with pytest.raises(NotFound):
        await objections.object_to(
            session, city=cast.city, number=other, body="No.", language="en", actor=cast.amina, at=NOW
        )


async def test_an_objection_that_is_upheld_ends_it(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    receipt = await objects(session, cast, one)
    await decided(session, cast, upheld=True)
    assert (one.state, one.reason) == (DelegateState.REFUSED, Reason.OBJECTION)
    became = await about.by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert became is not None
    assert (became.upheld, became.state) == (True, DelegateState.REFUSED)
    assert (await entry(session, "objection_decided"))["facts"]["upheld"] is True
    with pytest.raises(Conflict) as no:
        await appointed(session, cast, one)
    assert no.value.code == "delegate_state"


async def test_whoever_put_somebody_forward_decides_about_no_objection(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    await objects(session, cast, one)
    with pytest.raises(NotAllowed) as no:
        await decided(session, cast, upheld=False, actor=cast.ada)
    assert no.value.code == "same_person"
    await decided(session, cast, upheld=False)
    with pytest.raises(NotFound):
        await decided(session, cast, upheld=True)


async def test_nobody_is_appointed_before_each_objection_was_decided(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    await objects(session, cast, one)
    await objects(session, cast, one, "I saw her take money.")
    await decided(session, cast, upheld=False)
    with pytest.raises(Conflict) as no:
        await appointed(session, cast, one)
    assert no.value.code == "objections_undecided"
    await decided(session, cast, upheld=False)
    await appointed(session, cast, one)
    assert one.state == DelegateState.APPOINTED


async def test_words_are_erased_a_while_after_the_decision(session: Session, cast: Cast) -> None:
    one, gone = await put_forward(session, cast), await put_forward(session, cast)
    await objects(session, cast, one)
    await decided(session, cast, upheld=False)
    await objects(session, cast, one, "Still open.")
    await objects(session, cast, gone, "Nobody decides about this.")
    await operations.withdraw(session, city=cast.city, delegate_id=gone.id, actor=cast.ada, at=NOW + 3 * DAY)

    async def words(days: int) -> list[str]:
        await objections.forget(session, at=NOW + days * DAY)
        return list(await session.scalars(sa.select(Objection.body).where(Objection.body != "").order_by(Objection.id)))

    assert len(await words(85)) == 3
    assert await words(86) == ["Still open.", "Nobody decides about this."]
    assert await words(87) == ["Still open."]
    assert await session.scalar(sa.select(sa.func.count()).select_from(RecordWords)) == 1


# Appointed


async def test_two_administrators_appoint_and_the_role_is_given_by_both(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    await appointed(session, cast, one)
    assert (one.state, one.appointed_by, one.appointed_at) == (DelegateState.APPOINTED, cast.juma.person_id, AFTER)
    grant = await session.scalar(sa.select(RoleGrant).where(RoleGrant.role == Role.DELEGATE))
    assert grant is not None
    assert (grant.person_id, grant.place_id, grant.ends_at) == (one.person_id, cast.harbour, one.ends_at)
    assert (grant.granted_by, grant.confirmed_by) == (cast.ada.person_id, cast.juma.person_id)
    assert (await kinds(session))[-2:] == ["delegate_appointed", "role_granted"]
    given = await entry(session, "role_granted")
    assert given["facts"]["wanted"] == {"role": "administrator", "place": "tamarani"}


@pytest.mark.parametrize(
    ("more", "code"),
    [({"at": AFTER - timedelta(seconds=1)}, "objections_open"), ({"at": NOW + 200 * DAY}, "delegate_over")],
)
async def test_nobody_is_appointed_too_early_or_too_late(
    session: Session, cast: Cast, more: dict[str, Any], code: str
) -> None:
    one = await put_forward(session, cast)
    with pytest.raises((Conflict, Closed)) as no:
        await appointed(session, cast, one, **more)
    assert no.value.code == code
    people = await session.scalar(sa.select(sa.func.count()).select_from(Person))
    with pytest.raises(NotAllowed):
        await appointed(session, cast, one, actor=cast.ada)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Person)) == people


async def test_what_an_administrator_wanted_counts_only_while_they_are_one(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    await session.execute(
        sa.update(RoleGrant).where(RoleGrant.person_id == cast.ada.person_id).values(ends_at=NOW + DAY)
    )
    with pytest.raises(Conflict) as no:
        await appointed(session, cast, one)
    assert no.value.code == "proposer_gone"


async def test_a_delegate_with_an_interest_is_not_appointed_whatever_was_written(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    one.interests = {"landlord": [cast.harbour]}
    await session.flush()
    with pytest.raises(Conflict) as no:
        await appointed(session, cast, one)
    assert no.value.code == "interest"


# Suspended, let go on, revoked, ended


async def test_one_administrator_suspends_and_lets_go_on(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    made = await enrolled(session, cast, one.id)
    act: dict[str, Any] = {"city": cast.city, "delegate_id": one.id, "at": NOW + DAY}
    await operations.suspend(session, reason=Reason.COMPLAINT, actor=cast.juma, **act)
    digests = token_digests(SECRETS, made.token)
    found = await devices.device_of(session, city_id=cast.city.id, digests=digests, at=NOW + DAY)
    assert found is not None
    assert (found.state, found.works) == (DelegateState.SUSPENDED, False)
    assert (await entry(session, "delegate_suspended"))["facts"]["reason"] == "complaint"
    with pytest.raises(Conflict):
        await operations.suspend(session, reason=Reason.COMPLAINT, actor=cast.juma, **act)
    await operations.let_go_on(session, actor=cast.ada, **act)
    assert (one.state, one.reason) == (DelegateState.APPOINTED, None)
    with pytest.raises(Conflict):
        await operations.let_go_on(session, actor=cast.ada, **act)


async def test_the_platform_suspends_after_call_backs(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    who = system(cast.city.id)
    await operations.suspend(session, city=cast.city, delegate_id=one.id, reason=Reason.CHECKS, actor=who, at=NOW + DAY)
    made = await entry(session, "delegate_suspended")
    assert (made["actor"], made["facts"]["reason"]) == ({"role": "system"}, "checks")


async def test_revoking_ends_the_role_the_devices_and_the_codes(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    other = await delegate(session, cast)
    made, theirs = await enrolled(session, cast, one.id), await enrolled(session, cast, other.id)
    await code_for(session, cast, one.id)
    await operations.revoke(
        session, city=cast.city, delegate_id=one.id, reason=Reason.CONFLICT, actor=cast.juma, at=NOW + DAY
    )
    assert one.state == DelegateState.REVOKED
    rows = (await session.execute(sa.select(Device.public_id, Device.revoked_at))).all()
    assert {row.public_id: row.revoked_at for row in rows} == {
        made.device.public_id: NOW + DAY,
        theirs.device.public_id: None,
    }
    unused = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.used_at.is_(None))
    assert await session.scalar(unused) == 0
    grant = await session.scalar(sa.select(RoleGrant).where(RoleGrant.person_id == one.person_id))
    assert grant is not None
    assert (grant.taken_at, grant.taken_by) == (NOW + DAY, cast.juma.person_id)
    with pytest.raises(Conflict):
        await operations.let_go_on(session, city=cast.city, delegate_id=one.id, actor=cast.ada, at=NOW + DAY)


async def test_officials_neither_suspend_nor_revoke(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    act: dict[str, Any] = {"city": cast.city, "delegate_id": one.id, "actor": cast.omar, "at": NOW}
    for verb in (operations.suspend, operations.revoke):
        with pytest.raises(NotAllowed):
            await verb(session, reason=Reason.COMPLAINT, **act)
    with pytest.raises(NotAllowed):
        await operations.let_go_on(session, **act)


async def test_an_appointment_ends_by_itself(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    found = await queries.one(session, city=cast.city, delegate_id=one.id, at=one.ends_at)
    assert found is not None
    assert found.state is DelegateState.ENDED
    now, _next = await queries.some(session, city=cast.city, at=one.ends_at)
    past, _next = await queries.some(session, city=cast.city, at=one.ends_at, current=False)
    assert (now, [each.id for each in past]) == ([], [one.id])
    with pytest.raises(Conflict):
        await operations.suspend(
            session, city=cast.city, delegate_id=one.id, reason=Reason.COMPLAINT, actor=cast.juma, at=one.ends_at
        )


async def test_with_a_new_year_everybody_who_goes_on_has_a_new_number(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    gone = await put_forward(session, cast)
    await operations.withdraw(session, city=cast.city, delegate_id=gone.id, actor=cast.juma, at=NOW)
    one.ends_at = NOW + 400 * DAY
    await session.flush()
    later = NOW + 330 * DAY
    assert await operations.number_all(session, city=cast.city, at=later) == 1
    assert await operations.number_all(session, city=cast.city, at=later) == 0
    [found], _next = await queries.some(session, city=cast.city, at=later)
    assert found.number is not None
    assert await queries.by_number(session, city=cast.city, number=found.number, at=later) == found


async def test_the_list_goes_on_after_a_page_and_knows_districts(session: Session, cast: Cast) -> None:
    for _one in range(queries.PAGE):
        await delegate(session, cast)
    first = await delegate(session, cast, cast.market)
    shown, following = await queries.some(session, city=cast.city, at=NOW)
    assert (len(shown), shown[0].id) == (queries.PAGE, first.id)
    rest, end = await queries.some(session, city=cast.city, at=NOW, before=following)
    assert (len(rest), end) == (1, None)
    [market], _end = await queries.some(session, city=cast.city, at=NOW, place_id=cast.market)
    assert market.id == first.id


async def test_the_next_moment_is_the_end_of_objections_or_of_a_time(session: Session, cast: Cast) -> None:
    one = await put_forward(session, cast)
    assert await queries.next_moment(session, city_id=cast.city.id, at=NOW) == AFTER
    assert await queries.next_moment(session, city_id=cast.city.id, at=AFTER) == one.ends_at
    assert await queries.next_moment(session, city_id=cast.city.id, at=one.ends_at) is None
