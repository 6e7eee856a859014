"""Takes a batch of sealed entries, one by one and each in a transaction of its own; the votes among them afterwards, together."""

import base64
import binascii
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DataError

from participation.channels.http.recognising import note_wrong
from participation.channels.http.routing import Unreadable
from participation.channels.http.site import Site
from participation.domain.ballots.carried.operations import carry, check
from participation.domain.ballots.carried.rules import Carried
from participation.domain.ballots.choice_codes.rules import GUESSED, WRONG_CODE
from participation.domain.consultations.about.queries import About, about
from participation.domain.people.codes.forms import Code
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.operations import recognise
from participation.domain.places.queries import CityView
from participation.domain.proxies import forms, queries, rules
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.keys import EntryKeys, digest, entry_keys, signed
from participation.domain.proxies.models import EntryState
from participation.domain.proxies.operations import Arrived, Subject, Taken, again, circumstances, take
from participation.domain.record.actors import Via
from participation.kit import envelopes
from participation.kit.database import Session
from participation.kit.errors import Invalid, Refusal, TooMany, Unavailable
from participation.kit.hashing import keyed
from participation.kit.i18n import Message

log = structlog.get_logger()
MOST = 100
"""Entries of one batch."""
FURTHEST = timedelta(days=400)
"""A clock that is further off than this is taken for none."""


@dataclass(frozen=True)
class Sent:
    """One entry as a device sends it."""

    id: uuid.UUID
    sealed: bytes
    finished: datetime


@dataclass(frozen=True)
class Result:
    """What became of it, and the server's signature under that."""

    id: uuid.UUID
    status: str
    """`accepted`, `had`, `held` or `refused`."""
    code: str
    message: Message | None
    next_step: Message | None
    receipt: str
    signature: bytes


class _Later(Exception):
    """It failed on our side, or too many come at once: the device keeps it and sends it again."""


async def subject_of(
    site: Site, city: CityView, device: DeviceView, code: Code | None, at: datetime, *, votes: bool = False
) -> Subject | None:
    """Whose code it is; to vote, their PIN too. A code that does not count holds the entry: what was said is not lost by it. None: too many wrong ones came, it has to wait."""
    if code is None:
        return Subject()
    async with site.database.transaction() as session:
        found = await recognise(
            session,
            city=city,
            code=code.number,
            pin=code.pin,
            sources=_sources(site, device),
            secrets=site.secrets,
            language=city.languages[0],
            at=at,
            beside_vote=True,
            needs_pin=votes,
        )
    if found.wait or isinstance(found.refusal, TooMany):
        return None
    if found.refusal is not None:
        note_wrong(found.refusal)
        return Subject(held=rules.Held.PIN if found.field == "pin" else rules.Held.CODE)
    if found.use is not None:
        site.uses[found.use.code_id] = found.use
    return Subject(found.person_id)


def _sources(site: Site, device: DeviceView) -> dict[str, bytes]:
    return {"device": keyed(site.secrets.key("device"), "delegate", device.id)[:16]}


