"""A page of the site as a page of the copy: without scripts and forms, with a banner, and with its links still to be joined."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from participation.commands.copies.site.tree import Node, read, written

CONTROLS = ("button", "input", "select", "textarea", "datalist", "output")
AROUND = ("div", "p", "span", "fieldset")
"""What goes when nothing is left in it."""
PIECES = ("svg", "img")
ELSEWHERE = "↗"
"""After each link to the living site; the banner says so."""
SAFE = "%/:@!$&'()*+,;=~?"
"""What stands in an address as it is; everything else that is neither letter nor digit is written in percent."""
Part = str | list[str]
"""Text, or a link to be joined once it is known what the copy holds: its kind, address, and what else stands in the tag."""


@dataclass(frozen=True)
class Living:
    """The site that was copied, as the copy speaks of it."""

    origin: str
    """Under which the pages were asked."""
    known: bool
    """Somebody elsewhere can reach it there."""

    def within(self, page: str, link: str) -> str | None:
        """The address on this site that a link of a page leads to, or None for one to somewhere else."""
        try:
            parts = urlsplit(urljoin(self.origin + page, link))
        except ValueError:  # an official's words may hold what is no address
            return None
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            return None
        asked = f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
        return quote(parts.path or "/", safe=SAFE) + asked + (f"#{parts.fragment}" if parts.fragment else "")


Frame = Callable[[str, str], str]
"""Renders a part of the banner's template: the block's name, the address of the page."""


class Maker:
    """Makes one page."""

    def __init__(self, address: str, living: Living, frame: Frame) -> None:
        self.address, self.living, self._frame = address, living, frame
        self.found: list[str] = []
        """Addresses on this site that the page leads to, in the order of reading, without fragments."""
        self.shown: list[str] = []
        """Addresses of the pictures that stand on it."""

    def parts(self, html: str) -> list[Part]:
        root = read(html)
        self._languages(root)
        for form in list(root.all("form")):
            self._unform(form)
        _drop(root, lambda node: node.tag in (*CONTROLS, "script") or node.get("name") == "htmx-config")
        joined: list[Part] = []
        for part in self._written(root):
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return joined

    def _languages(self, root: Node) -> None:
        """Where a form keeps what was typed, languages are buttons; here they are links as elsewhere."""
        for button in root.all("button"):
            if button.get("name") == "relanguage":
                code, said = button.get("value"), button.get("lang")
                button.change("a", {"href": f"/{code}{self.address[3:]}", "hreflang": said, "lang": said})

    def _unform(self, form: Node) -> None:
        """What can be read in a form stays, what can be filled in goes, and a link leads to where that can be done."""
        for field in form.all("fieldset"):
            if field.has("ballot"):
                _read_only(field)
        _drop(form, _is_to_fill_in)
        _drop(form, lambda node: node.tag in AROUND and not _says(node))
        form.change("div", {"id": form.get("id")} if form.get("id") else {})
        form.children.append(self._frame("form", self.address))

    def _written(self, node: Node) -> Iterator[Part]:
        for child in node.children:
            if isinstance(child, str):
                yield child
                continue
            if any(name.startswith("hx-") for name in child.attributes):
                child.change(child.tag, {n: v for n, v in child.attributes.items() if not n.startswith("hx-")})
            address = self._leads_to(child)
            if address is None:
                yield child.start
                yield from self._written(child)
                yield self._frame("head", self.address) + child.end if child.tag == "head" else child.end
            else:
                yield from self._link(child, address)
            if child.tag == "header" and child.has("top"):
                yield self._frame("banner", self.address)

    def _leads_to(self, node: Node) -> str | None:
        """The address on this site, of whatever has one; the page's own parts need none."""
        link = node.get("src" if node.tag == "img" else "href")
        if node.tag not in ("a", "link", "img") or not link or link.startswith("#"):
            return None
        return self.living.within(self.address, link)

    def _link(self, node: Node, address: str) -> Iterator[Part]:
        (self.shown if node.tag == "img" else self.found).append(address.partition("#")[0])
        rest = {name: value for name, value in node.attributes.items() if name not in ("href", "src")}
        if node.tag == "a":
            plain = {name: value for name, value in rest.items() if name in ("id", "lang", "dir")}
            yield ["a", address, written(rest), written(plain)]
            yield from self._written(node)
            yield ["/a", address]
        else:
            yield [node.tag, address, written(rest), node.get("alt")]


def _is_to_fill_in(node: Node) -> bool:
    """A control, a field with its label and hint, a paragraph of buttons."""
    if node.tag in CONTROLS or node.tag == "label":
        return True
    if node.has("field") and not node.has("ballot"):
        return True
    return node.tag == "p" and any(True for _control in node.all(*CONTROLS))


def _read_only(field: Node) -> None:
    """The options of a ballot, to be read."""
    field.change("div", {"class": field.get("class")})
    for legend in field.all("legend"):
        legend.change("p", {})
    for label in field.all("label"):
        label.change("span", {"class": label.get("class")})


def _drop(root: Node, unwanted: Callable[[Node], bool]) -> None:
    kept: list[Node | str] = []
    for child in root.children:
        if isinstance(child, Node):
            if unwanted(child):
                continue
            _drop(child, unwanted)
        kept.append(child)
    root.children = kept


def _says(node: Node) -> bool:
    return any((_says(c) or c.tag in PIECES) if isinstance(c, Node) else c.strip() for c in node.children)
