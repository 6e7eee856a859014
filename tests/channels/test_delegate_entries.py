"""What a device sends is taken once, judged as on the web, held where something does not fit, and answered under a signature."""

import json
import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.domain.consultations.models import Comment, CommentCount, Reaction
from participation.domain.notices.models import Notice
from participation.domain.people.models import AccessCode
from participation.domain.proxies import rules
from participation.domain.proxies.delegates.models import DelegateState
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.models import Entry, Meeting
from participation.domain.proxies.operations import CONTACT, KEPT
from participation.domain.proxies.reviews.operations import admit
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from participation.kit.sealing import opened
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted, react, say
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.slips import handed_out
from tests.stage import Clock

WORDS = "King'ora lazima kisikike hadi Flats pia."
COMMENT = {"body": WORDS, "stance": "for"}
UNKNOWN = with_check_digit("123456789012345")


@pytest.fixture
async def delegate(session: Session, cast: Cast) -> Any:
    return await appointed(session, cast)


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser, delegate: Any) -> Device:
    await consulted(session, cast)
    code = await enrolment(session, cast, delegate, app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


async def one(session: Session, table: Any) -> Any:
    return (await session.execute(sa.select(table).execution_options(populate_existing=True))).scalar_one()


async def test_words_of_somebody_without_a_code_stand_on_the_page_and_are_counted_apart(
    session: Session, device: Device, visitor: Browser
) -> None:
    sealed = device.sealed(device.entry(SLUG, comment=COMMENT))
    (result,) = await device.results(sealed)
    assert result["status"] == "accepted"
    comment, entry = await one(session, Comment), await one(session, Entry)
    assert (comment.body, comment.via, comment.pseudonym_id, comment.entry_id) == (WORDS, "delegate", None, entry.id)
    assert comment.carrier == entry.number
    assert (entry.receipt, entry.state, entry.age, entry.pseudonym_id) == (
        result["receipt"],
        "accepted",
        "60-over",
        None,
    )
    counted = await one(session, CommentCount)
    assert (counted.via, counted.signed, counted.count) == ("delegate", False, 1)
    assert "Kisikike".lower() in (await visitor.get(f"/en/projects/{SLUG}/comments")).text.lower()


async def test_the_same_batch_again_gives_the_first_answers_and_counts_nothing_twice(
    session: Session, device: Device
) -> None:
    batch = [device.sealed(device.entry(SLUG, comment=COMMENT)) for _one in range(3)]
    first = await device.results(*batch)
    again = await device.results(*batch)
    assert [one["status"] for one in first] == ["accepted"] * 3
    assert [one["status"] for one in again] == ["had"] * 3
    assert [one["receipt"] for one in again] == [one["receipt"] for one in first]
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 3


async def test_another_content_under_the_same_number_is_refused(session: Session, device: Device) -> None:
    number = uuid.uuid4()
    await device.results(device.sealed(device.entry(SLUG, comment=COMMENT), id=number))
    other = device.sealed(device.entry(SLUG, comment={"body": "Hapana.", "stance": "against"}), id=number)
    (result,) = await device.results(other)
    assert (result["status"], result["code"]) == ("refused", "repeat")
    assert (await one(session, Comment)).body == WORDS


async def test_of_a_batch_that_is_half_bad_the_good_half_is_taken_and_the_rest_is_named(
    session: Session, device: Device
) -> None:
    good = device.sealed(device.entry(SLUG, comment=COMMENT))
    empty = device.sealed(device.entry(SLUG))
    too_long = device.sealed(device.entry(SLUG, comment={"body": "x" * 1001, "stance": "for"}))
    nowhere = device.sealed(device.entry("no-such-project", comment=COMMENT))
    torn = device.sealed(b"{not json")
    foreign = device.sealed(device.entry(SLUG, comment=COMMENT, receipt="123456789010"))
    stranger = {**device.sealed(device.entry(SLUG, comment=COMMENT)), "id": str(uuid.uuid4())}
    results = await device.results(good, empty, too_long, nowhere, torn, foreign, stranger, language="sw")
    assert [one["status"] for one in results] == ["accepted", *["refused"] * 6]
    codes = [one["code"] for one in results[1:]]
    assert codes == ["invalid", "invalid", "project", "unreadable", "invalid", "unreadable"]
    assert all(one["message"] and one["next"] for one in results[1:])
    assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


async def test_with_the_persons_code_the_words_are_theirs_and_they_are_told_without_the_project(
    session: Session, cast: Cast, device: Device
) -> None:
    other = await say(session, cast, cast.baraka)
    (slip, *_rest) = await handed_out(session, cast)
    await session.commit()
    content = device.entry(SLUG, subject={"code": slip.code}, comment=COMMENT, reactions={str(other.id): "agree"})
    (result,) = await device.results(device.sealed(content))
    assert result["status"] == "accepted"
    person = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == slip.serial))
    comments = (await session.scalars(sa.select(Comment).order_by(Comment.id))).all()
    entry = await one(session, Entry)
    assert comments[1].pseudonym_id == entry.pseudonym_id is not None
    assert comments[0].agrees == 1
    reaction = await one(session, Reaction)
    assert (reaction.via, reaction.entry_id, reaction.apart) == ("delegate", entry.id, False)
    notice = await one(session, Notice)
    assert (notice.person_id, notice.kind, notice.address, notice.facts) == (person, "entered", "/me", {})


