"""A number that a whole house shares: how many people it takes, and what a session may still do once a code has stopped counting."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.phone.places import votes
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.people.codes.lost.operations import replace_code, void_code
from participation.domain.people.codes.operations import stop_batch
from participation.domain.people.models import SignIn
from participation.domain.people.phones.models import PhoneLink
from participation.domain.people.phones.rules import MOST, Linked, may_link
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.consulting import consulted, say
from tests.phoning import Caller, Handset, choices
from tests.slips import Slip, handed_out
from tests.voting import Asked


@pytest.fixture
async def slips(session: Session, cast: Cast) -> list[Slip]:
    made = await handed_out(session, cast)
    await session.commit()
    return made


def test_a_number_takes_eight_people_and_each_of_them_again() -> None:
    full = [Linked(person, False) for person in range(1, MOST + 1)]
    assert MOST == 8
    assert may_link(full[:-1], MOST) is None
    refusal = may_link(full, MOST + 1)
    assert refusal is not None
    assert refusal.code == "phone_full"
    assert may_link(full, MOST) is None


async def test_the_ninth_on_a_number_is_told_to_use_their_code(
    session: Session, asked: Asked, slips: list[Slip], phone: Handset
) -> None:
    for slip in slips[:MOST]:
        assert "now speaks for you" in await phone.write(f"JOIN {slip.code}")
    ninth = slips[MOST].code
    assert await phone.write(f"JOIN {ninth}") == (
        "Too many people use this number already. Use your access code each time instead."
    )
    await phone.dial("3*1")
    assert "Too many people" in await phone.press(ninth)
    assert "now speaks for you" in await phone.write(f"JOIN {slips[0].code}"), "who is there already is no one more"
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == MOST
    assert "Done" in await phone.write(f"VOTE 1 1 {ninth}")
    await phone.write("STOP")
    assert "now speaks for you" in await phone.write(f"JOIN {ninth}")


# A code that stops counting while somebody is in the middle


async def voided(session: Session, cast: Cast, slips: list[Slip], how: str) -> None:
    common: dict[str, Any] = {"city": cast.city, "at": NOW}
    if how == "void":
        await void_code(session, stub=(1, slips[0].serial), actor=cast.omar, **common)
    elif how == "replaced":
        await replace_code(session, lost=(1, slips[0].serial), fresh=(1, slips[1].serial), actor=cast.omar, **common)
    else:
        await stop_batch(session, number=1, actor=cast.omar, **common)
    await session.commit()
    links = await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink))
    assert links == 0 or how == "batch stopped", "the new slip's person does not find the thief's phone among theirs"


ENDS = pytest.mark.parametrize("how", ["void", "replaced", "batch stopped"])
LINKED = pytest.mark.parametrize("linked", [False, True], ids=["by itself", "linked"])


@ENDS
@LINKED
async def test_a_session_votes_for_nobody_once_its_code_is_void(
    session: Session, cast: Cast, asked: Asked, slips: list[Slip], phone: Handset, how: str, linked: bool
) -> None:
    if linked:
        await phone.write(f"JOIN {slips[0].code}")
        assert "1 For" in await phone.dial("1*1*1")
    else:
        assert "1 For" in await phone.dial(f"1*1*1*{slips[0].code}")
    await voided(session, cast, slips, how)
    assert "access code is needed" in await phone.press("1")
    assert "access code is needed" in (await phone.request(phone.dialled)).replace("\n", " ")
    assert await choices(session, asked) == []


@ENDS
@LINKED
async def test_a_call_votes_for_nobody_once_its_code_is_void(
    session: Session, cast: Cast, app: Any, asked: Asked, slips: list[Slip], how: str, linked: bool
) -> None:
    caller = Caller(app)
    called = {"Direction": "outbound-api", "From": "+254200000000", "To": caller.number} if linked else {}
    if linked:
        await Handset(app, caller.number).write(f"JOIN {slips[0].code}")
    await caller.call(**called)
    keys = ["1", "1", "1"]
    if "English" in caller.said:
        keys = [caller.key_of("English"), *keys]
    for key in [*keys, *([] if linked else [slips[0].code])]:
        await caller.press(key, **called)
    assert "For: press 1." in caller.said
    await voided(session, cast, slips, how)
    assert "access code is needed" in await caller.press("1", **called)
    assert await choices(session, asked) == []


@ENDS
async def test_a_session_speaks_no_longer_for_whose_code_is_void(
    session: Session, cast: Cast, app: Any, slips: list[Slip], phone: Handset, how: str
) -> None:
    """What is said on in it is the number's own; where the city wants codes, it is not taken."""
    await consulted(session, cast, number=12)
    heard = await say(session, cast, cast.amina)
    await session.commit()
    await phone.write(f"C 12 {slips[0].code} With my code")
    owner = await session.scalar(sa.select(Pseudonym.person_id).where(Pseudonym.person_id != cast.amina.person_id))
    await phone.dial(f"3*1*{slips[0].code}")
    await phone.dial("1*12*2*1")
    assert phone.open
    await voided(session, cast, slips, how)
    assert "Done" in await phone.press("By whoever holds the phone")
    whose = sa.select(Pseudonym.person_id).join(Comment, Comment.pseudonym_id == Pseudonym.id)
    assert await session.scalar(whose.where(Comment.body == "With my code")) == owner
    assert await session.scalar(whose.where(Comment.body.startswith("By whoever"))) not in (None, owner)
    await session.execute(sa.text("update city set phones = 'code'"))
    await session.commit()
    await app.site.load()
    await phone.dial("1*12*3")
    assert "16 digits" in await phone.press("1")
    session.expire_all()
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == heard.id)) == 0


