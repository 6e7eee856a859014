"""When somebody is asked to confirm, and how long what they did not confirm is kept."""

from datetime import datetime, timedelta

from participation.kit.errors import Gone
from participation.kit.hashing import Secrets, keyed, same
from participation.kit.i18n import _

UNCONFIRMED = timedelta(hours=48)
"""An address that is not confirmed is forgotten after that."""
PAUSE = timedelta(minutes=10)
"""Between two letters that ask for confirmation."""
MOST_ASKED = 3
"""So many letters that ask, and no more until somebody confirms or the address is forgotten: it may be somebody else's."""
LINK = "subscription link"
PURPOSE = "subscription"
"""What addresses are sealed for, and hashed."""
REFUSALS = 3
"""An address that did not take so many letters in a row is forgotten: nobody reads there."""


def may_ask(asked: int, asked_at: datetime, at: datetime) -> bool:
    """Whether another letter that asks for confirmation may go to an address."""
    return asked < MOST_ASKED and at - asked_at >= PAUSE


def digest_of(key: bytes, city_id: int, address: str) -> bytes:
    """By which an address is found again."""
    return keyed(key, city_id, address.lower())


def link(id: int, digest: bytes, secrets: Secrets) -> str:
    """What stands in the links of every letter: whoever holds it may confirm, change and end this subscription, and nothing else."""
    return f"{id}-{keyed(secrets.key(LINK), id, digest).hex()[:32]}"


def number_in(value: str) -> int | None:
    number, _dash, seal = value.partition("-")
    fits = number.isascii() and number.isdigit() and len(number) < 19 and len(seal) == 32
    return int(number) if fits else None


def fits(value: str, id: int, digest: bytes, secrets: Secrets) -> bool:
    """Whether a link is this subscription's, sealed under the current key or the one before."""
    seal = value.partition("-")[2]
    return any(same(seal, keyed(key, id, digest).hex()[:32]) for key in secrets.keys(LINK))


def ended() -> Gone:
    return Gone(
        "subscription_ended",
        _("Nothing is kept for this link: it was ended, or not confirmed in time."),
        _("You can ask to be told by e-mail again on the page of each project."),
    )
