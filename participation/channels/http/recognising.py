"""Asks the one operation that recognises codes, after the wait that wrong codes have earned; every HTTP door comes through here."""

import asyncio
from asyncio import sleep
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import Counter

from participation.channels.http.refusing import refused
from participation.channels.http.visit import Visit
from participation.domain.ballots.choice_codes.rules import GUESSED as WRONG_CHOICE
from participation.domain.ballots.choice_codes.rules import WRONG_CODE, ChoiceCode, Said
from participation.domain.people.codes.forms import Code
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.guesses.queries import wrong_lately
from participation.domain.people.guesses.rules import wait
from participation.domain.people.operations import GUESSED, Recognition, recognise
from participation.domain.places.queries import CityView
from participation.kit.database import Session
from participation.kit.errors import NotFound, Refusal

# Attempts that have to wait do so one after the other for each device, so that sending many at once gains nothing.
_lanes: defaultdict[bytes, asyncio.Lock] = defaultdict(asyncio.Lock)
_LANES = 10_000

WRONG = Counter("participation_wrong_codes", "Codes and PINs that nobody holds, through any door")

Ask = Callable[[Session, bool], Awaitable[Recognition]]


async def person_of(visit: Visit, code: Code, *, beside_vote: bool = False) -> int:
    """The person who holds this code; `Invalid` beside the field when it does not count.

    `beside_vote`: nothing that the code's use leaves is written now, see `Site.note_uses`.
    """

    async def ask(session: Session, waited: bool) -> Recognition:
        return await recognise(
            session,
            city=visit.city,
            code=code.number,
            pin=code.pin,
            sources=visit.sources,
            secrets=visit.site.secrets,
            language=visit.language,
            at=visit.at,
            waited=waited,
            beside_vote=beside_vote,
            digests=code.digests,
        )

    await pause(visit, GUESSED)
    return await recognised(visit, ask)


async def recognised(visit: Visit, ask: Ask) -> int:
    """Ask, and once more after the wait if there is one; each time in a transaction, so that a wrong answer stays counted."""
    async with visit.transaction() as session:
        found = await ask(session, False)
    if found.wait:
        await sleep(found.wait)
        async with visit.transaction() as session:
            found = await ask(session, True)
    if found.refusal is not None:
        note_wrong(found.refusal)
        raise refused(found.field, found.refusal)
    if found.person_id is None:
        raise RuntimeError("recognised nobody without a reason")
    if found.use is not None:
        visit.site.uses[found.use.code_id] = found.use
    return found.person_id


def note_wrong(refusal: Refusal) -> None:
    """In the figures that the operator watches; every door through which codes come calls it."""
    if isinstance(refusal, NotFound):
        WRONG.inc()


@asynccontextmanager
async def guessing(visit: Visit, said: Said) -> AsyncIterator[None]:
    """Around a vote that may come with a choice code: the wait that wrong ones have earned, and one more counted where it is wrong."""
    if not isinstance(said, ChoiceCode):
        yield
        return
    await pause(visit, WRONG_CHOICE)
    try:
        yield
    except NotFound as refusal:
        if refusal.code != WRONG_CODE:
            raise
        async with visit.transaction() as session:
            await count_wrong(session, city_id=visit.city.id, kind=WRONG_CHOICE, sources=visit.sources, at=visit.at)
        note_wrong(refusal)
        raise refused("choice", refusal) from refusal


class Waiting(Protocol):
    """Whoever may have to wait: a visit, or a call."""

    @property
    def city(self) -> CityView: ...
    @property
    def sources(self) -> dict[str, bytes]: ...
    @property
    def at(self) -> datetime: ...
    def reading(self) -> Any: ...


async def pause(visit: Waiting, kind: str, more: Mapping[str, bytes] | None = None) -> float:
    """The wait that wrong guesses of this kind have earned; how many seconds it took."""
    sources = visit.sources
    async with visit.reading() as session:
        wrong = await wrong_lately(
            session, city_id=visit.city.id, kind=kind, sources={**sources, **(more or {})}, at=visit.at
        )
    seconds = wait(wrong)
    if seconds <= 0:
        return 0.0
    if len(_lanes) > _LANES:
        for idle in [key for key, lock in _lanes.items() if not lock.locked()]:
            del _lanes[idle]
    async with _lanes[sources["device"]]:
        await sleep(seconds)
    return seconds
