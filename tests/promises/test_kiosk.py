"""At a kiosk every page of a resident, also one that is written tomorrow, can be left, is kept by nobody, and remembers nothing of its fields."""

import json
import re

import pytest
from starlette.routing import Route

from participation.channels.http.routing import Who
from participation.channels.http.templates import ROOT
from tests.markup import Page, slug_of
from tests.promises import promised
from tests.promises.samples import addresses, pages, policy
from tests.world import World

RESIDENTS = [
    route for route in pages() if policy(route).who in (Who.ANYBODY, Who.RESIDENT) and route.path.startswith("/{lang}/")
]
TYPED = ("text", "password", "tel", "email", "search", "number", None)


@pytest.mark.parametrize("route", RESIDENTS, ids=lambda route: slug_of(route.path))
async def test_a_residents_page_is_a_kiosks_page(world: World, route: Route) -> None:
    async with world.database.reading() as session:
        address = (await addresses(route, session))[0].replace("{lang}", "ar")
    visitor = world.visitor("kiosk")
    with promised.statements(world.database) as asked:
        response = await visitor.client.get(address)
    assert len(asked) <= promised.READING
    if response.is_redirect:
        return
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    page = Page(response.text)
    assert [*promised.whole(response, page, "ar"), *promised.safe(response), *promised.small(response)] == []
    assert any(node.get("href") == "/kiosk/done" for node in page.all("a"))
    leads = [node.get("href") or "" for node in page.all("a")]
    assert not [one for one in leads if one.startswith(("/staff", "/clips")) or one.endswith(".opus")]
    for field in (*page.all("input"), *page.all("textarea")):
        if field.get("type") in TYPED:
            assert field.get("autocomplete") == "off", f"{field.get('name')} is remembered"
    await visitor.client.aclose()


def test_a_machine_that_is_set_up_as_the_guide_says_prints_no_project_and_at_once() -> None:
    """Neither a title nor an address at the edges of the sheet, and no dialog over the screen, behind which no clock runs."""
    guide = (ROOT / "docs" / "kiosk.md").read_text()
    policy = re.search(r"```json\n(.*?)```", guide, re.DOTALL)
    assert policy is not None
    assert json.loads(policy[1])["PrintHeaderFooter"] is False
    assert "chromium --kiosk --kiosk-printing " in guide
    assert "@page { margin: 0 }" in (ROOT / "static" / "kiosk.css").read_text()
