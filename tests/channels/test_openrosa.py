"""ODK Collect sends what was filled in: each answer that OpenRosa's specification and ODK's own server give."""

import hashlib
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.channels.openrosa.answering import LARGEST
from participation.domain.consultations.models import Comment, CommentCount, Reaction
from participation.domain.proxies.delegates.models import DelegateState
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.models import Entry
from participation.domain.proxies.odk.operations import make_forms, renew
from participation.domain.proxies.reviews.operations import admit
from participation.kit.database import Session
from participation.kit.hashing import Secrets, with_check_digit
from participation.kit.languages import LANGUAGES
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.collecting import BOUNDARY, ROSA, SAID, Collect, basic, collecting, digest, filled, http_date, multipart
from tests.consulting import SLUG, consulted, say
from tests.delegating import code_for
from tests.delegating import delegate as appointed
from tests.proxying import enrolled
from tests.slips import SECRETS, handed_out
from tests.stage import Clock

Files = tuple[str, bytes]


@pytest.fixture
async def delegate(session: Session, cast: Cast) -> Any:
    return await appointed(session, cast)


@pytest.fixture
async def collect(session: Session, cast: Cast, app: Any, visitor: Browser, delegate: Any) -> Collect:
    await consulted(session, cast)
    return await collecting(session, cast, visitor.client, delegate, app.site.secrets)


