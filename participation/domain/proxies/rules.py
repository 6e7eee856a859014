"""What is taken, held or refused of what a delegate sends, and why: pure decisions over devices, dates and numbers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from participation.domain.proxies.delegates.models import DelegateState
from participation.kit.errors import Closed, Conflict, NotAllowed, Refusal
from participation.kit.i18n import Message, _

GRACE = timedelta(hours=72)
"""What was finished before a closing is taken for so long after it."""
AHEAD = timedelta(minutes=5)
"""A clock that was corrected may still be off by so much."""
CAP = 40
"""Entries of one delegate in a day; more are held, not dropped."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a moment that no clock shows; what is said to be of then is held."""
YEARS = range(1970, 2200)
LONGEST_ENTRY = 64 * 1024
"""Bytes of one sealed entry."""
CONSENT = 1
"""Version of the text by which people agree; a change makes a new one, and the text of each stands in `consent_text`."""


class Held(StrEnum):
    """Why something that arrived waits for somebody to look at it."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    ENDED = "ended"
    TIME = "time"
    CAP = "cap"
    CODE = "code"
    PIN = "pin"
    CONSENT = "consent"
    NAMES = "names"
    CHECKS = "checks"
    """Call-backs found that the delegate wrote down what people had not said."""


def held_words(reason: str) -> Message:
    """Said to the delegate, and to the person who looks the receipt up."""
    return {
        Held.REVOKED: _("This device was reported lost. What comes from it is kept and looked at by the city."),
        Held.SUSPENDED: _("The delegate is suspended. What they brought is kept until the city has looked at it."),
        Held.ENDED: _("The delegate's time had ended when this was recorded. The city looks at it."),
        Held.TIME: _("The time at which this was recorded cannot be right. The city looks at it."),
        Held.CAP: _("More was recorded on one day than one delegate can do. The city looks at it."),
        Held.CODE: _("The access code does not count. The city keeps what was said, and looks at it."),
        Held.PIN: _(
            "The PIN was missing or wrong. The city keeps what was said, and looks at it. No vote is taken without the right PIN."
        ),
        Held.CONSENT: _("It was not read back, or not by the present text. The city looks at it."),
        Held.NAMES: _("What was said at this meeting may name a city worker. The city looks at it first."),
        Held.CHECKS: _(
            "People who were called had not said what this delegate wrote down. All that they brought waits. You can be visited again by somebody else: ask the district office."
        ),
    }[Held(reason)]


@dataclass(frozen=True)
class Circumstances:
    """All that decides whether an entry waits, besides what it says."""

    enrolled_at: datetime
    revoked_at: datetime | None
    state: str
    ends_at: datetime
    finished: datetime
    received: datetime
    that_day: int
    """Entries of this delegate on that day so far."""


def finished_at(made: datetime, offset: timedelta) -> datetime:
    """By the device's clock, corrected by what it was off at the last contact."""
    try:
        found = made + offset
    except OverflowError:
        return NEVER
    return found if found.year in YEARS else NEVER


def believed(about: Circumstances) -> bool:
    """Whether it can have been finished then: after the device was enrolled, and before now."""
    return about.enrolled_at - AHEAD <= about.finished <= about.received + AHEAD


def held(about: Circumstances) -> Held | None:
    """The first reason for which an entry is kept and not counted yet."""
    if about.revoked_at is not None:
        return Held.REVOKED
    if not believed(about):
        return Held.TIME
    if about.state != DelegateState.APPOINTED:
        return Held.SUSPENDED
    if about.finished >= about.ends_at:
        return Held.ENDED
    return Held.CAP if about.that_day >= CAP else None


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def in_time(closes_at: datetime, finished: datetime, received: datetime) -> Refusal | None:
    """Finished before the closing counts until the end of the grace; what is finished later never does."""
    if finished < closes_at and received >= closes_at + GRACE:
        return Closed(
            "late",
            _("This was recorded in time, but arrived more than 72 hours after the closing. It was not taken."),
            _("Tell the person that it does not count: looking up their receipt finds nothing."),
        )
    return None


def own() -> NotAllowed:
    return NotAllowed(
        "own",
        _("A delegate cannot record their own words or vote."),
        _("Use your own access code on the city's pages, as everybody does."),
    )


def repeated() -> Conflict:
    return Conflict(
        "repeat",
        _("An entry under this number arrived before, with another content. This one was not taken."),
        _("Record it once more as a new entry."),
    )


class ForeignReceipt(Conflict):
    """The number is not there to be used."""


def foreign_receipt() -> ForeignReceipt:
    return ForeignReceipt(
        "receipt",
        _("This receipt does not belong to this device, or was used already."),
        _("Connect the device once, so that it gets new receipts, and record this once more."),
    )


def unreadable() -> Refusal:
    return Conflict(
        "unreadable",
        _("This entry could not be opened. It was damaged, or sealed for another city."),
        _("Keep it on the device, and bring the device to the district office."),
    )


def told(kind: str) -> Message | None:
    """What a person is told on their own page: never which project, or what it was; None when the notice is not about an entry."""
    if kind == "entered":
        return _(
            "A delegate wrote something down in your name. The receipt that you were given shows it; you can take it back there."
        )
    return None


def consent_text() -> list[Message]:
    """What is read out before somebody agrees, version 1: one short sentence after the other."""
    return [
        _("I am a delegate. I write down what you say about this project, and the city receives it."),
        _("Taking part is free. You lose nothing if you say no, and you can stop at any time."),
        _("I do not ask for your name, your papers, or how you live."),
        _("Your words are published without your name. They show that a delegate wrote them down."),
        _("You get a number on paper. With it you can see what was written, say that it is wrong, or take it back."),
        _("Somebody else may ask you later whether this is what you said."),
        _("Do you agree?"),
    ]
