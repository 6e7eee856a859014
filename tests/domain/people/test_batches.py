"""Batches are issued, activated by a second person, counted, stopped; lost slips are declared void and replaced."""

import pytest
import sqlalchemy as sa

from participation.domain.notices.queries import for_person
from participation.domain.people.codes import operations
from participation.domain.people.codes.lost import operations as lost_slips
from participation.domain.people.codes.queries import batches
from participation.domain.people.models import Residence, SignIn
from participation.domain.people.operations import change_pin, sign_in
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from tests.cast import NOW, Cast
from tests.recorded import recorded
from tests.slips import DEVICE, SECRETS, handed_out, issue, printed, show


async def entered(session: Session, cast: Cast, code: str, pin: str = "") -> int:
    """Somebody comes with a slip and signs in."""
    person = (await show(session, cast, code, pin=pin)).person_id
    assert person is not None
    await sign_in(session, city_id=cast.city.id, person_id=person, via=Via.WEB, secrets=SECRETS, at=NOW)
    return person


async def running(session: Session, person_id: int) -> int:
    return await session.scalar(sa.select(sa.func.count()).where(SignIn.person_id == person_id)) or 0


async def test_batches_are_numbered_one_after_the_other(session: Session, cast: Cast) -> None:
    await printed(session, cast)
    await printed(session, cast, district=cast.market)
    rows = await batches(session, city_id=cast.city.id)
    assert [(row.number, row.printed, row.used, row.void) for row in rows] == [(2, 12, 0, 0), (1, 12, 0, 0)]
    assert [entry["facts"]["batch"] for entry in await recorded(session, "batch_issued")] == [1, 2]


async def test_whoever_issued_a_batch_cannot_activate_it(session: Session, cast: Cast) -> None:
    await printed(session, cast)
    with pytest.raises(NotAllowed) as refused:
        await operations.activate_batch(session, city=cast.city, number=1, actor=cast.omar, at=NOW)
    assert refused.value.code == "two_people"
    await operations.activate_batch(session, city=cast.city, number=1, actor=cast.oksana, at=NOW)
    with pytest.raises(Conflict):
        await operations.activate_batch(session, city=cast.city, number=1, actor=cast.ada, at=NOW)


@pytest.mark.parametrize("who", ["amina", "mariam", "idris", "nobody"])
async def test_only_officials_and_administrators_touch_batches(session: Session, cast: Cast, who: str) -> None:
    await handed_out(session, cast)
    actor: Actor = getattr(cast, who)
    with pytest.raises(NotAllowed):
        await operations.draw_batch(session, city=cast.city, district_id=cast.harbour, count=10, actor=actor)
    with pytest.raises(NotAllowed):
        await operations.issue_batch(
            session,
            city=cast.city,
            drawn=operations.Drawn(2, cast.harbour, ()),
            handed_out_by="x",
            secrets=SECRETS,
            actor=actor,
            at=NOW,
        )
    with pytest.raises(NotAllowed):
        await operations.stop_batch(session, city=cast.city, number=1, actor=actor, at=NOW)
    with pytest.raises(NotAllowed):
        await lost_slips.void_code(session, city=cast.city, stub=(1, 1), actor=actor, at=NOW)


async def test_of_two_batches_that_were_printed_at_once_under_one_number_one_is_issued(
    session: Session, cast: Cast
) -> None:
    first, second = [
        await operations.draw_batch(session, city=cast.city, district_id=place, count=3, actor=cast.omar)
        for place in (cast.harbour, cast.market)
    ]
    await issue(session, cast, second)
    with pytest.raises(Conflict) as refused:
        await issue(session, cast, first)
    assert refused.value.code == "batch_number"
    shown = await show(session, cast, first.slips[0].code)
    assert shown.refusal is not None
    assert shown.refusal.code == "code"


@pytest.mark.parametrize("count", [0, -1, 20_001])
async def test_a_batch_has_a_sensible_size(session: Session, cast: Cast, count: int) -> None:
    with pytest.raises(Conflict):
        await printed(session, cast, count)


async def test_a_stopped_batch_ends_its_sessions_and_no_others(session: Session, cast: Cast) -> None:
    leaked = await handed_out(session, cast)
    safe = await handed_out(session, cast)
    thief, neighbour = await entered(session, cast, leaked[0].code), await entered(session, cast, safe[0].code)
    await operations.stop_batch(session, city=cast.city, number=1, actor=cast.omar, at=NOW)
    assert (await running(session, thief), await running(session, neighbour)) == (0, 1)
    shown = await show(session, cast, leaked[0].code)
    assert shown.refusal is not None
    assert shown.refusal.code == "batch_stopped"


async def test_what_was_handed_out_is_counted_and_published_in_tens(session: Session, cast: Cast) -> None:
    await handed_out(session, cast, 100)
    await operations.report_batch(session, city=cast.city, number=1, handed_out=57, returned=4, actor=cast.omar, at=NOW)
    facts = (await recorded(session, "batch_reported"))[0]["facts"]
    assert (facts["printed"], facts["handed_out"], facts["returned"], facts["used"]) == (100, 50, None, None)
    with pytest.raises(Conflict):
        await operations.report_batch(
            session, city=cast.city, number=1, handed_out=97, returned=4, actor=cast.omar, at=NOW
        )


