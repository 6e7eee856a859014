"""What I said from a phone: read it again, take it away, have everything erased."""

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.moderation.models import Status
from participation.domain.people.models import Person
from participation.domain.people.phones.models import PhoneLink
from participation.kit.database import Session
from tests.cast import Cast
from tests.consulting import consulted
from tests.phoning import Handset


async def spoken(session: Session, cast: Cast, phone: Handset) -> None:
    await consulted(session, cast)
    await session.commit()
    for words in ("The first siren.", "The second siren."):
        await phone.dial(f"1*1*2*1*{words}")
        assert phone.screen.startswith("Done.")


async def statuses(session: Session) -> list[tuple[str, str]]:
    rows = await session.execute(sa.select(Comment.body, Comment.status).order_by(Comment.id))
    return [(row.body, row.status) for row in rows]


async def test_what_was_said_is_read_again_and_taken_away(session: Session, cast: Cast, phone: Handset) -> None:
    await phone.dial("3*2")
    assert "You have said nothing from here." in phone.screen
    await spoken(session, cast, phone)
    assert "The second siren." in await phone.dial("3*2")
    assert "The first siren." in await phone.press("01")
    assert "words are taken away" in await phone.press("1")
    assert await phone.request(phone.dialled) == f"END {phone.screen}"
    assert await statuses(session) == [("", Status.ERASED), ("The second siren.", Status.SHOWN)]
    await phone.dial("3*2")
    assert "There is nothing more of yours." in await phone.press("01")
    another = Handset(phone.app, "+254700000077")
    assert "You have said nothing from here." in await another.dial("3*2")


async def test_a_number_by_itself_is_erased_by_whoever_holds_it(session: Session, cast: Cast, phone: Handset) -> None:
    await spoken(session, cast, phone)
    await phone.dial("3*2*2")
    assert "cannot be undone" in phone.screen
    assert "has been erased" in await phone.press("2")
    assert await phone.request(phone.dialled) == f"END {phone.screen}"
    assert [status for _body, status in await statuses(session)] == [Status.SHOWN] * 2
    assert set(await session.scalars(sa.select(Pseudonym.person_id))) == {None}


async def test_who_has_a_code_shows_it_before_everything_is_erased(
    session: Session, cast: Cast, code: str, phone: Handset
) -> None:
    await phone.dial(f"3*1*{code}")
    await spoken(session, cast, phone)
    await phone.dial("3*2*2")
    assert "16 digits" in phone.screen
    assert "cannot be undone" in await phone.press(code)
    assert "has been erased" in await phone.press("1")
    assert await statuses(session) == [("", Status.ERASED)] * 2
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 0


async def test_who_has_a_pin_types_it_before_their_words_are_read_from_the_phone(
    session: Session, cast: Cast, code: str, phone: Handset
) -> None:
    await phone.dial(f"3*1*{code}")
    await spoken(session, cast, phone)
    assert "The second siren." in await phone.dial("3*2")
    await session.execute(sa.update(Person).values(pin_hash="set"))
    await session.commit()
    assert "Type your PIN" in await phone.dial("3*2")
