"""The door of a link that an organisation was given: opened by its secret alone, slowly for whoever guesses.

The secret stands in the address and nowhere else: no page of it is kept, no log says an address, the referrer stays here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.recognising import pause
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import pick
from participation.domain.projects.filings.forms import read_language
from participation.domain.projects.filings.models import FilingState, Purpose
from participation.domain.projects.filings.queries import FilingView, Opened
from participation.domain.projects.filings.rules import NO_LINK, PURPOSES
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import Part, parts
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, LANGUAGES


@dataclass(frozen=True)
class Inside:
    """Behind the door: the filing, its project, and what is asked."""

    opened: Opened
    parts: list[Part]

    @property
    def filing(self) -> FilingView:
        return self.opened.filing

    @property
    def frozen(self) -> bool:
        return self.filing.state != FilingState.OPEN


@asynccontextmanager
async def door(visit: Visit) -> AsyncIterator[None]:
    """Whoever comes with a wrong secret is counted, and waits the longer the more often they come."""
    await pause(visit, writing.GUESSED)
    try:
        yield
    except NotFound as refusal:
        if refusal.code == NO_LINK:
            async with visit.site.database.transaction() as session:
                await writing.miss(session, city=visit.city, sources=visit.sources, at=visit.at)
        raise


def _key(visit: Visit) -> dict[str, Any]:
    secret = str(visit.request.path_params["value"])[:200]
    return {"city": visit.city, "secret": secret, "secrets": visit.site.secrets, "at": visit.at}


async def inside(visit: Visit) -> Inside:
    async with door(visit), visit.reading() as session:
        opened = await writing.find(session, **_key(visit))
        return Inside(opened, await parts(session, opened.filing, city=visit.city, at=visit.at))


async def to_write(visit: Visit, session: Session) -> tuple[Opened, Any]:
    """Locked, and not handed in."""
    return await writing.lock(session, **_key(visit))


def home(visit: Visit) -> str:
    """The first page of the link."""
    return f"/filing/{visit.request.path_params['value']}"


def language(visit: Visit) -> str:
    """In which language words are written here: any that the platform knows."""
    wanted = str(visit.typed.get("in") or visit.request.query_params.get("in", ""))
    return read_language(wanted, visit.language)


def show(
    visit: Visit, template: str, there: Inside, context: dict[str, Any], *, at: str = "", status: int = 200
) -> Response:
    """Never kept by anybody. `at`: below the first page, for the choice of the language of what is written."""
    filing, address = there.filing, home(visit)
    common = {
        "organisation": pick(visit, filing.organisation),
        "project": {
            "title": pick(visit, there.opened.titles),
            "address": visit.url(f"/projects/{there.opened.slug}"),
        },
        "purpose": PURPOSES[Purpose(filing.purpose)],
        "home": address,
        "here": address + at,
        "tongue": language(visit),
        "tongues": [(f"{address}{at}?in={code}", AUTONYMS[code], code == language(visit)) for code in LANGUAGES],
        "frozen": there.frozen,
    }
    return visit.page(template, common | context, form=True, status=status)
