"""What enrols a kiosk, how it stands, and how it looks from the desk beside it: pure decisions."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from participation.kit.errors import Conflict, Gone, NotFound, Refusal
from participation.kit.hashing import Secrets, keyed
from participation.kit.i18n import _

CODE = 12
"""Digits of a code that enrols a kiosk."""
WORKS_FOR = timedelta(days=7)
"""Longer than a delegate's code: somebody drives to a library with it."""
LONGEST = 200
PRESENT = timedelta(seconds=100)
"""After the last sign of life: rest, warning, and the time that a slow network takes."""
CALLED = timedelta(minutes=15)
"""For so long somebody is expected to come, unless they do or whoever called says that they are done."""


class Standing(StrEnum):
    WAITING = "waiting"
    """A code was made, and no screen has been enrolled with it yet."""
    WORKING = "working"
    ENDED = "ended"


class Looks(StrEnum):
    """All that staff beside a kiosk see of it."""

    FREE = "free"
    IN_USE = "in use"
    NEEDS_HELP = "needs help"


class Facts(Protocol):
    @property
    def enrolled_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def used_at(self) -> datetime | None: ...
    @property
    def help_at(self) -> datetime | None: ...


def standing(kiosk: Facts) -> Standing:
    if kiosk.ended_at is not None:
        return Standing.ENDED
    return Standing.WAITING if kiosk.enrolled_at is None else Standing.WORKING


def looks(kiosk: Facts, at: datetime) -> Looks:
    """Whoever has called for help and touches nothing still waits for it, also after the screen has been wiped."""
    if kiosk.help_at is not None and at - kiosk.help_at < CALLED:
        return Looks.NEEDS_HELP
    return Looks.IN_USE if kiosk.used_at is not None and at - kiosk.used_at < PRESENT else Looks.FREE


def code_digests(secrets: Secrets, code: str) -> list[bytes]:
    """Under the current master secret first, then under the one that is being replaced."""
    return [keyed(key, code) for key in secrets.keys("kiosk code")]


def token_digests(secrets: Secrets, token: str) -> list[bytes]:
    """The same for what stands in a kiosk's cookie; a hash that is found under the older one is renewed at rest."""
    return [keyed(key, token) for key in secrets.keys("kiosk")]


def may_enrol(ended_at: datetime | None, code_until: datetime | None, at: datetime) -> Refusal | None:
    """A code works once, for a week, while its kiosk has not been ended."""
    if ended_at is not None:
        return may_change(ended_at)
    if code_until is not None and at >= code_until:
        return Gone(
            "kiosk_code_old", _("This code is too old. It works for seven days."), _("Ask the office for a new one.")
        )
    return None


def may_change(ended_at: datetime | None) -> Refusal | None:
    if ended_at is None:
        return None
    return Conflict(
        "kiosk_ended",
        _("This kiosk was ended. It stays in the list, so that the record can be understood."),
        _("Set up a new kiosk for the same place."),
    )


def unknown_code() -> NotFound:
    return NotFound(
        "kiosk_code",
        _("This code is not known. Please compare it with what you were given."),
        _("If it is right, it was used already: ask the office for a new one."),
    )


def no_kiosk() -> NotFound:
    return NotFound("kiosk", _("There is no such kiosk."), _("The list of kiosks shows all of them."))
