"""What stands for a stub that is lost too: digits from a linked phone."""

from datetime import timedelta

from participation.kit.errors import NotFound
from participation.kit.hashing import has_check_digit, number_from, typed_number
from participation.kit.i18n import _

DIGITS = 7
"""The last of them a check digit. The number on a stub has a dash in it."""
LASTS = timedelta(minutes=30)


def word_from(digest: bytes) -> str:
    return number_from(digest, DIGITS)


def as_word(text: str) -> str | None:
    """These digits, if that is what was typed and not the number of a stub."""
    bare = typed_number(text)
    return bare if text.strip().isalnum() and len(bare) == DIGITS and has_check_digit(bare) else None


def no_such_word() -> NotFound:
    return NotFound(
        "lost_word",
        _("These digits are not known, or too old."),
        _("The linked phone gives new ones under the same menu."),
    )
