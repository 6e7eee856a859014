"""Forms as a page shows them, for tests that fill in any of them: sensibly, or in every wrong way."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from tests.markup import CONTROLS, Node, Page

Fields = list[tuple[str, str]]
WORDS = "Words that somebody typed"


@dataclass(frozen=True)
class Sheet:
    """One form of a page: where it goes, what stands in it, what can be pressed."""

    address: str
    hidden: Fields
    controls: list[Node]
    buttons: list[Node]

    @property
    def names(self) -> list[str]:
        """What is asked, each once."""
        return list(dict.fromkeys(node.get("name") for node in self.controls))

    @property
    def texts(self) -> list[str]:
        return [node.get("name") for node in self.controls if is_text(node)]

    @property
    def choices(self) -> list[str]:
        """What is answered by one of several answers; a lone box to tick is not."""
        chosen = [node.get("name") for node in self.controls if node.tag == "select" or node.get("type") == "radio"]
        boxes = [node.get("name") for node in self.controls if node.get("type") == "checkbox"]
        return list(dict.fromkeys([*chosen, *(name for name in boxes if boxes.count(name) > 1)]))

    def filled(self, words: str = WORDS) -> Fields:
        """As a hasty person would: the same words everywhere, the first of each choice, what was there already."""
        fields: Fields = []
        for name in self.names:
            fields += _answered([node for node in self.controls if node.get("name") == name], words)
        return [*self.hidden, *fields]

    def pressed(self) -> Iterator[Fields]:
        """What each button adds; a change of language is none."""
        found = [(node.get("name"), node.get("value")) for node in self.buttons if node.get("name") != "relanguage"]
        for name, value in dict.fromkeys(found):
            yield [(name, value)] if name else []

    @property
    def languages(self) -> list[str]:
        return [node.get("value") for node in self.buttons if node.get("name") == "relanguage"]


def is_text(node: Node) -> bool:
    return node.tag == "textarea" or (
        node.tag == "input" and node.get("type") not in ("radio", "checkbox", "hidden", "file")
    )


def _answered(nodes: list[Node], words: str) -> Fields:
    nodes = [node for node in nodes if node.get("type") != "radio" or node.get("value")] or nodes
    first = nodes[0]
    name = first.get("name")
    if is_text(first):
        return [(name, first.get("value") or first.text or words)]
    if first.tag == "select":
        options = [option.get("value") for option in first.all("option")]
        return [(name, next((value for value in options if value), ""))]
    ticked = [(name, node.get("value") or "on") for node in nodes if "checked" in node.attributes]
    return ticked or [(name, first.get("value") or "on")]


def sheets(page: Page, address: str) -> list[Sheet]:
    """The forms of a page that change something."""
    return [_sheet(page, form, address) for form in page.all("form") if form.get("method") == "post"]


def _sheet(page: Page, form: Node, address: str) -> Sheet:
    ours = [node for node in page.all(*CONTROLS, "button") if _belongs(node, form)]
    controls = [node for node in ours if node.tag != "button" and node.get("type") not in ("hidden", "submit")]
    return Sheet(
        urljoin(address, form.get("action") or address),
        [(node.get("name"), node.get("value")) for node in ours if node.get("type") == "hidden"],
        [node for node in controls if node.get("name")],
        [node for node in ours if node.tag == "button" and not node.get("formaction")],
    )


def _belongs(node: Node, form: Node) -> bool:
    if node.get("form"):
        return node.get("form") == form.get("id")
    return node.inside("form") is form
