"""How long an attempt at a code waits before it is looked at.

A right code is never refused and an address is never locked out: what grows is only the wait. One device has a small share
of its own, a known login too, a kiosk one for all who come to it, and there is one budget over all doors. Wrong PINs of one person are counted for good, until
the right one comes. Addresses have none: behind
one of them may stand a carrier, a market or a kiosk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from participation.kit.errors import TooMany
from participation.kit.i18n import Message, _

WINDOW = timedelta(minutes=10)
UNCLEAR = "unclear"
"""Kind of what is no guess: a message that nobody understands."""
LONGER = {UNCLEAR: timedelta(hours=1)}
"""By kind, where it is looked at for longer."""
ALL = "all"
FREE = {"device": 5, "kiosk": 20, "person": 5, ALL: 300}
"""Wrong codes in ten minutes before the next attempt waits: people mistype, and a market day has many people."""
LONGEST = {"device": 8.0, "kiosk": 4.0, "person": 8.0, ALL: 2.0}
"""Seconds; a phone on 2G still gets its answer before its browser gives up."""
LONG_WAITS = ((200, 600.0), (50, 60.0))
"""From that many wrong PINs of one person on, the seconds between two attempts: at most 144 a day in the end."""
QUEUE = timedelta(seconds=24)
"""No browser waits longer; who would have to is told to come back. Shorter than a vote may wait: `ballots.rules.PATIENCE`."""


def wait(wrong: Mapping[str, int]) -> float:
    """Seconds to wait, from the counts of wrong codes by kind of source: half a second, doubling with each more."""
    return max((_one(kind, count) for kind, count in wrong.items()), default=0.0)


def _one(kind: str, count: int) -> float:
    beyond = count - FREE[kind]
    if beyond < 0:
        return 0.0
    doublings = beyond // FREE[ALL] if kind == ALL else beyond
    return min(LONGEST[kind], 0.5 * 2.0 ** min(doublings, 10))


def pin_wait(wrong: int) -> float:
    """Seconds between attempts on one person's PIN, by how many wrong ones came since the last right one."""
    if wrong < FREE["person"]:
        return 0.0
    grown = next((seconds for least, seconds in LONG_WAITS if wrong >= least), None)
    return grown or _one("person", wrong)


@dataclass(frozen=True)
class Turn:
    """In how many seconds an attempt is looked at, and from when on the next one may be."""

    wait: float
    next_at: datetime


def turn(wrong: int, free_at: datetime | None, at: datetime) -> Turn | None:
    """When an attempt on one person's PIN is looked at. None: not now, the queue is full.

    A short wait is waited out with the page open. A long one lies between two attempts, and nobody waits for it: whoever
    comes after it is looked at straight away.
    """
    seconds = pin_wait(wrong)
    if seconds <= QUEUE.total_seconds():
        mine = place_in_queue(free_at, seconds, at)
        return None if mine is None else Turn((mine - at).total_seconds(), mine)
    if free_at is not None and free_at > at:
        return None
    return Turn(0.0, at + timedelta(seconds=seconds))


def place_in_queue(free_at: datetime | None, seconds: float, at: datetime) -> datetime | None:
    """When an attempt on one person's PIN is looked at: after those before it, however many come at once.

    None: the queue is full.
    """
    mine = max(at, free_at or at) + timedelta(seconds=seconds)
    return mine if mine - at <= QUEUE else None


def may_come_back(wrong: int) -> TooMany:
    """What somebody is told whose attempt on a PIN is not looked at now."""
    in_a_minute = pin_wait(wrong) <= 60
    return TooMany(
        "pin_queue",
        _("Many wrong PINs are coming in for this code at the moment. Please try again in a minute.")
        if in_a_minute
        else _("Many wrong PINs came for this code. Please try again in ten minutes."),
        _("If this goes on, have your slip replaced."),
    )


def told(kind: str, facts: Mapping[str, object]) -> Message | None:
    """What somebody is told about their slip and PIN, from a notice's code and facts; None when it is about something else."""
    if kind == "wrong_pins":
        return _(
            "Wrong PINs that came for your code before your last right one: %(count)s. If they were not yours, have your slip replaced.",
            count=int(str(facts.get("count"))),
        )
    if kind == "phone_linked":
        return _("A phone was linked to you. If it was not you, take it away and set a PIN.")
    if kind == "pin_removed":
        return _("Your slip was replaced, and your PIN was taken away by staff.")
    return _("Your slip was replaced by staff.") if kind == "slip_replaced" else None
