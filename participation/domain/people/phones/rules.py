"""Whom a number speaks for, what it may do, and when it stops being theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from participation.domain.people.guesses.rules import FREE, pin_wait
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.i18n import Message, _

SILENCE = timedelta(days=366)
"""After so long a number may have been given to somebody else."""
MOST = 8
"""People on one number."""
JOIN_LASTS = timedelta(minutes=15)
JOIN_DIGITS = 9
"""The last of them a check digit."""


class Assurance(StrEnum):
    """What a city asks of whoever takes part by phone."""

    NUMBER = "number"
    """A number may comment, react and answer by itself. It never votes by itself."""
    CODE = "code"
    """Everything needs an access code, or a number that was linked with one."""


@dataclass(frozen=True)
class Linked:
    """One of the people with a code who use a number."""

    person_id: int
    has_pin: bool


@dataclass(frozen=True)
class Known:
    """What is known of a number: its row, the person that it is by itself, and those who have linked it."""

    phone_id: int
    digest: bytes
    language: str | None
    shared: bool
    seen_in: date
    alone: int | None
    linked: tuple[Linked, ...]

    @property
    def with_pin(self) -> bool:
        """Whether anybody who has linked it has set a PIN: against whoever else holds the phone."""
        return any(one.has_pin for one in self.linked)


@dataclass(frozen=True)
class Speaker:
    """Who speaks from a number without proving more than that they hold it; `may_begin`: a person may be made for it."""

    person_id: int | None = None
    may_begin: bool = False
    refusal: Refusal | None = None


def speaker(known: Known | None, assurance: Assurance, *, claimed: bool = False) -> Speaker:
    """For whatever is not a vote: the one person who linked it, else the number by itself where the city lets it. `claimed`: the number may be faked, and
    speaks for nobody who has linked it."""
    if known is not None and known.linked:
        if known.shared:
            return Speaker(refusal=shared())
        if claimed:
            return Speaker(refusal=pin_needed() if known.linked[0].has_pin else code_needed())
        return Speaker(known.linked[0].person_id)
    if assurance is Assurance.CODE:
        return Speaker(refusal=code_needed())
    return Speaker(None if known is None else known.alone, may_begin=True)


def voter(known: Known | None, *, claimed: bool = False) -> Speaker:
    """A vote by number alone: only where one person has linked it, and has set no PIN. `claimed`: the number may be faked."""
    if known is None or not known.linked:
        return Speaker(refusal=code_needed())
    if known.shared:
        return Speaker(refusal=shared())
    one = known.linked[0]
    if one.has_pin:
        return Speaker(refusal=pin_needed())
    return Speaker(refusal=code_needed()) if claimed else Speaker(one.person_id)


def may_link(linked: Sequence[Linked], person_id: int) -> Refusal | None:
    if len(linked) >= MOST and person_id not in {one.person_id for one in linked}:
        return Conflict(
            "phone_full",
            _("Too many people use this number already."),
            _("Use your access code each time instead."),
        )
    return None


def silent_since(today: date) -> date:
    """A number that was last heard of before this may be somebody else's."""
    return month(today - SILENCE)


def month(day: date) -> date:
    return day.replace(day=1)


def not_staff() -> NotAllowed:
    return NotAllowed(
        "staff",
        _("You are signed in as staff."),
        _("To speak as a resident, sign out and sign in with your own access code."),
    )


def code_needed() -> NotAllowed:
    return NotAllowed(
        "code_needed", _("An access code is needed for this."), _("The code is on the slip that the city hands out.")
    )


def pin_needed() -> NotAllowed:
    return NotAllowed("pin_needed", _("Your PIN is needed for this."), _("Send it once more with your PIN."))


def shared() -> NotAllowed:
    return NotAllowed(
        "phone_shared",
        _("Several people use this number."),
        _("Send it once more with your access code or PIN."),
    )


def had_before() -> Conflict:
    return Conflict(
        "had_before", _("This message arrived before, and was acted upon then."), _("Write it anew to say it again.")
    )


def no_such_word() -> NotFound:
    return NotFound(
        "join_word", _("These digits are not known, or too old."), _("Your page on the web gives you new ones.")
    )


def same_pin() -> Conflict:
    return Conflict(
        "same_pin",
        _("Several people who use this number have this PIN."),
        _("Type your access code, and your PIN behind it."),
    )


def no_pin_here() -> NotFound:
    """Nobody who has linked this number has one: it is not wrong, and nobody needs a new slip because of it."""
    return NotFound(
        "pin",
        _("No PIN is known for this number."),
        _("Type the 16 digits on your slip, and behind them your PIN if you have set one."),
    )


def pin_fits_nobody(wrong: int) -> NotFound:
    """`wrong`: how many wrong ones have come since the last right one, with this one."""
    return NotFound(
        "pin",
        _next_try(wrong),
        _("If you have forgotten your PIN, ask where you got your slip; take its stub with you."),
    )


def _next_try(wrong: int) -> Message:
    """Nobody is ever locked out: what grows is the wait."""
    seconds = pin_wait(wrong)
    if seconds == 0:
        return _("This PIN is wrong. Tries left without a wait: %(count)s.", count=FREE["person"] - wrong)
    if seconds < 60:
        return _("This PIN is wrong. The next try takes some seconds longer.")
    if seconds == 60:
        return _("This PIN is wrong. Please wait a minute before the next try.")
    return _("This PIN is wrong. Please wait ten minutes before the next try.")
