"""A person's own page: complete, theirs alone, a file to take along; PIN, sessions, erasure."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots.models import Choice
from participation.domain.ballots.queries import key_file
from participation.domain.consultations import operations as consultations
from participation.domain.consultations.forms import Said
from participation.domain.consultations.models import Comment, Pseudonym, Stance
from participation.domain.notices.operations import tell
from participation.domain.people.models import AccessCode, Person, Residence, Role, RoleGrant, SignIn
from participation.domain.privacy.persons.operations import erase
from participation.domain.proxies.delegates.operations import forget_resident
from participation.domain.record.models import RecordEntry
from participation.kit.database import Base, Session
from participation.kit.hashing import keyed
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.carrying import ask_with_delegates, bring, carried, holders
from tests.cast import DAY, NOW, Cast
from tests.channels.test_sign_in import enter, slips
from tests.consulting import consulted
from tests.delegating import delegate
from tests.slips import SECRETS, handed_out
from tests.stage import Clock
from tests.voting import CLOSES, ask, vote

__all__ = ["slips"]
WORDS = "The siren on the quay cannot be heard in the wind."


@pytest.fixture
async def amina(app: Any, visitor: Browser, session: Session, cast: Cast) -> Browser:
    """Amina has commented on a project, has news, and is signed in."""
    await consulted(session, cast)
    await consultations.comment(
        session,
        city=cast.city,
        slug="sirens",
        said=Said(body=WORDS, stance=Stance.AGAINST, office=None),
        language="en",
        secrets=SECRETS,
        actor=cast.amina,
        at=NOW,
    )
    await tell(
        session,
        city_id=cast.city.id,
        person_id=cast.amina.person_id or 0,
        kind="hidden",
        address="/projects/sirens/comments",
        facts={"reason": "spam"},
        at=NOW,
    )
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    return visitor


async def test_my_page_shows_what_is_kept_and_nothing_of_others(
    app: Any, amina: Browser, cast: Cast, visitor: Browser
) -> None:
    page = await amina.get("/en/me")
    for expected in ("Harbour", WORDS, "About sirens", "A moderator has hidden your comment", "not set", "Web"):
        assert expected in page.text
    neighbour = browser(app)
    await sign_in_as(neighbour, app, cast.baraka)
    page = await neighbour.get("/en/me")
    assert WORDS not in page.text
    assert "You have not said anything yet." in page.text
    await neighbour.client.aclose()


async def test_my_page_shows_my_slip_where_i_lived_and_wrong_pins(
    visitor: Browser, slips: list[str], session: Session, cast: Cast
) -> None:
    await enter(visitor, slips[0])
    used = sa.select(AccessCode).where(AccessCode.used)
    code = (await session.execute(used)).scalar_one()
    session.add(Residence(person_id=code.person_id, since=NOW + DAY, city_id=cast.city.id, district_id=cast.market))
    hashed = {"pin_hash": "never typed", "pin_wrong": 3}
    await session.execute(sa.update(Person).where(Person.id == code.person_id).values(hashed))
    await session.commit()
    page = await visitor.get("/en/me")
    for expected in (f"batch 1, number {code.serial}", "Harbour", "Market", "Wrong PINs since your last right one: 3"):
        assert expected in page.text
    assert page.text.index("Market") < page.text.index("Harbour")


async def test_a_pin_that_is_sent_twice_is_set_once(visitor: Browser, slips: list[str], session: Session) -> None:
    await enter(visitor, slips[0])
    for pins in ({"new_pin": "204060", "new_pin_again": "204060"}, {"pin": "204060", "do": "remove"}):
        opened = await visitor.get("/en/me/pin")
        for _sending in range(2):
            visitor.page = opened
            answer = await visitor.send(pins, follow=False)
            assert (answer.status_code, answer.headers["location"].endswith("/en/me")) == (303, True)
    assert set(await session.scalars(sa.select(Person.pin_wrong))) == {0}


async def test_staff_see_the_roles_that_they_had(visitor: Browser, app: Any, cast: Cast, session: Session) -> None:
    over = {"role": Role.AUDITOR, "granted_at": NOW - 90 * DAY, "ends_at": NOW - 30 * DAY}
    session.add(RoleGrant(city_id=cast.city.id, person_id=cast.omar.person_id, place_id=cast.harbour, **over))
    await session.commit()
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get("/en/me")
    assert "auditor, Harbour" in page.text
    assert "official, Tamarani" in page.text
    roles = json.loads((await visitor.get("/en/me.json")).text)["roles"]
    assert {(role["role"], role["place"]) for role in roles} == {("official", "tamarani"), ("auditor", "harbour")}


async def test_nobody_else_may_look(visitor: Browser, cast: Cast) -> None:
    for path in ("/en/me", "/en/me.json", "/en/me/pin", "/en/me/erase"):
        assert "/en/sign-in" in str((await visitor.get(path)).url)


async def test_the_file_holds_everything(amina: Browser) -> None:
    answer = await amina.get("/en/me.json")
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    found = json.loads(answer.text)
    assert found["district"] == "harbour"
    assert found["pin"] is False
    assert found["wrong_pins"] == 0
    assert [home["district"] for home in found["districts"]] == ["harbour"]
    assert found["slip"] is None
    assert [comment["body"] for comment in found["comments"]] == [WORDS]
    assert len(found["comments"][0]["receipt"]) == 12
    assert found["notices"][0]["facts"] == {"reason": "spam"}
    assert len(found["sessions"]) == 1
    assert found["votes_in_open_ballots"] == []
    assert "digest" not in answer.text


EXPLAINED = {
    "residence": "shown, deleted",
    "sign_in": "shown, deleted",
    "phone": "shown as a link; what a number said by itself is cut loose",
    "phone_link": "shown, deleted",
    "join_word": "digits of a quarter of an hour; deleted",
    "notice": "shown, deleted",
    "pseudonym": "its comments and reactions are shown; cut loose",
    "recording": "shown while it waits to be written down; its key is deleted",
    "access_code": "its number is shown; stays, so that the code never becomes a second voice",
    "staff_credential": "its login is shown; deleted",
    "role_grant": "shown; stays as part of the city's acts, under a number that is nobody's",
    "batch": "an act of the city",
    "invitation": "an act of the city",
    "role_change": "an act of the city, until it is confirmed or dropped",
    "outcome": "who handed it in and published it: acts of the city",
    "outcome_correction": "who handed it in and published it: acts of the city",
    "election_period": "who declared it: acts of the city",
    "urgent_use": "who opened a step: acts of the city",
    "moderation_decision": "an act of the city",
    "assessment": "who handed it in: an act of the city",
    "filing": "who made its link: an act of the city",
    "organisation": "who registered it: an act of the city",
    "delegate": "who they are as a resident, if they gave their code: shown; cut loose",
    "objection": "who decided about it: an act of the city",
    "enrolment": "who made it: an act of the city",
    "lost_word": "digits for half an hour; deleted",
    "kiosk": "who set it up: an act of the city",
    "check_case": "who called: an act of the city",
    "paper_reading": "who typed a sheet in: an act of the city, until it is taken",
}


def test_every_table_that_leads_to_a_person_is_thought_of() -> None:
    """Whoever adds one says here what the person sees of it, and what erasing does to it."""
    leading = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert leading - set(EXPLAINED) == set()


async def test_a_pin_is_set_changed_and_taken_away(app: Any, visitor: Browser, slips: list[str]) -> None:
    await enter(visitor, slips[0])
    elsewhere = browser(app)
    await enter(elsewhere, slips[0])
    await visitor.get("/en/me/pin")
    page = await visitor.send({"new_pin": "204060", "new_pin_again": "204061"})
    assert (page.status_code, "not the same" in page.text, "204060" in page.text) == (422, True, False)
    await visitor.send({"new_pin": "٢٠٤٠٦٠", "new_pin_again": "204060"})
    assert str(visitor.page.url).endswith("/en/me")
    assert "/sign-in" in str((await elsewhere.get("/en/me")).url)
    assert "Please type both: code and PIN." in (await enter(elsewhere, slips[0])).text
    assert str((await enter(elsewhere, slips[0], "204060")).url).endswith("/en/me")
    await visitor.get("/en/me/pin")
    page = await visitor.send({"pin": "111112", "do": "remove"})
    assert (page.status_code, "not the PIN" in page.text) == (422, True)
    await visitor.send({"pin": "204060", "do": "remove"})
    assert str(visitor.page.url).endswith("/en/me")
    await elsewhere.client.aclose()


async def test_other_sessions_end_and_this_one_stays(
    app: Any, visitor: Browser, session: Session, slips: list[str]
) -> None:
    elsewhere = browser(app)
    await enter(elsewhere, slips[0])
    await enter(visitor, slips[0])
    await visitor.get("/en/me")
    await visitor.send({"do": "others"})
    assert visitor.page.status_code == 200
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 1
    await elsewhere.client.aclose()


async def test_news_are_new_until_they_were_seen(amina: Browser) -> None:
    await amina.get("/en/me")
    assert "New</span>" in amina.page.text
    await amina.send({"do": "seen"})
    assert "New</span>" not in amina.page.text


@pytest.mark.parametrize(
    ("kind", "facts", "says"),
    [
        ("pin_removed", {}, "Your slip was replaced, and your PIN was taken away by staff."),
        ("slip_replaced", {}, "Your slip was replaced by staff."),
        ("wrong_pins", {"count": 61}, "Wrong PINs that came for your code before your last right one: 61."),
    ],
)
async def test_whoever_else_may_have_used_my_slip_is_news(
    amina: Browser, session: Session, cast: Cast, kind: str, facts: dict[str, Any], says: str
) -> None:
    mine = cast.amina.person_id or 0
    await tell(session, city_id=cast.city.id, person_id=mine, kind=kind, address="/me/pin", facts=facts, at=NOW)
    await session.commit()
    assert says in (await amina.get("/en/me")).text


async def test_the_language_is_kept_and_shown(amina: Browser, session: Session, cast: Cast) -> None:
    await amina.get("/en/me")
    await amina.send({"language": "sw"})
    assert str(amina.page.url).endswith("/sw/me")
    assert await session.scalar(sa.select(Person.language).where(Person.id == cast.amina.person_id)) == "sw"


async def hers(session: Session, cast: Cast) -> str:
    """The code with which Amina signed in."""
    slip = (await handed_out(session, cast))[0]
    digest = keyed(SECRETS.key("access code"), slip.code)
    holder = sa.update(AccessCode).where(AccessCode.digest == digest).values(person_id=cast.amina.person_id)
    await session.execute(holder)
    await session.commit()
    return slip.code


@pytest.mark.parametrize("words", [False, True])
async def test_erasing_leaves_nothing_that_leads_to_me(
    amina: Browser, session: Session, cast: Cast, words: bool
) -> None:
    code = await hers(session, cast)
    await amina.get("/en/me/erase")
    unsure = await amina.send({"code": code})
    assert unsure.status_code == 422
    page = await amina.send({"sure": "1", "code": code, **({"words": "1"} if words else {})})
    assert "has been erased" in page.text
    session.expire_all()
    said = (await session.execute(sa.select(Comment.body, Comment.status))).one()
    assert tuple(said) == (("", "erased") if words else (WORDS, "shown"))
    assert await session.scalar(sa.select(Pseudonym.person_id)) is None
    left = await session.get_one(Person, cast.amina.person_id)
    assert (left.language, left.pin_hash, left.erased_at) == ("", None, NOW)
    for table in ("sign_in", "residence", "notice"):
        counted = sa.text(f"select count(*) from {table} where person_id = {left.id}")
        assert await session.scalar(counted) == 0
    entry = (await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind == "person_erased"))).one()
    assert entry.entry is not None
    assert entry.entry["facts"] == {"words": words}
    assert entry.entry["actor"] == {"role": "resident"}
    assert entry.subject_id is None
    assert "/sign-in" in str((await amina.get("/en/me")).url)


async def test_a_vote_is_in_my_file_while_the_ballot_is_open_and_goes_when_i_go(
    amina: Browser, session: Session, cast: Cast, settings: Settings
) -> None:
    asked = await ask(session, cast, settings.keys)
    await vote(session, asked, cast.amina, Choice.AGAINST)
    await vote(session, asked, cast.baraka, Choice.FOR)
    await session.commit()
    found = json.loads((await amina.get("/en/me.json")).text)
    assert found["votes_in_open_ballots"] == [{"project": "lamps", "choice": 2, "via": "web"}]
    assert "Lamps for the market" not in (await amina.get("/en/me")).text
    code = await hers(session, cast)
    await amina.get("/en/me/erase")
    await amina.send({"sure": "1", "code": code})
    left = (await session.scalars(sa.text(f"select choice from vote_{asked.ballot.id}"))).all()
    assert list(left) == [1]


async def test_a_vote_that_a_delegate_brought_is_in_my_file_without_the_choice_and_goes_when_i_go(
    visitor: Browser, app: Any, session: Session, cast: Cast, settings: Settings, clock: Clock
) -> None:
    asked = await ask_with_delegates(session, cast, settings.keys)
    mine, other = await holders(session, cast, 2)
    await bring(session, asked, carried(asked, mine, Choice.AGAINST), carried(asked, other, Choice.FOR))
    await session.commit()
    await sign_in_as(visitor, app, mine)
    found = json.loads((await visitor.get("/en/me.json")).text)
    assert found["votes_carried_for_me"] == [{"project": "lamps"}]
    assert found["votes_in_open_ballots"] == []
    clock.now = CLOSES + DAY
    await sign_in_as(visitor, app, mine)
    assert json.loads((await visitor.get("/en/me.json")).text)["votes_carried_for_me"] == [{"project": "lamps"}]
    await erase(session, city=cast.city, words=True, folder=settings.keys, actor=mine, at=clock.now)
    await session.commit()
    assert await session.scalar(sa.text(f"select count(*) from vote_carried_{asked.ballot.id}")) == 1


async def test_a_ballot_whose_key_is_lost_keeps_nobody_from_their_file_and_from_being_erased(
    amina: Browser, session: Session, cast: Cast, settings: Settings
) -> None:
    asked = await ask(session, cast, settings.keys)
    await vote(session, asked, cast.amina, Choice.AGAINST)
    await session.commit()
    key_file(settings.keys, asked.ballot.key).unlink()
    assert json.loads((await amina.get("/en/me.json")).text)["votes_in_open_ballots"] is None
    code = await hers(session, cast)
    await amina.get("/en/me/erase")
    assert "has been erased" in (await amina.send({"sure": "1", "code": code})).text


async def test_the_code_of_somebody_erased_is_no_second_voice(
    visitor: Browser, session: Session, slips: list[str]
) -> None:
    await enter(visitor, slips[0])
    await visitor.get("/en/me/erase")
    await visitor.send({"sure": "1", "code": slips[0]})
    page = await enter(visitor, slips[0])
    assert page.status_code == 422
    assert "everything about them erased" in page.text
    assert await session.scalar(sa.select(sa.func.count()).where(AccessCode.used)) == 1


async def test_whoever_holds_my_phone_cannot_erase_me_without_my_slip_or_my_pin(
    visitor: Browser, session: Session, slips: list[str]
) -> None:
    await enter(visitor, slips[0])
    await visitor.get("/en/me/erase")
    for code in ("", "12345", slips[1]):
        page = await visitor.send({"sure": "1", "code": code})
        assert page.status_code == 422
        assert not code or code not in page.text
    assert "This is not your code." in page.text
    assert await session.scalar(sa.select(sa.func.count()).where(AccessCode.used)) == 1
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await visitor.get("/en/me/erase")
    for typed in ({"code": slips[0]}, {"pin": "111112"}):
        assert (await visitor.send({"sure": "1", **typed})).status_code == 422
    assert "has been erased" in (await visitor.send({"sure": "1", "pin": "204060"})).text


async def test_whoever_holds_a_role_gives_it_up_first(app: Any, visitor: Browser, cast: Cast) -> None:
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get("/en/me/erase")
    assert "You still hold a role" in page.text
    assert (await visitor.send({"sure": "1"})).status_code == 409


async def test_whoever_is_a_delegate_sees_it_on_their_own_page_until_they_are_erased(
    amina: Browser, session: Session, cast: Cast
) -> None:
    one = await delegate(session, cast, resident_id=cast.amina.person_id)
    await session.commit()
    page = await amina.get("/en/me")
    assert "district delegate, Harbour" in page.text
    assert {"role": "delegate", "place": "harbour"}.items() <= (await amina.get("/en/me.json")).json()["roles"][
        -1
    ].items()
    await forget_resident(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0)
    await session.refresh(one)
    assert one.resident_id is None
