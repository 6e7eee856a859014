"""Maps: few positions that stay near the line, what lies in what, and drawings that fit."""

import math
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from participation.kit.maps import drawn, framed, inside, meet, middle
from participation.kit.shapes import Shape, Sort, count, simplified, within

SQUARE = Shape(Sort.AREA, ([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)],))
HOLLOW = Shape(Sort.AREA, (*SQUARE.parts, [(1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0), (1.0, 1.0)]))
HOOK = Shape(
    Sort.AREA,
    ([(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (8.0, 9.0), (8.0, 1.0), (1.0, 1.0), (1.0, 9.0), (0.0, 9.0), (0.0, 0.0)],),
)
positions = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


def away(point: tuple[float, float], line: list[tuple[float, float]]) -> float:
    """From a point to the nearest stretch of a line."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(line):
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2
        share = (
            0 if not length else max(0, min(1, ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length))
        )
        found.append(math.dist(point, (x1 + share * (x2 - x1), y1 + share * (y2 - y1))))
    return min(found)


@given(st.lists(positions, min_size=2, max_size=60), st.floats(0.01, 5))
def test_nothing_that_is_left_out_lies_far_from_what_is_left(line: list[tuple[float, float]], tolerance: float) -> None:
    kept = simplified(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    assert all(away(position, kept) <= tolerance + 1e-9 for position in line)


def test_a_hole_is_not_inside_and_a_number_stands_inside_its_area() -> None:
    assert inside((0.5, 0.5), HOLLOW)
    assert not inside((2.0, 2.0), HOLLOW)
    assert inside(middle(HOOK), HOOK)
    assert inside(middle(SQUARE), SQUARE)


def test_what_lies_in_crosses_or_surrounds_an_area_meets_it() -> None:
    assert meet(Shape(Sort.POINT, ([(1.0, 1.0)],)), SQUARE)
    assert not meet(Shape(Sort.POINT, ([(5.0, 1.0)],)), SQUARE)
    assert meet(Shape(Sort.LINE, ([(-1.0, 2.0), (9.0, 2.5)],)), SQUARE)
    assert not meet(Shape(Sort.LINE, ([(5.0, -1.0), (5.0, 9.0)],)), SQUARE)
    around = Shape(Sort.AREA, ([(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0), (-9.0, -9.0)],))
    assert meet(around, SQUARE)
    assert meet(SQUARE, around)
    assert not meet(Shape(Sort.POINT, ([(2.0, 2.0)],)), HOLLOW)


def test_north_is_above_and_a_degree_is_as_wide_as_it_is_there() -> None:
    frame = framed([Shape(Sort.LINE, ([(10.0, 60.0), (12.0, 61.0)],))])
    west_south, east_north = frame.at((10.0, 60.0)), frame.at((12.0, 61.0))
    assert west_south[0] < east_north[0]
    assert west_south[1] > east_north[1]
    wide, high = east_north[0] - west_south[0], west_south[1] - east_north[1]
    assert abs(wide / high - 2 * math.cos(math.radians(60.5))) < 0.02
    assert frame.at((10.0, 61.0))[0] >= 0


def test_a_coast_of_many_positions_fits_into_a_small_drawing() -> None:
    coast = [
        (47 + math.cos(turn / 3000) * (1 + turn % 7 / 50), -3 + math.sin(turn / 3000) * (1 + turn % 11 / 50))
        for turn in range(0, 18_849, 3)
    ]
    areas = [Shape(Sort.AREA, ([*coast, coast[0]],)) for _same in range(12)]
    kept = within(areas, 1_200)
    assert count(kept) <= 1_200
    drawing = drawn(kept[:3], [*kept, Shape(Sort.POINT, tuple([position] for position in coast[:500]))], 2_000)
    assert drawing.size <= 2_000 + 20 * 40
    assert re.fullmatch(r"(M-?\d+ ?-?\d+(l-?\d+ ?-?\d+)*z)+", drawing.areas)
    assert len(drawing.points) == 40


def test_a_single_point_can_be_drawn() -> None:
    drawing = drawn([], [Shape(Sort.POINT, ([(47.0, -3.0)],))], 2_000)
    assert drawing.points == ((6, 6),)
    assert drawing.width == drawing.height == 12