async def test_reactions_of_somebody_without_a_code_move_no_counter(
    session: Session, cast: Cast, device: Device
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    (result,) = await device.results(device.sealed(device.entry(SLUG, reactions={str(other.id): "disagree"})))
    assert result["status"] == "accepted"
    assert (await one(session, Comment)).disagrees == 0
    assert (await one(session, Reaction)).apart


async def test_what_a_person_said_themselves_since_then_is_not_replaced(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    other = await say(session, cast, cast.baraka)
    (slip, *_rest) = await handed_out(session, cast)
    person = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == slip.serial))
    await session.commit()
    themselves = cast.amina.__class__(city_id=cast.city.id, person_id=person, via=cast.amina.via)
    await react(session, cast, themselves, other.id, at=NOW)
    await session.commit()
    content = device.entry(SLUG, subject={"code": slip.code}, reactions={str(other.id): "disagree"})
    await device.results(device.sealed(content, made=NOW - timedelta(hours=5)))
    comment = (await session.scalars(sa.select(Comment).execution_options(populate_existing=True))).one()
    assert (comment.agrees, comment.disagrees) == (1, 0)
    assert (await one(session, Reaction)).kind == "agree"


async def test_a_code_that_does_not_count_holds_the_entry_and_keeps_the_words_but_never_the_code(
    session: Session, app: Any, device: Device
) -> None:
    content = device.entry(SLUG, subject={"code": UNKNOWN}, comment=COMMENT)
    (result,) = await device.results(device.sealed(content))
    assert (result["status"], result["code"]) == ("held", "code")
    assert "access code" in result["message"]
    entry = await one(session, Entry)
    kept = opened(bytes(entry.kept), app.site.secrets, KEPT)
    assert WORDS in kept
    assert UNKNOWN not in kept
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_nobody_enters_for_themselves(
    session: Session, cast: Cast, app: Any, visitor: Browser, delegate: Any
) -> None:
    await consulted(session, cast)
    (slip, *_rest) = await handed_out(session, cast)
    code = await enrolment(session, cast, delegate, app.site.secrets)
    await session.commit()
    silent = await visitor.client.post("/delegate/enrol", json={"code": code, "label": "Tablet"})
    assert (silent.status_code, list(silent.json()["fields"])) == (422, ["own_code"])
    device = await enrolled(visitor.client, code, own_code=slip.code)
    (result,) = await device.results(device.sealed(device.entry(SLUG, subject={"code": slip.code}, comment=COMMENT)))
    assert (result["status"], result["code"]) == ("refused", "own")


