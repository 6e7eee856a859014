"""Reads a page as strictly as no browser does, and says what is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ENDS_A_PARAGRAPH = {
    *("address", "article", "aside", "blockquote", "div", "dl", "fieldset", "footer", "form", "h1", "h2", "h3", "h4"),
    *("header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"),
}
ONLY_INSIDE = {"li": {"ul", "ol"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"tbody", "thead", "table"}}
ONLY_HOLDS = {"ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}, "select": {"option", "optgroup"}}
NEVER_INSIDE_ITSELF = ("a", "button", "form", "label")
CONTROLS = ("input", "select", "textarea")
UNKNOWN_TO_OLD_PHONES = ("details", "summary", "dialog", "datalist", "iframe", "template")
TYPED = {"text", "search", "email", "tel", "password"}
"""Whatever other kinds of typing there are, telephones show in ways of their own, or not at all."""


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    parent: "Node | None" = None
    children: "list[Node | str]" = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> "Iterator[Node]":
        """The elements of these kinds, in the order of reading; all of them when none is named."""
        todo = [child for child in reversed(self.children) if isinstance(child, Node)]
        while todo:
            node = todo.pop()
            if not tags or node.tag in tags:
                yield node
            todo += [child for child in reversed(node.children) if isinstance(child, Node)]

    def inside(self, *tags: str) -> "Node | None":
        at = self.parent
        while at is not None and at.tag not in tags:
            at = at.parent
        return at

    @property
    def text(self) -> str:
        parts = (child.text if isinstance(child, Node) else child for child in self.children)
        return " ".join("".join(parts).split())

    @property
    def lang(self) -> str:
        """The language that a browser takes it to be in; empty where the page says that it is not known."""
        if "lang" in self.attributes or self.parent is None:
            return self.get("lang")
        return self.parent.lang

    def __str__(self) -> str:
        named = "".join(f" {name}={self.get(name)!r}" for name in ("id", "name", "href", "action") if self.get(name))
        return f"<{self.tag}{named}>"


class Page(HTMLParser):
    """A tree of elements, and in `problems` whatever a browser would have to repair."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.root = Node("", {})
        self._at = self.root
        self.feed(html)
        self.close()
        if self._at is not self.root:
            self.problems.append(f"{self._at} is never closed")
        self.ids = {node.get("id"): node for node in self.root.all() if node.get("id")}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attributes]
        node = Node(tag, {name: value or "" for name, value in attributes}, self._at)
        if len(names) != len(set(names)):
            self.problems.append(f"{node} says an attribute twice")
        self._placed(node)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._at = self._at.parent or self.root

    def _placed(self, node: Node) -> None:
        inside = self._at.tag
        if node.tag in ENDS_A_PARAGRAPH and (inside == "p" or node.inside("p")):
            self.problems.append(f"{node} stands inside a <p>")
        if node.tag in ONLY_INSIDE and inside not in ONLY_INSIDE[node.tag]:
            self.problems.append(f"{node} stands inside <{inside}>")
        if inside in ONLY_HOLDS and node.tag not in ONLY_HOLDS[inside]:
            self.problems.append(f"<{inside}> holds {node}")
        if node.tag in NEVER_INSIDE_ITSELF and node.inside(node.tag):
            self.problems.append(f"{node} stands inside another <{node.tag}>")
        if node.tag in ("a", "button") and node.inside("a", "button"):
            self.problems.append(f"{node} stands inside a link or a button")

    def handle_endtag(self, tag: str) -> None:
        if tag != self._at.tag:
            self.problems.append(f"</{tag}> ends {self._at}")
            if self._at.inside(tag) is None:
                return
            while self._at.tag != tag:
                self._at = self._at.parent or self.root
        self._at = self._at.parent or self.root

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)

    def all(self, *tags: str) -> Iterator[Node]:
        return self.root.all(*tags)


def problems(page: Page, *, language: str, direction: str) -> list[str]:
    """What the page does not have that every page must have."""
    return [
        *page.problems,
        *_frame(page, language, direction),
        *_names(page),
        *_forms(page),
        *_plain(page),
        *_behaviour(page),
    ]


def _frame(page: Page, language: str, direction: str) -> Iterator[str]:
    html = next(page.all("html"), Node("", {}))
    if (html.get("lang"), html.get("dir")) != (language, direction):
        yield f"<html> is in {html.get('lang')!r}, {html.get('dir')!r}"
    headings = [node for node in page.all("h1") if node.text]
    if len(headings) != 1:
        yield f"{len(headings)} main headings"
    if len(list(page.all("main"))) != 1:
        yield "not one <main>"
    title = next((node.text for node in page.all("title")), "")
    if not title.partition("·")[0].strip():
        yield f"the title is {title!r}"


