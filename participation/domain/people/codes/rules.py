"""What makes an access code count, and what may be published about a batch."""

import re
from itertools import accumulate

from participation.domain.people.models import AccessCode, Batch, CodeState
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.hashing import has_check_digit
from participation.kit.i18n import Message, _, digits

LENGTH = 16
_RUN = re.compile(r"[0-9](?:[\W_]{0,3}[0-9])*")
SMALLEST_CELL = 10
LARGEST_BATCH = 20_000


def may_sign_in(code: AccessCode, batch: Batch, *, erased: bool = False) -> Refusal | None:
    """A code counts while it is valid, its batch is activated and not stopped, and its person not erased."""
    if erased:
        return closed_for_good()
    if code.state != CodeState.VALID:
        return NotAllowed(
            "code_void",
            _("This code was declared void."),
            _("If you hold a newer slip, use the code on it. If not, ask where you got this one."),
        )
    if batch.stopped_at is not None:
        return NotAllowed(
            "batch_stopped",
            _("The codes of this batch were stopped."),
            _("With the stub of your slip you get a new code where you got this one."),
        )
    if batch.activated_at is None:
        return NotAllowed(
            "batch_waiting",
            _("The codes of this batch do not count yet."),
            _("A second member of staff has to activate the batch first. Please try again later."),
        )
    return None


def closed_for_good() -> NotAllowed:
    return NotAllowed(
        "code_erased",
        _("Whoever used this code has had everything about them erased."),
        _("It stays closed, so that one person never gets two voices."),
    )


def ended() -> NotAllowed:
    """For whoever had just shown a code that counted."""
    return NotAllowed(
        "code_ended",
        _("This code was stopped just now."),
        _("If you hold a newer slip, use the code on it. If not, ask where you got this one."),
    )


def unknown() -> NotFound:
    return NotFound(
        "code",
        _("This code is not known. Please compare it with your slip."),
        _("If the slip is torn or lost, ask where you got it; take its stub with you."),
    )


PIN_TOO = _("A PIN is set for this code. Please type it too.")
"""Where the code itself need not be typed again."""


def wrong_pin(*, typed: bool) -> NotFound:
    return NotFound(
        "pin",
        _("This is not the PIN of this code.")
        if typed
        else _("A PIN is set for this code. Please type both: code and PIN."),
        _("If you have forgotten your PIN, ask where you got your slip; take its stub with you."),
    )


def may_activate(batch: Batch, person_id: int | None) -> Refusal | None:
    """Two people: whoever issued a batch cannot activate it."""
    if batch.activated_at is not None:
        return Conflict(
            "batch_active", _("This batch is active already."), _("There is nothing left to do: its codes count.")
        )
    if batch.stopped_at is not None:
        return Conflict(
            "batch_stopped",
            _("This batch was stopped."),
            _("Each of its slips can be replaced by a slip of another batch, using the number on its stub."),
        )
    if person_id is None or person_id == batch.issued_by:
        return NotAllowed(
            "two_people",
            _("A batch is activated by somebody other than the person who issued it."),
            _("Ask a colleague with the same role."),
        )
    return None


def used_already() -> Conflict:
    return Conflict(
        "code_used",
        _("The new slip was used already. Take another one."),
        _("Look for a slip whose seal is not broken."),
    )


def may_replace(lost: AccessCode, fresh: AccessCode, fresh_batch: Batch) -> Refusal | None:
    """A lost code is replaced, once, by an unused slip of a batch that counts; the person stays the same."""
    if lost.state == CodeState.REPLACED:
        return Conflict(
            "code_replaced",
            _("This slip was replaced already."),
            _("If the newer slip is lost too, replace it using the number on its own stub."),
        )
    if fresh.used:
        return used_already()
    if fresh.id == lost.id:
        return Conflict(
            "same_code",
            _("These are the serial numbers of one and the same slip."),
            _("Type the stub of the lost slip and the stub of the new one."),
        )
    return may_sign_in(fresh, fresh_batch)


PUBLISHED = _("This holds an access code, and everybody would read it. Take it out, and send it once more.")


def published(text: str) -> Message | None:
    """What is wrong with words that everybody is to read: a code that stands in them gives a voice to whoever reads it."""
    return PUBLISHED if any(map(_holds_code, _RUN.findall(digits(text)))) else None


def _holds_code(run: str) -> bool:
    """However its digits are grouped; a PIN may be glued to its end. Of one long group, every part is looked at."""
    groups = re.findall("[0-9]+", run)
    together, begins = "".join(groups), [0, *accumulate(map(len, groups))]
    ends = set(begins)
    aligned = [one for one in begins if any(one + LENGTH + pin in ends for pin in (0, 6, 7, 8))]
    within = [
        begin + more for begin, group in zip(begins, groups, strict=False) for more in range(len(group) - LENGTH + 1)
    ]
    return any(has_check_digit(together[one : one + LENGTH]) for one in (*aligned, *within))


def shown(count: int) -> int | None:
    """A number of people as it is published: rounded down to tens, so that no two figures leave fewer than ten between them.

    None for fewer than ten.
    """
    return count - count % SMALLEST_CELL or None
