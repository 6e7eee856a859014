"""What the running application holds: settings, database, secrets, cities, templates, cache and clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from participation.channels.http.cache import PageCache
from participation.channels.http.templates import Templates
from participation.domain.notices.costs.operations import Spent, add
from participation.domain.notices.costs.rules import month_of
from participation.domain.notices.messages.operations import Answer, queue
from participation.domain.people.codes.rules import SMALLEST_CELL as LEAST
from participation.domain.people.codes.uses.operations import Use, note_uses
from participation.domain.people.kiosks.operations import note_present
from participation.domain.people.kiosks.queries import Enrolled, enrolled
from participation.domain.people.kiosks.rules import token_digests
from participation.domain.people.phones.operations import Seen, disown, note_seen
from participation.domain.places.queries import CityView, Directory, directory
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.kit.hourly import Hourly
from participation.settings import Settings

SEARCHES = 3
"""At a time; others wait, so that whoever votes meanwhile finds the database free."""
SPENDING = timedelta(seconds=30)
"""For so long what phones cost is added up in memory."""
LIVING = timedelta(seconds=10)
"""For so long signs of life at kiosks wait for others; the desk looks every 20 seconds."""
ANSWERING = timedelta(seconds=3)
"""For so long answers that go another way than their questions came wait for others."""


class Gateway(Protocol):
    """What pages have to know of a gateway of phones; `channels.phone.gateway` knows more."""

    @property
    def name(self) -> str: ...
    @property
    def city(self) -> str | None: ...
    @property
    def number(self) -> str: ...
    @property
    def missed(self) -> str: ...
    @property
    def pays(self) -> str: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def cap(self) -> Decimal | None: ...


@dataclass
class Site:
    settings: Settings
    database: Database
    templates: Templates
    clock: Callable[[], datetime]
    cache: PageCache = field(default_factory=PageCache)
    directory: Directory = field(default_factory=lambda: Directory(()))
    kiosks: dict[bytes, Enrolled] = field(default_factory=dict)
    """Those that work, by the hash of their cookie: in mind, so that no page at a kiosk asks the database more than others do."""
    figures: dict[str, tuple[datetime, tuple[int, int]]] = field(default_factory=dict)
    """Numbers that cost much to count, each with the moment until which it is good."""
    uses: dict[int, Use] = field(default_factory=dict)
    """By code: those that were used for the first time to vote, see `note_uses`."""
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    """By name."""
    spent: dict[tuple[int, date, str, int], Spent] = field(default_factory=dict)
    """What phones cost since it was last written down, by city, month, gateway and project."""
    spent_since: datetime | None = None
    answers: dict[bytes, Answer] = field(default_factory=dict)
    """Text messages that are still to be written down, by what they answer."""
    answers_since: datetime | None = None
    came: Hourly = field(default_factory=Hourly)
    """Messages that were answered, by number, and calls that were paid for."""
    ended: set[bytes] = field(default_factory=set)
    """Sessions that came to their end; that nobody finds them again is written down with what was spent."""
    seen: dict[int, Seen] = field(default_factory=dict)
    """Numbers that were heard of for the first time this month, or under an older secret; written down with what was spent."""
    present: dict[int, datetime] = field(default_factory=dict)
    """By kiosk: the last sign of life of whoever stands there, see `note_present`."""
    present_noted: datetime | None = None
    searching: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SEARCHES))
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.secrets = Secrets(self.settings.secret, self.settings.secret_previous)

    async def note_uses(self) -> None:
        """Note of at least ten codes at once, in the order of the codes, that they were used: so it leads to nobody's vote.

        Fewer wait in memory. Should the process end meanwhile, a code is counted when it is used next.
        """
        if len(self.uses) < LEAST:
            return
        uses = sorted(self.uses.values(), key=lambda use: use.code_id)
        async with self.database.transaction() as session:
            await note_uses(session, uses)
        for use in uses:
            self.uses.pop(use.code_id)

    def spend(self, city: CityView, gateway: Gateway, *, project: int, units: int, at: datetime) -> None:
        """One more message, session or call. Written down later with others, so that nothing stands beside a vote."""
        key = (city.id, month_of(at, city.zone), gateway.name, project)
        one = Spent(*key, messages=1, units=units, cost=units * gateway.price)
        self.spent[key] = self.spent[key].plus(one) if key in self.spent else one
        self.spent_since = self.spent_since or at

    def end(self, session: bytes, *, at: datetime) -> None:
        self.ended.add(session)
        self.spent_since = self.spent_since or at

    async def note_spent(self, *, now: bool = False) -> None:
        if self.spent_since is None or not (now or self.clock() - self.spent_since >= SPENDING):
            return
        spent, self.spent = self.spent, {}
        seen, self.seen = self.seen, {}
        ended = set(self.ended)
        self.spent_since = None
        try:
            async with self.database.transaction() as session:
                await add(session, list(spent.values()))
                await note_seen(session, list(seen.values()))
                await disown(session, ended)
        except BaseException:
            # The database is away: what was spent meanwhile is added to it.
            for key, more in self.spent.items():
                spent[key] = spent[key].plus(more) if key in spent else more
            self.spent, self.seen, self.spent_since = spent, seen | self.seen, self.clock()
            raise
        self.ended -= ended

    def answer_later(self, answer: Answer, *, at: datetime) -> None:
        """Once for the same message. Written down later, with others where there are any, and not in the order in which they came. When few vote, the row
        stands close behind a vote all the same, until the rows of votes are mixed within the minute."""
        self.answers.setdefault(answer.answers, answer)
        self.answers_since = self.answers_since or at

    async def note_answers(self, *, now: bool = False) -> None:
        """Should the process end meanwhile, what was done is done, and whoever hears nothing of it may ask again."""
        if self.answers_since is None or not (now or self.clock() - self.answers_since >= ANSWERING):
            return
        held = list(self.answers.values())
        async with self.database.transaction() as session:
            await queue(session, held, secrets=self.secrets, at=self.clock())
        for one in held:
            self.answers.pop(one.answers)
        self.answers_since = self.clock() if self.answers else None

    async def note_present(self, *, now: bool = False) -> None:
        """That somebody stands at these kiosks. Written when it is time, whatever they do there, and not when they vote."""
        at = self.clock()
        if not now and self.present_noted is not None and at - self.present_noted < LIVING:
            return
        present, self.present, self.present_noted = self.present, {}, at
        if present:
            async with self.database.transaction() as session:
                await note_present(session, present)

    async def load(self) -> None:
        """Read the cities and their kiosks again; done at start and when one has changed.

        One reading after the other: of two at once the older could end last, and a kiosk that was ended would go on.
        """
        async with self.loading, self.database.reading() as session:
            self.directory = await directory(session)
            self.kiosks = await enrolled(session)

    def kiosk(self, city_id: int, token: str) -> Enrolled | None:
        """The kiosk whose cookie this is."""
        found = (self.kiosks.get(digest) for digest in token_digests(self.secrets, token))
        return next((one for one in found if one is not None and one.city_id == city_id), None)
