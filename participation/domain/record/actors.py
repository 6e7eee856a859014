"""Who acted, and through which channel: stands on every contribution and in every entry of the record."""

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    WEB = "web"
    KIOSK = "kiosk"
    USSD = "ussd"
    SMS = "sms"
    VOICE = "voice"
    ODK = "odk"
    DELEGATE = "delegate"
    PAPER = "paper"
    IMPORT = "import"


BY_DELEGATES = (Via.DELEGATE, Via.ODK, Via.PAPER)
"""What comes so was brought by a delegate: sheets of paper, too, are handed out and collected by one."""


@dataclass(frozen=True)
class Grant:
    """A role for a place, running now."""

    role: str
    place_id: int


@dataclass(frozen=True)
class Actor:
    """Whoever does something. In the public record a resident is `resident`, staff a role and a place, a delegate a number too, never a person."""

    city_id: int
    person_id: int | None
    via: Via
    grants: tuple[Grant, ...] = ()
    staff: bool = False
    """Signed in as staff, whether or not a role is running."""
    role: str = "resident"
    """The role in which they act now; `people.rules.acting` sets it."""
    place: str | None = None
    """Slug of the place for which they act, for staff and delegates."""
    number: int | None = None
    """What a delegate goes by in public this year."""


def system(city_id: int) -> Actor:
    """The platform itself: opening, closing, counting, sealing."""
    return Actor(city_id, None, Via.WEB, role="system")
