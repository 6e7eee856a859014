"""What is done once in a while and by itself: for each city, and for all of them together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from participation.domain.consultations.spoken import operations as spoken
from participation.domain.consultations.spoken import queries as recordings
from participation.domain.consultations.spoken.fetched import operations as fetched
from participation.domain.ladder.digests import operations as digests
from participation.domain.ladder.heard.queries import Part, sounds_in
from participation.domain.notices.calls import operations as missed
from participation.domain.notices.messages import operations as messages
from participation.domain.notices.outbox import operations as outbox
from participation.domain.notices.subscriptions import operations as subscriptions
from participation.domain.people import operations as people
from participation.domain.people.codes.lost import operations as lost
from participation.domain.people.codes.uses.operations import record_uses
from participation.domain.people.guesses import operations as guesses
from participation.domain.people.kiosks import operations as kiosks
from participation.domain.people.phones import operations as phones
from participation.domain.places.queries import CityView
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.sounds import queries as sounds
from participation.domain.projects.sounds.clips import queries as clips
from participation.domain.projects.sounds.operations import forget_sentences
from participation.domain.projects.sounds.rules import CONSENT, SUMMARY
from participation.domain.projects.spreading.operations import draw_codes
from participation.domain.proxies.checks import operations as checks
from participation.domain.proxies.checks.consequences.operations import act as act_on_answers
from participation.domain.proxies.delegates.objections import operations as objections
from participation.domain.proxies.delegates.operations import number_all
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.odk import operations as odk
from participation.domain.proxies.odk import queries as odk_queries
from participation.domain.proxies.paper.photographs import operations as photographs
from participation.domain.proxies.paper.readings import operations as readings
from participation.kit import prompts, repeats
from participation.kit.database import Session
from participation.kit.files import Files
from participation.settings import Settings

log = structlog.get_logger()
CONSENT_QUESTION, PROJECT_QUESTION = "consent_text", "project"
"""What ODK's forms call what is read out before somebody agrees; a recording in the operator's folder goes before the city's."""
MOMENT = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chore:
    """One of them, in a transaction of its own, not more often than its pause."""

    name: str
    pause: timedelta
    act: Callable[..., Awaitable[Any]]
    needs: tuple[str, ...] = ("city", "at")
    """What `act` takes by name beside the session."""

    async def do(self, session: Session, *, settings: Settings, **more: Any) -> None:
        given = {"settings": settings, "folder": settings.keys, "base_url": settings.base_url, **more}
        await self.act(session, **{name: given[name] for name in self.needs})


async def _gather(session: Session, *, city: CityView, settings: Settings, at: datetime) -> None:
    """Nobody gets more than one digest a day; a worker may have been down in the morning."""
    if settings.smtp_url is not None:
        await digests.gather(session, city=city, at=at)


async def _make_forms(session: Session, *, city: CityView, settings: Settings, at: datetime) -> None:
    """For ODK Collect: what is said in one may have been hidden by a moderator."""
    recorded = await asyncio.to_thread(prompts.found, settings.store, city.languages)
    asking = await odk_queries.asking(session, city=city, at=at)
    parts: list[Part] = [(None, CONSENT), *((project_id, SUMMARY) for project_id in asking)]
    of_city: dict[tuple[str, str], prompts.Prompt] = {}
    own: dict[int, dict[tuple[str, str], prompts.Prompt]] = {}
    for ((project_id, _part), language), sound in (await sounds_in(session, city, parts, city.languages)).items():
        question = CONSENT_QUESTION if project_id is None else PROJECT_QUESTION
        if Files(settings.store).path(sound.mp3_digest).is_file():
            file = prompts.of_file(settings.store, language, question, sound.mp3_digest)
            (of_city if project_id is None else own.setdefault(project_id, {}))[language, question] = file
    await odk.make_forms(session, city=city, prompts=of_city | recorded, own=own, at=at)


async def _sweep(session: Session, *, settings: Settings, at: datetime) -> None:
    """Files that no document, no sheet, no sound and no spoken comment has go, once they are a day old: refused, deleted with a draft, or left by a crash."""
    used = (
        await documents.used(session)
        | await photographs.used(session)
        | await sounds.used(session)
        | await clips.used(session)
    )
    gone = await asyncio.to_thread(Files(settings.store).sweep, used, at.timestamp())
    gone += await asyncio.to_thread(Files(settings.voices).sweep, await recordings.used(session), at.timestamp())
    if gone:
        log.info("files_swept", count=gone)


async def _erase(session: Session, *, settings: Settings, at: datetime) -> None:
    """Photographs of paper forms whose time is over: first the file, then what leads to it."""
    await photographs.erase(session, Files(settings.store), others=await documents.used(session), at=at)


async def _clear(session: Session, *, settings: Settings) -> None:
    """Recordings that were written down: their keys are gone already."""
    await fetched.clear(session, Files(settings.voices))


OF_CITIES = (
    Chore("record uses", DAY, record_uses),
    # Whoever goes on into a new year soon has its number.
    Chore("number delegates", MINUTE, number_all),
    Chore("make digests", timedelta(minutes=10), _gather, ("city", "settings", "at")),
    # Of notices: a project that was just published is soon printed.
    Chore("draw codes", MOMENT, draw_codes, ("city", "base_url")),
    Chore("make forms", timedelta(seconds=30), _make_forms, ("city", "settings", "at")),
    Chore("list what delegates brought", HOUR, checks.make_lists),
    # From what the record holds under a signed checkpoint.
    Chore("draw whom to call", MOMENT, checks.draw),
    # Of all answers of a day at once, as soon as it is over.
    Chore("act on answers", MINUTE, act_on_answers, ("city", "folder", "at")),
)
"""In this order."""

OF_ALL = (
    Chore("sweep files", HOUR, _sweep, ("settings", "at")),
    Chore("forget guesses", MINUTE, guesses.forget, ("at",)),
    Chore("forget forms", HOUR, repeats.forget, ("at",)),
    Chore("forget unconfirmed addresses", HOUR, subscriptions.forget_unconfirmed, ("at",)),
    Chore("forget letters", HOUR, outbox.forget, ("at",)),
    Chore("forget text messages", HOUR, messages.forget, ("at",)),
    Chore("forget missed calls", MINUTE, missed.forget, ("at",)),
    Chore("end old recordings", HOUR, spoken.end_old, ("at",)),
    Chore("forget sentences", DAY, forget_sentences, ("at",)),
    Chore("delete recordings", MINUTE, _clear, ("settings",)),
    Chore("forget silent phones", DAY, phones.forget_silent, ("at",)),
    Chore("forget digits for the desk", MINUTE, lost.forget_words, ("at",)),
    Chore("forget digits for phones", MINUTE, phones.forget_words, ("at",)),
    Chore("forget sessions of phones", MINUTE, phones.forget_sessions, ("at",)),
    Chore("forget messages of phones", DAY, phones.forget_messages, ("at",)),
    Chore("forget codes of devices", HOUR, devices.forget, ("at",)),
    Chore("forget who was at a kiosk", HOUR, kiosks.forget, ("at",)),
    Chore("forget objections", HOUR, objections.forget, ("at",)),
    Chore("erase photographs", HOUR, _erase, ("settings", "at")),
    Chore("forget readings", HOUR, readings.forget, ("at",)),
    Chore("forget numbers for call-backs", HOUR, checks.forget_numbers, ("at",)),
    Chore("end sessions", HOUR, people.end_old_sessions, ("at",)),
)
"""What is kept for a while and no longer, and how often it is looked for: the page on privacy says how long that is."""
