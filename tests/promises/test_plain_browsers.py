"""What browsers without scripts and styles need of every page, and forms that some of them send by themselves."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from starlette.routing import Route

from participation.channels.http.routing import Who
from tests.filling import Sheet, sheets
from tests.markup import Node, Page, slug_of, stated
from tests.promises.samples import ALLOWED, addresses, fullest, pages, policy, takes_forms
from tests.promises.test_bad_input import FORM, Undone, nobody_waits, undone
from tests.world import World

__all__ = ["nobody_waits", "undone"]

OF_RESIDENTS = [route for route in pages() if policy(route).who in (Who.ANYBODY, Who.RESIDENT)]
SENT_BY_WORDS_ALONE = {
    "/{lang}/sign-in": "a code that was typed signs in; sent again it is the same person",
    "/{lang}/projects/{slug}/comments/{number}": "a reply is its words; sent again it is had already",
    "/{lang}/delegates/{number}/object": "an objection is its words; sent again it is had already",
    "/filing/{value}/opinion": "an organisation's draft, which a button hands in",
    "/filing/{value}/{assessment}/{section}": "the same",
}
"""Forms that do something once their words are there. What they do twice, they do once: see `test_bad_input`."""


@pytest.mark.usefixtures("w3m")
async def test_a_text_browser_shows_every_word_of_every_page(world: World) -> None:
    """The page as bytes through w3m: what stands in `main` is on its screen, in the same order."""
    wrong = []
    for route in OF_RESIDENTS:
        somebody = world.visitor(fullest(route), language="ru")
        async with world.database.reading() as session:
            found = await addresses(route, session)
        response = await somebody.client.get(found[-1].replace("{lang}", "ru"))
        if response.status_code == 200:
            lost = _lost(Page(response.text), await _dumped(response))
            wrong += [f"{found[-1]}: {words}" for words in lost]
    assert not wrong, "\n".join(wrong[:20])


async def _dumped(response: httpx.Response) -> str:
    """So wide that no cell of a table is broken: what is beside it would stand between its words."""
    w3m = await asyncio.create_subprocess_exec(
        *("w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "9000"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    shown, _ = await w3m.communicate(response.content)
    return _bare(shown.decode())


def _lost(page: Page, shown: str) -> Iterator[str]:
    main = next(page.all("main"))
    for node, words in stated(page):
        inside = node is main or node.inside("main") is main
        if inside and words in node.children and _read(node) and _bare(words) not in shown:
            yield words


def _read(node: Node) -> bool:
    """Not the answers of a list but the chosen one, and not what is said to those alone who do not see."""
    return node.tag not in ("option", "textarea") and node.inside("svg") is None


def _bare(words: str) -> str:
    return re.sub(r"[\s\u00ad\u200e\u200f\u2066-\u2069]+", "", words)


@pytest.mark.parametrize(
    "route", [route for route in OF_RESIDENTS if takes_forms(route)], ids=lambda r: slug_of(r.path)
)
async def test_a_form_that_sends_itself_after_its_words_writes_nothing(undone: Undone, route: Route) -> None:
    """Opera Mini sends a form with one text field when that changes: no button, and no answer chosen yet."""
    wrong = []
    async with undone.world.database.reading() as session:
        found = [address.replace("{lang}", "sw") for address in await addresses(route, session)]
    for who in ALLOWED[policy(route).who]:
        visitor = undone.visitor(who)
        for address in found:
            response = await visitor.client.get(address)
            for sheet in sheets(Page(response.text), address) if response.status_code == 200 else []:
                if not sheet.texts:
                    continue
                async with undone.looked_at() as written:
                    answer = await visitor.client.post(
                        sheet.address, content=urlencode(_words_alone(sheet)), headers={"content-type": FORM}
                    )
                if answer.status_code >= 500 or (written and route.path not in SENT_BY_WORDS_ALONE):
                    wrong.append(f"{sheet.address} as {who}: {answer.status_code}, written: {', '.join(written)}")
    assert not wrong, "\n".join(wrong)


def _words_alone(sheet: Sheet) -> list[tuple[str, str]]:
    """What is there already, and words in the first text field; of choices what a page has chosen beforehand."""
    first = sheet.texts[0]
    return [
        *sheet.hidden,
        (first, "Maji safi kwa wote"),
        *(
            (node.get("name"), node.get("value"))
            for node in sheet.controls
            if node.get("name") != first and "checked" in node.attributes
        ),
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/en/projects/water-meters/ballot", "choice"), ("/en/projects/bus-corridor/comments/new", "stance")],
)
async def test_a_browser_that_chooses_the_first_answer_by_itself_has_chosen_none(
    undone: Undone, path: str, name: str
) -> None:
    """As lynx does, and HTML 4 asked for: the first radio button is none of the answers, and is shown to nobody who has styles."""
    visitor = undone.visitor("resident")
    page = Page((await visitor.client.get(path)).text)
    (form,) = (sheet for sheet in sheets(page, path) if name in sheet.names)
    first = next(node for node in form.controls if node.get("name") == name)
    assert (first.get("type"), first.get("value")) == ("radio", "")
    hidden = first.inside("p")
    assert hidden is not None
    assert "hidden" in hidden.attributes
    sent = [(key, value) for key, value in form.filled() if key != name]
    async with undone.looked_at() as written:
        answer = await visitor.client.post(
            form.address, content=urlencode([*sent, (name, "")]), headers={"content-type": FORM}
        )
    assert answer.status_code == 422
    assert not written
