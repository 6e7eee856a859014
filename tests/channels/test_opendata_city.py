"""Comments and ballots of the whole city, as lists: for whoever takes a copy of everything, and for the catalogue."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.moderation.models import Reason
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast, resident
from tests.channels.test_opendata import read, rows, statements
from tests.channels.test_opendata_lists import items
from tests.consulting import SLUG, consulted, say
from tests.promises.promised import READING
from tests.stage import Clock
from tests.voting import CLOSES, ask, vote

API = "/api/v1"


@pytest.fixture
async def two(session: Session, cast: Cast) -> list[int]:
    """A comment on the sirens, then one on the lamps."""
    for number, slug in enumerate((SLUG, "lamps"), 1):
        await consulted(session, cast, slug, number=number)
    made = [await say(session, cast, cast.amina, f"About {slug}.", slug=slug) for slug in (SLUG, "lamps")]
    await session.commit()
    return [one.id for one in made]


async def test_comments_on_all_projects_are_one_list_in_the_order_of_their_arrival(
    visitor: Browser, two: list[int]
) -> None:
    first = await read(visitor, f"{API}/comments?limit=1")
    rest = await read(visitor, first["next"])
    found = first["items"] + rest["items"]
    assert [(one["id"], one["project"], one["body"]) for one in found] == [
        (two[0], SLUG, f"About {SLUG}."),
        (two[1], "lamps", "About lamps."),
    ]
    assert rest["next"] is None
    assert await items(visitor, f"{API}/projects/lamps/comments") == rest["items"]
    assert [row["project"] for row in rows(await visitor.get(f"{API}/comments.csv"))] == [SLUG, "lamps"]


async def test_one_person_has_another_number_in_each_project(visitor: Browser, two: list[int]) -> None:
    """What somebody said across projects cannot be put together from this list either."""
    sirens, lamps = await items(visitor, f"{API}/comments")
    assert None not in (sirens["pseudonym"], lamps["pseudonym"])
    assert sirens["pseudonym"] != lamps["pseudonym"]


async def test_what_is_hidden_is_out_of_the_kept_list_at_once(
    visitor: Browser, app: Any, session: Session, cast: Cast, two: list[int]
) -> None:
    app.site.cache.listening = True
    assert "About lamps." in (await visitor.get(f"{API}/comments.csv")).text
    hiding: dict[str, Any] = {"comment_id": two[1], "reason": Reason.SPAM, "actor": cast.mariam}
    await moderated.hide(session, city=cast.city, at=NOW, **hiding)
    await session.commit()
    lamps = await loaded(session, Project.slug == "lamps", city_id=cast.city.id)
    app.site.cache.changed({f"project:{lamps.id}"})
    page = await visitor.get(f"{API}/comments.csv")
    assert ("About lamps." in page.text, "spam" in page.text) == (False, True)


async def test_a_ballot_is_in_the_list_once_it_was_announced_with_its_result_once_counted(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path, clock: Clock
) -> None:
    asked = await ask(session, cast, tmp_path)
    for _ in range(12):
        await vote(session, asked, await resident(session, cast.city.id, cast.harbour), Choice.FOR)
    await session.commit()
    (running,) = await items(visitor, f"{API}/ballots")
    assert (running["project"], running["state"], running["result"]) == ("lamps", "open", None)
    assert "votes_so_far" not in running
    clock.now = CLOSES + DAY
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=clock.now)
    await session.commit()
    (counted,) = await items(visitor, f"{API}/ballots")
    assert (counted["state"], counted["result"]["for"]) == ("counted", 12)
    one = await read(visitor, f"{API}/projects/lamps/ballot")
    assert {name: value for name, value in counted.items() if name != "id"} == {
        name: value for name, value in one.items() if name != "votes_so_far"
    }
    (row,) = rows(await visitor.get(f"{API}/ballots.csv?language=en"))
    assert (row["result_votes"], row["question_en"]) == ("12", counted["question"]["en"])
    assert not [name for name in row if "by_place" in name]


async def test_nothing_of_a_draft_is_in_either_list(
    visitor: Browser, session: Session, cast: Cast, two: list[int], tmp_path: Path
) -> None:
    lamps = await loaded(session, Project.slug == "lamps", city_id=cast.city.id)
    lamps.state = ProjectState.DRAFT
    await session.commit()
    assert [one["project"] for one in await items(visitor, f"{API}/comments")] == [SLUG]
    await ask(session, cast, tmp_path, slug="bins")
    await session.commit()
    assert len(await items(visitor, f"{API}/ballots")) == 1
    (await loaded(session, Project.slug == "bins", city_id=cast.city.id)).state = ProjectState.DRAFT
    await session.commit()
    assert await items(visitor, f"{API}/ballots") == []


@pytest.mark.parametrize("name", ["comments", "ballots", "comments.csv"])
async def test_they_cost_few_statements(
    visitor: Browser, connection: AsyncConnection, two: list[int], name: str
) -> None:
    with statements(connection) as sent:
        assert (await visitor.get(f"{API}/{name}")).status_code == 200
    assert len(sent) <= READING, sent