@pytest.mark.parametrize(
    ("off", "finished", "arrives", "becomes"),
    [
        (timedelta(hours=1), timedelta(minutes=-1), timedelta(hours=70), ("accepted", "")),
        (timedelta(hours=-1), timedelta(minutes=-1), timedelta(hours=70), ("accepted", "")),
        (timedelta(0), timedelta(minutes=1), timedelta(hours=70), ("refused", "closed")),
        (timedelta(hours=1), timedelta(minutes=1), timedelta(hours=2), ("refused", "closed")),
        (timedelta(0), timedelta(minutes=-1), timedelta(hours=73), ("refused", "late")),
    ],
)
async def test_a_clock_that_is_wrong_decides_nothing_and_the_grace_has_an_end(
    device: Device, clock: Clock, off: timedelta, finished: timedelta, arrives: timedelta, becomes: tuple[str, str]
) -> None:
    """Both judged against the closing; the device's clock is `off`, and it knows by how much."""
    closes = NOW + 20 * DAY
    clock.now = closes + arrives
    sealed = device.sealed(device.entry(SLUG, comment=COMMENT), made=closes + finished + off, offset=-off)
    (result,) = await device.results(sealed)
    assert (result["status"], result["code"]) == becomes


async def test_a_time_that_cannot_be_right_holds_the_entry(session: Session, device: Device) -> None:
    tomorrow, before = NOW + DAY, NOW - 2 * DAY
    results = await device.results(
        *(device.sealed(device.entry(SLUG, comment=COMMENT), made=made) for made in (tomorrow, before))
    )
    assert [(one["status"], one["code"]) for one in results] == [("held", "time")] * 2


@pytest.mark.parametrize(
    "said",
    [
        {"made": "0001-01-01T00:00:00+14:00"},
        {"made": "9999-12-31T23:59:59-14:00"},
        {"made": "9999-12-31T23:59:59Z", "offset_ms": 300 * 86_400_000},
        {"made": "2027-03-01T09:00:00"},
        {"made": "yesterday"},
        {"offset_ms": "x"},
        {"offset_ms": 10**30},
    ],
)
async def test_a_moment_that_no_clock_shows_holds_its_entry_and_stops_no_other(
    session: Session, app: Any, device: Device, said: dict[str, Any]
) -> None:
    odd = {**device.sealed(device.entry(SLUG, comment=COMMENT)), **said}
    results = await device.results(odd, device.sealed(device.entry(SLUG, comment=COMMENT)))
    assert [(one["status"], one["code"]) for one in results] == [("held", "time"), ("accepted", "")]
    held = (await session.scalars(sa.select(Entry).where(Entry.state == "held"))).one()
    assert WORDS in opened(bytes(held.kept), app.site.secrets, KEPT)


async def test_after_the_closing_too_a_clock_that_was_reset_loses_nobodys_words(
    session: Session, cast: Cast, app: Any, device: Device, clock: Clock
) -> None:
    """By the moment that it shows nothing was open; a moderator looks at it, and it stands on the page from when it came."""
    clock.now = NOW + 20 * DAY + timedelta(hours=5)
    reset = NOW - 3000 * DAY
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT), made=reset))
    assert (result["status"], result["code"]) == ("held", "time")
    entry = await one(session, Entry)
    more: dict[str, Any] = {"folder": app.site.settings.keys, "secrets": app.site.secrets, "at": clock.now}
    await admit(session, city=cast.city, entry_id=entry.id, actor=cast.mariam, **more)
    assert (await one(session, Comment)).created_at == entry.received_at


