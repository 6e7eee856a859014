"""Projects from a spreadsheet: drafts as officials write them, all errors at once, and the same again changes nothing."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ladder.sheet.forms import columns
from participation.domain.ladder.sheet.operations import BroughtIn, bring_in, told
from participation.domain.people.models import Role
from participation.domain.projects.models import Project, ProjectKind, ProjectState
from participation.domain.projects.operations import loaded, places_of
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.sheets import Cell
from tests.cast import NOW, Cast, staff

FULL = {
    "slug": "flood-sirens",
    "kind": "project",
    "places": "Harbour; hill",
    "cost": "9 000 000",
    "open_comments": "yes",
    "title.en": "Flood sirens",
    "summary.en": "Nine sirens along the river.",
    "title.sw": "Ving'ora vya mafuriko",
    "consultation.opens": "2027-06-01",
    "consultation.closes": "2027-09-01 18:00:00",
    "decision.opens": "2027-10-01",
    "decision.closes": "2027-12-01",
}


async def bring(session: Session, cast: Cast, *lines: dict[str, str], **asked: Any) -> BroughtIn:
    names = list(dict.fromkeys(name for line in lines for name in line))
    table = [names, *([line.get(name, "") for name in names] for line in lines)]
    given = {"city": cast.city, "update": False, "actor": cast.omar, "at": NOW} | asked
    return await bring_in(session, rows=[(n, [Cell(text) for text in row]) for n, row in enumerate(table, 1)], **given)


async def one(session: Session, cast: Cast, slug: str = "flood-sirens") -> Project:
    return await loaded(session, Project.slug == slug, city_id=cast.city.id)


def said(brought: BroughtIn) -> list[str]:
    return [str(problem) for problem in brought.problems]


async def test_a_row_becomes_a_draft_with_its_words_facts_and_dates(session: Session, cast: Cast) -> None:
    brought = await bring(session, cast, FULL)
    assert (brought.created, said(brought)) == (1, [])
    project = await one(session, cast)
    assert (project.state, project.kind, project.cost_amount) == (ProjectState.DRAFT, ProjectKind.PROJECT, 9_000_000)
    assert project.open_comments
    assert set(places_of(project)) == {cast.harbour, cast.hill}
    assert {text.language: text.title for text in project.texts} == {
        "en": "Flood sirens",
        "sw": "Ving'ora vya mafuriko",
    }
    consultation, decision = project.steps
    assert consultation.opens_at == datetime(2027, 5, 31, 21, 0, tzinfo=UTC)
    assert consultation.closes_at == datetime(2027, 9, 1, 15, 0, tzinfo=UTC)
    assert consultation.allows == ["comment", "react"]
    assert (decision.kind, decision.allows) == ("decision", ["vote"])
    entries = await session.scalar(sa.select(sa.func.count()).select_from(RecordEntry))
    assert entries == 0, "a draft stands in no record, whoever writes it"


async def test_the_same_again_changes_nothing(session: Session, cast: Cast) -> None:
    await bring(session, cast, FULL)
    before = (await one(session, cast)).version
    again = await bring(session, cast, FULL, update=True)
    assert (again.created, again.changed, again.same, again.left) == (0, 0, 1, [])
    assert (await one(session, cast)).version == before


async def test_a_draft_that_says_something_else_is_left_unless_it_is_to_be_written_over(
    session: Session, cast: Cast
) -> None:
    await bring(session, cast, FULL)
    other = {"slug": "flood-sirens", "title.en": "Sirens", "cost": "10", "decision.closes": "2027-12-02"}
    left = await bring(session, cast, other)
    assert (left.changed, left.same, said(left)) == (0, 0, [])
    assert "title.en, cost, decision.closes" in left.left[0]
    assert "--update" in left.left[0]
    assert (await one(session, cast)).cost_amount == 9_000_000
    assert (await bring(session, cast, other, update=True)).changed == 1
    project = await one(session, cast)
    assert project.cost_amount == 10
    assert project.texts[0].title == "Sirens"
    assert project.texts[0].summary == FULL["summary.en"], "what the row leaves empty stays"
    assert len(places_of(project)) == 2
    assert (await bring(session, cast, other, update=True)).same == 1


async def test_what_is_published_is_never_changed(session: Session, cast: Cast) -> None:
    await bring(session, cast, FULL)
    project = await one(session, cast)
    project.state = ProjectState.PUBLISHED
    await session.flush()
    brought = await bring(session, cast, FULL | {"title.en": "Other"}, update=True)
    assert "is published" in brought.left[0]
    assert (await one(session, cast)).texts[0].title == "Flood sirens"


async def test_all_that_is_wrong_is_told_at_once_with_row_and_column(session: Session, cast: Cast) -> None:
    brought = await bring(
        session,
        cast,
        FULL | {"cost": "1,5", "open_comments": "perhaps", "title.sw": ""},
        FULL | {"slug": "Not A Slug!", "places": "harbour, nowhere", "kind": "plan"},
        FULL | {"slug": "taps", "consultation.closes": "03/04/2027", "summary.en": "word " * 151},
        FULL | {"slug": "lamps", "consultation.opens": "2027-09-02"},
        FULL | {"slug": "pumps", "consultation.closes": "", "programme": "nothing"},
        {"title.en": "No address"},
        FULL | {"slug": "good"},
        FULL | {"slug": "good"},
        FULL | {"slug": "wells", "title.en": "", "title.sw": ""},
    )
    told_ = "\n".join(said(brought))
    for wrong in (
        "row 2, column D (cost): Please type a whole number",
        "row 2, column E (open_comments): Please write yes or no",
        "row 3, column A (slug): Only the letters",
        "row 3, column C (places): Please choose places",
        "row 3, column B (kind): Please choose one",
        "row 4, column J (consultation.closes): Please type the date",
        "row 4, column G (summary.en): This has 151 words",
        "row 5, column J (consultation.closes): The closing has to come after",
        "row 6, column J (consultation.closes): Please fill this in",
        "row 7, column A (slug): Please fill this in",
        "row 9, column A (slug): Row 8 has the same address",
        "row 10, column F (title.en): Please fill this in",
    ):
        assert wrong in told_, told_
    assert brought.created == 1
    assert [project.slug for project in await session.scalars(sa.select(Project))] == ["good"]


async def test_what_only_the_city_knows_is_told_together_with_what_the_row_itself_has_wrong(
    session: Session, cast: Cast
) -> None:
    """A programme that is not there, dates that are too early, an address of another row: whatever else is wrong."""
    brought = await bring(
        session,
        cast,
        FULL | {"slug": "Not A Slug!", "programme": "nothing", "consultation.closes": "2027-06-05"},
        FULL | {"slug": "taps", "cost": "1,5", "programme": "nothing", "decision.closes": "03/04/2027"},
        FULL | {"slug": "taps", "programme": "nothing"},
        FULL | {"slug": "good"},
    )
    told_ = said(brought)
    for row, columns_ in {
        2: ("slug", "programme", "consultation.closes"),
        3: ("cost", "programme", "decision.closes"),
        4: ("slug", "programme"),
    }.items():
        mine = [line for line in told_ if line.startswith(f"row {row},")]
        assert sorted(re.search(r"\((.*?)\)", line)[1] for line in mine) == sorted(columns_)  # type: ignore[index]
    assert any("is open for at least 30 days" in line for line in told_)
    assert [project.slug for project in await session.scalars(sa.select(Project))] == ["good"]


async def test_a_row_that_is_refused_in_the_middle_leaves_nothing(session: Session, cast: Cast) -> None:
    brought = await bring(session, cast, FULL | {"programme": "nothing"})
    assert "programme" in said(brought)[0]
    assert await session.scalar(sa.select(sa.func.count()).select_from(Project)) == 0


async def test_a_programme_and_then_its_projects(session: Session, cast: Cast) -> None:
    brought = await bring(
        session,
        cast,
        {"slug": "water", "kind": "Programme", "title.en": "Water"},
        {"slug": "taps", "title.en": "Taps", "programme": "WATER"},
    )
    assert (brought.created, said(brought)) == (2, [])
    assert (await one(session, cast, "taps")).programme_id == (await one(session, cast, "water")).id
    assert (await bring(session, cast, {"slug": "water", "kind": "project", "title.en": "Water"})).left


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("9000000", 9_000_000),
        ("9.000.000", 9_000_000),
        ("9,000,000.00", 9_000_000),
        ("9’000’000", 9_000_000),
        ("٩٠٠٠٠٠٠", 9_000_000),
        ("९०,००,०००", None),
        ("9\u202f000\u202f000", 9_000_000),
        ("1,5", None),
        ("9.000", None),
        ("3.5", None),
        ("-5", None),
        ("nine", None),
        ("1e6", None),
        ("12,34", None),
        ("0", 0),
    ],
)
async def test_numbers_as_spreadsheets_and_people_write_them(
    session: Session, cast: Cast, typed: str, amount: int | None
) -> None:
    brought = await bring(session, cast, {"slug": "taps", "title.en": "Taps", "cost": typed})
    assert bool(brought.problems) is (amount is None)
    if amount is not None:
        assert (await one(session, cast, "taps")).cost_amount == amount


async def test_columns_that_are_not_known_are_refused_and_nothing_is_lost_in_silence(
    session: Session, cast: Cast
) -> None:
    brought = await bring(session, cast, {"slug": "taps", "title.en": "Taps", "price": "1", "title.xx": "?"})
    assert said(brought) == [
        "row 1, column C (price): There is no such column. --template shows all.",
        "row 1, column D (title.xx): There is no such column. --template shows all.",
    ]
    assert "column slug is missing" in said(await bring(session, cast, {"title.en": "Taps"}))[0]
    brought = await bring_in(
        session,
        city=cast.city,
        rows=[(1, [Cell("slug"), Cell("title.en"), Cell("")]), (2, [Cell("taps"), Cell("Taps"), Cell("lost")])],
        update=False,
        actor=cast.omar,
        at=NOW,
    )
    assert said(brought) == ["row 2: Column C has no name in the first row."]


async def test_an_official_of_a_district_brings_in_what_is_there_alone(session: Session, cast: Cast) -> None:
    own = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    line = {"slug": "quay", "title.en": "Quay", "places": "harbour"}
    brought = await bring(session, cast, line, line | {"slug": "hill", "places": "hill"}, actor=own)
    assert brought.created == 1
    assert said(brought)[0].startswith("row 3: ")
    brought = await bring(session, cast, line | {"slug": "other"}, actor=cast.mariam)
    assert brought.created == 0
    assert brought.problems


def test_what_is_said_in_the_end() -> None:
    assert told(BroughtIn(created=2), written=True)[0].startswith("2 drafts made, 0 changed; 0 were there")
    assert told(BroughtIn(created=2), written=False) == ["Nothing was imported."]


async def test_every_column_has_a_meaning_and_can_be_read(session: Session, cast: Cast) -> None:
    found = columns(cast.city)
    assert all(found.values())
    assert list(found)[:3] == ["slug", "kind", "programme"]
    brought = await bring(session, cast, dict.fromkeys(found, "") | FULL)
    assert said(brought) == []
