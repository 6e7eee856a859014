"""What stands for a stub that is lost too: digits from a linked phone."""

from datetime import timedelta

from participation.kit.errors import NotAllowed, NotFound
from participation.kit.hashing import has_check_digit, number_from, typed_number
from participation.kit.i18n import _

DIGITS = 7
"""The last of them a check digit. The number on a stub has a dash in it."""
LASTS = timedelta(minutes=30)


def word_from(digest: bytes) -> str:
    return number_from(digest, DIGITS)


def as_word(text: str) -> str | None:
    """These digits, also in groups, as a phone shows them, if that is what was typed and not the number of a stub."""
    bare = typed_number(text)
    return bare if "".join(text.split()).isalnum() and len(bare) == DIGITS and has_check_digit(bare) else None


def linked_to_nobody() -> NotAllowed:
    """Such a phone can vouch for nobody, and asking for the code would be asking for what is lost."""
    return NotAllowed(
        "lost_unlinked",
        _("This phone is linked to nobody."),
        _("With the stub of your slip you get a new one at the desk. Without it, wait for the next slips."),
    )


def no_such_word() -> NotFound:
    return NotFound(
        "lost_word",
        _("These digits are not known, or too old."),
        _("The linked phone gives new ones under the same menu."),
    )