async def test_an_entry_that_nothing_can_be_done_with_is_refused_alone(
    session: Session, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, good = (device.sealed(device.entry(SLUG, comment=COMMENT)) for _one in range(2))
    torn = {**device.sealed(device.entry(SLUG, comment=COMMENT)), "sealed": "not base64!"}
    days = iter([ValueError("of nobody's making")])

    def day_of(moment: datetime, zone: ZoneInfo) -> date:
        for trouble in days:
            raise trouble
        return moment.astimezone(zone).date()

    monkeypatch.setattr(rules, "day_of", day_of)
    answer = await device.send(odd, torn, good)
    found = [(one["status"], one["code"]) for one in answer.json()["results"]]
    assert found == [("refused", "unreadable"), ("refused", "unreadable"), ("accepted", "")]


async def test_nothing_is_kept_of_an_entry_that_nobody_asked_for(session: Session, app: Any, device: Device) -> None:
    """A delegate's page of their own making could send where somebody lives, or half a letter."""
    more = {"where": {"lat": -6.82}, "odd": "\ud800", "comment": {**COMMENT, "lon": 39.28}, "read_back": False}
    raw = json.dumps(device.entry(SLUG) | more).encode()
    (result,) = await device.results(device.sealed(raw))
    assert (result["status"], result["code"]) == ("held", "consent")
    kept = json.loads(opened(bytes((await one(session, Entry)).kept), app.site.secrets, KEPT))
    assert kept["comment"] == {**COMMENT, "about": None}
    assert set(kept) == {"kind", "language", "comment", "reactions", "meeting"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("+٢٥٥ 700 123-456", "+255 700 123-456"), ("Asha, house 12", None), ("Asha 0700123456", "0700123456")],
)
async def test_of_a_telephone_number_nothing_is_kept_but_the_number(
    session: Session, app: Any, device: Device, given: str, kept: str | None
) -> None:
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT, phone=given)))
    assert result["status"] == "accepted"
    contact = (await one(session, Entry)).contact
    assert (contact and opened(bytes(contact), app.site.secrets, CONTACT)) == kept


async def test_what_comes_from_a_device_that_was_reported_lost_is_held(
    session: Session, cast: Cast, device: Device
) -> None:
    await devices.revoke(session, city=cast.city, public_id=uuid.UUID(device.answer["device"]), actor=cast.omar, at=NOW)
    await session.commit()
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT)))
    assert (result["status"], result["code"]) == ("held", "revoked")
    told = (await device.client.post("/delegate/hello", json={"receipts": 0}, headers=device.headers)).json()
    assert (told["state"], told["receipts"], told["projects"]) == ("revoked", [], [])


async def test_what_a_suspended_delegate_brings_is_held(session: Session, device: Device, delegate: Any) -> None:
    delegate.state = DelegateState.SUSPENDED
    await session.commit()
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT)))
    assert (result["status"], result["code"]) == ("held", "suspended")


async def test_more_than_one_delegate_can_do_in_a_day_is_held(
    session: Session, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CAP", 2)
    results = await device.results(*(device.sealed(device.entry(SLUG, comment=COMMENT)) for _one in range(3)))
    assert [one["status"] for one in results] == ["accepted", "accepted", "held"]


async def test_what_was_not_read_back_is_held(device: Device) -> None:
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT, read_back=False)))
    assert (result["status"], result["code"]) == ("held", "consent")


async def test_a_meeting_is_counts_and_points_and_nobodys_words(session: Session, device: Device) -> None:
    met = {
        "attended": 40,
        "points": ["Taa zaidi"],
        "dissent": "Wawili walipinga.",
        "hands": {"for": 30, "against": 2, "abstain": 3},
    }
    (good,) = await device.results(device.sealed(device.entry(SLUG, kind="meeting", meeting=met)))
    too_many = {**met, "hands": {"for": 41, "against": 0, "abstain": 0}}
    (bad,) = await device.results(device.sealed(device.entry(SLUG, kind="meeting", meeting=too_many)))
    assert (good["status"], bad["status"]) == ("accepted", "refused")
    assert (await one(session, Meeting)).hands == met["hands"]
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_a_receipt_serves_one_entry_of_one_device(session: Session, device: Device) -> None:
    content = device.entry(SLUG, comment=COMMENT)
    results = await device.results(device.sealed(content), device.sealed(content))
    assert [(one["status"], one["code"]) for one in results] == [("accepted", ""), ("refused", "receipt")]


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        [],
        {"device": "somebody else's", "entries": []},
        {"entries": [{"id": "x", "sealed": "AA==", "made": "2027-03-01T09:00:00Z"}]},
        {"entries": [7]},
    ],
)
async def test_a_batch_that_cannot_be_read_changes_nothing_and_is_told_so(
    session: Session, device: Device, body: Any
) -> None:
    if isinstance(body, dict):
        body = {"device": device.answer["device"], **body}
    answer = await device.client.post("/delegate/entries", json=body, headers=device.headers)
    assert answer.status_code == 400
    assert answer.json()["next"]
    assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0


