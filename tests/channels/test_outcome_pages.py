"""A project's outcome as residents read it and as officials write it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots.models import Ballot, Choice
from participation.domain.ladder.gates import operations as gates
from participation.domain.ladder.gates.forms import GatesSaid
from participation.domain.outcomes.models import Commitment, Decision, Outcome
from participation.domain.outcomes.published import operations as published
from participation.domain.projects.models import Project
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import consulted
from tests.deciding import DECIDED, counted, decided, said
from tests.stage import Clock
from tests.voting import Asked, vote

PAGE = "/en/projects/lamps/outcome"
DESK = "/staff/projects/lamps/outcome"
WORDS = {
    "decision": "adopted",
    "decided.en": "The market gets lamps.",
    "decided.sw": "Soko linapata taa.",
    "reasons.en": "The vote was clear.",
    "reasons.sw": "Kura ilikuwa wazi.",
    "follows.en": "The fish hall first.",
    "follows.sw": "Ukumbi wa samaki kwanza.",
    "theme.0.names.en": "Light for the fish hall",
    "theme.0.disposition": "accepted",
    "theme.0.reasons.en": "It comes first.",
    "commitment.0.names.en": "Lamps in the fish hall",
    "commitment.0.office": "Works Office",
    "commitment.0.due": "2027-04-01",
}


@pytest.fixture
async def official(visitor: Browser, app: Any, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


@pytest.fixture
async def second(app: Any, cast: Cast) -> AsyncIterator[Browser]:
    """Oksana, who reads what Omar hands in."""
    someone = browser(app)
    await sign_in_as(someone, app, cast.oksana)
    yield someone
    await someone.client.aclose()


async def publishes(second: Browser, address: str = DESK) -> Any:
    await second.get(address)
    return await second.send({"publish": "1"})


def order(text: str, *words: str) -> bool:
    places = [text.index(word) for word in words]
    return places == sorted(places)


# Residents


async def test_before_a_decision_the_page_says_what_the_city_owes(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    assert "decides after the vote" in (await visitor.get(PAGE)).text
    await counted(session, cast, asked, **{"for": 12})
    await session.commit()
    clock.now = DECIDED
    assert "owes them a decision" in (await visitor.get(PAGE)).text


async def test_a_decision_stands_with_its_reasons_themes_and_promises(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12, "against": 4})
    await decided(session, cast, asked, asked.project)
    await session.commit()
    clock.now = DECIDED + DAY
    page = await visitor.get(PAGE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    assert order(
        page.text, "The city adopted", "The market gets 180 lamps.", "75%", "The vote was clear.", "What follows"
    )
    assert order(page.text, "Light for the fish hall", "Accepted", "Watchmen", "Not accepted", "All 180 lamps")
    assert "official, Tamarani" in page.text
    assert "departs" not in page.text


async def test_where_the_city_departs_from_the_vote_its_reasons_come_first(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 4, "against": 12})
    await decided(session, cast, asked, asked.project, said(decision=Decision.ADOPTED_IN_PART))
    await session.commit()
    clock.now = DECIDED + DAY
    page = await visitor.get(PAGE)
    assert order(page.text, "The city departs from the vote", "The vote was clear.", "The market gets 180 lamps.")
    assert "Residents did not vote for it." in page.text


async def test_a_promise_is_shown_late_and_then_done(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    await session.commit()
    clock.now = DECIDED.replace(month=4, day=2)
    page = await visitor.get(PAGE)
    assert re.search(r"Late</span>\s*Due on 1 April 2027", page.text)
    await published.record_commitment_done(
        session,
        city=cast.city,
        project=asked.project,
        commitment_id=outcome.commitments[0].id,
        on=DECIDED.replace(month=4, day=2).date(),
        actor=cast.omar,
        at=clock.now,
    )
    await session.commit()
    page = await visitor.get(PAGE)
    assert "Done on 2 April 2027" in page.text
    assert "Late</span>" not in page.text


async def test_a_result_that_the_city_cancelled_is_still_told(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 4, "against": 12})
    await decided(session, cast, asked, asked.project, said(decision=Decision.BALLOT_CANCELLED))
    await session.commit()
    clock.now = DECIDED + DAY
    page = await visitor.get(PAGE)
    assert order(page.text, "The city cancelled the ballot.", "This result was published.", "Residents did not vote")
    assert "75%" in page.text


async def test_words_in_another_language_say_so(
    visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    await decided(session, cast, asked, asked.project)
    await session.commit()
    clock.now = DECIDED + DAY
    page = await visitor.get("/sw/projects/lamps/outcome")
    assert "Soko linapata taa 180." in page.text
    assert re.search(r'<span lang="en" dir="ltr">Watchmen</span>', page.text)


@pytest.mark.parametrize("path", ["/en/projects/nothing/outcome", "/en/projects/Lamps/outcome"])
async def test_a_project_that_is_not_there_is_said_to_be_missing(visitor: Browser, asked: Asked, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404


# Officials


async def test_an_official_writes_a_draft_and_publishes_it(
    official: Browser, second: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    await session.commit()
    clock.now = DECIDED
    await official.get(DESK)
    page = await official.send(WORDS)
    assert page.status_code == 200
    assert 'value="Light for the fish hall"' in page.text
    assert "has not decided" in (await official.get(PAGE)).text or "owes them" in official.page.text
    await official.get(DESK)
    page = await official.send({"hand_in": "1"})
    assert "Whoever handed this decision in cannot publish it." in page.text
    assert 'name="publish"' not in page.text
    assert await session.scalar(sa.select(Project.state)) == "published"
    await second.get("/staff/")
    assert f'href="{DESK}"' in second.page.text
    read = (await second.get(DESK)).text
    assert all(words in read for words in WORDS.values() if words not in ("adopted", "accepted"))
    page = await second.send({"publish": "1"})
    assert "The city adopted this project." in page.text
    assert await session.scalar(sa.select(Project.state)) == "decided"
    public = await official.get(PAGE)
    assert "The fish hall first." in public.text
    assert "Lamps in the fish hall" in public.text


async def test_what_is_missing_comes_back_beside_its_field_with_everything_typed(
    official: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    await session.commit()
    clock.now = DECIDED
    await official.get(DESK)
    page = await official.send(WORDS | {"reasons.sw": "", "hand_in": "1"})
    assert page.status_code == 422
    assert "needed in every required language" in page.text
    assert "Reasons · Kiswahili</b>" in page.text
    assert "The fish hall first." in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Outcome)) == 0


async def test_a_decision_before_the_count_comes_back_with_everything_typed(
    official: Browser, asked: Asked, session: Session
) -> None:
    await official.get(DESK)
    page = await official.send(WORDS | {"hand_in": "1"})
    assert page.status_code == 409
    assert "not counted yet" in page.text
    assert "The fish hall first." in page.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("decision", "burnt", "choose what the city decided"),
        ("decided.en", "x" * 100_000, "too long"),
        ("reasons.en", "a\x00b", "cannot be kept"),
        ("theme.0.disposition", "maybe", "choose what becomes of it"),
        ("commitment.0.due", "tomorrow", "year-month-day"),
        ("commitment.0.office", "", "fill this in"),
        ("successor", "nothing-here", "no published project"),
        ("version", "-1", "not complete"),
    ],
)
async def test_what_cannot_be_taken_comes_back_beside_its_field(
    official: Browser, asked: Asked, session: Session, field: str, value: str, message: str
) -> None:
    await official.get(DESK)
    page = await official.send(WORDS | {field: value})
    assert page.status_code == 422
    assert message in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Outcome)) == 0


async def test_a_ballot_is_cancelled_with_reasons_that_everybody_reads(
    official: Browser, second: Browser, cast: Cast, asked: Asked, session: Session
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR)
    await session.commit()
    await official.get(DESK)
    await official.send(WORDS | {"decision": "ballot_cancelled", "hand_in": "1"})
    await publishes(second)
    assert await session.scalar(sa.select(Ballot.state)) == "cancelled"
    page = await official.get("/en/projects/lamps/ballot")
    assert "This ballot was cancelled" in page.text
    assert "The vote was clear." in page.text
    assert "The city cancelled the ballot." in (await official.get(PAGE)).text


async def test_a_ballot_is_run_again_at_the_dates_that_the_official_sets(
    official: Browser, second: Browser, asked: Asked, session: Session
) -> None:
    opens, closes = NOW + 5 * DAY, NOW + 15 * DAY
    dates = {"again_opens_at": f"{opens:%Y-%m-%d} 12:00", "again_closes_at": f"{closes:%Y-%m-%d} 12:00"}
    await official.get(DESK)
    await official.send(WORDS | dates | {"decision": "ballot_repeated", "hand_in": "1"})
    await publishes(second)
    states = list((await session.scalars(sa.select(Ballot.state).order_by(Ballot.id))).all())
    assert states == ["cancelled", "announced"]
    page = await official.get("/en/projects/lamps/ballot")
    assert "Opens" in page.text
    assert "12:00" in page.text


async def test_where_the_city_asks_for_notice_of_a_vote_a_ballot_is_not_run_again_without(
    official: Browser, app: Any, cast: Cast, asked: Asked, session: Session
) -> None:
    said = GatesSaid(numbers={"vote_notice": 10})
    await gates.set_gates(session, city=cast.city, said=said, version=0, actor=cast.ada, at=NOW)
    await session.commit()
    await app.site.load()
    opens, closes = NOW + 5 * DAY, NOW + 20 * DAY
    dates = {"again_opens_at": f"{opens:%Y-%m-%d} 12:00", "again_closes_at": f"{closes:%Y-%m-%d} 12:00"}
    await official.get(DESK)
    page = await official.send(WORDS | dates | {"decision": "ballot_repeated", "hand_in": "1"})
    assert page.status_code == 422
    message = "A vote is announced at least 10 days before it opens: not before 11 March 2027."
    assert page.text.count(message) >= 2  # above the form, and beside the field
    assert f'value="{dates["again_opens_at"]}"' in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Outcome)) == 0


async def test_a_promise_is_marked_as_kept_and_a_text_corrected(
    official: Browser, second: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    await session.commit()
    clock.now = DECIDED + 2 * DAY
    address = f"{DESK}/{outcome.id}"
    await official.get(address)
    page = await official.send({"done": "1", "commitment": str(outcome.commitments[0].id), "done_on": "2027-03-14"})
    assert page.status_code == 200
    session.expire_all()
    assert await session.scalar(sa.select(Commitment.done_on).order_by(Commitment.id).limit(1)) is not None
    page = await official.send({"follows.en": "The fish hall and the gates come first."})
    assert page.status_code == 200
    assert "The fish hall and the gates" not in (await official.get(PAGE)).text
    read = (await second.get(address)).text
    assert order(read, "What stands there now:", "The fish hall", "gates come first.")
    await publishes(second, address)
    assert "The fish hall and the gates" in (await official.get(PAGE)).text
    await official.get(address)
    page = await official.send({"follows.en": ""})
    assert page.status_code == 422
    assert "not emptied" in page.text


async def test_what_comes_instead_of_a_withdrawn_project_is_linked_when_it_is_written(
    official: Browser, second: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await consulted(session, cast, slug="solar-lamps", number=9)
    outcome = await decided(session, cast, asked, asked.project, said(decision=Decision.WITHDRAWN))
    await session.commit()
    clock.now = DECIDED + DAY
    address = f"{DESK}/{outcome.id}"
    await official.get(address)
    page = await official.send({"successor": "nowhere"})
    assert (page.status_code, "no published project with this address" in page.text) == (422, True)
    assert (await official.send({"successor": "solar-lamps"})).status_code == 200
    await publishes(second, address)
    assert "/en/projects/solar-lamps" in (await official.get(PAGE)).text
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "outcome_corrected"))
    assert body is not None
    assert '"successor":{"after":"solar-lamps","before":null}' in body
    await official.get(address)
    page = await official.send({"successor": ""})
    assert (page.status_code, "not emptied" in page.text) == (422, True)


async def test_a_correction_cannot_move_the_date_of_a_promise(
    official: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    await session.commit()
    clock.now = DECIDED.replace(month=4, day=2)
    await official.get(f"{DESK}/{outcome.id}")
    page = await official.send({"commitment.0.due": "2027-12-01"})
    assert page.status_code == 422
    assert 'id="commitment.0.due-error"' in page.text
    assert "This date is public and stays." in page.text
    assert re.search(r"Late</span>\s*Due on 1 April 2027", (await official.get(PAGE)).text)


async def test_two_officials_who_write_at_once_are_told(
    official: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    shown = await official.get(DESK)
    await official.send(WORDS)
    official.page = shown
    clock.forward(minutes=1)
    page = await official.send(WORDS | {"follows.en": "Something else."})
    assert page.status_code in (409, 422)
    assert "Something else." in page.text


async def test_others_do_not_see_the_desk(visitor: Browser, app: Any, cast: Cast, asked: Asked) -> None:
    await sign_in_as(visitor, app, cast.mariam)
    assert (await visitor.get(DESK)).status_code == 403
