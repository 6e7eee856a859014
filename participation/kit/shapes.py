"""Shapes on the ground, and the same with fewer positions. A position is (longitude, latitude) in degrees."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Position = tuple[float, float]
Line = Sequence[Position]


class Sort(StrEnum):
    POINT = "point"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True)
class Shape:
    """Something on a map. Of an area the parts are rings, each ending where it began; a hole is one of them."""

    sort: Sort
    parts: tuple[Line, ...]
    name: str = ""


def simplified(line: Line, tolerance: float) -> list[Position]:
    """Ramer, Douglas and Peucker: no position that is left out lies further than that from the line that is left."""
    last = len(line) - 1
    if last < 2:
        return list(line)
    keep = {0, last}
    open_ = [(0, last)]
    while open_:
        first, end = open_.pop()
        furthest, most = 0, tolerance
        for at in range(first + 1, end):
            apart = distance(line[at], line[first], line[end])
            if apart > most:
                furthest, most = at, apart
        if furthest:
            keep.add(furthest)
            open_ += [(first, furthest), (furthest, end)]
    return [line[at] for at in sorted(keep)]


def distance(point: Position, start: Position, end: Position) -> float:
    """From a point to the stretch between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    along_x, along_y = x2 - x1, y2 - y1
    length = along_x * along_x + along_y * along_y
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * along_x + (y - y1) * along_y) / length))
    return math.hypot(x - x1 - share * along_x, y - y1 - share * along_y)


def thinned(line: Line, tolerance: float) -> list[Position]:
    """Without what lies closer than that to what stands before it: coarser than `simplified`, and in one look at each position."""
    kept = [line[0]]
    for position in line[1:-1]:
        if math.hypot(position[0] - kept[-1][0], position[1] - kept[-1][1]) > tolerance:
            kept.append(position)
    return [*kept, line[-1]] if len(line) > 1 else kept


AT_ONCE = 128
"""Positions that are simplified together: a line that goes to and fro would otherwise take time by the square of its length."""


def _in_stretches(line: Line, tolerance: float) -> list[Position]:
    while True:
        found = list(line[:1])
        for start in range(0, len(line) - 1, AT_ONCE):
            found += simplified(line[start : start + AT_ONCE + 1], tolerance)[1:]
        if len(line) <= AT_ONCE or len(found) > 0.8 * len(line):
            return found
        line = found


def lighter(
    shapes: Sequence[Shape], tolerance: float, how: Callable[[Line, float], list[Position]] = _in_stretches
) -> list[Shape]:
    """The same with fewer positions; what would shrink to nothing stays as small as it can be."""

    def part(one: Shape, line: Line) -> Line:
        found = line if one.sort is Sort.POINT else how(line, tolerance)
        # A ring has three corners at least, and comes back to its first.
        return found if one.sort is not Sort.AREA or len(found) >= 4 else [*line[:1], *_corners(line), *line[-1:]]

    return [Shape(one.sort, tuple(part(one, line) for line in one.parts), one.name) for one in shapes]


def _corners(ring: Line) -> list[Position]:
    """Two more corners of a ring that is no more than a dot."""
    third = max(1, (len(ring) - 1) // 3)
    return [ring[third], ring[min(2 * third, len(ring) - 2)]]


def count(shapes: Iterable[Shape]) -> int:
    return sum(len(part) for one in shapes for part in one.parts)


def within(shapes: Sequence[Shape], most: int) -> list[Shape]:
    """Simplified until there are at most so many positions, as far as that goes."""
    found, tolerance = list(shapes), extent(shapes) / 20_000
    for _again in range(14):
        if count(found) <= 8 * most:
            break
        found, tolerance = lighter(shapes, tolerance, thinned), tolerance * 2
    start = found
    for _again in range(14):
        if count(found) <= most:
            break
        found, tolerance = lighter(start, tolerance), tolerance * 2
    return found


def extent(shapes: Iterable[Shape]) -> float:
    """The longer side of the box around them, in degrees."""
    west, south, east, north = box(shapes)
    return max(east - west, north - south)


def box(shapes: Iterable[Shape]) -> tuple[float, float, float, float]:
    positions = [position for one in shapes for part in one.parts for position in part]
    if not positions:
        return 0.0, 0.0, 0.0, 0.0
    longitudes, latitudes = [one[0] for one in positions], [one[1] for one in positions]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)
