"""Who may read a sheet and who settles it, and whether two readings say the same: pure decisions."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from participation.domain.proxies.paper.models import SheetState
from participation.domain.proxies.rules import GRACE
from participation.kit.errors import Conflict, NotAllowed, Refusal
from participation.kit.i18n import _

VOID, BODY = "void", "body"
Fields = Mapping[str, str]
"""As they stand on a sheet; empty where nothing does."""


def finished(typed: datetime, printed: datetime, closes: datetime) -> datetime:
    """When a sheet counts as finished: when it was first typed in, or, within the grace after a closing before which it was printed, just before that."""
    if printed < closes <= typed < closes + GRACE:
        return closes - timedelta(microseconds=1)
    return typed


def may_read(state: SheetState, own: bool) -> Refusal | None:
    """`own`: whoever asks has read it already."""
    if state is SheetState.DIFFERS:
        return Conflict(
            "sheet_differs",
            _("Two people have read this sheet, and not in the same way."),
            _("Open it again: somebody who has not read it settles what it says."),
        )
    return _done(state) or (_own() if own else None)


def may_settle(state: SheetState, own: bool) -> Refusal | None:
    """Only where two differ, and by neither of them."""
    if own and state is SheetState.DIFFERS:
        return NotAllowed(
            "own_reading",
            _("You are one of the two who have read this sheet. They differ."),
            _("Hand it to a third person, who settles what it says."),
        )
    if state is SheetState.DIFFERS:
        return None
    return _done(state) or Conflict(
        "sheet_agrees", _("There is nothing to settle on this sheet."), _("Open it again, to see how it stands.")
    )


def _own() -> Refusal:
    return NotAllowed(
        "same_reader",
        _("You have read this sheet already. Somebody else has to read it independently."),
        _("Hand it to a colleague, without telling them what you have typed."),
    )


def _done(state: SheetState) -> Refusal | None:
    if state is SheetState.TAKEN:
        return Conflict(
            "sheet_taken",
            _("This sheet was taken already. It counts once."),
            _("Put it aside. Whoever has the stub can look up what was written down."),
        )
    if state is SheetState.VOID:
        return Conflict(
            "sheet_void",
            _("Two people have found that there is nothing to be taken from this sheet."),
            _("Put it aside. If that is wrong, let the person fill in another sheet."),
        )
    return None


def quicker() -> Conflict:
    return Conflict(
        "reading_again",
        _("Somebody else stored their reading at the same moment. Yours was not stored."),
        _("Please send it once more."),
    )


def differing(first: Fields, second: Fields) -> list[str]:
    """The fields in which two readings say something else; where one says that there is nothing to be taken, that alone."""
    if first.get(VOID, "") != second.get(VOID, ""):
        return [VOID]
    names = dict.fromkeys([*first, *second])
    return [name for name in names if _said(name, first) != _said(name, second)]


def _said(name: str, fields: Fields) -> str:
    """Of what was written, the words: two people never set the same commas."""
    value = fields.get(name, "")
    if name != BODY:
        return value
    return "".join(letter for letter in value.casefold() if unicodedata.category(letter)[0] in "LNMS")
