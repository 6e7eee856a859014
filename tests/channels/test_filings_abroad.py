"""What organisations file leaves the pages: as open data, in feeds, by e-mail, and found by its words; once it is published."""

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.models import AssessmentVersion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import Question
from participation.domain.projects.filings import operations
from participation.domain.projects.filings.models import Filing, Purpose
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import Organisation, OrganisationKind
from participation.kit.database import Session
from participation.kit.i18n import LANGUAGES
from tests.asking import GAINS, answered, hands_in, link, organisation, published_counter, published_opinion, says
from tests.browsing import Browser
from tests.cast import NOW, Cast
from tests.channels.test_following import feed
from tests.channels.test_opendata import read, rows, statements
from tests.consulting import SLUG, consulted
from tests.drafting import assessed
from tests.promises.promised import READING

HOMES = "homes-livelihoods"
API = "/api/v1"
MINE = f"{API}/projects/{SLUG}/filings"
WORDS = "Nobody was asked, say the tortoise keepers."


def question(name: str) -> Question:
    return next(one for one in shipped_one(HOMES).questions if one.id == name)


PLAN = question("plan")
WORST = max(PLAN.choices, key=lambda choice: choice.score)


@dataclass
class Filed:
    """What the stall keepers had published on the sirens."""

    project: Project
    keepers: Organisation
    counter: int
    opinion: int


@pytest.fixture
async def filed(session: Session, cast: Cast) -> Filed:
    made = await consulted(session, cast)
    await assessed(session, made, "screening", HOMES)
    await answered(session, made, HOMES, {"moves": {"chosen": ["many"]}})
    project = await loaded(session, Project.id == made.id, city_id=cast.city.id)
    keepers = await organisation(session, cast)
    said = (AnswerSaid(PLAN, (WORST.id,)), AnswerSaid(question("timetable"), (), WORDS))
    counter = await published_counter(session, cast, project, keepers, HOMES, *said)
    opinion = await published_opinion(session, cast, project, keepers)
    await session.commit()
    return Filed(project, keepers, counter.filing_id, opinion.filing_id)


async def items(visitor: Browser, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await read(visitor, path))["items"]
    return found


# Open data


async def test_a_published_filing_is_told_with_whose_it_is_and_what_that_gains(visitor: Browser, filed: Filed) -> None:
    counter, opinion = await items(visitor, f"{API}/filings")
    whose = counter["organisation"]
    assert (whose["name"], whose["kind"], whose["independent"]) == ({"en": "Stall Keepers"}, "association", True)
    assert (whose["gains"], whose["declared_on"]) == (GAINS, "2027-02-01")
    assert whose["page"] == f"http://testserver/en/organisations/{filed.keepers.id}"
    assert {name: counter[name] for name in ("id", "project", "purpose", "kind", "beside", "answered", "opinion")} == {
        **{"id": filed.counter, "project": SLUG, "purpose": "counter", "kind": HOMES, "beside": 1},
        **{"answered": 2, "opinion": {}},
    }
    assert counter["level"] is not None
    assert (counter["handed_in_at"], counter["published_at"]) == ("2027-03-01T09:00:00Z",) * 2
    assert counter["page"] == f"http://testserver/en/projects/{SLUG}/filings/{filed.counter}"
    assert (await visitor.get(counter["page"].removeprefix("http://testserver"))).status_code == 200
    assert (opinion["purpose"], opinion["kind"], opinion["level"]) == ("opinion", None, None)
    assert (opinion["opinion"], opinion["answered"]) == ({"en": "We see it differently."}, 0)
    first = await read(visitor, f"{MINE}?limit=1")
    assert first["items"] == [counter]
    assert (await read(visitor, first["next"]))["items"] == [opinion]
    told = rows(await visitor.get(f"{MINE}.csv"))
    assert [row["organisation_name_en"] for row in told] == ["Stall Keepers"] * 2
    assert told[1]["opinion_en"] == "We see it differently."


async def test_its_answers_are_told_with_the_question_as_the_citys_are(visitor: Browser, filed: Filed) -> None:
    plan, timetable = await items(visitor, f"{MINE}/{filed.counter}")
    assert {**plan, "asked": plan["asked"]["en"], "answer": plan["answer"]["en"]} == {
        **{"assessment": HOMES, "section": plan["section"], "question": "plan", "asked": PLAN.text["en"]},
        **{"chosen": [WORST.id], "answer": WORST.text["en"], "unresolved": WORST.id == "unknown"},
    }
    assert (timetable["question"], timetable["answer"]) == ("timetable", {"en": WORDS})
    told = rows(await visitor.get(f"{MINE}/{filed.counter}.csv?language=en"))
    assert [row["answer_en"] for row in told] == [WORST.text["en"], WORDS]
    assert await items(visitor, f"{MINE}/{filed.opinion}") == []


async def test_an_answer_to_what_nobody_asks_any_more_is_not_lost(
    visitor: Browser, session: Session, filed: Filed
) -> None:
    content = await session.scalar(sa.select(Filing.content).where(Filing.id == filed.counter))
    assert content is not None
    content["answers"][f"{HOMES}/asked_long_ago"] = {"chosen": [], "words": {"en": "Still said."}}
    await session.execute(sa.update(Filing).where(Filing.id == filed.counter).values(content=content))
    await session.commit()
    *_others, old = await items(visitor, f"{MINE}/{filed.counter}")
    assert (old["assessment"], old["question"], old["answer"]) == (None, "asked_long_ago", {"en": "Still said."})


