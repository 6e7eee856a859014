"""A page that may be kept is made once; whoever is signed in, or has just changed something, always gets a fresh one."""

import asyncio

import pytest

from participation.app import build
from participation.domain.ballots.models import Choice
from participation.domain.consultations.models import Comment
from participation.kit.database import Database
from participation.settings import Settings
from tests.browsing import browser, serving
from tests.cast import assemble, resident
from tests.markup import slug_of
from tests.promises import promised
from tests.promises.samples import addresses, open_data, pages, policy
from tests.stage import Clock
from tests.voting import ask, vote
from tests.world import World

kept_pages = pytest.mark.parametrize(
    "route", [route for route in pages() if policy(route).cached], ids=lambda route: slug_of(route.path)
)

kept_data = pytest.mark.parametrize(
    "route", [route for route in open_data() if policy(route).cached], ids=lambda route: slug_of(route.path)
)
BALLOT = "/api/v1/projects/lamps/ballot"


@kept_pages
async def test_a_page_without_a_form_is_made_once_and_then_costs_no_statement(world: World, route) -> None:  # type: ignore[no-untyped-def]
    async with world.database.reading() as session:
        address = (await addresses(route, session))[-1].replace("{lang}", "en")
    cache = world.app.site.cache
    cache.listening = True
    try:
        anybody = world.visitor()
        first = await anybody.client.get(address)
        form = 'method="post"' in first.text
        with promised.statements(world.database) as asked:
            again = await anybody.client.get(address)
        if form:
            assert asked, "a page with a form was kept"
            return
        assert not asked
        assert again.content == first.content
        assert not first.headers.get_list("set-cookie")
        same = await anybody.client.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        for who in ("resident", "official"):
            own = await world.visitor(who).client.get(address)
            assert own.headers["cache-control"] == "no-store"
            assert own.headers["pragma"] == "no-cache", "lynx and links know this word alone"
            assert "etag" not in own.headers
    finally:
        cache.listening = False
        cache.clear()


@kept_data
async def test_open_data_is_made_once_and_then_costs_no_statement(world: World, route) -> None:  # type: ignore[no-untyped-def]
    async with world.database.reading() as session:
        address = (await addresses(route, session))[-1]
    cache = world.app.site.cache
    cache.listening = True
    try:
        anybody = world.visitor()
        first = await anybody.client.get(address)
        assert first.status_code == 200
        with promised.statements(world.database) as asked:
            again = await anybody.client.get(address)
            same = await anybody.client.get(address, headers={"if-none-match": first.headers["etag"]})
        assert not asked
        assert again.content == first.content
        assert (same.status_code, same.content) == (304, b"")
    finally:
        cache.listening = False
        cache.clear()


async def test_a_number_of_votes_is_never_older_than_a_second(real_database: Database, settings: Settings) -> None:
    """As open data, which keeps its answer; and a quiet ballot costs nothing, however often it is asked for."""
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, settings.keys)
        voters = [await resident(session, cast.city.id, cast.harbour) for _ in range(22)]
    clock = Clock()
    front = build(settings, real_database, clock)
    async with serving(front):
        for _ in range(500):
            if not front.site.cache.listening:  # type: ignore[attr-defined]
                await asyncio.sleep(0.02)
        anybody = browser(front)
        assert (await anybody.get(BALLOT)).json()["votes_so_far"] == 0
        for few, so_far in ((voters[:11], 10), (voters[11:], 20)):
            for voter in few:
                async with real_database.transaction() as session:
                    await vote(session, asked, voter, Choice.FOR)
            await anybody.get(BALLOT)
            clock.forward(seconds=1)
            assert (await anybody.get(BALLOT)).json()["votes_so_far"] == so_far
        clock.forward(hours=5)
        with promised.statements(real_database) as statements:
            assert (await anybody.get(BALLOT)).json()["votes_so_far"] == 20
        assert not statements


@pytest.mark.slow
async def test_who_wrote_sees_it_at_once_and_everybody_within_a_second(own_world: World) -> None:
    path = "/en/projects/bus-corridor/comments"
    async with serving(own_world.app):
        anybody, resident = own_world.visitor(), own_world.visitor("resident")
        await own_world.heard()
        await anybody.get(path)
        await anybody.get(path)
        words = "What about those who have no papers for their homes?"
        await resident.get(f"{path}/new")
        sent = await resident.send({"body": words, "stance": "question"})
        assert sent.status_code == 200
        assert words in (await resident.get(path)).text
        assert await own_world.soon(lambda: _shows(anybody, path, words))
    async with own_world.database.reading() as session:
        assert await session.get(Comment, 1) is not None


async def _shows(visitor, path: str, words: str) -> bool:  # type: ignore[no-untyped-def]
    return words in (await visitor.get(path)).text
