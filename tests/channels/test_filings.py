"""An organisation's pages behind its link: opened by the secret alone, saved section by section, frozen when handed in."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from participation.domain.people.models import SignIn, WrongGuess
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import QuestionKind
from participation.domain.projects.filings.models import Filing, FilingAnswer, FilingState, Purpose
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import Organisation
from participation.kit.database import Session
from tests.asking import answered, link, organisation, question
from tests.browsing import Browser, browser, forms
from tests.cast import Cast
from tests.consulting import SLUG, consulted
from tests.drafting import assessed
from tests.stage import Clock

HOMES = "homes-livelihoods"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    await assessed(session, made, "screening", HOMES, "technology-supplier")
    await answered(session, made, HOMES, {"moves": {"chosen": ["many"]}})
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


@pytest.fixture
async def keepers(session: Session, cast: Cast) -> Organisation:
    return await organisation(session, cast)


async def linked(
    session: Session, app: Any, cast: Cast, project: Project, whose: Organisation, purpose: Purpose, kind: str | None
) -> str:
    made = await link(session, cast, project, whose, purpose, kind, secrets=app.site.secrets)
    await session.commit()
    return f"/filing/{made.secret}"


@pytest.fixture
async def counter(session: Session, app: Any, cast: Cast, project: Project, keepers: Organisation) -> str:
    return await linked(session, app, cast, project, keepers, Purpose.COUNTER, HOMES)


@pytest.fixture
async def opinion(session: Session, app: Any, cast: Cast, project: Project, keepers: Organisation) -> str:
    return await linked(session, app, cast, project, keepers, Purpose.OPINION, HOMES)


@pytest.fixture
async def other(app: Any) -> AsyncIterator[Browser]:
    someone = browser(app)
    yield someone
    await someone.client.aclose()


def section_of(name: str) -> str:
    sections = shipped_one(HOMES).sections
    return next(one.id for one in sections if any(asked.id == name for asked in one.questions))


async def test_sections_are_saved_as_one_goes_and_handing_in_freezes_them(
    visitor: Browser, session: Session, counter: str
) -> None:
    page = await visitor.get(counter)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "A counter-assessment" in page.text
    assert "Its members keep their stalls." in page.text
    page = await visitor.send({})
    assert (page.status_code, "Nothing is answered yet." in page.text) == (409, True)
    plan = next(one for one in shipped_one(HOMES).questions if one.id == "plan")
    here = f"{counter}/{HOMES}/{section_of('plan')}"
    await visitor.get(f"{here}?in=ru")
    page = await visitor.send({"q.plan": plan.choices[-1].id, "q.timetable": "Никакого.", "in": "ru"})
    assert page.status_code == 200
    stored = {row.about: row for row in await session.scalars(sa.select(FilingAnswer))}
    assert stored[f"{HOMES}/plan"].chosen == [plan.choices[-1].id]
    assert stored[f"{HOMES}/timetable"].words == {"ru": "Никакого."}
    page = await visitor.get(here)
    assert 'lang="ru"' in page.text
    await visitor.get(counter)
    page = await visitor.send({})
    assert "Nobody can change it any more" in page.text
    page = await visitor.get(here)
    assert "<textarea" not in page.text
    assert "Никакого." in page.text
    assert await session.scalar(sa.select(Filing.state)) == FilingState.HANDED_IN


async def test_what_was_handed_in_meanwhile_is_not_changed_and_the_words_are_given_back(
    visitor: Browser, other: Browser, session: Session, opinion: str
) -> None:
    await visitor.get(f"{opinion}/opinion")
    await visitor.send({"words": "We are against variant A.", "stance": "against"})
    await other.get(f"{opinion}/opinion")
    await visitor.get(opinion)
    await visitor.send({})
    page = await other.send({"words": "We are for it, at great length and with many reasons."})
    assert page.status_code == 409
    assert "nobody can change it any more" in page.text
    assert "at great length" in page.text
    content = await session.scalar(sa.select(Filing.content))
    assert content is not None
    assert content["words"] == {"en": "We are against variant A."}
    assert content["stance"] == "against"


async def test_what_two_people_write_at_once_is_lost_for_neither(
    visitor: Browser, other: Browser, counter: str, opinion: str
) -> None:
    first, second = (question(HOMES, n, kind=QuestionKind.TEXT).id for n in (0, 1))
    sections = [section_of(first), section_of(second)]
    here = f"{counter}/{HOMES}/{sections[0]}"
    await visitor.get(here)
    await other.get(here)
    await visitor.send({f"q.{first}": "Ours."})
    page = await other.send({f"q.{first}": "Theirs."})
    assert page.status_code == 409
    assert "Ours." in page.text
    assert "Theirs." in page.text
    page = await other.send({f"q.{first}": "Theirs."})
    assert page.status_code == 200
    await visitor.get(here)
    assert "Theirs." in visitor.page.text

    await visitor.get(f"{opinion}/opinion")
    await other.get(f"{opinion}/opinion")
    await visitor.send({"words": "Ours."})
    page = await other.send({"words": "Theirs."})
    assert page.status_code == 409
    assert "Ours." in page.text
    assert "Theirs." in page.text


async def test_what_is_wrong_comes_back_with_everything_that_was_typed(visitor: Browser, counter: str) -> None:
    here = f"{counter}/{HOMES}/{section_of('homes')}"
    await visitor.get(here)
    page = await visitor.send({"q.homes": "many", "q.stalls": "91"})
    assert page.status_code == 422
    assert "Please type a whole number." in page.text
    assert 'value="many"' in page.text
    assert 'value="91"' in page.text
    await visitor.get(f"{counter}/{HOMES}/{section_of('offered')}")
    long = "x" * 4_001
    page = await visitor.send({"q.offered": long})
    assert (page.status_code, long in page.text) == (422, True)
    page = await visitor.send({"q.offered": "y" * 1_100_000})
    assert page.status_code == 413


async def test_an_answer_can_be_taken_back(visitor: Browser, session: Session, counter: str) -> None:
    here = f"{counter}/{HOMES}/{section_of('offer')}"
    await visitor.get(here)
    await visitor.send({"q.offer": "promise"})
    await visitor.get(here)
    await visitor.send({"q.offer": ""})
    assert await session.scalar(sa.select(FilingAnswer.chosen).where(FilingAnswer.about == f"{HOMES}/offer")) == []
    await visitor.get(counter)
    assert (await visitor.send({})).status_code == 409


async def test_nothing_outside_what_the_link_asks_is_shown_or_stored(
    visitor: Browser, session: Session, counter: str, opinion: str
) -> None:
    assert (await visitor.get(f"{counter}/triple-test/appropriate")).status_code == 404
    assert (await visitor.get(f"{counter}/{HOMES}/nonsense")).status_code == 404
    assert (await visitor.get(f"{counter}/opinion")).status_code == 404
    assert (await visitor.get(f"{opinion}/{HOMES}/tenure")).status_code == 404
    await visitor.get(f"{opinion}/opinion")
    page = await visitor.send({"words": "Something.", "about": "tenure/nonsense"})
    assert page.status_code == 422
    assert "Something." in page.text
    here = f"{counter}/{HOMES}/{section_of('offer')}"
    page = await visitor.get(here)
    hidden = next(form for form in forms(page.text) if form.method == "post").fields
    page = await visitor.post(here, [*hidden, ("q.technology", "x"), ("v.technology", "0."), ("g.offered", "security")])
    assert page.status_code == 200
    assert not (await session.scalars(sa.select(FilingAnswer.about))).all()


async def test_interests_are_declared_by_the_link_and_nothing_is_handed_in_before(
    visitor: Browser, session: Session, app: Any, cast: Cast, project: Project
) -> None:
    silent = await organisation(session, cast, name="Silent Ltd", declared=False)
    address = await linked(session, app, cast, project, silent, Purpose.OPINION, None)
    await visitor.get(f"{address}/opinion")
    await visitor.send({"words": "We know better."})
    page = await visitor.send({})
    assert page.status_code == 409
    assert "Nothing is handed in without declared interests." in page.text
    await visitor.get(f"{address}/interests")
    page = await visitor.send({"gains": "A contract.", "payer": " "})
    assert page.status_code == 422
    assert "A contract." in page.text
    await visitor.send({"payer": "Its owners."})
    page = await visitor.send({})
    assert "Nobody can change it any more" in page.text


async def test_the_language_of_the_page_is_changed_without_losing_or_storing_what_was_typed(
    visitor: Browser, session: Session, opinion: str
) -> None:
    await visitor.get(f"{opinion}/opinion")
    page = await visitor.send({"words": "Half a sentence", "relanguage": "fr"})
    assert 'lang="fr"' in page.text
    assert "Half a sentence" in page.text
    assert await session.scalar(sa.select(Filing.words).where(Filing.purpose == "opinion")) == {}


# Secrets


async def test_wrong_ended_and_stopped_links_are_refused_and_wrong_ones_counted(
    visitor: Browser, session: Session, clock: Clock, opinion: str
) -> None:
    page = await visitor.get(opinion[:-4] + "xxxx")
    assert (page.status_code, "There is no such link." in page.text) == (404, True)
    assert await session.scalar(sa.select(sa.func.sum(WrongGuess.count)).where(WrongGuess.kind == writing.GUESSED))
    await visitor.get(f"{opinion}/opinion")
    clock.forward(days=90)
    page = await visitor.get(opinion)
    assert (page.status_code, "This link has ended." in page.text) == (410, True)
    clock.forward(days=-90)
    await session.execute(sa.update(Filing).values(stopped_at=clock.now))
    await session.commit()
    page = await visitor.get(opinion)
    assert (page.status_code, "The city has stopped this link." in page.text) == (410, True)


async def test_whoever_guesses_links_waits(visitor: Browser, monkeypatch: pytest.MonkeyPatch, opinion: str) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", wait)
    for _attempt in range(8):
        await visitor.get(f"{opinion}x")
    assert len(waited) == 3
    assert waited == sorted(waited)
    assert (await visitor.get(opinion)).status_code == 200


async def test_the_secret_is_in_no_log_and_leads_to_no_session(
    visitor: Browser, session: Session, monkeypatch: pytest.MonkeyPatch, opinion: str
) -> None:
    secret = opinion.rpartition("/")[2]

    async def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("something broke")

    with monkeypatch.context() as broke:
        broke.setattr(writing, "find", broken)
        with capture_logs() as logs:
            assert (await visitor.get(opinion)).status_code == 500
    assert logs
    assert secret not in str([{name: value for name, value in one.items() if name != "exc_info"} for one in logs])
    await visitor.get(opinion)
    assert not (await session.scalars(sa.select(SignIn.digest))).all()
    assert all(secret not in value for value in visitor.client.cookies.values())
    page = await visitor.get(f"/en/projects/{SLUG}/comments/new")
    assert 'name="code"' in page.text  # whoever has no session is asked for a slip


async def test_a_link_carries_no_voice_of_a_resident(
    visitor: Browser, session: Session, app: Any, cast: Cast, opinion: str
) -> None:
    """What an organisation can send by its link changes nothing but its own filing."""
    await visitor.get(opinion)
    await visitor.get(f"/en/projects/{SLUG}/comments/new")
    page = await visitor.send({"body": "We are many.", "stance": "for"})
    assert (page.status_code, 'name="code"' in page.text) == (422, True)
    assert await session.scalar(sa.text("select count(*) from comment")) == 0
