"""With the receipt a person sees what was written down for them and can say that it is wrong; with their own code they take it back."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.consultations.models import Comment, Reaction
from participation.domain.people.models import AccessCode
from participation.domain.people.operations import change_pin
from participation.domain.proxies.checks.queries import cases_of
from participation.domain.proxies.models import Entry
from participation.domain.proxies.operations import CONTACT, KEPT
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.hashing import Secrets, with_check_digit
from participation.kit.sealing import opened
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.carrying import ask_with_delegates
from tests.cast import DAY, NOW, Cast
from tests.checking import PHONE, drawn
from tests.consulting import SLUG, consulted, say
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.slips import DEVICE, handed_out
from tests.stage import Clock

WORDS = "King'ora lazima kisikike hadi Flats pia."
COMMENT = {"body": WORDS, "stance": "for"}


@pytest.fixture
async def slips(session: Session, cast: Cast) -> list[str]:
    return [slip.code for slip in await handed_out(session, cast)]


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser, slips: list[str]) -> Device:
    await consulted(session, cast)
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


async def written(device: Device, **said: Any) -> str:
    """The receipt that the person was given."""
    content = device.entry(SLUG, **({"comment": COMMENT} | said))
    (result,) = await device.results(device.sealed(content))
    receipt: str = result["receipt"]
    return receipt


async def looked_up(visitor: Browser, receipt: str, **more: str) -> Any:
    await visitor.get("/en/receipts")
    return await visitor.send({"receipt": receipt}) if not more else await visitor.send({"receipt": receipt, **more})


async def comment_of(session: Session) -> Any:
    found = sa.select(Comment).where(Comment.entry_id.is_not(None)).execution_options(populate_existing=True)
    return (await session.scalars(found)).one()


async def decided(session: Session, cast: Cast, app: Any, do: str) -> str:
    """Mariam, a moderator, looks at the entry and decides; the page that she saw before."""
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    page = await mariam.get(f"/staff/entries/{await session.scalar(sa.select(Entry.id))}")
    await mariam.send({"do": do})
    return page.text


async def reactions(session: Session) -> list[tuple[str, bool]]:
    """Each with whether it is counted apart."""
    return [tuple(row) for row in await session.execute(sa.select(Reaction.kind, Reaction.apart))]


async def kinds(session: Session) -> list[str]:
    found = sa.select(RecordEntry.kind).where(RecordEntry.kind.like("entry_%")).order_by(RecordEntry.number)
    return list((await session.scalars(found)).all())


async def test_the_receipt_shows_what_was_written_down_and_by_which_delegate(
    session: Session, device: Device, visitor: Browser
) -> None:
    page = (await looked_up(visitor, await written(device))).text
    number = await session.scalar(sa.select(Entry.number))
    assert WORDS.replace("'", "&#39;") in page
    assert f"delegate {number}" in page
    assert "This is not what I said" in page


async def test_the_receipt_shows_what_was_noted_beside_the_words_and_reactions_that_wait(
    session: Session, cast: Cast, device: Device, visitor: Browser
) -> None:
    other = await say(session, cast, cast.baraka, "Nobody hears it at night.")
    await session.commit()
    consent = {"how": "thumb", "version": 1, "language": "sw", "witnessed": True}
    said: dict[str, Any] = {"kind": "assisted", "consent": consent, "free": False, "read_back": False}
    page = (await looked_up(visitor, await written(device, reactions={str(other.id): "disagree"}, **said))).text
    noted = ("60 or older", "They gave a thumbprint", "helped by somebody whom they chose", "Kiswahili", "Quay")
    assert [words for words in noted if words not in page] == []
    assert "<b>Disagree</b> · " in page
    assert "Nobody hears it at night." in page


async def test_what_is_disputed_is_read_and_counted_by_nobody_until_a_moderator_has_looked_at_it(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser, slips: list[str]
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    receipt = await written(device, subject={"code": slips[0]}, reactions={str(other.id): "agree"})
    await looked_up(visitor, receipt)
    page = await visitor.send({"receipt": receipt, "do": "dispute"})
    assert "waits until the city has looked at it" in page.text
    listed = (await visitor.get(f"/en/projects/{SLUG}/comments")).text
    assert "King" not in listed
    assert "says that it is not what they said" in listed
    agrees = sa.select(Comment.agrees).where(Comment.id == other.id)
    assert await session.scalar(agrees) == 0

    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    assert "delegate" in (await mariam.get("/staff/entries")).text
    entry_id = await session.scalar(sa.select(Entry.id))
    await mariam.get(f"/staff/entries/{entry_id}")
    await mariam.send({"do": "admit"})
    assert (await comment_of(session)).status == "shown"
    assert await session.scalar(agrees) == 1
    assert await kinds(session) == ["entry_disputed", "entry_admitted"]
    assert "King" in (await visitor.get(f"/en/projects/{SLUG}/comments")).text


async def test_what_a_moderator_finds_invented_stays_out_and_its_place_says_why(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    receipt = await written(device)
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    await mariam.get(f"/staff/entries/{await session.scalar(sa.select(Entry.id))}")
    await mariam.send({"do": "refuse"})
    comment = await comment_of(session)
    assert (comment.status, comment.hidden_reason) == ("hidden", "disputed")
    assert "does not count" in (await looked_up(visitor, receipt)).text
    await mariam.get("/staff/moderation?show=held")
    assert await kinds(session) == ["entry_disputed", "entry_refused"]


async def test_only_the_persons_own_code_takes_it_back(
    session: Session, device: Device, visitor: Browser, slips: list[str]
) -> None:
    receipt = await written(device, subject={"code": slips[0]})
    await looked_up(visitor, receipt)
    strangers = await visitor.send({"receipt": receipt, "do": "withdraw", "code": slips[1]})
    assert (strangers.status_code, "does not belong to the person" in strangers.text) == (403, True)
    await looked_up(visitor, receipt)
    nobody = await visitor.send({"receipt": receipt, "do": "withdraw"})
    assert nobody.status_code == 422
    assert (await comment_of(session)).body == WORDS
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "withdraw", "code": slips[0]})
    comment = await comment_of(session)
    assert (comment.body, comment.status) == ("", "erased")
    assert "taken back" in (await looked_up(visitor, receipt)).text
    assert await kinds(session) == ["entry_withdrawn"]


async def test_whoever_has_set_a_pin_comments_by_their_code_alone(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser, slips: list[str]
) -> None:
    person = await session.scalar(sa.select(AccessCode.person_id).order_by(AccessCode.serial).limit(1))
    given = {"city_id": cast.city.id, "person_id": person, "pin": "", "new": "204060", "keep": b""}
    await change_pin(session, **given, sources=DEVICE, secrets=app.site.secrets, at=NOW)  # type: ignore[arg-type]
    await session.commit()
    await written(device, subject={"code": slips[0]})
    assert await session.scalar(sa.select(Entry.state)) == "accepted"


async def test_an_entry_that_was_held_counts_from_when_it_was_finished_once_it_is_admitted(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser, slips: list[str]
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    receipt = await written(device, subject={"code": slips[0]}, reactions={str(other.id): "disagree"}, read_back=False)
    page = (await looked_up(visitor, receipt)).text
    assert "read back" in page
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    entry_id = await session.scalar(sa.select(Entry.id))
    assert WORDS.replace("'", "&#39;") in (await mariam.get(f"/staff/entries/{entry_id}")).text
    await mariam.send({"do": "admit"})
    assert (await comment_of(session)).body == WORDS
    entry = (await session.scalars(sa.select(Entry).execution_options(populate_existing=True))).one()
    assert (entry.state, entry.kept) == ("accepted", None)
    reaction = (await session.scalars(sa.select(Reaction))).one()
    assert (reaction.kind, reaction.apart) == ("disagree", False)


async def test_what_was_held_and_is_disputed_too_keeps_its_words_for_whoever_looks_at_it(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    receipt = await written(device, read_back=False)
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    page = await decided(session, cast, app, "admit")
    assert WORDS.replace("'", "&#39;") in page
    assert (await comment_of(session)).body == WORDS
    assert await session.scalar(sa.select(Entry.kept)) is None


async def test_a_code_that_does_not_count_makes_nobody_a_resident_however_often_it_is_admitted(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    subject = {"code": with_check_digit("999999999999999")}
    receipt = await written(device, subject=subject, reactions={str(other.id): "agree"})
    await decided(session, cast, app, "admit")
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    await decided(session, cast, app, "admit")
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == other.id)) == 0
    assert await reactions(session) == [("agree", True)]


async def test_reactions_of_somebody_without_a_code_come_with_an_entry_that_was_held(
    session: Session, cast: Cast, app: Any, device: Device
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    await written(device, reactions={str(other.id): "agree"}, read_back=False)
    await decided(session, cast, app, "admit")
    assert await reactions(session) == [("agree", True)]


async def test_what_somebody_reacted_themselves_stays_whatever_a_delegate_brings_later(
    session: Session, cast: Cast, device: Device, visitor: Browser, slips: list[str], app: Any
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    person = browser(app)
    await person.get("/en/sign-in")
    await person.send({"code": slips[0]})
    await person.get(f"/en/projects/{SLUG}/comments")
    await person.send({"react": f"{other.id}:agree"})
    receipt = await written(device, subject={"code": slips[0]}, reactions={str(other.id): "disagree"})
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "withdraw", "code": slips[0]})
    counters = sa.select(Comment.agrees, Comment.disagrees).where(Comment.id == other.id)
    assert tuple((await session.execute(counters)).one()) == (1, 0)
    assert await reactions(session) == [("agree", False)]


async def test_a_vote_waits_and_comes_back_with_its_entry_and_its_owner_can_take_it_out(
    session: Session, cast: Cast, app: Any, settings: Settings, device: Device, visitor: Browser, slips: list[str]
) -> None:
    asked = await ask_with_delegates(session, cast, settings.keys)
    await session.commit()
    vote = {"ballot": asked.ballot.id, "choice": 1}
    content = device.entry(asked.project.slug, subject={"code": slips[0]}, vote=vote)
    (result,) = await device.results(device.sealed(content))
    state = sa.text(f"select state from vote_carried_{asked.ballot.id}")
    page = (await looked_up(visitor, result["receipt"])).text
    assert "choice" not in page
    await visitor.send({"receipt": result["receipt"], "do": "dispute"})
    assert await session.scalar(state) == "held"
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    await mariam.get(f"/staff/entries/{await session.scalar(sa.select(Entry.id))}")
    await mariam.send({"do": "admit"})
    assert await session.scalar(state) == "counts"
    await looked_up(visitor, result["receipt"])
    await visitor.send({"receipt": result["receipt"], "do": "withdraw", "code": slips[0]})
    assert await session.scalar(state) == "spoiled"


async def test_moderators_leave_what_belongs_to_an_entry_to_the_page_of_entries(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    receipt = await written(device)
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    assert "Waiting: 0" in (await mariam.get("/staff/moderation?show=held")).text
    await mariam.get(f"/staff/moderation/{(await comment_of(session)).id}")
    answer = await mariam.send({"decide": "restore"})
    assert (answer.status_code, "page of entries that wait" in answer.text) == (409, True)


async def test_no_moderator_shows_a_comment_whose_entry_waits_or_was_refused_whatever_it_is_held_for(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    ada = browser(app)
    await sign_in_as(ada, app, cast.ada)
    await ada.get("/staff/names")
    await ada.send({"names": "Neema Kirubi"})
    receipt = await written(device, comment={"body": "Neema Kirubi alikataa.", "stance": "against"})
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    await mariam.get(f"/staff/moderation/{(await comment_of(session)).id}")
    assert "page of entries that wait" in (await mariam.send({"decide": "restore"})).text
    await decided(session, cast, app, "refuse")
    assert "does not count" in (await mariam.send({"decide": "restore"})).text
    assert (await comment_of(session)).status == "held"


async def test_a_moderator_shows_no_comment_again_that_was_refused_with_its_entry(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    receipt = await written(device)
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "dispute"})
    await decided(session, cast, app, "refuse")
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    await mariam.get(f"/staff/moderation/{(await comment_of(session)).id}")
    assert (await mariam.send({"decide": "restore"})).status_code == 409
    assert (await comment_of(session)).status == "hidden"


async def test_what_is_kept_meanwhile_holds_neither_vote_nor_code(session: Session, app: Any, device: Device) -> None:
    unknown = with_check_digit("999999999999999")
    await written(device, subject={"code": unknown}, vote={"ballot": 1, "choice": 2}, phone="+255 700 000 000")
    kept = opened(bytes(await session.scalar(sa.select(Entry.kept)) or b""), app.site.secrets, KEPT)
    assert WORDS in kept
    assert not any(part in kept for part in (unknown, "vote", "choice", "+255"))


async def test_what_waits_is_still_read_when_the_master_secret_was_replaced(
    session: Session, app: Any, settings: Settings, database: Database, clock: Clock, device: Device
) -> None:
    await written(device, read_back=False, phone=PHONE)
    rotating = replace(settings, secret="another secret that is long enough", secret_previous=settings.secret)
    await worker.look(worker.Work(rotating, database, clock))
    alone = Secrets(rotating.secret)
    kept, contact = (await session.execute(sa.select(Entry.kept, Entry.contact))).one()
    assert WORDS in opened(kept, alone, KEPT)
    assert opened(contact, alone, CONTACT) == PHONE


async def test_a_person_finds_what_was_written_down_for_them_in_their_file_and_erasing_takes_what_is_kept(
    session: Session, app: Any, device: Device, visitor: Browser, slips: list[str]
) -> None:
    receipt = await written(device, subject={"code": slips[0]}, read_back=False, phone="+255 700 000 000")
    person = browser(app)
    await person.get("/en/sign-in")
    await person.send({"code": slips[0]})
    file = (await person.get("/en/me.json")).json()
    (entry,) = file["written_down_by_delegates"]
    assert (entry["receipt"], entry["state"], entry["has_number"]) == (receipt, "held", True)
    assert entry["waits"]["comment"]["body"] == WORDS
    await person.get("/en/me/erase")
    await person.send({"sure": "1", "code": slips[0], "words": "1"})
    kept = (await session.execute(sa.select(Entry.kept, Entry.contact))).one()
    assert tuple(kept) == (None, None)


async def test_a_person_is_told_that_something_was_entered_but_not_for_which_project(
    app: Any, device: Device, slips: list[str]
) -> None:
    await written(device, subject={"code": slips[0]})
    person = browser(app)
    await person.get("/en/sign-in")
    await person.send({"code": slips[0]})
    assert "A delegate wrote something down in your name" in (await person.get("/en/me")).text


async def test_who_left_a_number_is_called_and_takes_it_back_then(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    """The receipt alone only makes it wait; the delegate knows it, and the number too, so that only the call counts."""
    receipt = await written(device, phone=PHONE)
    assert "Call me" in (await looked_up(visitor, receipt)).text
    page = await visitor.send({"receipt": receipt, "do": "call"})
    assert "The city will call you" in page.text
    assert PHONE not in page.text
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "call"})
    assert (await comment_of(session)).body == WORDS
    assert await session.scalar(sa.select(Entry.state)) == "disputed"

    omar = browser(app)
    await sign_in_as(omar, app, cast.omar, staff=True)
    address = f"/staff/checks/{await session.scalar(sa.select(Entry.id))}"
    assert "asked to be called" in (await omar.get("/staff/checks")).text
    await omar.get("/staff/checks/table")
    await omar.send({"receipt": receipt})
    refused = await omar.send({"do": "tell", "answer": "no", "how": "table", "take_back": "1"})
    assert (refused.status_code, "does not prove" in refused.text) == (403, True)
    await omar.get(address)
    assert PHONE in (await omar.send({"do": "look"})).text
    unreached = {"do": "tell", "answer": "unreached", "how": "call", "take_back": "1"}
    assert (await omar.send(unreached)).status_code == 422
    await omar.send(unreached | {"answer": "no"})
    found = (await session.execute(sa.select(Entry.state, Entry.contact))).one()
    assert tuple(found) == ("withdrawn", None)
    assert (await comment_of(session)).body == ""
    assert await kinds(session) == ["entry_disputed", "entry_withdrawn"]
    # Nobody drew it, so it is in none of the figures by which a delegate is judged.
    assert await cases_of(session, **(await whose(session))) == {}


async def whose(session: Session) -> dict[str, int]:
    row = (await session.execute(sa.select(Entry.delegate_id, Entry.number))).one()
    return {"delegate_id": row.delegate_id, "number": row.number}


async def test_what_somebody_asked_to_be_called_about_can_still_be_drawn(
    session: Session, cast: Cast, app: Any, settings: Settings, device: Device, visitor: Browser
) -> None:
    receipt = await written(device, phone=PHONE)
    await looked_up(visitor, receipt)
    await visitor.send({"receipt": receipt, "do": "call"})
    assert await drawn(session, cast, settings, NOW + 4 * DAY) == 1
    assert await cases_of(session, **(await whose(session))) == {"waiting": 1}


async def test_without_a_number_nobody_is_called(device: Device, visitor: Browser) -> None:
    receipt = await written(device)
    assert "Call me" not in (await looked_up(visitor, receipt)).text
    assert "come to a checking table" in visitor.page.text
    page = await visitor.send({"receipt": receipt, "do": "call"})
    assert (page.status_code, "no number to call" in page.text) == (409, True)


@pytest.mark.parametrize(("subject", "phone"), [("code", None), (None, PHONE), (None, None)])
async def test_only_who_left_neither_code_nor_number_takes_it_back_at_a_table(
    session: Session,
    cast: Cast,
    app: Any,
    device: Device,
    visitor: Browser,
    slips: list[str],
    subject: str | None,
    phone: str | None,
) -> None:
    receipt = await written(device, **({"subject": {"code": slips[0]}} if subject else {}), phone=phone)
    await sign_in_as(visitor, app, cast.omar, staff=True)
    await visitor.get("/staff/checks/table")
    unsure = await visitor.send({"receipt": receipt, "do": "take_back"})
    assert unsure.status_code == 422
    page = await visitor.send({"receipt": receipt, "do": "take_back", "sure": "1"})
    taken = subject is None and phone is None
    assert await session.scalar(sa.select(Entry.state)) == ("withdrawn" if taken else "accepted")
    assert ("It was taken back" if taken else "does not prove") in page.text
