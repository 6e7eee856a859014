"""Takes the rows of a sheet one by one, each in a transaction of its own, as long as its sender may be kept waiting."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog

from participation.channels.http.taking import subject_of
from participation.channels.http.visit import Visit
from participation.domain.consultations.about.queries import About, about
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.operations import Taken, again, take
from participation.domain.proxies.queries import Had, by_day, had
from participation.domain.proxies.rules import Held, day_of, held_words
from participation.domain.proxies.spreadsheets import rules
from participation.domain.proxies.spreadsheets.forms import Filled, Typed
from participation.domain.proxies.spreadsheets.operations import arrived
from participation.domain.proxies.spreadsheets.queries import on_paper
from participation.kit.errors import Refusal, TooMany, Unavailable
from participation.kit.i18n import Message

log = structlog.get_logger()
COLUMNS = {"receipt": "receipt", "repeat": "receipt", "printed": "receipt", "project": "project"}
"""Refusals that are about one cell."""
PATIENCE = 20
"""Seconds after which the rest waits for the sheet to be sent again; what was taken by then is known by its receipts."""


@dataclass(frozen=True)
class Outcome:
    """What became of a row."""

    row: Typed
    status: str
    """`accepted`, `had`, `held`, `refused`, or `later`: it was not looked at."""
    wrong: Mapping[str, Message] = field(default_factory=dict)
    """By column; what concerns the row as a whole under no name."""
    next_step: Message | None = None
    held: Message | None = None
    """Why it waits."""


class SheetTaking:
    """One sheet, for the office of one delegate."""

    def __init__(self, visit: Visit, device: DeviceView) -> None:
        self._visit, self._site, self._city, self._device = visit, visit.site, visit.city, device
        self._had: dict[uuid.UUID, Had] = {}
        self._by_day: dict[date, int] = {}
        self._projects: dict[str, About] = {}
        self._on_paper: set[str] = set()

    async def take(self, filled: Filled) -> Sequence[Outcome]:
        receipts = [row.receipt for row in filled.rows]
        ids = [rules.client_id(receipt) for receipt in receipts]
        async with self._visit.reading() as session:
            self._had = dict(await had(session, device_id=self._device.id, ids=ids))
            self._by_day = await by_day(session, delegate_id=self._device.delegate_id, zone=self._city.zone)
            self._on_paper = await on_paper(session, city_id=self._city.id, receipts=receipts)
        until = time.monotonic() + PATIENCE
        outcomes = []
        for row in filled.rows:
            outcomes.append(await self._one(row) if time.monotonic() < until else Outcome(row, "later"))
        return outcomes

    async def _one(self, row: Typed) -> Outcome:
        if row.said is None:
            return Outcome(row, "refused", row.wrong)
        try:
            before = self._had.get(rules.client_id(row.receipt))
            if before is not None:
                again(before, *row.digests(self._site.secrets))
                return Outcome(row, "had")
            taken = await self._take(row)
        except (TooMany, Unavailable):
            return Outcome(row, "later")
        except Refusal as said:
            refusal = rules.for_an_office(said)
            log.info("entry_refused", code=refusal.code)
            return Outcome(row, "refused", {COLUMNS.get(refusal.code, ""): refusal.message}, refusal.next_step)
        if taken is None:
            return Outcome(row, "later")
        return Outcome(row, taken.state, held=None if taken.reason is None else held_words(Held(taken.reason)))

    async def _take(self, row: Typed) -> Taken | None:
        """None where too many wrong codes came, and this one has to wait. Raises the refusal."""
        if row.receipt in self._on_paper:
            raise rules.on_paper()
        new = arrived(row, self._city, self._site.secrets, self._visit.at)
        subject = await subject_of(self._site, self._city, self._device, new.said.code, self._visit.at)
        if subject is None:
            return None
        day = day_of(new.finished, self._city.zone)
        async with self._visit.transaction() as session:
            if new.said.project not in self._projects:
                project = await about(session, city_id=self._city.id, slug=new.said.project)
                self._projects[new.said.project] = project
            taken = await take(
                session,
                city=self._city,
                device=self._device,
                about=self._projects[new.said.project],
                arrived=new,
                subject=subject,
                that_day=self._by_day.get(day, 0),
                secrets=self._site.secrets,
                at=self._visit.at,
            )
        self._by_day[day] = self._by_day.get(day, 0) + 1
        self._had[new.id] = Had(new.digest, taken.state, taken.reason, taken.receipt)
        return taken
