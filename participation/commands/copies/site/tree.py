"""A page as a tree of elements that is written out as it was read, save where it was changed."""

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Node:
    """An element. `raw` is its start tag as it was read, for as long as nobody has changed it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], raw: str | None = None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.raw = raw
        self.alone = tag in VOID or (raw or "").endswith("/>")
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def has(self, name: str) -> bool:
        return name in self.get("class").split()

    def all(self, *tags: str) -> "Iterator[Node]":
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def change(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag, self.attributes, self.raw = tag, attributes, None

    @property
    def start(self) -> str:
        return self.raw if self.raw is not None else f"<{self.tag}{written(self.attributes)}>"

    @property
    def end(self) -> str:
        return "" if self.alone else f"</{self.tag}>"


def written(attributes: dict[str, str | None]) -> str:
    """As they stand in a start tag."""
    return "".join(
        f" {name}" if value is None else f' {name}="{escape(value, quote=False).replace(chr(34), "&quot;")}"'
        for name, value in attributes.items()
    )


class _Reader(HTMLParser):
    """Text, references and declarations stay as they are: pages of ours are well formed, and tests hold them to it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attributes), self.get_starttag_text())
        self._open[-1].children.append(node)
        if not node.alone:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.handle_data(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.handle_data(f"<!{decl}>")


def read(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
