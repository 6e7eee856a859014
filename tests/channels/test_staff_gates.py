"""Administrators make what steps owe stricter and never looser, and keep the holidays; officials promise, sign and measure."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.places.models import City
from participation.domain.projects.models import Indicator, Project
from participation.domain.projects.preconditions.models import Condition, Precondition
from participation.domain.record.models import RecordEntry
from participation.domain.record.queries import history_of
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.drafting import complete, drafted, publish

DESK = "/staff/projects/flood-sirens"
MEASURE = {
    "names.en": "Homes that hear it",
    "names.sw": "Nyumba zinazosikia",
    "units.en": "homes",
    "units.sw": "nyumba",
    "baseline": "٠",
    "baseline_on": "2027-01-01",
    "target": "9 000,5",
    "target_on": "2028-01-01",
}


@pytest.fixture
async def ada(visitor: Browser, app: Any, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.ada)
    return visitor


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def city(session: Session) -> City:
    return (await session.execute(sa.select(City).execution_options(populate_existing=True))).scalar_one()


async def fresh(app: Any) -> None:
    """Nothing listens in these tests: the cities are read again by hand."""
    await app.site.load()


# The table


async def test_a_stricter_table_is_public_and_in_the_record(
    ada: Browser, app: Any, session: Session, cast: Cast
) -> None:
    await ada.get("/staff/gates")
    page = await ada.send([("notice", "٢١"), ("owed.information", "cost")])
    assert page.status_code == 200
    await fresh(app)
    stored = (await city(session)).gates
    assert (stored["numbers"], stored["owed"]) == ({"notice": 21}, {"information": ["cost"]})
    text = (await ada.get("/en/about/gates")).text
    assert "this city asks for it" in text
    assert ">21<" in text
    (entry,) = (await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind == "gates_set"))).all()
    said = entry.entry
    assert said is not None
    assert said["facts"]["numbers"] == {"notice": 21}
    assert said["actor"] == {"role": "administrator", "place": "tamarani"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("notice", "13", "never for less: at least 14"),
        ("empower", "30", "at least 84"),
        ("indicators", "6", "from 0 to 5"),
        ("vote", "soon", "whole number"),
        ("owed.information", "assessments", "Please choose from the list."),
    ],
)
async def test_a_looser_table_is_refused_beside_its_field(
    ada: Browser, session: Session, field: str, value: str, words: str
) -> None:
    await ada.get("/staff/gates")
    page = await ada.send({field: value})
    assert page.status_code == 422
    assert words in page.text
    assert (await city(session)).gates == {}


async def test_who_comes_second_is_shown_what_stands_there(ada: Browser, app: Any) -> None:
    opened = await ada.get("/staff/gates")
    assert (await ada.send({"notice": "20"})).status_code == 200
    await fresh(app)
    ada.page = opened
    page = await ada.send({"notice": "30"})
    assert page.status_code == 409
    assert "What is stored now" in page.text


async def test_only_an_administrator_settles_it(omar: Browser) -> None:
    for path in ("/staff/gates", "/staff/holidays"):
        assert (await omar.get(path)).status_code == 403


# Holidays


async def test_a_holiday_moves_the_earliest_day(ada: Browser, app: Any, session: Session, cast: Cast) -> None:
    await ada.get("/staff/holidays")
    names = {"names.en": "End of the fast", "names.sw": "Idi"}
    assert (await ada.send({"first": "2027-03-09", "last": "2027-03-12", **names})).status_code == 200
    await fresh(app)
    assert "Idi" in (await ada.get("/sw/about/gates")).text
    await drafted(session, cast)
    await session.commit()
    omar = browser(app)
    await sign_in_as(omar, app, cast.omar)
    await omar.get(f"{DESK}/steps/consultation")
    page = await omar.send({"opens_at": "2027-03-16", "closes_at": "2027-06-01"})
    assert page.status_code == 422
    assert "not before 19 March 2027" in page.text
    assert (await omar.send({"opens_at": "2027-03-19"})).status_code == 200
    await omar.client.aclose()
    await ada.get("/staff/holidays")
    assert (await ada.send({"remove": "2027-03-09"})).status_code == 200
    assert (await city(session)).holidays == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2027-03-12", "2027-03-09", "The last day cannot come before the first."),
        ("2027-03-09", "2027-08-09", "At most 62 days in one piece."),
        ("2027-05-01", "2027-05-03", "Some of these days are on the list already."),
        ("soon", "later", "year-month-day"),
        ("9999-12-30", "9999-12-31", "more than ten years away"),
    ],
)
async def test_a_wrong_holiday_is_refused(ada: Browser, app: Any, first: str, last: str, words: str) -> None:
    names = {"names.en": "May", "names.sw": "Mei"}
    await ada.get("/staff/holidays")
    await ada.send({"first": "2027-05-02", "last": "2027-05-02", **names})
    await fresh(app)
    await ada.get("/staff/holidays")
    page = await ada.send({"first": first, "last": last, **names})
    assert page.status_code == 422
    assert words in page.text


# What a project promises


async def test_a_level_of_influence_is_shown_with_its_promise_and_stands_once_residents_are_asked(
    omar: Browser, session: Session, cast: Cast, tmp_path: Any
) -> None:
    project = await complete(session, cast, opens=DAY, closes=50 * DAY)
    await publish(session, cast, project, tmp_path)
    await session.commit()
    await omar.get(f"{DESK}/influence")
    assert "At least 84 days." in omar.page.text
    assert (await omar.send({"influence": "involve"})).status_code == 200
    text = (await omar.get("/en/projects/flood-sirens")).text
    assert "Your influence: Involve." in text
    assert "and says where." in text
    history = (await omar.get("/en/projects/flood-sirens/history")).text
    assert "Level of influence" in history
    await session.execute(sa.text("update step set opened_at = opens_at where kind = 'consultation'"))
    await session.commit()
    await omar.get(f"{DESK}/influence")
    page = await omar.send({"influence": "inform"})
    assert page.status_code == 409
    assert "what the city promised then stands" in page.text


async def test_preconditions_are_signed_by_role_and_again_when_they_change(
    omar: Browser, session: Session, cast: Cast, tmp_path: Any
) -> None:
    project = await complete(session, cast, opens=14 * DAY, closes=50 * DAY, at=NOW)
    await session.execute(sa.delete(Precondition))
    await publish(session, cast, project, tmp_path, at=NOW)
    await session.commit()
    path = f"{DESK}/preconditions/room"
    await omar.get(path)
    page = await omar.send({"words.en": "The route is open."})
    assert page.status_code == 422
    assert "This is needed in every required language." in page.text
    assert "The route is open." in page.text
    await omar.get(path)
    assert (await omar.send({"words.en": "The route is open.", "words.sw": "Njia iko wazi."})).status_code == 200
    opened = await omar.get(path)
    await omar.send({"words.en": "Two routes are open."})
    omar.page = opened
    assert (await omar.send({"words.en": "No route is open."})).status_code == 409
    text = (await omar.get("/en/projects/flood-sirens/conditions")).text
    assert "Two routes are open." in text
    assert "The route is open." not in text
    assert "official, Tamarani" in text
    assert text.count("Not signed") == len(Condition) - 1
    kinds = [entry.kind for entry in await history_of(session, cast.city.id, ("project", str(project.id)))]
    assert kinds.count("precondition_signed") == 2


async def test_an_indicator_is_written_changed_and_stands_once_residents_are_asked(
    omar: Browser, session: Session, cast: Cast, tmp_path: Any
) -> None:
    project = await complete(session, cast, opens=DAY)
    await publish(session, cast, project, tmp_path)
    await session.commit()
    await omar.get(f"{DESK}/indicators/new")
    assert (await omar.send(MEASURE)).status_code == 200
    made = (await session.execute(sa.select(Indicator).order_by(Indicator.id.desc()))).scalars().first()
    assert made is not None
    assert str(made.target) == "9000.500"
    text = (await omar.get("/en/projects/flood-sirens/conditions")).text
    assert "9,000.5 homes" in text
    data = (await omar.get("/api/v1/projects/flood-sirens")).json()
    assert data["indicators"][1]["target"] == {"value": 9000.5, "on": "2028-01-01"}
    assert data["influence"] == "consult"
    assert len(data["preconditions"]) == 5
    await session.execute(sa.text("update step set opened_at = opens_at where kind = 'consultation'"))
    await session.commit()
    await omar.get(f"{DESK}/indicators/{made.id}")
    clearer = {"names.en": "Homes in which the siren is heard at night"}
    assert (await omar.send(clearer)).status_code == 200
    await omar.get(f"{DESK}/indicators/{made.id}")
    page = await omar.send({"target": "8000"})
    assert page.status_code == 409
    assert "what the project is measured by stands" in page.text
    await omar.get(f"{DESK}/indicators")
    assert (await omar.send({"remove": str(made.id)})).status_code == 409


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"baseline": "many"}, "Please type a number"),
        ({"target": "1e9"}, "Please type a number"),
        ({"target": "0"}, "changes nothing"),
        ({"target_on": "2026-01-01"}, "The target comes after the baseline."),
        ({"units.sw": ""}, "This is needed in every required language."),
    ],
)
async def test_an_indicator_that_says_nothing_is_refused(
    omar: Browser, session: Session, cast: Cast, changed: dict[str, str], words: str
) -> None:
    await drafted(session, cast)
    await session.commit()
    await omar.get(f"{DESK}/indicators/new")
    page = await omar.send({**MEASURE, **changed})
    assert page.status_code == 422
    assert words in page.text


async def test_a_sixth_indicator_is_refused(omar: Browser, session: Session, cast: Cast) -> None:
    await drafted(session, cast)
    await session.commit()
    for _ in range(5):
        await omar.get(f"{DESK}/indicators/new")
        assert (await omar.send(MEASURE)).status_code == 200
    await omar.get(f"{DESK}/indicators/new")
    assert (await omar.send(MEASURE)).status_code == 409
    assert await session.scalar(sa.select(sa.func.count()).select_from(Indicator)) == 5


async def test_the_desk_leads_to_everything_that_is_missing(omar: Browser, session: Session, cast: Cast) -> None:
    project = await complete(session, cast, opens=14 * DAY, closes=50 * DAY, at=NOW)
    await session.execute(sa.delete(Precondition))
    await session.execute(sa.delete(Indicator))
    await session.execute(sa.update(Project).where(Project.id == project.id).values(influence=None))
    await session.commit()
    text = (await omar.get(DESK)).text
    missing = text[text.index("What is missing") : text.index("<h2>Texts")]
    for part in ("influence", "preconditions", "indicators"):
        assert f'href="{DESK}/{part}"' in missing
