"""Examines GeoJSON, and says in few positions what it draws."""

from typing import Any

from participation.kit.examiners.refusing import Wrong
from participation.kit.geojson import WrongMap, read
from participation.kit.shapes import Shape, Sort, within

KEPT = 1_200
"""Positions that a map is drawn from, and that what lies in which district is judged by."""
SHAPES = 400
NAMES = 16


def examine_geojson(text: str) -> dict[str, Any]:
    try:
        features = read(text)
    except WrongMap as wrong:
        raise Wrong(wrong.code, wrong.where) from None
    shapes = [shape for feature in features for shape in feature.shapes]
    kept = within(_largest(shapes), KEPT)
    names = list(dict.fromkeys(shape.name for shape in shapes if shape.name))
    return {
        "points": sum(len(one.parts) for one in shapes if one.sort is Sort.POINT),
        "lines": sum(one.sort is Sort.LINE for one in shapes),
        "areas": sum(one.sort is Sort.AREA for one in shapes),
        "names": names[:NAMES],
        "more_names": max(0, len(names) - NAMES),
        "shapes": [_said(one) for one in kept],
        "left_out": max(0, len(shapes) - SHAPES),
    }


def _largest(shapes: list[Shape]) -> list[Shape]:
    """Where there are too many to be drawn, those with most positions, in their order."""
    if len(shapes) <= SHAPES:
        return shapes
    sizes = sorted(range(len(shapes)), key=lambda place: -sum(map(len, shapes[place].parts)))
    return [shapes[place] for place in sorted(sizes[:SHAPES])]


def _said(shape: Shape) -> dict[str, Any]:
    parts = [[[round(x, 6), round(y, 6)] for x, y in part] for part in shape.parts]
    return {"sort": str(shape.sort), "name": shape.name, "parts": parts}
