"""Promise 9: content that is not there in the reader's language says so, and in which language it is shown."""

import pytest

from participation.kit import i18n
from tests.markup import Page
from tests.world import World

CITYWIDE = ("/", "/projects", "/assessments", "/data-flows", "/data-flows?project=bus-corridor")
BUS = "/projects/bus-corridor"
KIND = "/assessments/gender-equality"
OF_A_PROJECT = ("", "/assessments", KIND, f"{KIND}/women-older-disabled", f"{KIND}/versions", "/meetings", "/documents")
OPINIONS = ("/opinions", "/opinions/homes-livelihoods")
PAGES = [*CITYWIDE, *(BUS + below for below in (*OF_A_PROJECT, *OPINIONS))]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_in_another_language_than_its_reader_says_which(world: World, path: str) -> None:
    """The bus corridor stands in four languages, none of them Hindi."""
    response = await world.visitor(language="hi").client.get(f"/hi{path}")
    assert response.status_code == 200, path
    page = Page(response.text)
    foreign = [node for node in page.all() if node.get("lang") == "en" and node.inside("main") and node.tag != "a"]
    assert foreign, "there is nothing in English here"
    said = i18n.catalogue_of("hi").gettext("not yet in your language; shown in:") in response.text
    assert said or any(node.tag == "bdi" and node.text == i18n.AUTONYMS["en"] for node in foreign)