async def test_without_a_token_nothing_is_taken(device: Device) -> None:
    for headers in ({}, {"Authorization": "Bearer something"}, {"Authorization": "Basic x"}):
        for path in ("/delegate/hello", "/delegate/entries"):
            answer = await device.client.post(path, json={"entries": []}, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (401, "device")


async def test_a_batch_takes_at_most_twelve_statements_an_entry(
    session: Session, cast: Cast, device: Device, connection: AsyncConnection
) -> None:
    others = [await say(session, cast, cast.baraka) for _one in range(10)]
    slips = await handed_out(session, cast)
    await session.commit()
    reactions = {str(other.id): "agree" for other in others}
    batch = [
        device.sealed(device.entry(SLUG, subject={"code": slip.code}, comment=COMMENT, reactions=reactions))
        for slip in slips[:8]
    ]
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET")):
            seen.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    results = await device.results(*batch)
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    assert [one["status"] for one in results] == ["accepted"] * 8
    assert len(seen) / len(batch) <= 12, "\n".join(seen[:30])


async def test_hello_says_the_time_and_what_can_be_taken_along(session: Session, cast: Cast, device: Device) -> None:
    await say(session, cast, cast.baraka)
    await consulted(session, cast, "hill-only", number=2, places=[cast.hill])
    await session.commit()
    await say(session, cast, cast.baraka, "Taa " * 100)
    await session.commit()
    answer = await device.client.post("/delegate/hello", json={"receipts": 45}, headers=device.headers)
    told = answer.json()
    assert told["now"] == NOW.isoformat()
    assert len(told["receipts"]) == 5
    assert [project["slug"] for project in told["projects"]] == [SLUG]
    found: httpx.Response = await device.client.get(f"/delegate/projects/{SLUG}/ar.json", headers=device.headers)
    assert found.headers["content-encoding"] in ("br", "gzip"), "telephones carry this over a slow line"
    bundle = found.json()
    assert (bundle["title"]["language"], len(bundle["statements"])) == ("en", 2)
    assert [one["body"].endswith("Taa…") for one in bundle["statements"]] == [False, True]
    assert set(bundle["takes"]) == {"comment", "react"}


async def test_a_project_in_hindi_with_all_its_statements_is_small_enough_for_a_slow_line(
    session: Session, cast: Cast, device: Device
) -> None:
    syllables = [chr(code) + sign for code in range(0x0915, 0x0939) for sign in ("", "ा", "ी", "े")]
    chance = random.Random(4)
    for _one in range(25):
        words = ("".join(chance.sample(syllables, 4)) for _word in range(60))
        await say(session, cast, cast.baraka, " ".join(words)[:1000])
    await session.commit()
    address = f"/delegate/projects/{SLUG}/hi.json"
    async with device.client.stream("GET", address, headers={**device.headers, "Accept-Encoding": "gzip"}) as answer:
        bundle = json.loads(await answer.aread())
    assert len(bundle["statements"]) == 20
    assert answer.num_bytes_downloaded < 20_000


async def test_a_project_that_cannot_be_taken_along_is_not_found(device: Device) -> None:
    missing = await device.client.get("/delegate/projects/nothing/ar.json", headers=device.headers)
    assert missing.status_code == 404
