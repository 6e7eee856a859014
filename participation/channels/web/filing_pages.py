"""An organisation's pages behind its link: what it is asked, its interests, its opinion, and handing in."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.web.filing_door import door, home, inside, language, show, to_write
from participation.channels.web.project_cards import pick
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.filings import forms
from participation.domain.projects.filings.models import FilingState, Purpose, Stance
from participation.domain.projects.filings.rules import STANCES, STATES
from participation.domain.projects.filings.writing import operations as writing
from participation.kit.database import Session
from participation.kit.errors import Gone, NotFound, Refusal
from participation.kit.i18n import Message, Text, _

Errors = dict[str, Message] | None
Again = Callable[..., Awaitable[Response]]
LABELS = {
    "gains": _("What your organisation gains or could lose by this project"),
    "payer": _("Who pays your organisation"),
    "words": _("The opinion"),
}


async def _saved(visit: Visit, act: Callable[[Session], Awaitable[None]], again: Again) -> Response:
    """Do what the form asks, once, and go back to the first page; what cannot be taken comes back with what was typed."""

    async def once(session: Session) -> dict[str, Any]:
        await act(session)
        return {}

    try:
        async with door(visit), visit.transaction() as session:
            await visit.once(session, sent(visit), lambda: once(session))
    except (NotFound, Gone):
        raise
    except Refusal as refusal:
        if refusal.code == "handed_in":
            raise
        return await again(visit, errors=messages(refusal), status=refusal.status)
    return visit.redirect(home(visit))


async def first(visit: Visit) -> Response:
    """What is asked, how far it is; its form hands in."""
    if visit.request.method == "GET":
        return await _first(visit)

    async def act(session: Session) -> None:
        visit.fields  # noqa: B018
        opened, filing = await to_write(visit, session)
        await writing.hand_in(session, city=visit.city, opened=opened, filing=filing, at=visit.at)

    return await _saved(visit, act, _first)


async def _first(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    there = await inside(visit)
    filing, base = there.filing, home(visit)
    interests = filing.interests
    context = {
        "state": STATES[FilingState(filing.state)],
        "until": filing.ends_at,
        "handed_in": filing.handed_in_at,
        "interests": None if interests is None else (pick(visit, interests["gains"]), pick(visit, interests["payer"])),
        "parts": [
            {
                "title": pick(visit, part.asked.title),
                "sections": [
                    {
                        "title": pick(visit, section.title),
                        "address": f"{base}/{part.asked.kind}/{section.id}",
                        "answered": sum(question in part.answered for question in questions),
                        "asked": len(questions),
                    }
                    for section, questions in part.sections
                ],
            }
            for part in there.parts
        ],
        "opinion": filing.purpose == Purpose.OPINION,
        "partial": filing.purpose == Purpose.COUNTER,
        "words": pick(visit, filing.words) if filing.words else None,
        "stance": STANCES[Stance(filing.stance)] if filing.stance else None,
        "errors": errors or {},
    }
    return show(visit, "filing/first.html", there, context, status=status)


# Interests


async def interests(visit: Visit) -> Response:
    """What the organisation gains, and who pays it, in one language at a time."""
    if visit.request.method == "GET":
        return await _interests(visit)

    async def act(session: Session) -> None:
        said = forms.read_interests(visit.fields)
        opened, filing = await to_write(visit, session)
        await writing.save_interests(session, opened=opened, filing=filing, said=said, language=language(visit))

    return await _saved(visit, act, _interests)


async def _interests(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    there = await inside(visit)
    filing, tongue = there.filing, language(visit)
    # What stands with the organisation is where it begins; what it sends goes with this filing.
    known = filing.interests or {"gains": {}, "payer": {}}
    stored = {name: known[name].get(tongue, "") for name in ("gains", "payer")}
    context = {
        "values": stored if errors is None else visit.typed,
        "version": filing.version,
        "stored": _theirs(status, stored, tongue),
        "errors": errors or {},
    }
    return show(visit, "filing/interests.html", there, context, at="/interests", status=status)


def _theirs(status: int, stored: dict[str, str], tongue: str) -> list[tuple[Any, str, str]]:
    """What somebody else of the organisation has stored meanwhile."""
    return [(LABELS[name], text, tongue) for name, text in stored.items() if text] if status == 409 else []


# An opinion


async def opinion(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _opinion(visit)

    async def act(session: Session) -> None:
        fields = visit.fields
        opened, filing = await to_write(visit, session)
        if filing.purpose != Purpose.OPINION:
            raise NotFound()
        asked = await _asked(visit, session, opened.filing.kind)
        said = forms.read_opinion(fields, [value for value, _text in _abouts(visit, asked)])
        await writing.save_opinion(session, filing=filing, said=said, language=language(visit))

    return await _saved(visit, act, _opinion)


async def _opinion(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    there = await inside(visit)
    filing, tongue = there.filing, language(visit)
    if filing.purpose != Purpose.OPINION:
        raise NotFound()
    async with visit.reading() as session:
        asked = await _asked(visit, session, filing.kind)
    text = filing.words.get(tongue, "")
    stored = {"words": text, "stance": filing.stance or "", "about": filing.about or ""}
    context = {
        "asked": pick(visit, asked.title) if asked else None,
        "abouts": _abouts(visit, asked),
        "stances": [(str(stance), words) for stance, words in STANCES.items()],
        "values": stored if errors is None else visit.typed,
        "version": filing.version,
        "stored": _theirs(status, {"words": text}, tongue),
        "errors": errors or {},
    }
    return show(visit, "filing/opinion.html", there, context, at="/opinion", status=status)


async def _asked(visit: Visit, session: Session, kind: str | None) -> Questionnaire | None:
    return None if kind is None else await assessments.questionnaire(session, city_id=visit.city.id, kind=kind)


def _abouts(visit: Visit, asked: Questionnaire | None) -> list[tuple[str, Text]]:
    """Sections and their questions, of which an opinion may be about one."""
    found = []
    for section in asked.sections if asked else ():
        found.append((section.id, pick(visit, section.title)))
        found += [(f"{section.id}/{one.id}", pick(visit, one.text)) for one in section.questions]
    return found
