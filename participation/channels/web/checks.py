"""What call-backs found, by delegate's number, and how everybody can draw again what was drawn."""

import re
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import midnight, pick
from participation.domain.proxies.checks import queries
from participation.domain.proxies.checks.figures.queries import Found, found
from participation.domain.proxies.delegates.queries import year_of
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _

FEW = _("fewer than 10")
ROUNDS = 10


async def show(visit: Visit) -> Response:
    this = year_of(visit.city, visit.at)
    asked = visit.request.query_params.get("year", "")
    year = int(asked) if re.fullmatch(r"20[0-9]{2}", asked) and int(asked) < this else this
    async with visit.reading() as session:
        rows = await found(session, city=visit.city, year=year)
        before = await found(session, city=visit.city, year=year - 1)
        rounds = await queries.rounds(session, city_id=visit.city.id, limit=ROUNDS)
    visit.depends(f"delegates:{visit.city.id}", until=midnight(visit))
    context = {
        "year": str(year),
        "years": [
            *([(visit.url("/delegates/checks", year=str(year - 1)), str(year - 1))] if before else []),
            *([(visit.url("/delegates/checks"), str(this))] if year != this else []),
        ],
        "tables_": tables(visit),
        "rows": [_row(visit, one) for one in rows],
        "rounds": [
            {
                "number": one.number,
                "at": one.listed_at,
                "drawn": one.drawn_at is not None,
                "file": f"/record/draws/{one.number}.json",
                "entry": None if one.entry is None else visit.url(f"/record/{one.entry}"),
            }
            for one in rounds
        ],
    }
    return visit.page("delegates/checks.html", context)


def tables(visit: Visit) -> Text | None:
    """Where and when the city has checking tables, where it has said so."""
    return (
        i18n.pick(visit.city.checking_tables, visit.language, visit.city.languages)
        if visit.city.checking_tables
        else None
    )


def _row(visit: Visit, one: Found) -> list[Any]:
    place = pick(visit, visit.city.places[one.place_id].names)
    return [str(one.number), place, *(figure for _label, figure in figures(one))]


def tens(count: int | None) -> Message:
    """A number of people that was rounded down to tens."""
    return FEW if count is None else _("%(count)s or more", count=count)


def figures(one: Found) -> list[tuple[Message, Message]]:
    """Of one delegate, with their labels."""
    share = FEW if one.over is None else (_("more than one in ten") if one.over else _("at most one in ten"))
    return [
        (_("Drawn"), tens(one.drawn)),
        (_("Answered"), tens(one.answered)),
        (_("Said otherwise"), tens(one.otherwise)),
        (_("Not reached"), tens(one.unreached)),
        (_("Share that said otherwise"), share),
    ]