async def test_what_is_not_published_is_in_no_list_no_feed_and_never_found(
    visitor: Browser, session: Session, cast: Cast, filed: Filed
) -> None:
    waiting = await link(session, cast, filed.project, filed.keepers)
    await says(session, cast, waiting, "A hippopotamus is waiting.")
    refused = await link(session, cast, filed.project, filed.keepers, Purpose.OPINION)
    await says(session, cast, refused, "A hippopotamus was refused.")
    for made in (waiting, refused):
        await hands_in(session, cast, made)
    common: dict[str, Any] = {"city": cast.city, "project": filed.project, "actor": cast.omar, "at": NOW}
    await operations.refuse(session, filing_id=refused.filing_id, reasons={"en": "It insults."}, **common)
    await session.commit()
    assert [one["id"] for one in await items(visitor, f"{API}/filings")] == [filed.counter, filed.opinion]
    for made in (waiting, refused):
        assert (await visitor.get(f"{MINE}/{made.filing_id}")).status_code == 404
    assert len([one for one in await feed(visitor) if "word for word" in one.title]) == 2
    assert "Nothing was found" in (await visitor.get("/en/search?word=hippopotamus")).text


async def test_filings_of_a_draft_are_nowhere(visitor: Browser, session: Session, filed: Filed) -> None:
    filed.project.state = ProjectState.DRAFT
    await session.commit()
    assert await items(visitor, f"{API}/filings") == []
    for path in (MINE, f"{MINE}/{filed.counter}", f"{MINE}/{filed.counter}.csv"):
        assert (await visitor.get(path)).status_code == 404
    assert "Nothing was found" in (await visitor.get("/en/search?word=tortoise")).text


@pytest.mark.parametrize("number", ["0", "x", "-1", "9999999999", "999999999", "1.5"])
async def test_a_number_that_is_none_is_a_problem(visitor: Browser, filed: Filed, number: str) -> None:
    answer = await visitor.get(f"{MINE}/{number}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


# Feeds


async def test_the_feeds_tell_of_it_when_it_becomes_public_in_every_language(visitor: Browser, filed: Filed) -> None:
    for path in (f"/en/projects/{SLUG}/feed.atom", "/en/feed.atom", "/en/feed.atom?step=information"):
        opinion, counter = [one for one in await feed(visitor, path) if "word for word" in one.title]
        assert counter.title.endswith(
            "Published word for word: A counter-assessment, Stall Keepers (Homes and livelihoods)"
        )
        assert counter.link == f"http://testserver/en/projects/{SLUG}/filings/{filed.counter}"
        assert opinion.title.endswith("Published word for word: An opinion, Stall Keepers")
        assert opinion.summary == "We see it differently."
    for language in LANGUAGES:
        told = await feed(visitor, f"/{language}/projects/{SLUG}/feed.atom")
        assert len([one for one in told if "Stall Keepers" in one.title]) == 2


@pytest.mark.parametrize(
    "path", [f"/en/projects/{SLUG}/feed.atom", "/en/feed.atom", MINE, f"{API}/filings", "{counter}"]
)
async def test_they_cost_few_statements(visitor: Browser, connection: AsyncConnection, filed: Filed, path: str) -> None:
    with statements(connection) as sent:
        assert (await visitor.get(path.replace("{counter}", f"{MINE}/{filed.counter}"))).status_code == 200
    assert len(sent) <= READING, sent


# Search


async def test_a_word_of_an_answer_is_found_as_the_organisations_beside_the_citys(
    visitor: Browser, session: Session, filed: Filed
) -> None:
    page = await visitor.get("/en/search?word=Tortoise")
    assert "What organisations say" in page.text
    assert "<mark>tortoise</mark>" in page.text
    address = f"/en/projects/{SLUG}/opinions/{HOMES}/timetable?of={filed.counter}"
    assert f'href="{address}"' in page.text
    found = page.text.partition("<article")[2]
    for words in ("Stall Keepers", "A counter-assessment", f"About {SLUG}", shipped_one(HOMES).title["en"]):
        assert words in found
    assert question("timetable").text["en"][:20] in found
    target = await visitor.get(address)
    assert (target.status_code, WORDS in target.text) == (200, True)
    assert "tortoise" not in str(await session.scalar(sa.select(AssessmentVersion.answers).limit(1)))


async def test_a_word_of_an_opinion_is_found_where_the_opinion_stands(visitor: Browser, filed: Filed) -> None:
    page = await visitor.get("/en/search?word=differently&in=opinions")
    assert f'href="/en/projects/{SLUG}/filings/{filed.opinion}"' in page.text
    assert ("An opinion" in page.text, "Stall Keepers" in page.text) == (True, True)
    for elsewhere in ("in=assessments", "in=opinions&language=ar", "in=opinions&project=lamps"):
        assert "Nothing was found" in (await visitor.get(f"/en/search?word=differently&{elsewhere}")).text


async def test_what_is_found_goes_on_from_page_to_page(
    visitor: Browser, session: Session, cast: Cast, filed: Filed
) -> None:
    for number in range(22):
        whose = await organisation(session, cast, OrganisationKind.UNIVERSITY, f"University {number}")
        await published_opinion(session, cast, filed.project, whose)
    await session.commit()
    first = await visitor.get("/en/search?word=differently&in=opinions")
    assert first.text.count("<article") == 20
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = await visitor.get(following)
    assert second.text.count("<article") == 3
    assert f"/filings/{filed.opinion}" in second.text
