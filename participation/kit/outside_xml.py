"""Reads a small XML document from outside into its leaves: no document type, no entities, and no more than was agreed."""

from dataclasses import dataclass, field
from xml.parsers import expat


class NotXml(Exception):
    """It cannot be read, or is more than anybody reads."""


@dataclass
class Leaves:
    """A document whose elements each say one thing."""

    root: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    """Of the root, without namespaces."""
    texts: dict[str, str] = field(default_factory=dict)
    """Local name -> text of each element that holds no other. A name that comes twice is no such document."""


class _Reading:
    def __init__(self, deepest: int, most: int) -> None:
        self.found = Leaves()
        self._deepest, self._most = deepest, most
        self._open: list[list[str]] = []
        """Of each open element: name, and the pieces of its text; a single "" in front once it holds another."""
        self._inner: list[bool] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._most or len(self._open) >= self._deepest:
            raise NotXml
        if self._inner:
            self._inner[-1] = True
        else:
            self.found.root = _local(name)
            self.found.attributes = {_local(key): value for key, value in attributes.items()}
        self._open.append([_local(name)])
        self._inner.append(False)

    def text(self, data: str) -> None:
        self._open[-1].append(data)

    def end(self, _name: str) -> None:
        name, *pieces = self._open.pop()
        if self._inner.pop() or not self._open:
            return
        if name in self.found.texts:
            raise NotXml
        self.found.texts[name] = "".join(pieces).strip()

    def refuse(self, *_what: object) -> int:
        raise NotXml


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def leaves(raw: bytes, *, deepest: int, most: int) -> Leaves:
    """Raises `NotXml`. UTF-8 whatever it says itself: what needs no decision cannot be decided wrongly."""
    reading = _Reading(deepest, most)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.ExternalEntityRefHandler = reading.refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError):
        raise NotXml from None
    return reading.found
