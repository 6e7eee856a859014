"""One request from a phone: through which gateway, from which number (never kept), in which language, and who speaks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from participation.channels.http.site import Site
from participation.channels.phone.gateway import MOST_LETTERS
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.phones import operations as phones
from participation.domain.people.phones import queries, rules
from participation.domain.people.phones.rules import Assurance, Known, Speaker
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor, Via
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.hashing import keyed
from participation.kit.repeats import once

_UNREAD: Any = object()


@dataclass
class Call:
    """`line`: a keyed hash of the session (USSD, voice), or of the message (SMS), by which a repetition is known."""

    site: Site
    city: CityView
    via: Via
    number: str
    line: bytes
    at: datetime
    older_lines: tuple[bytes, ...] = ()
    """The same under the master secret before the current one."""
    claimed: bool = False
    """Whether the number is only what somebody shows who calls; a number that was called is surely theirs."""
    cost: str = "free"
    """What the resident pays for this, as its gateway is set: see `gateway.Pays`."""
    letters: int = MOST_LETTERS
    """How many a screen may have in a script that GSM-7 has not: see `gateway.Gateway.letters`."""
    language: str = ""
    gateway: str = ""
    """Its name, where what is spoken can be fetched from it later; a call takes no words where it cannot."""
    spoken: str = ""
    """In a call: the code of a language that has no catalogue, in which recordings are heard; `language` is in which everything else is said."""
    chosen: str | None = None
    """The language that was chosen for this call alone."""
    person: int | None = None
    """Whoever proved with this message who they are; in a session see `proven`."""
    in_session: bool = False
    """Whether they proved it in this session, which is then theirs."""
    owner: bytes | None = None
    """Keyed hash of whoever gave their PIN in this session: by it they find their place again."""
    pages: Callable[[Any], int] = lambda screen: 1
    """Over how many parts a screen is spread by whoever writes it."""
    about: int = 0
    """Number of the project that it is about, for what the city pays by project."""
    step: tuple[str, ...] = ()
    """What tells the request from others of its session."""
    found: dict[str, Any] = field(default_factory=dict)
    """What was read already while this request was answered."""
    _known: Known | None = _UNREAD

    def __post_init__(self) -> None:
        self.digests = phones.digests(self.site.secrets, self.number)

    @property
    def takes_words(self) -> bool:
        return self.via is not Via.VOICE or bool(self.gateway)

    @property
    def assurance(self) -> Assurance:
        return Assurance(self.city.phones)

    @property
    def sources(self) -> dict[str, bytes]:
        """Wrong codes and PINs are counted against the number that they come from."""
        return {"device": keyed(self.site.secrets.key("device"), "phone", self.number)[:16]}

    async def guessed_wrong(self, kind: str) -> None:
        """One more from this number, counted whatever else is taken back."""
        async with self.site.database.transaction() as session:
            await count_wrong(session, city_id=self.city.id, kind=kind, sources=self.sources, at=self.at)

    async def known(self) -> Known | None:
        if self._known is _UNREAD:
            today = self.at.astimezone(self.city.zone).date()
            found = await queries.known(self.site.database, city_id=self.city.id, digests=self.digests, today=today)
            if found is not None and (found.seen_in < rules.month(today) or found.digest != self.digests[0]):
                self.site.seen[found.phone_id] = phones.Seen(found.phone_id, self.digests[0], rules.month(today))
            self._known = found
        return self._known

    def reading(self) -> Any:
        return self.site.database.reading()

    @property
    def kept_as(self) -> bytes:
        """Under what its session is kept: nothing in the database leads from there to whoever proved who they are in it."""
        return keyed(self.site.secrets.key("phone places"), self.line)

    def end(self) -> None:
        """This session has come to its end, and was not cut."""
        self.site.end(self.kept_as, at=self.at)

    def changed(self) -> None:
        """What is known of the number is to be read again."""
        self._known = _UNREAD
        self.found.clear()

    async def speak(self) -> None:
        """In the language that the number has chosen, else in the city's own."""
        if not self.language:
            known = await self.known()
            self.choose(known.language if known else None)

    def choose(self, language: str | None) -> None:
        wanted = (language, *self.city.languages, i18n.SOURCE)
        self.language = next(one for one in wanted if one in i18n.LANGUAGES)
        codes = [one.code for one in self.city.spoken_languages] if self.via is Via.VOICE else []
        self.spoken = language if language is not None and language in codes else ""

    # Who

    async def proven(self) -> int | None:
        """Whoever proved in this session who they are: by code, or by PIN."""
        if self.person is None and self.via is not Via.SMS:
            self.person = await queries.in_session(
                self.site.database, city_id=self.city.id, digest=self.line, at=self.at
            )
            self.in_session = self.person is not None
        return self.person

    def enter(self, person: int, *, by_pin: bool) -> None:
        """From now on this session is theirs."""
        self.person, self.in_session = person, True
        if by_pin:
            self.owner = keyed(self.site.secrets.key("phone session"), person)

    async def speaker(self) -> Speaker:
        person = await self.proven()
        return (
            Speaker(person)
            if person is not None
            else rules.speaker(await self.known(), self.assurance, claimed=self.claimed)
        )

    async def voter(self) -> Speaker:
        person = await self.proven()
        return Speaker(person) if person is not None else rules.voter(await self.known(), claimed=self.claimed)

    async def only_claims(self) -> bool:
        """Whether somebody shows a number that others have linked, and has not proved to be one of them: they change nothing of it."""
        known = await self.known()
        return self.claimed and known is not None and bool(known.linked) and await self.proven() is None

    def actor(self, person: int | None) -> Actor:
        return Actor(self.city.id, person, self.via)

    async def speaking(self, session: Session) -> Actor:
        """Whoever speaks now; a number that speaks for the first time begins to be somebody."""
        speaker = await self.speaker()
        if speaker.may_begin:
            phone_id = await self.note(session)
            alone = await phones.begin(session, city_id=self.city.id, phone_id=phone_id, language=self.language)
            if alone is not None:
                return self.actor(alone)
            self.changed()
            speaker = await self.speaker()
        if speaker.refusal is not None:
            raise speaker.refusal
        return self.actor(speaker.person_id)

    async def note(self, session: Session) -> int:
        today = self.at.astimezone(self.city.zone).date()
        return await phones.note(
            session, city_id=self.city.id, digests=self.digests, language=self.spoken or self.language, today=today
        )

    # The same again

    def tokens(self, *what: str | int) -> list[bytes]:
        """By which this act of this session, or this message, is known again: under the current master secret, and under the one before."""
        lines = (self.line, *self.older_lines)
        return [
            keyed(key, "phone", line, *what) for key, line in zip(self.site.secrets.keys("repeat"), lines, strict=False)
        ]

    async def once(
        self, session: Session, what: list[str | int], act: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """Do this the first time; for the same again give the first answer. Not for votes.

        Neither a message nor a request becomes another act, however much later somebody sends it again. A message is one act; a
        request may be several, since all of a session can be dialled at once.
        """
        tokens = self.tokens("act") if self.via is Via.SMS else self.tokens(*what, *self.step)

        async def act_once() -> dict[str, Any]:
            if not await phones.first_time(session, city_id=self.city.id, digests=tokens, at=self.at):
                raise rules.had_before()
            return await act()

        content = keyed(self.site.secrets.key("repeat content"), self.number, *what)
        return await once(session, city_id=self.city.id, token=tokens[0], content=content, at=self.at, act=act_once)
