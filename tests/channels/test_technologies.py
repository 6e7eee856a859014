"""Technology cards: short, whole in every language that they have, and linked with the projects that use them."""

import re

import pytest

from participation.domain.projects.assessments.queries import SCREENING, shipped_one
from participation.domain.projects.technologies.queries import QUESTION, cards
from participation.kit.i18n import LANGUAGES
from tests.world import World

LEAST, MOST = 60, 150
"""Words of a card with its questions; where words are not parted by spaces, half as many characters again."""


def test_every_technology_that_a_screening_knows_has_a_card() -> None:
    asked = next(question for question in shipped_one(SCREENING).questions if question.id == QUESTION)
    assert {choice.id for choice in asked.choices} - {"other", "none", "unknown"} == set(cards())


@pytest.mark.parametrize("id", cards())
def test_a_card_is_whole_and_short_in_every_language(id: str) -> None:
    card = cards()[id]
    assert set(card.titles) == set(card.texts) == set(card.ask) == set(LANGUAGES)
    for language in LANGUAGES:
        said = " ".join([card.texts[language], *card.ask[language]])
        length = len(re.findall(r"\w", said)) / 1.6 if language == "zh" else len(said.split())
        assert LEAST <= length <= MOST, (language, length)
        assert len(card.ask[language]) == len(card.ask["en"])
    for language in set(LANGUAGES) - {"en"}:
        assert card.texts[language] != card.texts["en"]


async def test_a_card_leads_to_the_projects_that_use_it_and_they_lead_to_the_card(world: World) -> None:
    anybody = world.visitor()
    page = await anybody.get("/en/technologies/camera")
    assert "/en/projects/market-cameras" in page.text
    assert "Who looks at the pictures" in page.text
    project = await anybody.get("/en/projects/market-cameras")
    assert 'href="/en/technologies/camera"' in project.text
    assert 'href="/en/technologies/meter"' not in project.text


async def test_a_card_that_does_not_exist_leads_to_the_list(world: World) -> None:
    page = await world.visitor().get("/en/technologies/teleport")
    assert page.status_code == 404
    assert "The list has all technologies." in page.text