@ENDS
async def test_a_session_neither_reads_nor_erases_what_the_person_said_once_the_code_is_void(
    session: Session, cast: Cast, slips: list[Slip], phone: Handset, how: str
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    await phone.write(f"C 12 {slips[0].code} With my code")
    await phone.write(f"JOIN {slips[0].code}")
    assert "With my code" in await phone.dial("3*2")
    assert "16 digits" in await phone.press("2")
    assert "cannot be undone" in await phone.press(slips[0].code)
    await voided(session, cast, slips, how)
    await phone.press("1")
    assert "erased" not in phone.screen
    assert await session.scalar(sa.select(Comment.body)) == "With my code"
    assert "With my code" not in await phone.dial("3*2")
    assert "linked to nobody" in await phone.dial("3*4"), "and no digits for the desk come from it"


async def test_a_session_that_ends_between_who_it_is_and_the_vote_counts_nothing(
    session: Session, asked: Asked, slips: list[Slip], phone: Handset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "1 For" in await phone.dial(f"1*1*1*{slips[0].code}")
    read = votes.queries.for_number

    async def meanwhile(*arguments: Any, **named: Any) -> Any:
        found = await read(*arguments, **named)
        if named["person_id"] is not None:
            await session.execute(sa.delete(SignIn))
            await session.commit()
        return found

    monkeypatch.setattr(votes.queries, "for_number", meanwhile)
    assert "Done" not in await phone.press("1")
    assert await choices(session, asked) == []


async def test_a_link_that_is_made_at_the_moment_its_code_is_voided_speaks_for_nobody(
    session: Session, cast: Cast, asked: Asked, slips: list[Slip], phone: Handset
) -> None:
    await phone.write(f"JOIN {slips[0].code}")
    link = sa.select(PhoneLink.phone_id, PhoneLink.person_id, PhoneLink.city_id, PhoneLink.linked_on)
    made = (await session.execute(link)).one()._asdict()
    await voided(session, cast, slips, "void")
    await session.execute(sa.insert(PhoneLink).values(made))
    await session.commit()
    assert "access code" in await phone.write("VOTE 1 1")
    assert await choices(session, asked) == []
