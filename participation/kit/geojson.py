"""Reads GeoJSON (RFC 7946) strictly: whatever is wrong is said with its place in the file."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from participation.kit.shapes import Line, Position, Shape, Sort

MOST_FEATURES = 20_000
MOST_POSITIONS = 400_000
DEEPEST = 4
"""Collections of geometries inside one another."""
NAMES = ("name", "title", "label")
LONGEST_NAME = 60


class WrongMap(ValueError):
    """It is not GeoJSON: the code of the reason, and where."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Feature:
    shapes: tuple[Shape, ...]
    properties: Mapping[str, Any]


def read(text: str) -> list[Feature]:
    said = _parsed(text)
    reader = _Reader()
    kind = reader.kind(said, "")
    if kind == "FeatureCollection":
        features = reader.list_(said.get("features"), "features")
        if len(features) > MOST_FEATURES:
            raise WrongMap("map_too_much", "features")
        found = [reader.feature(one, f"features[{place}]") for place, one in enumerate(features)]
    elif kind == "Feature":
        found = [reader.feature(said, "")]
    else:
        found = [Feature(tuple(reader.shapes(said, "", "")), {})]
    if not any(feature.shapes for feature in found):
        raise WrongMap("map_empty", "features")
    return found


def _parsed(text: str) -> Any:
    def constant(said: str) -> NoReturn:
        raise WrongMap("map_number", said)

    try:
        said = json.loads(text, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise WrongMap("not_json", f"{error.lineno}:{error.colno}") from None
    except RecursionError:
        raise WrongMap("map_deep", "") from None
    except ValueError as error:
        if isinstance(error, WrongMap):
            raise
        raise WrongMap("map_number", "") from None  # a whole number of more digits than Python reads
    if not isinstance(said, dict):
        raise WrongMap("map_object", "")
    return said


class _Reader:
    def __init__(self) -> None:
        self._positions = 0
        self._kinds: dict[str, Callable[[Any, str], tuple[Sort, tuple[Line, ...]]]] = {
            "Point": lambda said, at: (Sort.POINT, ([self.position(said, at)],)),
            "MultiPoint": lambda said, at: (Sort.POINT, tuple([one] for one in self.positions(said, at, 0))),
            "LineString": lambda said, at: (Sort.LINE, (self.line(said, at),)),
            "MultiLineString": lambda said, at: (Sort.LINE, tuple(self.several(said, at, self.line))),
            "Polygon": lambda said, at: (Sort.AREA, tuple(self.several(said, at, self.ring))),
            "MultiPolygon": lambda said, at: (Sort.AREA, tuple(self.rings(said, at))),
        }

    def kind(self, said: Any, where: str) -> str:
        if not isinstance(said, dict):
            raise WrongMap("map_object", where)
        kind = said.get("type")
        if not isinstance(kind, str):
            raise WrongMap("map_type", _at(where, "type"))
        return kind

    def list_(self, said: Any, where: str) -> list[Any]:
        if not isinstance(said, list):
            raise WrongMap("map_list", where)
        return said

    def feature(self, said: Any, where: str) -> Feature:
        if self.kind(said, where) != "Feature":
            raise WrongMap("map_type", _at(where, "type"))
        properties = said.get("properties")
        if properties is not None and not isinstance(properties, dict):
            raise WrongMap("map_object", _at(where, "properties"))
        geometry = said.get("geometry")
        name = _name(properties or {})
        shapes = () if geometry is None else tuple(self.shapes(geometry, _at(where, "geometry"), name))
        return Feature(shapes, properties or {})

    def shapes(self, said: Any, where: str, name: str, depth: int = 0) -> Iterator[Shape]:
        kind = self.kind(said, where)
        if kind == "GeometryCollection":
            if depth >= DEEPEST:
                raise WrongMap("map_deep", where)
            inner = _at(where, "geometries")
            for place, one in enumerate(self.list_(said.get("geometries"), inner)):
                yield from self.shapes(one, f"{inner}[{place}]", name, depth + 1)
            return
        read = self._kinds.get(kind)
        if read is None:
            raise WrongMap("map_type", _at(where, "type"))
        sort, parts = read(said.get("coordinates"), _at(where, "coordinates"))
        if parts:
            yield Shape(sort, parts, name)

    def rings(self, said: Any, where: str) -> Iterator[list[Position]]:
        for place, one in enumerate(self.list_(said, where)):
            yield from self.several(one, f"{where}[{place}]", self.ring)

    def several(self, said: Any, where: str, read: Any) -> Iterator[list[Position]]:
        for place, one in enumerate(self.list_(said, where)):
            yield read(one, f"{where}[{place}]")

    def line(self, said: Any, where: str) -> list[Position]:
        return self.positions(said, where, 2)

    def ring(self, said: Any, where: str) -> list[Position]:
        """Closed, and with an inside."""
        found = self.positions(said, where, 0)
        if len(found) < 4 or found[0] != found[-1] or len(set(found)) < 3:
            raise WrongMap("map_ring", where)
        return found

    def positions(self, said: Any, where: str, least: int) -> list[Position]:
        found = [self.position(one, f"{where}[{place}]") for place, one in enumerate(self.list_(said, where))]
        if len(found) < least:
            raise WrongMap("map_short", where)
        return found

    def position(self, said: Any, where: str) -> Position:
        """Longitude and latitude; a height is left out."""
        self._positions += 1
        if self._positions > MOST_POSITIONS:
            raise WrongMap("map_too_much", where)
        if not isinstance(said, list) or not 2 <= len(said) <= 4:
            raise WrongMap("map_position", where)
        for one in said:
            if isinstance(one, bool) or not isinstance(one, int | float) or not abs(one) < 1e9:
                raise WrongMap("map_number", where)
        longitude, latitude = float(said[0]), float(said[1])
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise WrongMap("map_range", where)
        return longitude, latitude


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _name(properties: Mapping[str, Any]) -> str:
    for key in NAMES:
        value = properties.get(key)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:LONGEST_NAME]
    return ""