def _names(page: Page) -> Iterator[str]:
    """Identifiers are unique, and whatever refers to one finds it."""
    seen: set[str] = set()
    for node in page.all():
        if (name := node.get("id")) in seen and name:
            yield f"two elements have the id {name!r}"
        seen.add(name)
        for attribute in ("for", "form", "aria-describedby", "aria-labelledby", "aria-controls"):
            for wanted in node.get(attribute).split():
                if wanted not in page.ids:
                    yield f"{attribute}={wanted!r} refers to nothing"
        if node.tag == "a" and node.get("href").startswith("#") and node.get("href")[1:] not in page.ids:
            yield f"{node} leads to nothing"
        if (
            node.tag in ("a", "button", "summary", "th", "legend", "label")
            and not named(node)
            and "hidden" not in node.attributes
        ):
            yield f"{node} says nothing"


def named(node: Node) -> str:
    return node.text or node.get("aria-label")


def _forms(page: Page) -> Iterator[str]:
    labels = {node.get("for"): node for node in page.all("label")}
    for control in page.all(*CONTROLS):
        if control.get("type") in ("hidden", "submit"):
            continue
        name, own = control.get("name"), control.get("id")
        if not (own == name or own.startswith(f"{name}-")) or not own:
            yield f"{control} has no stable id"
        if not named(labels.get(own) or control.inside("label") or Node("", {})):
            yield f"{control} has no label"
    for form in page.all("form"):
        if form.get("method") != "post":
            continue
        hidden = [node.get("name") for node in form.all("input") if node.get("type") == "hidden"]
        buttons = {node.get("name") for node in form.all("button")}
        wanted = ["csrf"] if buttons == {"react"} else ["csrf", "token"]
        for name in wanted:
            if hidden.count(name) != 1:
                yield f"{form} has {hidden.count(name)} fields {name}"
        if not buttons and not any(button.get("form") == form.get("id") for button in page.all("button")):
            yield f"{form} cannot be sent"


def _plain(page: Page) -> Iterator[str]:
    """Nothing that some telephones cannot show or fill in."""
    for node in page.all(*UNKNOWN_TO_OLD_PHONES):
        yield f"{node} shows nothing in some browsers"
    for control in page.all("input"):
        if control.get("type") not in TYPED | {"hidden", "radio", "checkbox", "file"}:
            yield f"{control} is of the kind {control.get('type')!r}"


def _behaviour(page: Page) -> Iterator[str]:
    """Nothing inline that the security policy forbids, and nothing fetched from anywhere else."""
    for node in page.all():
        for name, value in node.attributes.items():
            if (name.startswith("on") or name == "style") and node.tag != "svg":
                yield f"{node} has {name}="
            fetched = name in ("src", "action", "formaction", "poster", "data", "hx-get", "hx-post")
            fetched = fetched or (name == "href" and node.tag == "link" and node.get("rel") != "canonical")
            if fetched and urlsplit(value).scheme not in ("", "data"):
                yield f"{node} asks {value}"
            if name == "href" and urlsplit(value).scheme not in ("", "http", "https", "data", "mailto", "tel", "sms"):
                yield f"{node} leads to {value}"


def links(page: Page, address: str) -> list[str]:
    """Where a reader can go from here within the site, as paths; other languages of the same page left out."""
    found = []
    for node in page.all("a"):
        if node.get("hreflang") or not node.get("href"):
            continue
        parts = urlsplit(urljoin(address, node.get("href")))
        if parts.netloc == urlsplit(address).netloc and parts.scheme in ("http", "https"):
            found.append(
                parts.path
                + (f"?{parts.query}" if parts.query else "")
                + (f"#{parts.fragment}" if parts.fragment else "")
            )
    return found


def stated(page: Page) -> Iterator[tuple[Node, str]]:
    """Every piece of text that somebody reads or hears, with the element that it stands in."""
    for node in page.all():
        if node.tag in ("style", "script") or node.inside("style", "script"):
            continue
        for child in node.children:
            if isinstance(child, str) and child.strip():
                yield node, child
        for name in ("aria-label", "title", "placeholder", "alt"):
            if node.get(name):
                yield node, node.get(name)


def slug_of(path: str) -> str:
    """An address as a word, for names of tests."""
    return re.sub(r"[{}]", "", path).strip("/").replace("/", " ") or "first page"
