"""Anybody can take what the city publishes, page by page, as JSON or CSV; and nothing else than what it publishes."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.channels.opendata.addresses import ADDRESSES
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.domain.people.models import SignIn
from participation.domain.projects.models import Project, ProjectState, ProjectText
from participation.domain.projects.operations import locked
from participation.kit.database import Session
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast, resident
from tests.consulting import consulted, react, say
from tests.deciding import counted, decided
from tests.stage import Clock
from tests.voting import CLOSES, ask, vote

API = "/api/v1/projects"


@contextmanager
def statements(connection: AsyncConnection) -> Iterator[list[str]]:
    """Statements that are sent meanwhile; those that begin and end transactions are not counted."""
    sent: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
            sent.append(statement)

    engine = connection.sync_connection
    sa.event.listen(engine, "before_cursor_execute", remember)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", remember)


async def read(visitor: Browser, path: str, **headers: str) -> Any:
    answer = await visitor.get(path, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


async def several(session: Session, cast: Cast, count: int = 5) -> list[Project]:
    made = [await consulted(session, cast, f"project-{n}", number=n) for n in range(1, count + 1)]
    await session.commit()
    return made


# Lists


async def test_all_projects_can_be_walked_page_by_page_and_drafts_are_never_met(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    await several(session, cast)
    await consulted(session, cast, "secret", number=6, state=ProjectState.DRAFT)
    await session.commit()
    numbers, url = [], f"{API}?limit=2"
    while url:
        page = await read(visitor, url)
        assert set(page) == {"items", "next"}
        numbers += [item["number"] for item in page["items"]]
        url = page["next"]
    assert numbers == [1, 2, 3, 4, 5]
    assert (await visitor.get(f"{API}/secret")).status_code == 404


async def test_the_next_page_keeps_what_was_asked(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast)
    page = await read(visitor, f"{API}?limit=2&step=consultation&language=en")
    assert page["next"] == f"http://testserver{API}?limit=2&step=consultation&language=en&after=2"
    answer = await visitor.get(f"{API}.csv?limit=2&step=consultation")
    assert f'<http://testserver{API}.csv?limit=2&step=consultation&after=2>; rel="next"' in answer.headers["link"]


async def test_a_project_says_everything_in_every_language(visitor: Browser, session: Session, cast: Cast) -> None:
    project = await consulted(session, cast, places=[cast.harbour])
    session.add(
        ProjectText(project_id=project.id, language="ar", city_id=cast.city.id, title="صفارات", description="كاملة")
    )
    await session.commit()
    item = (await read(visitor, API))["items"][0]
    assert item["title"] == {"en": "About sirens", "ar": "صفارات"}
    assert item["places"] == ["harbour"]
    assert item["stands"] == "consultation"
    assert item["consultation"] == {
        "state": "open",
        "announced_at": None,
        "opens_at": "2027-02-19T09:00:00Z",
        "closes_at": "2027-03-21T09:00:00Z",
        "opened_at": "2027-02-19T09:00:00Z",
        "ended_at": None,
        "allows": ["comment", "react"],
    }
    whole = await read(visitor, f"{API}/sirens")
    assert whole["description"] == {"ar": "كاملة"}
    assert {name: whole[name] for name in item} == item
    assert (await read(visitor, f"{API}/sirens?language=ar"))["title"] == {"ar": "صفارات"}


async def test_projects_are_found_by_place_and_step(visitor: Browser, session: Session, cast: Cast) -> None:
    await consulted(session, cast, "harbour-lamps", number=1, places=[cast.harbour])
    await consulted(session, cast, "market-lamps", number=2, places=[cast.market], opens=5 * DAY, closes=9 * DAY)
    await session.commit()

    async def found(query: str) -> list[str]:
        return [item["slug"] for item in (await read(visitor, f"{API}?{query}"))["items"]]

    assert await found("place=quay") == ["harbour-lamps"]
    assert await found("step=information") == ["market-lamps"]
    assert await found("place=market&step=consultation") == []


async def test_every_answer_takes_at_most_six_statements(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path, connection: AsyncConnection
) -> None:
    await several(session, cast, 25)
    for _ in range(3):
        await say(session, cast, cast.amina, slug="project-1")
    await ask(session, cast, tmp_path)
    await session.commit()
    for path in (
        f"{API}?limit=100",
        f"{API}.csv",
        f"{API}/project-1",
        f"{API}/project-1/comments",
        f"{API}/lamps/ballot",
        f"{API}/project-1/ballot",
        f"{API}/project-1/outcome",
        "/api/v1/openapi.json",
        *(f"/api/v1/{name}?limit=100" for name in ("assessments", "documents", "steps", "meetings")),
        *(f"{API}/project-1/{name}" for name in ("assessments", "documents", "steps", "owed", "meetings")),
        f"{API}/project-1/assessments/screening",
        "/api/v1/dictionary",
        "/api/v1/oc4ids.json?limit=100",
        f"{API}/project-1/oc4ids.json",
        "/api/v1/catalog.jsonld",
        "/en/feed.atom",
        "/en/calendar.ics",
        "/sitemap.xml",
    ):
        with statements(connection) as sent:
            await visitor.get(path)
        assert len(sent) <= 6, (path, sent)


# Comments


async def test_a_comment_carries_a_number_of_its_project_and_nothing_of_its_writer(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "Sirens for the Flats.")
    await say(session, cast, cast.baraka, "When?", reply_to=posted.id)
    await react(session, cast, cast.baraka, posted.id)
    await session.commit()
    first, reply = (await read(visitor, f"{API}/sirens/comments"))["items"]
    assert 10_000 <= first.pop("pseudonym") <= 99_999
    assert first == {
        "id": posted.id,
        "project": "sirens",
        "parent": None,
        "office": None,
        "stance": "for",
        "language": "en",
        "via": "web",
        "imported": False,
        "status": "shown",
        "hidden_reason": None,
        "body": "Sirens for the Flats.",
        "agrees": 1,
        "disagrees": 0,
        "passes": 0,
        "reactions_by_delegates": None,
        "reactions_apart": None,
        "replies": 1,
        "created_at": "2027-03-01T09:00:00Z",
        "page": f"http://testserver/en/projects/sirens/comments/{posted.id}",
        "about": None,
    }
    assert reply["parent"] == posted.id
    assert posted.receipt not in visitor.page.text


async def test_a_hidden_comment_says_why_and_an_erased_one_nothing(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    hidden, erased = [await say(session, cast, cast.amina, f"Words of mine {n}") for n in (1, 2)]
    for posted, status, reason in ((hidden, Status.HIDDEN, "insult"), (erased, Status.ERASED, None)):
        await session.execute(
            sa.update(Comment).where(Comment.id == posted.id).values(status=status, hidden_reason=reason)
        )
    await session.commit()
    items = (await read(visitor, f"{API}/sirens/comments"))["items"]
    assert [(item["status"], item["hidden_reason"], item["body"]) for item in items] == [
        ("hidden", "insult", None),
        ("erased", None, None),
    ]
    assert "Words of mine" not in (await visitor.get(f"{API}/sirens/comments.csv")).text


# CSV


@pytest.mark.parametrize("body", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1"])
async def test_no_comment_becomes_a_formula_in_a_spreadsheet(
    visitor: Browser, session: Session, cast: Cast, body: str
) -> None:
    await consulted(session, cast)
    await say(session, cast, cast.amina, body)
    await session.commit()
    (row,) = rows(await visitor.get(f"{API}/sirens/comments.csv"))
    assert row["body"] == f"'{body}"
    assert row["stance"] == "for"


async def test_a_table_has_a_column_for_each_language_and_survives_quotes_and_line_breaks(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    await consulted(session, cast, places=[cast.harbour, cast.hill])
    await session.execute(sa.update(ProjectText).values(summary='It says "no",\nand more.'))
    await session.commit()
    (row,) = rows(await visitor.get(f"{API}.csv"))
    assert [name for name in row if name.startswith("title_")] == ["title_en", "title_sw", "title_ar", "title_fr"]
    assert row["summary_en"] == 'It says "no",\nand more.'
    assert row["places"] == "harbour hill"
    assert row["consultation_allows"] == "comment react"
    assert row["signed_before_asking"] == "false"
    assert [name for name in rows(await visitor.get(f"{API}.csv?language=sw"))[0] if name.startswith("title")] == [
        "title_sw"
    ]


async def test_an_empty_table_still_has_its_header(visitor: Browser) -> None:
    assert (await visitor.get(f"{API}.csv")).text.startswith("number,slug,kind,state,")


async def test_a_table_begins_with_a_mark_for_old_spreadsheets_when_asked(visitor: Browser) -> None:
    assert (await visitor.get(f"{API}.csv?bom=1")).content.startswith(b"\xef\xbb\xbfnumber")
    assert (await visitor.get(f"{API}.csv")).content.startswith(b"number")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8; header=present"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/json;q=0, */*", "text/csv; charset=utf-8; header=present"),
        ("image/png", "application/problem+json"),
        ("text/csv;q=nonsense", "application/problem+json"),
    ],
)
async def test_a_list_comes_in_the_form_that_was_asked_for(visitor: Browser, accept: str, wanted: str) -> None:
    answer = await visitor.get(API, accept=accept)
    assert answer.headers["content-type"] == wanted
    assert "Accept" in answer.headers["vary"]


# Ballots


async def test_a_running_ballot_says_its_rule_and_never_how_it_stands(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path, threshold=60, quorum=12, districts=[cast.harbour])
    for _ in range(13):
        await vote(session, asked, await resident(session, cast.city.id, cast.harbour), Choice.FOR)
    await session.commit()
    ballot = await read(visitor, f"{API}/lamps/ballot")
    assert (ballot["threshold"], ballot["quorum"], ballot["binding"]) == (60, 12, False)
    assert (ballot["state"], ballot["votes_so_far"], ballot["result"]) == ("open", 10, None)
    assert ballot["places"] == ["harbour"]
    assert ballot["question"]["sw"] == "Je, soko liwekewe taa?"


@pytest.mark.parametrize(("voters", "told"), [(9, None), (31, 31)])
async def test_a_counted_ballot_says_its_result_and_no_number_of_fewer_than_ten(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path, clock: Clock, voters: int, told: int | None
) -> None:
    asked = await ask(session, cast, tmp_path)
    for number in range(voters):
        home = cast.hill if number < 3 else cast.harbour if number < 15 else cast.market
        await vote(session, asked, await resident(session, cast.city.id, home), Choice.FOR)
    counted_at = CLOSES + timedelta(minutes=2)
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=counted_at)
    await session.commit()
    clock.now = counted_at
    ballot = await read(visitor, f"{API}/lamps/ballot")
    result = ballot["result"]
    assert (ballot["state"], result["result"], result["votes"]) == ("counted", "passed", told)
    assert ballot["votes_so_far"] is None
    assert all(cell["votes"] >= 10 for cell in (*result["by_place"], *result["by_channel"]))
    assert bool(result["by_place"]) == (told is not None)


async def test_a_project_without_a_ballot_says_so(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 1)
    answer = await visitor.get(f"{API}/project-1/ballot")
    assert (answer.status_code, answer.json()["code"]) == (404, "ballot")
    assert (await visitor.get(f"{API}/nothing/ballot")).json()["code"] == "project"


# Outcomes


async def test_an_outcome_says_why_and_which_promises_are_late(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path, clock: Clock
) -> None:
    asked = await ask(session, cast, tmp_path)
    await counted(session, cast, asked, **{"for": 12})
    await decided(session, cast, asked, await locked(session, Project.slug == "lamps", city_id=cast.city.id))
    await session.commit()
    clock.now = datetime(2027, 4, 2, 9, tzinfo=UTC)
    outcome = await read(visitor, f"{API}/lamps/outcome")
    assert (outcome["decision"], outcome["departs"], outcome["earlier"]) == ("adopted", False, [])
    assert outcome["reasons"]["sw"] == "Kura ilikuwa wazi."
    assert [theme["disposition"] for theme in outcome["themes"]] == ["accepted", "rejected"]
    assert [(each["due"], each["state"]) for each in outcome["commitments"]] == [
        ("2027-04-01", "late"),
        ("2027-06-01", "open"),
    ]
    (item,) = (await read(visitor, f"{API}?step=overdue"))["items"]
    assert (item["slug"], item["late"]) == ("lamps", 1)
    feed = (await visitor.get("/en/feed.atom")).text
    assert "<title>Lamps for the market: The city adopted this project.</title>" in feed
    assert "The market gets 180 lamps." in feed


async def test_a_project_without_an_outcome_says_so(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 1)
    answer = await visitor.get(f"{API}/project-1/outcome")
    assert (answer.status_code, answer.json()["code"]) == (404, "outcome")


# Refusals


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=abc",
        "limit=1.0",
        "limit=%D9%A5",
        "limit=",
        "limit=5&limit=6",
        "after=abc",
        "after=-1",
        "after=99999999999999999999",
        "place=atlantis",
        "step=voting",
        "language=tlh",
        "bom=yes",
        "page=2",
        "place=a%00b",
        "%ED%A0%80=1",
    ],
)
async def test_nothing_that_is_asked_is_ignored_in_silence(visitor: Browser, query: str) -> None:
    answer = await visitor.get(f"{API}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (422, "invalid")
    assert len(problem["errors"]) == 1
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/nothing",
        f"{API}/NOTHING/comments",
        f"{API}/a%00b",
        f"{API}/%ED%A0%80",
        f"{API}/{'x' * 61}",
        f"{API}/nothing/comments.csv",
        "/api/v1/",
        "/api/v2/projects",
        f"{API}/",
    ],
)
async def test_an_address_that_leads_nowhere_is_a_problem_and_not_a_page(visitor: Browser, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["next_step"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_open_data_can_only_be_read(visitor: Browser, method: str) -> None:
    answer = await visitor.client.request(method, API)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_a_failure_on_our_side_is_a_problem_too(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.setattr("participation.channels.opendata.projects.lists.published", None)
    answer = await visitor.get(API)
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "TypeError" not in answer.text


# Headers


async def test_what_has_not_changed_costs_no_bytes(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 1)
    first = await visitor.get(f"{API}/project-1")
    again = await visitor.client.get(f"{API}/project-1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    await session.execute(sa.update(ProjectText).values(title="Otherwise"))
    await session.commit()
    changed = await visitor.client.get(f"{API}/project-1", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_any_site_may_read_it_and_knows_the_licence(visitor: Browser) -> None:
    answer = await visitor.get(API, origin="https://elsewhere.example")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in answer.headers["link"]
    allowed = await visitor.client.options(API, headers={"Access-Control-Request-Method": "GET"})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "*")


async def test_the_headers_can_be_had_alone(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 1)
    whole = await visitor.get(API)
    head = await visitor.client.head(API)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


async def test_a_session_changes_nothing_of_it(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 1)
    plain = await visitor.get(API)
    assert (await visitor.get(API, cookie="session=of-somebody")).text == plain.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


async def test_a_strange_host_name_comes_into_no_link(visitor: Browser, session: Session, cast: Cast) -> None:
    await several(session, cast, 2)
    page = await read(visitor, f"{API}?limit=1", host='x"><script>')
    assert page["next"] == f"http://testserver{API}?limit=1&after=1"


async def test_reasons_are_told_in_the_language_that_is_read(visitor: Browser) -> None:
    answer = await visitor.get(f"{API}/nothing", **{"accept-language": "fr-FR, en;q=0.5"})
    assert answer.headers["content-language"] == "fr"


async def test_a_closing_changes_what_is_told_at_once(
    visitor: Browser, session: Session, cast: Cast, clock: Clock
) -> None:
    await consulted(session, cast, closes=timedelta(hours=1))
    await session.commit()
    assert (await read(visitor, f"{API}/sirens"))["consultation"]["state"] == "open"
    clock.now = NOW + timedelta(hours=1)
    assert (await read(visitor, f"{API}/sirens"))["consultation"]["state"] == "closed"


async def test_what_depends_on_the_address_alone_is_kept_until_it_changes(
    app: Any, visitor: Browser, session: Session, cast: Cast, connection: AsyncConnection
) -> None:
    (project,) = await several(session, cast, 1)
    cache = app.site.cache
    cache.listening = True
    for path in (f"{API}/project-1", f"{API}.csv", "/api/v1/openapi.json", "/en/feed.atom", "/sitemap.xml"):
        first = await visitor.get(path)
        with statements(connection) as sent:
            again = await visitor.get(path)
        assert (sent, again.content) == ([], first.content), path
        assert again.headers["vary"] == "Accept-Encoding"
    cache.changed([f"project:{project.id}", f"projects:{cast.city.id}"])
    with statements(connection) as sent:
        await visitor.get(f"{API}/project-1")
    assert sent


async def test_a_list_is_not_kept_since_the_same_address_gives_json_and_tables(
    app: Any, visitor: Browser, session: Session, cast: Cast
) -> None:
    await several(session, cast, 1)
    app.site.cache.listening = True
    assert (await visitor.get(API)).headers["content-type"] == "application/json"
    assert (await visitor.get(API, accept="text/csv")).headers["content-type"].startswith("text/csv")


def test_every_address_stands_in_the_contract() -> None:
    contract = (Path(__file__).parents[2] / "docs" / "contract.md").read_text()
    for address in ADDRESSES:
        assert f"`{address.path}`" in contract
        assert all(f"`{parameter.name}`" in contract or parameter.name == "bom" for parameter in address.parameters)