async def count(session: Session, table: Any) -> int:
    return int(await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def one(session: Session, table: Any) -> Any:
    return (await session.execute(sa.select(table).execution_options(populate_existing=True))).scalar_one()


def said(answer: Any) -> str:
    """The sentence in the envelope, which every answer with a body is."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    found = re.search(
        r'<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message [^>]*>(.+)</message>', answer.text
    )
    assert found is not None, answer.text
    return found[1]


# Before anything is sent


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_who_looks_before_sending_gets_204_and_learns_how_much_may_come(collect: Collect, method: str) -> None:
    answer = await collect.client.request(method, "/openrosa/submission", headers=collect.headers)
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert answer.headers["x-openrosa-accept-content-length"] == str(LARGEST)
    assert answer.headers["location"] == "http://testserver/openrosa/submission"


@pytest.mark.parametrize("version", [None, "2.0"])
@pytest.mark.parametrize("method", ["HEAD", "POST"])
async def test_a_client_that_does_not_speak_openrosa_is_told_so(
    collect: Collect, method: str, version: str | None
) -> None:
    headers = {name: value for name, value in collect.headers.items() if name not in ROSA}
    headers |= {} if version is None else {"X-OpenRosa-Version": version}
    answer = await collect.client.request(method, "/openrosa/submission", headers=headers)
    assert answer.status_code == 400
    assert answer.headers["x-openrosa-version"] == "1.0"


@pytest.mark.parametrize("method", ["HEAD", "GET", "POST"])
async def test_without_credentials_both_ways_to_sign_in_are_offered(collect: Collect, method: str) -> None:
    answer = await collect.client.request(method, "/openrosa/submission", headers=ROSA)
    assert answer.status_code == 401
    challenges = answer.headers.get_list("www-authenticate")
    assert [challenge.split()[0] for challenge in challenges] == ["Digest", "Basic"]
    for part in (
        'realm="participation"',
        'domain="http://testserver/openrosa"',
        "algorithm=MD5",
        'qop="auth"',
        'nonce="',
    ):
        assert part in challenges[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_both_ways_to_sign_in_are_offered_in_every_language(collect: Collect, language: str) -> None:
    headers = {**ROSA, "Accept-Language": language, "Accept-Encoding": "gzip"}
    answer = await collect.client.get("/openrosa/formList", headers=headers)
    assert len(answer.headers.get_list("www-authenticate")) == 2
    assert said(answer)


async def test_wrong_credentials_are_no_credentials(collect: Collect) -> None:
    wrong = (
        basic(collect.name, "something"),
        basic(str(uuid.uuid4()), collect.user.password),
        "Basic !!!",
        "Bearer " + collect.user.password,
        "Digest username=",
    )
    for authorization in wrong:
        answer = await collect.client.head("/openrosa/submission", headers={**ROSA, "Authorization": authorization})
        assert answer.status_code == 401, authorization


async def test_the_token_of_the_delegates_page_opens_nothing_here(
    session: Session, cast: Cast, app: Any, collect: Collect, delegate: Any
) -> None:
    code = await code_for(session, cast, delegate.id)
    await session.commit()
    device = await enrolled(collect.client, code)
    headers = {**ROSA, "Authorization": basic(device.answer["device"], device.answer["token"])}
    assert (await collect.client.head("/openrosa/submission", headers=headers)).status_code == 401


@pytest.mark.parametrize("qop", [True, False])
async def test_digest_signs_in_for_what_it_signs_and_nothing_else(collect: Collect, qop: bool) -> None:
    asked = await collect.client.head("/openrosa/submission", headers=ROSA)
    challenge = asked.headers.get_list("www-authenticate")[0]

    async def answered(method: str, path: str, signed: str, password: str = collect.user.password) -> int:
        authorization = digest(challenge, "HEAD", signed, collect.name, password, qop=qop)
        answer = await collect.client.request(method, path, headers={**ROSA, "Authorization": authorization})
        return answer.status_code

    here = "/openrosa/submission"
    assert await answered("HEAD", here, here) == 204
    assert await answered("GET", here, here) == 401
    assert await answered("HEAD", "/openrosa/formList", here) == 401
    assert await answered("HEAD", here, here, "another") == 401


async def test_a_number_of_the_server_is_good_for_five_minutes_and_stale_afterwards(
    collect: Collect, clock: Clock
) -> None:
    asked = await collect.client.head("/openrosa/submission", headers=ROSA)
    challenge = asked.headers.get_list("www-authenticate")[0]
    authorization = digest(challenge, "HEAD", "/openrosa/submission", collect.name, collect.user.password)
    headers = {**ROSA, "Authorization": authorization}
    clock.forward(seconds=300)
    assert (await collect.client.head("/openrosa/submission", headers=headers)).status_code == 204
    clock.forward(seconds=1)
    late = await collect.client.head("/openrosa/submission", headers=headers)
    assert late.status_code == 401
    assert "stale=true" in late.headers.get_list("www-authenticate")[0]


async def test_a_whole_submission_can_be_signed_by_digest(session: Session, collect: Collect) -> None:
    asked = await collect.client.head("/openrosa/submission", headers=ROSA)
    challenge = asked.headers.get_list("www-authenticate")[0]
    collect.more["Authorization"] = digest(
        challenge, "POST", "/openrosa/submission", collect.name, collect.user.password
    )
    assert (await collect.send(filled())).status_code == 201
    assert await count(session, Entry) == 1


async def test_who_signs_in_by_digest_still_does_when_the_master_secret_was_replaced(
    session: Session, app: Any, collect: Collect
) -> None:
    old, new = SECRETS.current, "another secret of the tests, long enough to be one"
    auth = httpx.DigestAuth(collect.name, collect.user.password)
    app.site.secrets = Secrets(new, old)
    assert (await collect.client.head("/openrosa/submission", headers=ROSA, auth=auth)).status_code == 204
    last = await renew(session, secrets=app.site.secrets)
    assert await renew(session, secrets=app.site.secrets, after=last) == 0
    await session.commit()
    app.site.secrets = Secrets(new)
    assert (await collect.client.head("/openrosa/submission", headers=ROSA, auth=auth)).status_code == 204


@pytest.mark.parametrize("query", ["", "?deviceID=", "?deviceID=collect%3Aa1%2Fb2"])
async def test_a_client_of_somebody_elses_signs_in_by_digest_as_collect_does(
    session: Session, collect: Collect, query: str
) -> None:
    """It looks first, then posts, each time with the name of the device in the address."""
    auth = httpx.DigestAuth(collect.name, collect.user.password)
    address = f"/openrosa/submission{query}"
    assert (await collect.client.head(address, headers=ROSA, auth=auth)).status_code == 204
    files = {"xml_submission_file": ("data.xml", filled().encode(), "text/xml")}
    answer = await collect.client.post(address, headers=ROSA, auth=auth, files=files)
    assert answer.status_code == 201
    assert await count(session, Entry) == 1


async def test_over_an_open_line_the_password_is_not_asked_for_nor_taken(app: Any, collect: Collect) -> None:
    afar = httpx.ASGITransport(app=app, client=("203.0.113.5", 4711))
    async with httpx.AsyncClient(transport=afar, base_url="http://testserver") as client:
        answer = await client.head("/openrosa/submission", headers=collect.headers)
    assert answer.status_code == 401
    assert [one.split()[0] for one in answer.headers.get_list("www-authenticate")] == ["Digest"]


# What is taken


async def test_what_was_said_is_an_entry_like_any_other_and_the_answer_names_its_receipt(
    session: Session, collect: Collect, visitor: Browser
) -> None:
    other = uuid.uuid4()
    answer = await collect.send(filled(id=str(other)))
    assert answer.status_code == 201, answer.text
    entry, comment = await one(session, Entry), await one(session, Comment)
    grouped = " ".join(entry.receipt[at : at + 4] for at in (0, 4, 8))
    assert grouped in said(answer)
    assert (entry.client_id, entry.via, entry.state, entry.kind) == (other, "odk", "accepted", "proxy")
    assert (entry.age, entry.language, entry.consent, entry.consent_version) == ("60-over", "sw", "spoken", 1)
    assert (entry.seconds, entry.finished_at, entry.pseudonym_id) == (240, NOW, None)
    assert (comment.body, comment.via, comment.entry_id, comment.carrier) == (SAID, "odk", entry.id, entry.number)
    counted = await one(session, CommentCount)
    assert (counted.via, counted.signed, counted.count) == ("odk", False, 1)
    assert "King" in (await visitor.get(f"/en/projects/{SLUG}/comments")).text


async def test_the_answer_is_in_the_language_that_was_asked_for_else_in_the_delegates(collect: Collect) -> None:
    swahili = await collect.send(filled())
    assert swahili.headers["content-language"] == "sw"
    collect.more["Accept-Language"] = "fr-FR,en;q=0.5"
    french = await collect.send(filled())
    assert french.headers["content-language"] == "fr"
    assert said(french) != said(swahili)


async def test_with_the_persons_code_it_is_theirs_and_never_a_vote(
    session: Session, cast: Cast, collect: Collect
) -> None:
    other = await say(session, cast, cast.baraka)
    (slip, *_rest) = await handed_out(session, cast)
    await session.commit()
    typed = " ".join(slip.code[at : at + 4] for at in range(0, 16, 4))
    xml = filled(has_code="yes", code=typed, place="", age="", vote="1", choice="1", **{f"s{other.id}": "agree"})
    assert (await collect.send(xml)).status_code == 201
    entry, reaction = await one(session, Entry), await one(session, Reaction)
    assert entry.pseudonym_id is not None
    assert entry.place_id is None
    assert (reaction.via, reaction.entry_id, reaction.kind, reaction.apart) == ("odk", entry.id, "agree", False)
    # Whoever reads the database could try every code against a plain hash.
    assert entry.digest != hashlib.sha256(xml.encode()).digest()


async def test_reactions_without_a_code_are_kept_apart_from_the_counters(
    session: Session, cast: Cast, collect: Collect
) -> None:
    other = await say(session, cast, cast.baraka)
    await session.commit()
    assert (await collect.send(filled(stance="none", body="", **{f"s{other.id}": "disagree"}))).status_code == 201
    assert (await one(session, Reaction)).apart
    assert (await one(session, Comment)).disagrees == 0


async def test_the_same_once_more_gives_the_same_answer_and_counts_once(session: Session, collect: Collect) -> None:
    xml = filled()
    first, again = await collect.send(xml), await collect.send(xml)
    assert (first.status_code, again.status_code) == (201, 201)
    assert said(first) == said(again)
    assert (await count(session, Entry), await count(session, Comment)) == (1, 1)


async def test_another_content_under_the_same_identifier_is_a_conflict(session: Session, collect: Collect) -> None:
    number = str(uuid.uuid4())
    await collect.send(filled(id=number))
    answer = await collect.send(filled(id=number, body="Hapana."))
    assert answer.status_code == 409
    assert (await one(session, Comment)).body == SAID
    assert said(answer)


async def test_what_was_filled_in_on_an_older_version_is_taken_and_on_one_that_never_was_is_not(
    session: Session, cast: Cast, collect: Collect
) -> None:
    await session.execute(sa.text("update project_text set title = 'Sirens everywhere'"))
    assert await make_forms(session, city=cast.city, prompts={}, own={}, at=NOW) == 1
    await session.commit()
    for version, status in (("1", 201), ("2", 201), ("3", 404), ("-1", 404), ("", 404), ("x", 404)):
        assert (await collect.send(filled(version=version))).status_code == status, version


@pytest.mark.parametrize(
    "files",
    [
        (("my_file1.mp4", b"this is test file one"), ("here_is_file2.jpg", b"this is test file two")),
        (("same.jpg", b"the same"), ("same.jpg", b"the same")),
        (("fîlé2.bin", b"one"), ("f😂le3صادق", b"two")),
    ],
)
async def test_files_that_no_question_asked_for_do_no_harm_and_are_not_kept(
    session: Session, app: Any, collect: Collect, files: tuple[Files, ...]
) -> None:
    """As ODK Central does it: a file has its place only where the form asks for one, and this one asks for none."""
    xml = filled()
    assert (await collect.send(xml, *files)).status_code == 201
    assert (await collect.send(xml, files[0])).status_code == 201
    assert await count(session, Entry) == 1
    assert not [path for path in app.site.settings.store.rglob("*") if path.is_file()]


async def test_a_body_that_comes_in_chunks_of_no_known_length_is_read(session: Session, collect: Collect) -> None:
    raw = multipart(filled())

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(raw), 7):
            yield raw[at : at + 7]

    headers = {**collect.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = await collect.client.post("/openrosa/submission", content=chunks(), headers=headers)
    assert answer.status_code == 201
    assert await count(session, Entry) == 1


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=2), timedelta(days=-9000)])
async def test_a_clock_that_is_wrong_decides_nothing_where_the_client_says_what_it_shows(
    session: Session, collect: Collect, off: timedelta
) -> None:
    answer = await collect.send(filled(finished=NOW + off), Date=http_date(NOW + off))
    assert answer.status_code == 201
    assert (await one(session, Entry)).finished_at == NOW


# What is kept and looked at


async def test_what_comes_from_a_telephone_that_was_reported_lost_is_kept_and_held(
    session: Session, cast: Cast, collect: Collect
) -> None:
    await devices.revoke(session, city=cast.city, public_id=collect.user.device.public_id, actor=cast.omar, at=NOW)
    await session.commit()
    assert (await collect.client.head("/openrosa/submission", headers=collect.headers)).status_code == 204
    xml = filled()
    answer, again = await collect.send(xml), await collect.send(xml)
    assert (answer.status_code, again.status_code) == (202, 202)
    entry = await one(session, Entry)
    assert (entry.state, entry.reason) == ("held", "revoked")
    assert entry.receipt[:4] in said(answer)
    assert await count(session, Comment) == 0
    for path in ("formList", f"forms/{SLUG}/1.xml", f"forms/{SLUG}/1/manifest"):
        refused = await collect.get(path)
        assert (refused.status_code, bool(said(refused))) == (403, True)


async def test_what_a_suspended_delegate_sends_is_held(session: Session, collect: Collect, delegate: Any) -> None:
    delegate.state = DelegateState.SUSPENDED
    await session.commit()
    assert (await collect.send(filled())).status_code == 202
    assert (await one(session, Entry)).reason == "suspended"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"read_back": "no"}, "consent"),
        ({"has_code": "yes", "code": with_check_digit("123456789012345"), "place": "", "age": ""}, "code"),
        ({"has_code": "yes", "code": "1234 5678 9012 3450", "place": "", "age": ""}, "code"),
    ],
)
async def test_what_does_not_fit_is_kept_with_the_reason(
    session: Session, collect: Collect, answers: dict[str, str], reason: str
) -> None:
    assert (await collect.send(filled(**answers))).status_code == 202
    assert (await one(session, Entry)).reason == reason


async def test_what_was_held_counts_as_it_was_filled_in_once_somebody_has_looked_at_it(
    session: Session, cast: Cast, app: Any, collect: Collect
) -> None:
    assert (await collect.send(filled(read_back="no"))).status_code == 202
    entry = await one(session, Entry)
    settings, secrets = app.site.settings, app.site.secrets
    who = {"city": cast.city, "actor": cast.mariam, "at": NOW + DAY}
    await admit(session, entry_id=entry.id, folder=settings.keys, secrets=secrets, **who)
    comment = await one(session, Comment)
    assert (comment.body, comment.via, comment.entry_id, comment.created_at) == (SAID, "odk", entry.id, NOW)


@pytest.mark.parametrize(
    "said_to_be", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1999-01-01T00:00:00Z"]
)
@pytest.mark.parametrize("shown", ["Mon, 01 Jan 0001 00:00:00 GMT", "nonsense", "Fri, 31 Dec 9999 23:59:59 -2359"])
async def test_no_moment_is_so_odd_that_it_breaks_anything(
    session: Session, collect: Collect, said_to_be: str, shown: str
) -> None:
    answer = await collect.send(filled(timeEnd=said_to_be), Date=shown)
    assert answer.status_code in (202, 409), answer.text
    assert said(answer)
    assert await count(session, Comment) == 0


async def test_a_time_that_cannot_be_right_is_held(session: Session, collect: Collect) -> None:
    assert (await collect.send(filled(finished=NOW + DAY))).status_code == 202
    assert (await one(session, Entry)).reason == "time"


# What is refused


async def test_a_body_that_is_no_multipart_is_refused(collect: Collect) -> None:
    answer = await collect.post(filled().encode(), "text/xml")
    assert answer.status_code == 400
    assert "xml_submission_file" in said(answer)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/mixed; boundary={BOUNDARY}"]
)
async def test_a_boundary_that_is_missing_is_refused(collect: Collect, kind: str) -> None:
    answer = await collect.post(multipart(filled()), kind)
    assert (answer.status_code, bool(said(answer))) == (400, True)


MALFORMED = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="xml_submission_file"; filename="xml_submission_file"\r\n'
    "Content-Type: text/xml\r\n\r\n"
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="a.jpg"; filename="a.jpg"\r\n'
    "Content-Type: image/jpeg\r\n\r\n"
    f"--{BOUNDARY}--\r\n"
)
NAMELESS = f"--{BOUNDARY}\r\nContent-Type: text/xml\r\n\r\n{filled()}\r\n--{BOUNDARY}--\r\n"
OTHER = multipart(filled()).replace(b"xml_submission_file", b"something_else")
TWICE = multipart(filled()).replace(f"--{BOUNDARY}--".encode(), multipart(filled()).rstrip())


@pytest.mark.parametrize(
    "raw",
    [b"", multipart(filled())[:-30], MALFORMED.encode(), NAMELESS.encode(), OTHER, TWICE, b"nothing of the kind"],
    ids=["empty", "cut", "malformed", "nameless", "other name", "two forms", "garbage"],
)
async def test_a_multipart_that_is_cut_or_malformed_is_refused_and_changes_nothing(
    session: Session, collect: Collect, raw: bytes
) -> None:
    answer = await collect.post(raw)
    assert (answer.status_code, bool(said(answer))) == (400, True)
    assert await count(session, Entry) == 0


ENTITY = '<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + filled(body="&x;").partition("?>")[2].replace(
    "&amp;x;", "&x;"
)
BILLION = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<data id="{SLUG}" version="1">&b;</data>'
)


@pytest.mark.parametrize(
    "xml",
    [
        "<test",
        "",
        "no xml at all",
        ENTITY,
        BILLION,
        filled().replace("uuid:", "nothing:"),
        filled(id="one"),
        filled().replace("instanceID", "elsewhere"),
        filled().replace(f' id="{SLUG}"', ""),
        filled(more="<orx:instanceID>uuid:again</orx:instanceID>"),
        f'<data id="{SLUG}" version="1">' + "<a>" * 50 + "</a>" * 50 + "</data>",
        f'<data id="{SLUG}" version="1">' + "".join(f"<q{n}/>" for n in range(2000)) + "</data>",
        "<?xml version='1.0' encoding='utf-16'?>" + filled().partition("?>")[2].replace("King", "\udcff"),
    ],
)
async def test_xml_that_is_none_or_wants_too_much_is_refused_and_changes_nothing(
    session: Session, collect: Collect, xml: str
) -> None:
    raw = multipart("%").replace(b"%", xml.encode("utf-8", "surrogateescape"))
    answer = await collect.post(raw)
    assert (answer.status_code, bool(said(answer))) == (400, True)
    assert await count(session, Entry) == 0


async def test_a_form_that_there_is_not_is_not_found(session: Session, collect: Collect) -> None:
    answer = await collect.send(filled(form="nonexistent"))
    assert (answer.status_code, bool(said(answer))) == (404, True)
    assert await count(session, Entry) == 0


@pytest.mark.parametrize("form", ["'; drop table entry", "x" * 100, "é\u0000"[:1]])
async def test_a_form_with_an_odd_name_is_not_found_either(collect: Collect, form: str) -> None:
    assert (await collect.send(filled(form=form))).status_code in (400, 404)


@pytest.mark.parametrize(
    ("finished", "arrives", "status"),
    [
        (timedelta(minutes=-1), timedelta(hours=71), 201),
        (timedelta(minutes=-1), timedelta(hours=73), 409),
        (timedelta(minutes=1), timedelta(hours=2), 409),
    ],
)
async def test_after_closing_only_what_was_finished_before_is_taken_for_72_hours(
    session: Session, collect: Collect, clock: Clock, finished: timedelta, arrives: timedelta, status: int
) -> None:
    closes = NOW + 20 * DAY
    clock.now = closes + arrives
    answer = await collect.send(filled(finished=closes + finished))
    assert (answer.status_code, bool(said(answer))) == (status, True)
    assert await count(session, Entry) == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    "answers",
    [
        {"body": "x" * 1001},
        {"stance": "", "body": "Without a stance"},
        {"stance": "none", "body": ""},
        {"place": "nowhere"},
        {"age": "7"},
        {"consent": ""},
        {"language": "tlh"},
        {"has_code": "yes", "code": "1234"},
    ],
)
async def test_answers_that_the_web_would_not_take_are_not_taken_here(
    session: Session, collect: Collect, answers: dict[str, str]
) -> None:
    answer = await collect.send(filled(**answers))
    assert (answer.status_code, bool(said(answer))) == (400, True)
    assert await count(session, Entry) == 0


async def test_what_is_too_large_is_refused_whether_its_length_is_known_or_not(
    session: Session, collect: Collect
) -> None:
    known = await collect.send(filled(), ("big.jpg", b"x" * LARGEST))
    assert (known.status_code, bool(said(known))) == (413, True)

    async def endless() -> AsyncIterator[bytes]:
        yield multipart(filled(), ("big.jpg", b""))[: -len(BOUNDARY) - 8]
        for _chunk in range(LARGEST // 100_000 + 2):
            yield b"x" * 100_000

    headers = {**collect.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    unknown = await collect.client.post("/openrosa/submission", content=endless(), headers=headers)
    assert unknown.status_code == 413
    large = await collect.send(filled(body="x" * 300_000))
    assert large.status_code == 413
    assert await count(session, Entry) == 0


async def test_what_was_sent_cannot_be_replaced_and_what_never_came_neither(session: Session, collect: Collect) -> None:
    first = str(uuid.uuid4())
    await collect.send(filled(id=first))

    async def replacing(number: str) -> int:
        more = f"<orx:deprecatedID>{number}</orx:deprecatedID>"
        return (await collect.send(filled(body="Hapana.", more=more))).status_code

    assert await replacing(f"uuid:{uuid.uuid4()}") == 404
    assert await replacing("one") == 404
    assert await replacing(f"uuid:{first}") == 409
    assert (await one(session, Comment)).body == SAID


async def test_a_submission_takes_few_statements_whatever_it_says(
    session: Session, cast: Cast, collect: Collect, connection: AsyncConnection
) -> None:
    others = [await say(session, cast, cast.baraka) for _one in range(10)]
    (slip, *_rest) = await handed_out(session, cast)
    await session.commit()
    collect.more["Accept-Language"] = "sw"
    await collect.client.head("/openrosa/submission", headers=collect.headers)
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET")):
            seen.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    reactions = {f"s{other.id}": "agree" for other in others}
    coded = {"has_code": "yes", "code": slip.code, "place": "", "age": ""}
    for answers in ({}, coded):
        seen.clear()
        assert (await collect.send(filled(**answers, **reactions))).status_code == 201
        assert len(seen) <= 12, "\n".join(statement.splitlines()[0][:100] for statement in seen)
    event.remove(connection.sync_connection, "before_cursor_execute", note)


async def test_a_number_that_somebody_else_has_is_drawn_again(
    session: Session, cast: Cast, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the one who spoke has a number in the project already: that of the first attempt."""
    other = await say(session, cast, cast.baraka)
    await session.commit()
    await collect.send(filled())
    first = (await one(session, Entry)).receipt
    monkeypatch.setattr("participation.channels.openrosa.submitting.random_number", lambda _digits: first)
    answer = await collect.send(filled(**{f"s{other.id}": "agree"}))
    assert answer.status_code == 201
    receipts = set(await session.scalars(sa.select(Entry.receipt)))
    assert (len(receipts), first in receipts) == (2, True)
    assert await count(session, Reaction) == 1
