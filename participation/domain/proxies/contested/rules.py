"""For which reasons one of two votes stands, or neither: pure decisions."""

from enum import StrEnum

from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import Message, _


class Why(StrEnum):
    ASKED = "asked"
    INVENTED = "invented"
    UNKNOWN = "unknown"


REASONS: dict[Why, Message] = {
    Why.ASKED: _("The person was asked in front of which delegate they voted."),
    Why.INVENTED: _("It was found that a delegate had brought what nobody said."),
    Why.UNKNOWN: _("It could not be found out."),
}


def may_settle(*, keep: bool, why: Why) -> Refusal | None:
    """Nobody lets one of two votes stand by guessing."""
    if keep and why is Why.UNKNOWN:
        return Conflict(
            "guessed",
            _("A vote stands only for a reason. Where it cannot be found out which is the person's, neither counts."),
            _("Ask the person, or choose that neither counts. They can still vote themselves until voting closes."),
        )
    return None


def no_number() -> Refusal:
    return Conflict(
        "no_number",
        _("There is no number to call, or not any more."),
        _("Choose that neither counts, unless the person comes to the city themselves."),
    )
