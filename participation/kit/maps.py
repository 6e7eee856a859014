"""Maps: what lies in what, and shapes drawn small, as the path of an SVG.

The projection is equirectangular at the middle latitude: true enough for a city. Shapes that cross the 180th meridian are not joined.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from participation.kit.shapes import Line, Position, Shape, Sort, box, distance, extent, lighter


def inside(point: Position, area: Shape) -> bool:
    """By counting the sides that a line to the east crosses: an odd number is inside; a hole takes itself away."""
    x, y = point
    odd = False
    for ring in area.parts:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def meet(one: Shape, area: Shape) -> bool:
    """It lies in the area, at least with a part of it, or around it."""
    if not _boxes_meet(box([one]), box([area])):
        return False
    if any(inside(position, area) for part in one.parts for position in part):
        return True
    if one.sort is Sort.POINT:
        return False
    if one.sort is Sort.AREA and any(inside(position, one) for part in area.parts for position in part):
        return True
    return any(_lines_cross(part, ring) for part in one.parts for ring in area.parts)


def _boxes_meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _lines_cross(one: Line, other: Line) -> bool:
    return any(_cross(a, b, c, d) for a, b in pairwise(one) for c, d in pairwise(other))


def _cross(a: Position, b: Position, c: Position, d: Position) -> bool:
    return _left(a, b, c) * _left(a, b, d) < 0 and _left(c, d, a) * _left(c, d, b) < 0


def _left(a: Position, b: Position, c: Position) -> float:
    """More than nothing where c lies to the left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def middle(area: Shape) -> Position:
    """Where a number may stand: a place inside the area, near the middle of its largest ring."""
    ring = max(area.parts, key=lambda part: abs(_doubled(part)))
    doubled = _doubled(ring)
    if doubled == 0:
        return ring[0]
    x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        part = x1 * y2 - x2 * y1
        x, y = x + (x1 + x2) * part, y + (y1 + y2) * part
    centre = (x / (3 * doubled), y / (3 * doubled))
    if inside(centre, area):
        return centre
    crossings = sorted(
        (x2 - x1) * (centre[1] - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > centre[1]) != (y2 > centre[1])
    )
    return ((crossings[0] + crossings[1]) / 2, centre[1]) if len(crossings) > 1 else ring[0]


def _doubled(ring: Line) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


# Drawing


WIDE, HIGH = 300, 300
EDGE = 6


@dataclass(frozen=True)
class Frame:
    """From degrees to the units of a drawing, which is never wider nor higher than that."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    width: int
    height: int

    def at(self, position: Position) -> tuple[int, int]:
        return (
            round((position[0] - self.west) * self.scale_x) + EDGE,
            round((self.north - position[1]) * self.scale_y) + EDGE,
        )


def framed(shapes: Sequence[Shape]) -> Frame:
    west, south, east, north = box(shapes)
    narrower = max(0.01, math.cos(math.radians((south + north) / 2)))
    across, down = (east - west) * narrower, north - south
    scale = min((WIDE - 2 * EDGE) / across if across else 1e9, (HIGH - 2 * EDGE) / down if down else 1e9)
    # A single point is drawn in the middle of a small sheet.
    scale = scale if scale < 1e9 else 1.0
    return Frame(west, north, scale * narrower, scale, round(across * scale) + 2 * EDGE, round(down * scale) + 2 * EDGE)


@dataclass(frozen=True)
class Drawing:
    """What an SVG is told: areas and lines as paths, points and numbers as places."""

    width: int
    height: int
    ground: str
    """The districts."""
    areas: str
    lines: str
    points: tuple[tuple[int, int], ...]
    numbers: tuple[tuple[int, int, int], ...]
    """Of the districts: x, y, number."""

    @property
    def size(self) -> int:
        return len(self.ground) + len(self.areas) + len(self.lines) + 20 * len(self.points) + 40 * len(self.numbers)


MOST_POINTS = 40


def drawn(ground: Sequence[Shape], shapes: Sequence[Shape], most: int) -> Drawing:
    """Both in one frame, around the shapes where there are any; simplified until the drawing has at most so many characters."""
    frame = framed([*ground, *shapes])
    numbers = tuple((*_free(frame, one, shapes), place) for place, one in enumerate(ground, 1))
    tolerance = extent([*ground, *shapes]) / 600
    under, light = lighter(ground, tolerance), lighter(shapes, tolerance)
    drawing = _drawn(frame, under, light, numbers)
    while drawing.size > most and tolerance < 360:
        tolerance *= 1.5
        under, light = lighter(under, tolerance), lighter(light, tolerance)
        drawing = _drawn(frame, under, light, numbers)
    return drawing


def _drawn(
    frame: Frame, under: Sequence[Shape], light: Sequence[Shape], numbers: tuple[tuple[int, int, int], ...]
) -> Drawing:
    points = [frame.at(part[0]) for one in light if one.sort is Sort.POINT for part in one.parts]
    return Drawing(
        frame.width,
        frame.height,
        _path(frame, under, Sort.AREA),
        _path(frame, light, Sort.AREA),
        _path(frame, light, Sort.LINE),
        tuple(dict.fromkeys(points))[:MOST_POINTS],
        numbers,
    )


def _free(frame: Frame, area: Shape, shapes: Sequence[Shape]) -> tuple[int, int]:
    """Where an area's number may stand: near its middle, and where that can be, on nothing that is drawn."""
    x, y = frame.at(middle(area))
    drawn_ = [[frame.at(position) for position in part] for one in shapes for part in one.parts]
    ring = Shape(Sort.AREA, tuple([frame.at(position) for position in part] for part in area.parts))
    for step_x, step_y in ((0, 0), (0, -18), (0, 18), (20, 0), (-20, 0), (20, -18), (-20, 18), (20, 18), (-20, -18)):
        # A number is written on a line, and reaches up from it.
        place = (x + step_x, y + step_y - 5)
        if inside(place, ring) and not any(_near(place, line) for line in drawn_):
            return x + step_x, y + step_y
    return x, y


def _near(place: tuple[int, int], line: Sequence[tuple[int, int]]) -> bool:
    return any(distance(place, start, end) < 11 for start, end in pairwise([*line[:1], *line]))


def _path(frame: Frame, shapes: Sequence[Shape], sort: Sort) -> str:
    return "".join(_line(frame, part, sort) for one in shapes if one.sort is sort for part in one.parts)


def _line(frame: Frame, line: Line, sort: Sort) -> str:
    """Relative steps in whole units, and none that goes nowhere."""
    at = [frame.at(position) for position in (line[:-1] if sort is Sort.AREA else line)]
    said, (x, y) = [f"m{at[0][0]} {at[0][1]}".replace("m", "M")], at[0]
    for next_x, next_y in at[1:]:
        if (next_x, next_y) != (x, y):
            said.append(f"l{next_x - x} {next_y - y}")
            x, y = next_x, next_y
    return "".join(said).replace(" -", "-") + ("z" if sort is Sort.AREA else "")
