"""Whoever follows a project hears by e-mail of what organisations had published on it, and of links that give its data away."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.kit.database import Database
from participation.settings import Settings
from tests.asking import organisation, published_opinion
from tests.cast import DAY, NOW, Cast
from tests.channels.test_data_flows import announce
from tests.channels.test_follow import Post
from tests.consulting import SLUG, consulted
from tests.mailing import mail_server, text_of
from tests.stage import Clock


@pytest.fixture
async def post(settings: Settings, database: Database, clock: Clock, cast: Cast) -> AsyncIterator[Post]:
    async with mail_server() as server:
        yield Post(settings, database, clock, cast, server)


@pytest.fixture
async def two(post: Post) -> list[Project]:
    """The sirens and the lamps, both public."""
    async with post.database.transaction() as session:
        made = [await consulted(session, post.cast, slug, number=n) for n, slug in enumerate((SLUG, "lamps"), 1)]
        return [await loaded(session, Project.id == one.id, city_id=post.cast.city.id) for one in made]


async def digest(post: Post) -> str:
    """Tomorrow's only letter."""
    await post.sealed()
    post.clock.now = NOW + DAY
    assert await post.gathered() == 1
    await post.deliver()
    (letter,) = post.server.letters
    return text_of(letter)


async def test_a_follower_hears_of_what_an_organisation_filed_once_it_is_published(
    post: Post, two: list[Project]
) -> None:
    await post.sealed()
    await post.confirmed(slug=SLUG)
    async with post.database.transaction() as session:
        await published_opinion(session, post.cast, two[0], await organisation(session, post.cast))
    told = await digest(post)
    assert "What Stall Keepers filed on project 1 was published as it is." in told
    assert f"/en/projects/{SLUG}" in told
    assert "We see it differently." not in told, "its words are read on its page"


@pytest.mark.parametrize("following", [{"slug": SLUG}, {"slug": "lamps"}, {"slug": SLUG, "what": "city"}])
async def test_a_follower_of_either_project_hears_of_a_link_before_it_takes_effect(
    post: Post, two: list[Project], following: dict[str, Any]
) -> None:
    await post.sealed()
    await post.confirmed(**following)
    async with post.database.transaction() as session:
        await announce(session, post.cast)
    told = await digest(post)
    said = "It was announced that project 1 gives data to project 2, from 15 March 2027 on."
    assert told.count(said) == (2 if "what" in following else 1), "once under each project that is followed"
