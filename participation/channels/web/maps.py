"""Small maps: a city's districts, and what a document draws on them; with everything that they show in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from participation.channels.http.entries.words import listed
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import pick
from participation.domain.places import queries
from participation.kit.i18n import Message, _, _n
from participation.kit.maps import drawn, meet
from participation.kit.shapes import Shape, Sort

MOST = 2_000
"""Characters of a drawing."""


async def index(visit: Visit) -> Response:
    """The districts: where they are, how many live there, and their projects."""
    async with visit.reading() as session:
        boundaries = await queries.boundaries(session, visit.city.id)
    districts = sorted(visit.city.districts, key=lambda one: one.id)
    known = [one for one in districts if one.id in boundaries]
    rows = [
        {
            "name": pick(visit, one.names),
            "population": one.population,
            "inside": [pick(visit, inner.names) for inner in visit.city.neighbourhoods(one.id)],
            "projects": visit.url("/projects", place=one.slug),
            "delegates": visit.url("/delegates", place=one.slug),
        }
        for one in [*known, *(one for one in districts if one.id not in boundaries)]
    ]
    drawing = drawn([boundaries[one.id] for one in known], [], MOST) if known else None
    return visit.page("places/list.html", {"rows": rows, "drawing": drawing})


def map_of(visit: Visit, facts: Mapping[str, Any], boundaries: Mapping[int, Shape]) -> dict[str, Any]:
    """What a document draws, the districts that it lies in or touches, and what is named on it."""
    shapes = [shape_of(said) for said in facts["shapes"]]
    districts = [id for id in sorted(boundaries) if any(meet(shape, boundaries[id]) for shape in shapes)]
    ground = [boundaries[id] for id in districts]
    names = [pick(visit, visit.city.places[id].names) for id in districts if id in visit.city.places]
    return {
        "drawing": drawn(ground, shapes, MOST),
        "label": _label(visit, [name.within for name in names]),
        "counts": listed(visit, [one.into(visit.language) for one in _counts(facts)]),
        "places": names,
        "known": bool(boundaries),
        "names": facts["names"],
        "more": facts["more_names"],
    }


def shape_of(said: Mapping[str, Any]) -> Shape:
    parts = tuple([(float(x), float(y)) for x, y in part] for part in said["parts"])
    return Shape(Sort(said["sort"]), parts, said["name"])


def _label(visit: Visit, names: Sequence[str]) -> Message:
    return _("Map: %(places)s", places=listed(visit, list(names))) if names else _("Map")


def _counts(facts: Mapping[str, Any]) -> list[Message]:
    found = [
        (facts["points"], _n("%(count)s point", "%(count)s points", facts["points"])),
        (facts["lines"], _n("%(count)s line", "%(count)s lines", facts["lines"])),
        (facts["areas"], _n("%(count)s area", "%(count)s areas", facts["areas"])),
    ]
    return [words for count, words in found if count]
