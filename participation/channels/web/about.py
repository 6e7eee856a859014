"""Pages that say how this works and what it promises: the steps, access codes, privacy, the secrecy of votes, moderation."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.phone_words import Command, called_back, numbers
from participation.channels.http.phone_words import shown as shown_word
from participation.channels.http.visit import Visit
from participation.domain.moderation.rules import CHOICES, RULES
from participation.domain.people.codes.queries import batches
from participation.domain.people.codes.rules import shown
from participation.kit import i18n
from participation.kit.i18n import Message, _

FEW = _("fewer than 10")


LISTS = (
    ("projects", _("Projects")),
    ("comments", _("Comments")),
    ("ballots", _("Votes")),
    ("assessments", _("Impact assessments")),
    ("filings", _("What organisations say")),
    ("documents", _("Documents")),
    ("steps", _("Steps")),
    ("meetings", _("Meetings")),
    ("dictionary", _("What each column means")),
)
"""Of open data, with what each is called."""


async def everything(visit: Visit) -> Response:
    """The one page from which every other one is found."""
    return visit.page("about/all.html", {"lists": [(words, f"/api/v1/{name}") for name, words in LISTS]})


async def how(visit: Visit) -> Response:
    return visit.page("about/how.html")


async def phone(visit: Visit) -> Response:
    """How to take part without the internet, and what that costs; set by the operator, so known before anybody dials."""
    return visit.page(
        "about/phone.html",
        {
            "gateways": [(one.number, pays) for one, pays in numbers(visit)],
            "called_back": called_back(visit),
            "words": {command.value: shown_word(command, visit.language) for command in Command},
            "phones": visit.city.phones,
        },
    )


async def privacy(visit: Visit) -> Response:
    return visit.page("about/privacy.html")


async def secrecy(visit: Visit) -> Response:
    return visit.page("about/secrecy.html")


async def moderation(visit: Visit) -> Response:
    """By which rules comments are hidden."""
    return visit.page("comments/moderation.html", {"rules": [RULES[reason] for reason in CHOICES]})


async def codes(visit: Visit) -> Response:
    """How the city hands out codes, and how many slips there are, in batches."""
    async with visit.reading() as session:
        rows = await batches(session, city_id=visit.city.id)
    visit.depends(f"batches:{visit.city.id}")
    return visit.page(
        "about/codes.html",
        {
            "handing_out": i18n.pick(visit.city.handing_out, visit.language, visit.city.languages),
            "batches": [_batch(visit, row) for row in rows],
        },
    )


def _batch(visit: Visit, row: Any) -> list[Message | i18n.Text | str]:
    """Whatever counts people is rounded down to tens: no two figures leave fewer than ten between them."""

    def number(count: int) -> str:
        return i18n.number(count, visit.language)

    def people(count: int) -> Message | str:
        published = shown(count)
        return FEW if published is None else number(published)

    names = visit.city.places[row.district_id].names
    return [
        number(row.number),
        i18n.pick(names, visit.language, visit.city.languages),
        number(row.printed),
        *(people(count) for count in (row.handed_out, row.returned, row.void, row.used)),
        _state(row),
    ]


def _state(row: Any) -> Message:
    if row.stopped_at is not None:
        return _("stopped")
    return _("counts") if row.activated_at is not None else _("waits for a second person")
