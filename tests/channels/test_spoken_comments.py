"""Comments that are spoken in a call: recorded, fetched, listened to by one person, written down, and deleted."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.outbox.recordings import RecordingOffice
from participation.domain.consultations.models import Comment
from participation.domain.consultations.spoken import operations, rules
from participation.domain.consultations.spoken.fetched import operations as fetched
from participation.domain.consultations.spoken.forms import Written
from participation.domain.consultations.spoken.models import Recording
from participation.domain.people.models import Role
from participation.domain.projects.models import Project, ProjectDistrict
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.errors import NotAllowed
from participation.kit.files import Files
from participation.settings import Settings
from participation.worker.chores import OF_ALL
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import NOW, Cast, staff
from tests.channels.test_me import enter
from tests.consulting import consulted, say
from tests.exchange import ACCOUNT, Exchange, exchange
from tests.phoning import NUMBER, Caller, Handset
from tests.slips import SECRETS, handed_out
from tests.stage import Clock

RECEIPT = re.compile(r"\d \d \d \d\. \d \d \d \d\. \d \d \d \d")
NAME = "RE" + "0123456789abcdef" * 2
VOICE = b"\xff\xf3the voice of somebody"


@pytest.fixture
async def company() -> AsyncIterator[Exchange]:
    async with exchange() as made:
        made.recordings[NAME] = VOICE
        yield made


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast, number=12)
    await session.commit()
    return made


@pytest.fixture
async def caller(app: Any, project: Project) -> Caller:
    """At the place where a comment against the project is spoken."""
    calling = Caller(app)
    await at_the_tone(calling)
    return calling


async def at_the_tone(calling: Caller) -> None:
    await calling.call()
    if "English" in calling.said:
        await calling.press(calling.key_of("English"))
    for keys in ("1", "12", "2", "2"):
        await calling.press(keys)


@pytest.fixture
async def moderator(app: Any, cast: Cast) -> AsyncIterator[Browser]:
    someone = browser(app)
    await sign_in_as(someone, app, cast.mariam, staff=True)
    yield someone
    await someone.client.aclose()


@pytest.fixture
async def official(app: Any, cast: Cast) -> AsyncIterator[Browser]:
    someone = browser(app)
    await sign_in_as(someone, app, cast.omar, staff=True)
    yield someone
    await someone.client.aclose()


@pytest.fixture
def office(settings: Settings, database: Database, clock: Clock, company: Exchange) -> RecordingOffice:
    path = company.gateways(settings.store.parent)
    return RecordingOffice(replace(settings, gateways=path), database, clock)


async def state(session: Session) -> str | None:
    session.expire_all()
    return await session.scalar(sa.select(Recording.state))


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("??/*")]


async def test_a_spoken_comment_is_written_down_by_a_moderator_and_deleted_everywhere(
    session: Session,
    cast: Cast,
    project: Project,
    caller: Caller,
    office: RecordingOffice,
    company: Exchange,
    clock: Clock,
    settings: Settings,
    moderator: Browser,
) -> None:
    assert "your voice is deleted" in caller.said
    said = await caller.speak(NAME)
    receipt = re.sub(r"\D", "", RECEIPT.findall(said)[0])
    assert not caller.open
    spoken_at = clock.now
    await office.deliver()
    base = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{NAME}"
    assert company.asked == [f"GET {base}.mp3", f"DELETE {base}.json"]
    assert company.recordings == {}
    assert all(VOICE not in content for content in stored(settings.voices))
    assert len(stored(settings.voices)) == 1
    clock.forward(days=2)
    listed = await moderator.get("/staff/recordings")
    assert "0:42" in listed.text
    assert NUMBER[1:] not in listed.text
    number = re.search(r"/staff/recordings/(\d+)", listed.text)
    assert number is not None
    heard = await moderator.get(f"/staff/recordings/{number[1]}.mp3")
    assert (heard.content, heard.headers["cache-control"]) == (VOICE, "no-store")
    await moderator.get(f"/staff/recordings/{number[1]}")
    again = await moderator.send({"language": "sw", "body": "", "do": "write"})
    assert (again.status_code, "write down what is said" in again.text) == (422, True)
    await moderator.send({"language": "sw", "body": "King'ora kinatisha watoto.", "do": "write"})
    comment = (await session.execute(sa.select(Comment))).scalar_one()
    assert (comment.body, comment.language, comment.stance, comment.via) == (
        "King'ora kinatisha watoto.",
        "sw",
        "against",
        "voice",
    )
    assert (comment.created_at, comment.receipt, comment.pseudonym_id is None) == (spoken_at, receipt, False)
    entry = (await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind == "recording_written"))).one()
    assert "watoto" not in str(entry.entry)
    assert (await moderator.get(f"/staff/recordings/{number[1]}.mp3")).status_code == 404
    await fetched.clear(session, Files(settings.voices))
    assert (await state(session), stored(settings.voices)) == (None, [])


async def test_whoever_spoke_hears_what_was_written_down_and_takes_it_away(
    session: Session, cast: Cast, project: Project, caller: Caller, office: RecordingOffice, app: Any
) -> None:
    receipt = await spoken(caller)
    await office.deliver()
    await write(session, cast, "Louder, please.")
    await caller.call()
    await caller.press("2")
    assert "This was written down: Louder, please." in await caller.press(receipt)
    stranger = Caller(app, number="+254799999999")
    await stranger.call()
    await stranger.press(stranger.key_of("English"))
    await stranger.press("2")
    assert "Louder" not in await stranger.press(receipt)
    assert "Its words are taken away" in await caller.press("2")
    session.expire_all()
    comment = (await session.execute(sa.select(Comment))).scalar_one()
    assert (comment.body, comment.status) == ("", "erased")


@pytest.mark.parametrize("where", ["call", "page"])
async def test_what_waits_is_taken_back_by_whoever_spoke_once_they_said_who_they_are(
    session: Session, cast: Cast, project: Project, caller: Caller, app: Any, visitor: Browser, where: str
) -> None:
    slip, other = (await handed_out(session, cast))[:2]
    await session.commit()
    await by_code(caller, slip.code)
    receipt = await spoken(caller)
    if where == "page":
        await enter(visitor, slip.code)
        await visitor.get("/en/me")
        await visitor.send({"do": f"recording:{receipt}"})
        assert await state(session) == "let_go"
        return
    stranger = Caller(app, number="+254799999999")
    for code, says in ((other.code, "is not yours"), (slip.code, "will listen and write it down")):
        await stranger.call()
        if "English" in stranger.said:
            await stranger.press(stranger.key_of("English"))
        for keys in ("2", receipt, "1"):
            await stranger.press(keys)
        assert says in await stranger.press(code)
    assert await state(session) == "called"
    assert "Nobody hears it" in await stranger.press("2")
    assert await state(session) == "let_go"


async def by_code(calling: Caller, code: str) -> None:
    """At the place where somebody speaks whose number is linked, after they said who they are."""
    await Handset(calling.app, calling.number).write(f"JOIN {code}")
    await calling.call()
    for keys in ("1", "12", "2", code, "2"):
        await calling.press(keys)


async def spoken(caller: Caller, name: str = NAME) -> str:
    said = await caller.speak(name)
    return re.sub(r"\D", "", RECEIPT.findall(said)[0])


async def write(
    session: Session, cast: Cast, body: str | None, at: datetime = NOW, *, who: Actor | None = None
) -> None:
    recording = (await session.scalars(sa.select(Recording.id))).one()
    await operations.write_down(
        session,
        city=cast.city,
        recording_id=recording,
        written=None if body is None else Written(body, "en"),
        secrets=SECRETS,
        actor=who or cast.mariam,
        at=at,
    )
    await session.commit()


async def test_what_cannot_be_understood_is_said_by_its_receipt(
    session: Session, cast: Cast, caller: Caller, office: RecordingOffice
) -> None:
    receipt = await spoken(caller)
    await caller.call()
    await caller.press("2")
    assert "will listen and write it down" in await caller.press(receipt)
    await office.deliver()
    await write(session, cast, None)
    await caller.call()
    await caller.press("2")
    assert "could not be understood" in await caller.press(receipt)
    row = (await session.execute(sa.select(Recording.person_id, Recording.key, Recording.stance))).one()
    assert tuple(row) == (None, None, None)


async def test_it_is_taken_until_the_consultation_closes_and_written_down_after(
    session: Session, cast: Cast, project: Project, caller: Caller, office: RecordingOffice, clock: Clock
) -> None:
    await spoken(caller)
    await office.deliver()
    clock.forward(days=13)
    await session.execute(
        sa.text("update step set closes_at = :at where kind = 'consultation'"), {"at": clock.now - timedelta(days=1)}
    )
    await session.commit()
    await write(session, cast, "In time.", clock.now)
    assert (await session.execute(sa.select(Comment.body))).scalar_one() == "In time."


async def test_what_comes_too_late_is_refused_and_deleted_at_the_company(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange, clock: Clock
) -> None:
    await session.execute(sa.text("update step set closes_at = :at where kind = 'consultation'"), {"at": clock.now})
    await session.commit()
    assert "The consultation closed" in await caller.speak(NAME)
    await office.deliver()
    assert [one.split()[0] for one in company.asked] == ["DELETE"]
    assert company.recordings == {}


@pytest.mark.parametrize(
    ("name", "seconds", "says"),
    [
        ("RE../../../../x", 40, "Nothing was heard."),
        ("https://elsewhere.example/RE0", 40, "Nothing was heard."),
        (NAME, 0, "Nothing was heard."),
        (NAME, 90, "longer than a minute"),
    ],
)
async def test_what_is_no_recording_of_a_minute_is_told(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange, name: str, seconds: int, says: str
) -> None:
    assert says in await caller.speak(name, seconds)
    assert caller.answer.find("Record") is not None
    await office.deliver()
    assert {one.split()[0] for one in company.asked} <= {"DELETE"}
    assert {one.rpartition("/")[2] for one in company.asked} <= {f"{NAME}.json"}


async def test_nobody_but_the_gateways_own_host_is_ever_asked_for_a_recording(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange
) -> None:
    await caller.speak(NAME, RecordingUrl="http://169.254.169.254/latest/meta-data")
    await office.deliver()
    assert await state(session) == "kept"


async def test_the_same_recording_sent_again_is_taken_once(session: Session, caller: Caller) -> None:
    receipts = RECEIPT.findall(await caller.speak(NAME))
    again = await caller.request(caller.page, RecordingSid=NAME, RecordingDuration="42", Digits="hangup")
    assert RECEIPT.findall(again.text) == receipts
    assert len(set(receipts)) == 1
    assert await session.scalar(sa.select(sa.func.count()).select_from(Recording)) == 1


async def test_a_company_that_is_not_ready_is_asked_again_until_it_is_too_late(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange, clock: Clock
) -> None:
    await caller.speak(NAME)
    company.failing = [404, 503]
    for _time in range(3):
        await office.deliver()
        clock.forward(minutes=2)
    assert await state(session) == "kept"
    await at_the_tone(caller)
    await caller.speak(NAME.replace("0", "1"))
    for _time in range(30):
        await office.deliver()
        clock.forward(hours=1)
    await office.deliver()
    states = (await session.scalars(sa.select(Recording.state).order_by(Recording.id))).all()
    assert list(states) == ["kept", "unheard"]


async def test_a_company_that_refuses_is_seen_by_those_who_listen(
    caller: Caller, office: RecordingOffice, company: Exchange, clock: Clock, moderator: Browser
) -> None:
    told = "neither gives nor deletes them"
    await caller.speak(NAME)
    company.failing = [401, 403, 500]
    await office.deliver()
    assert told not in (await moderator.get("/staff/recordings")).text
    for _time in range(2):
        clock.forward(hours=2)
        await office.deliver()
    assert told in (await moderator.get("/staff/recordings")).text
    clock.forward(hours=2)
    await office.deliver()
    assert told not in (await moderator.get("/staff/recordings")).text


async def test_a_recording_that_is_far_too_large_is_not_kept(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange, settings: Settings
) -> None:
    company.recordings[NAME] = b"x" * (rules.LARGEST + 1)
    await caller.speak(NAME)
    await office.deliver()
    assert (await state(session), company.recordings, stored(settings.voices)) == ("unheard", {}, [])


async def test_what_waits_is_swept_by_nobody_and_what_belongs_to_nobody_goes(
    session: Session, caller: Caller, office: RecordingOffice, clock: Clock, settings: Settings
) -> None:
    await caller.speak(NAME)
    await office.deliver()
    await Files(settings.voices).keep(b"left by a crash")
    sweep = next(chore for chore in OF_ALL if chore.name == "sweep files")
    assert len(stored(settings.voices)) == 2
    await sweep.do(session, settings=settings, at=clock.now)
    assert [b"crash" in content for content in stored(settings.voices)] == [False]


async def test_what_nobody_hears_in_time_is_deleted(
    session: Session, caller: Caller, office: RecordingOffice, clock: Clock, settings: Settings
) -> None:
    receipt = await spoken(caller)
    await office.deliver()
    clock.forward(days=14)
    await operations.end_old(session, at=clock.now)
    await fetched.clear(session, Files(settings.voices))
    await session.commit()
    assert stored(settings.voices) == []
    await caller.call()
    await caller.press("2")
    assert "nobody wrote it down in time" in await caller.press(receipt)


async def test_five_may_wait_and_no_more(session: Session, caller: Caller) -> None:
    for number in range(5):
        await caller.speak(NAME.replace("f", str(number)))
        await at_the_tone(caller)
    assert "Five of your spoken comments" in await caller.speak(NAME)


async def test_a_key_before_the_tone_leads_back_and_is_no_comment(
    session: Session, project: Project, caller: Caller
) -> None:
    assert "your voice is deleted" in await caller.press("5")
    await caller.press("0")
    assert "About sirens" in await caller.wait() or "Comment: press 2." in caller.said
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_a_reply_is_spoken_too(
    session: Session, cast: Cast, project: Project, app: Any, office: RecordingOffice
) -> None:
    await say(session, cast, cast.baraka, "Louder please.")
    await session.commit()
    calling = Caller(app)
    await calling.call()
    await calling.press(calling.key_of("English"))
    for keys in ("1", "12", "3", "1", "2"):
        await calling.press(keys)
    await calling.speak(NAME)
    await office.deliver()
    await write(session, cast, "Not at night.")
    reply = (await session.execute(sa.select(Comment).where(Comment.parent_id.is_not(None)))).scalar_one()
    assert (reply.body, reply.stance, reply.via) == ("Not at night.", None, "voice")


async def test_a_spoken_reply_to_what_was_hidden_since_is_a_comment_of_its_own(
    session: Session, cast: Cast, project: Project, app: Any, office: RecordingOffice, moderator: Browser
) -> None:
    first = await say(session, cast, cast.baraka, "Louder please.")
    await session.commit()
    calling = Caller(app)
    await calling.call()
    await calling.press(calling.key_of("English"))
    for keys in ("1", "12", "3", "1", "2"):
        await calling.press(keys)
    receipt = await spoken(calling)
    await office.deliver()
    await session.execute(sa.update(Comment).where(Comment.id == first.id).values(status="hidden"))
    await session.commit()
    recording = (await session.scalars(sa.select(Recording.id))).one()
    assert "becomes a comment of its own" in (await moderator.get(f"/staff/recordings/{recording}")).text
    await write(session, cast, "Not at night.")
    own = (await session.execute(sa.select(Comment).where(Comment.receipt == receipt))).scalar_one()
    assert (own.body, own.parent_id, own.status) == ("Not at night.", None, "shown")


async def test_one_that_cannot_be_opened_keeps_no_other_from_being_fetched_and_deleted(
    session: Session, caller: Caller, office: RecordingOffice, company: Exchange, clock: Clock
) -> None:
    await caller.speak(NAME.replace("0", "1"))
    await session.execute(sa.update(Recording).values(remote=b"sealed under another secret"))
    await session.commit()
    await at_the_tone(caller)
    await caller.speak(NAME)
    await office.deliver()
    states = (
        await session.execute(sa.select(Recording.state, Recording.person_id.is_(None)).order_by(Recording.id))
    ).all()
    assert [tuple(row) for row in states] == [("unheard", True), ("kept", False)]
    assert company.recordings == {}


async def test_what_waits_is_written_down_all_the_same_once_somebody_links_the_phone(
    session: Session, cast: Cast, app: Any, caller: Caller, office: RecordingOffice, visitor: Browser
) -> None:
    receipt = await spoken(caller)
    await office.deliver()
    slip = (await handed_out(session, cast))[0]
    await session.commit()
    await Handset(app).write(f"JOIN {slip.code}")
    await write(session, cast, "Louder, please.")
    own = (await session.execute(sa.select(Comment).where(Comment.receipt == receipt))).scalar_one()
    assert (own.body, own.status) == ("Louder, please.", "shown")
    await enter(visitor, slip.code)
    assert receipt not in (await visitor.get("/en/me.json")).text, "it is the number's own"


async def test_who_has_themselves_erased_is_never_heard(
    session: Session, cast: Cast, caller: Caller, office: RecordingOffice, settings: Settings
) -> None:
    await caller.speak(NAME)
    await office.deliver()
    person = await session.scalar(sa.select(Recording.person_id)) or 0
    await operations.forget_person(session, person_id=person)
    await fetched.clear(session, Files(settings.voices))
    await session.commit()
    assert (await state(session), stored(settings.voices)) == ("let_go", [])


async def test_what_somebody_says_from_their_phone_is_in_their_file_while_it_waits(
    session: Session, cast: Cast, project: Project, caller: Caller, office: RecordingOffice, visitor: Browser
) -> None:
    slip = (await handed_out(session, cast))[0]
    await session.commit()
    await by_code(caller, slip.code)
    receipt = await spoken(caller)
    await enter(visitor, slip.code)
    assert " ".join((receipt[:4], receipt[4:8], receipt[8:])) in (await visitor.get("/en/me")).text
    (kept,) = json.loads((await visitor.get("/en/me.json")).text)["recordings_that_wait"]
    assert (kept["receipt"], kept["stance"], kept["seconds"]) == (receipt, "against", 42)
    await office.deliver()
    await write(session, cast, "Louder, please.")
    found = json.loads((await visitor.get("/en/me.json")).text)
    assert (found["recordings_that_wait"], found["comments"][0]["receipt"]) == ([], receipt)


async def test_a_gateway_from_which_nothing_can_be_fetched_takes_no_words(app: Any, project: Project) -> None:
    gateway = app.site.gateways["twilio"]
    app.site.gateways = {"twilio": replace(gateway, keys={"token": gateway.keys["token"]})}
    calling = Caller(app)
    await calling.call()
    for keys in (calling.key_of("English"), "1", "12"):
        await calling.press(keys)
    assert "What others say" in calling.said
    assert "Comment: press" not in calling.said


async def test_only_a_moderator_of_the_place_listens(
    session: Session, cast: Cast, project: Project, app: Any, caller: Caller, office: RecordingOffice, official: Browser
) -> None:
    session.add(ProjectDistrict(project_id=project.id, place_id=cast.market, city_id=cast.city.id))
    here, elsewhere = [await staff(session, cast.city, [Role.MODERATOR], place) for place in (cast.market, cast.hill)]
    await session.commit()
    await caller.speak(NAME)
    await office.deliver()
    own = f"/staff/recordings/{(await session.scalars(sa.select(Recording.id))).one()}"
    assert (await official.get(own)).status_code == 403
    for who, sees in ((elsewhere, False), (here, True)):
        someone = browser(app)
        await sign_in_as(someone, app, who, staff=True)
        assert (own in (await someone.get("/staff/recordings")).text) is sees
        for path in (own, f"{own}.mp3"):
            assert (await someone.get(path)).status_code == (200 if sees else 404)
        with nullcontext() if sees else pytest.raises(NotAllowed):
            await write(session, cast, "Louder, please.", who=who)
        await someone.client.aclose()