async def test_a_void_code_signs_out_and_stays_out(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    person = await entered(session, cast, slips[2].code)
    await lost_slips.void_code(session, city=cast.city, stub=(1, 3), actor=cast.omar, at=NOW)
    assert await running(session, person) == 0
    shown = await show(session, cast, slips[2].code)
    assert shown.refusal is not None
    assert shown.refusal.code == "code_void"
    with pytest.raises(Conflict):
        await lost_slips.void_code(session, city=cast.city, stub=(1, 3), actor=cast.omar, at=NOW)
    with pytest.raises(NotFound):
        await lost_slips.void_code(session, city=cast.city, stub=(1, 13), actor=cast.omar, at=NOW)


async def replaced(session: Session, cast: Cast, lost: int, fresh: int, **more: bool) -> Refusal | None:
    try:
        await lost_slips.replace_code(
            session, city=cast.city, lost=(1, lost), fresh=(1, fresh), actor=cast.omar, at=NOW, **more
        )
    except Refusal as refusal:
        return refusal
    return None


async def test_with_a_new_slip_one_stays_the_same_person(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    person = await entered(session, cast, slips[0].code)
    assert await replaced(session, cast, 1, 2) is None
    assert await running(session, person) == 0
    assert (await show(session, cast, slips[0].code)).person_id is None
    assert (await show(session, cast, slips[1].code)).person_id == person


async def test_one_stub_never_gives_two_new_slips(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    await entered(session, cast, slips[0].code)
    assert await replaced(session, cast, 1, 2) is None
    again = await replaced(session, cast, 1, 3)
    assert again is not None
    assert again.code == "code_replaced"


async def test_a_code_declared_void_first_is_replaced_all_the_same(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    person = await entered(session, cast, slips[0].code)
    await lost_slips.void_code(session, city=cast.city, stub=(1, 1), actor=cast.omar, at=NOW)
    assert await replaced(session, cast, 1, 2) is None
    assert (await show(session, cast, slips[1].code)).person_id == person


@pytest.mark.parametrize("ends", ["void", "replaced"])
async def test_digits_that_a_phone_gave_for_the_desk_end_with_the_slip(session: Session, cast: Cast, ends: str) -> None:
    slips = await handed_out(session, cast)
    person = await entered(session, cast, slips[0].code)
    word = {"city_id": cast.city.id, "person_id": person, "word": "1234567", "secrets": SECRETS, "at": NOW}
    await lost_slips.give_word(session, **word)
    if ends == "void":
        await lost_slips.void_code(session, city=cast.city, stub=(1, 1), actor=cast.omar, at=NOW)
    else:
        assert await replaced(session, cast, 1, 2) is None
    with pytest.raises(NotFound):
        await lost_slips.stub_for_word(session, city=cast.city, word="1234567", secrets=SECRETS, at=NOW)


async def test_a_used_slip_replaces_nothing(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    await entered(session, cast, slips[0].code)
    await entered(session, cast, slips[1].code)
    refusal = await replaced(session, cast, 1, 2)
    assert refusal is not None
    assert refusal.code == "code_used"


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_pin_survives_a_new_slip_unless_it_was_forgotten(session: Session, cast: Cast, forgotten: bool) -> None:
    slips = await handed_out(session, cast)
    person = await entered(session, cast, slips[0].code)
    await change_pin(
        session,
        city_id=cast.city.id,
        person_id=person,
        pin="",
        new="204060",
        keep=b"",
        sources=DEVICE,
        secrets=SECRETS,
        at=NOW,
    )
    assert await replaced(session, cast, 1, 2, forgotten_pin=forgotten) is None
    session.expire_all()
    assert ((await show(session, cast, slips[1].code)).person_id == person) is forgotten
    said = (await recorded(session, "code_replaced"))[0]["facts"]
    assert said.get("pin_removed", False) is forgotten
    told = await for_person(session, city_id=cast.city.id, person_id=person)
    assert [notice.kind for notice in told] == ["pin_removed" if forgotten else "slip_replaced"]


async def test_a_slip_of_another_district_moves_its_person_there(session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast)
    await handed_out(session, cast, district=cast.market)
    person = await entered(session, cast, slips[0].code)
    await lost_slips.replace_code(session, city=cast.city, lost=(1, 1), fresh=(2, 1), actor=cast.omar, at=NOW)
    homes = (
        await session.scalars(
            sa.select(Residence.district_id).where(Residence.person_id == person).order_by(Residence.since)
        )
    ).all()
    assert list(homes) == [cast.harbour, cast.market]


async def test_the_record_names_a_role_and_no_person(session: Session, cast: Cast) -> None:
    await handed_out(session, cast)
    entry = (await recorded(session, "batch_activated"))[0]
    assert entry["actor"] == {"role": "official", "place": "tamarani"}
    assert "the table at the fish market" not in repr(entry)