def read_sent(one: Any) -> Sent:
    """One entry out of JSON. Raises `Unreadable` where nobody can be answered about it; whatever else is damaged is told of this entry alone."""
    try:
        number = forms.read_id(one.get("id"))
    except (AttributeError, Refusal):
        raise Unreadable() from None
    try:
        sealed = base64.b64decode(str(one.get("sealed")), validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    return Sent(number, sealed, _finished(one.get("made"), one.get("offset_ms", 0)))


def _finished(made: object, offset_ms: Any) -> datetime:
    """A time that cannot be read cannot be believed: what was said then is held, and not lost by it."""
    try:
        moment, offset = datetime.fromisoformat(str(made)), timedelta(milliseconds=int(offset_ms))
    except (ValueError, TypeError, OverflowError):
        return rules.NEVER
    return rules.NEVER if moment.tzinfo is None or abs(offset) > FURTHEST else rules.finished_at(moment, offset)


class Taking:
    """One batch of one device."""

    def __init__(self, site: Site, city: CityView, device: DeviceView, at: datetime) -> None:
        self._site, self._city, self._device, self._at = site, city, device, at
        self._keys: EntryKeys = entry_keys(site.settings.keys, city.id)
        self._votes: list[Carried] = []
        self._projects: dict[str, About] = {}
        self._by_day: dict[date, int] = {}

    async def take(self, batch: Sequence[Sent]) -> list[Result]:
        """A result for each that was looked at, in their order; what is not among them is to be sent again."""
        async with self._site.database.reading() as session:
            had = await queries.had(session, device_id=self._device.id, ids=[sent.id for sent in batch])
            self._by_day = await queries.by_day(session, delegate_id=self._device.delegate_id, zone=self._city.zone)
        results: dict[uuid.UUID, Result] = {}
        for sent in batch:
            try:
                results[sent.id] = await self._one(sent, had.get(sent.id))
            except _Later:
                continue
        await self._carry(results)
        return list(results.values())

    async def _one(self, sent: Sent, had: queries.Had | None) -> Result:
        hashed, receipt = digest(sent.sealed), ""
        try:
            if had is not None:
                taken, receipt = again(had, hashed), had.receipt
                await self._vote_again(sent, taken)
                return self._result(sent, hashed, "had", taken.receipt)
            said = self._opened(sent)
            receipt = said.receipt
            subject = await self._subject(said)
            arrived = Arrived(sent.id, hashed, sent.finished, said)
            day = rules.day_of(sent.finished, self._city.zone)
            async with self._site.database.transaction() as session:
                await self._check_vote(session, sent, said, subject)
                if said.project not in self._projects:
                    self._projects[said.project] = await about(session, city_id=self._city.id, slug=said.project)
                taken = await take(
                    session,
                    city=self._city,
                    device=self._device,
                    about=self._projects[said.project],
                    arrived=arrived,
                    subject=subject,
                    that_day=self._by_day.get(day, 0),
                    secrets=self._site.secrets,
                    at=self._at,
                )
        except (TooMany, Unavailable) as wait:
            raise _Later from wait
        except Refusal as refusal:
            await self._guessed(refusal)
            return self._refused(sent, hashed, receipt, refusal)
        except (ValueError, OverflowError, DataError) as error:
            # Whatever one entry is made of, the others of its batch are taken.
            log.error("entry_failed", error=type(error).__name__, exc_info=error)
            return self._refused(sent, hashed, receipt, rules.unreadable())
        self._by_day[day] = self._by_day.get(day, 0) + 1
        self._note_vote(sent, said, subject, taken)
        reason = None if taken.reason is None else rules.Held(taken.reason)
        result = self._result(sent, hashed, taken.state, taken.receipt, reason)
        return result if said.unsaid is None else replace(result, code="code_in_words", message=said.unsaid)

    def _opened(self, sent: Sent) -> forms.EntrySaid:
        if len(sent.sealed) > rules.LONGEST_ENTRY:
            raise rules.unreadable()
        try:
            raw = envelopes.opened(self._keys.seal, sent.sealed, str(sent.id).encode())
        except envelopes.NotForUs:
            raise rules.unreadable() from None
        return forms.read_entry(forms.read_content(raw), self._city)

    async def _subject(self, said: forms.EntrySaid) -> Subject:
        votes = said.vote is not None
        found = await subject_of(self._site, self._city, self._device, said.code, self._at, votes=votes)
        if found is None:
            raise _Later
        return found

    # votes

    async def _check_vote(self, session: Session, sent: Sent, said: forms.EntrySaid, subject: Subject) -> None:
        """An entry that holds nothing but a vote which cannot be taken is refused as a whole."""
        told = circumstances(self._device, sent.finished, 0, self._at)
        vote = self._vote(sent, said, subject, held=not rules.believed(told))
        if vote is None or said.comment is not None or said.reactions:
            return
        folder = self._site.settings.keys
        if refusal := await check(session, city=self._city, vote=vote, folder=folder, at=self._at):
            raise refusal

    def _vote(self, sent: Sent, said: forms.EntrySaid, subject: Subject, *, held: bool) -> Carried | None:
        """Only with the person's own code and PIN is there a vote at all."""
        if said.vote is None or subject.person_id is None or self._device.number is None:
            return None
        return Carried(
            entry=sent.id,
            ballot_id=said.vote.ballot_id,
            person_id=subject.person_id,
            choice=said.vote.choice,
            delegate=self._device.number,
            via=Via.DELEGATE,
            finished=sent.finished,
            held=held,
        )

    def _note_vote(self, sent: Sent, said: forms.EntrySaid, subject: Subject, taken: Taken) -> None:
        vote = self._vote(sent, said, subject, held=taken.state == EntryState.HELD)
        if vote is not None and taken.state in (EntryState.ACCEPTED, EntryState.HELD):
            self._votes.append(vote)

    async def _vote_again(self, sent: Sent, taken: Taken) -> None:
        """The process may have ended between an entry and its vote: sent again, the vote is stored if it is not."""
        said = self._opened(sent)
        if said.vote is not None:
            self._note_vote(sent, said, await self._subject(said), taken)

    async def _carry(self, results: dict[uuid.UUID, Result]) -> None:
        """All votes of the batch in one transaction; what cannot be stored now is not answered, and comes again.

        Beside a comment that was taken a vote may be refused: the answer says so.
        """
        if not self._votes:
            return
        folder = self._site.settings.keys
        try:
            async with self._site.database.transaction() as session:
                answers = await carry(
                    session, city=self._city, votes=self._votes, folder=folder, at=self._at, waiting=self._waiting
                )
        except Unavailable:
            for vote in self._votes:
                results.pop(vote.entry, None)
            return
        for entry, refusal in answers.items():
            if refusal is not None and entry in results:
                await self._guessed(refusal)
                results[entry] = replace(
                    results[entry], code=refusal.code, message=refusal.message, next_step=refusal.next_step
                )

    async def _guessed(self, refusal: Refusal) -> None:
        """A wrong choice code is counted, as a wrong access code is."""
        if refusal.code != WRONG_CODE:
            return
        note_wrong(refusal)
        async with self._site.database.transaction() as session:
            await count_wrong(
                session, city_id=self._city.id, kind=GUESSED, sources=_sources(self._site, self._device), at=self._at
            )

    async def _waiting(self, session: Session) -> Collection[uuid.UUID]:
        """Entries of the batch that were held, or taken back, since they were stored: their delegate may have been suspended meanwhile."""
        stored = await queries.had(session, device_id=self._device.id, ids=[vote.entry for vote in self._votes])
        return {entry for entry, had in stored.items() if had.state != EntryState.ACCEPTED}

    # answers

    def _result(self, sent: Sent, hashed: bytes, status: str, receipt: str, why: rules.Held | None = None) -> Result:
        signature = signed(self._keys, sent.id, status, receipt, hashed)
        words = None if why is None else rules.held_words(why)
        return Result(sent.id, status, "" if why is None else str(why), words, None, receipt, signature)

    def _refused(self, sent: Sent, hashed: bytes, receipt: str, refusal: Refusal) -> Result:
        message = refusal.message
        if isinstance(refusal, Invalid) and refusal.errors:
            message = next(iter(refusal.errors.values()))
        log.info("entry_refused", code=refusal.code)
        signature = signed(self._keys, sent.id, "refused", receipt, hashed)
        return Result(sent.id, "refused", refusal.code, message, refusal.next_step, receipt, signature)
