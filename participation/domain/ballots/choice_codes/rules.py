"""What a choice code is, what the return code beside it is made of, and which of them are refused: pure decisions."""

from dataclasses import dataclass
from datetime import datetime

from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import Dated, Phase, phase
from participation.kit.errors import Closed, Conflict, NotAllowed, NotFound, Refusal
from participation.kit.hashing import keyed, same
from participation.kit.i18n import _

LENGTH = 10
"""Digits of a choice code, the last a check digit: unlike a number of an option (1), a receipt (12) and an access code (16)."""
RETURN = 4
"""Digits of a return code: whoever swaps a choice guesses the right one once in ten thousand times."""
LARGEST_BATCH = 20_000
WRONG_CODE, GUESSED = "choice_code", "choice"
"""How a wrong one is refused; and by which name it is counted, apart from access codes: those give a voice, these only hide one."""


@dataclass(frozen=True)
class ChoiceCode:
    """What somebody said instead of a choice."""

    number: str


Said = Choice | ChoiceCode
"""What comes in as the choice of a vote, on every channel."""


@dataclass(frozen=True)
class Meant:
    """What was chosen, and where a code said it the sheet that this is printed on."""

    choice: Choice
    sheet: bytes = b""
    batch: int = 0


@dataclass(frozen=True)
class Answer:
    """What whoever votes is told: that it arrived, and after a choice code by which number they see that it arrived as meant."""

    receipt: str
    returned: str | None = None


def batch_name(ballot_id: int, number: int) -> str:
    """As it stands on each sheet: the ballot and the batch, and nothing by which one sheet is told from another."""
    return f"{ballot_id}-{number}"


# Under the ballot's own key


def code_of(key: bytes, number: str) -> bytes:
    return keyed(key, "choice code", number)


def content_of(key: bytes, code: bytes, sheet: bytes, choice: Choice) -> bytes:
    return keyed(key, "choice of code", code, sheet, int(choice))


def choice_in(key: bytes, code: bytes, sheet: bytes, content: bytes) -> Choice | None:
    """None where nobody with the key has written it."""
    return next((choice for choice in Choice if same(content, content_of(key, code, sheet, choice))), None)


def holder_of(key: bytes, person_id: int) -> bytes:
    return keyed(key, "holder of a sheet", person_id)


def returned(key: bytes, said: Said) -> str | None:
    """The return code, which comes back with the receipt: made from the choice code, as a receipt is from its token, and kept nowhere."""
    if not isinstance(said, ChoiceCode):
        return None
    digest = keyed(key, "return code", said.number)
    return str(int.from_bytes(digest, "big") % 10**RETURN).zfill(RETURN)


NONE = 10**RETURN


def hidden(key: bytes, entry: bytes, back: str | None) -> bytes:
    """A return code where it has to wait for its voter: looks the same without the key whatever it is, and whether there is one."""
    return bytes(
        a ^ b for a, b in zip((NONE if back is None else int(back)).to_bytes(2, "big"), _pad(key, entry), strict=True)
    )


def shown(key: bytes, entry: bytes, kept: bytes) -> str | None:
    number = int.from_bytes(bytes(a ^ b for a, b in zip(kept, _pad(key, entry), strict=True)), "big")
    return None if number >= NONE else str(number).zfill(RETURN)


def _pad(key: bytes, entry: bytes) -> bytes:
    return keyed(key, "return code of an entry", entry)[:2]


# Refusals


def not_yours() -> NotFound:
    """In the same words for a code that nobody has, one of another ballot, and one of a sheet that somebody else has used: nothing is learnt by trying."""
    return NotFound(
        WRONG_CODE,
        _("This is not a code of your sheet for this ballot. Your vote was not counted."),
        _("Compare it with your sheet. Else ask for a new sheet, or vote without one."),
    )


def may_use(stopped_at: datetime | None, at: datetime) -> Refusal | None:
    """A batch that others may have copied hides nothing any more. Votes that were cast with it before stay: they were their voters' own."""
    if stopped_at is None or at < stopped_at:
        return None
    return NotAllowed(
        "sheets_stopped",
        _("The sheets of this batch were stopped. Your vote was not counted."),
        _("Ask for a sheet of another batch, or vote without one."),
    )


def may_print(ballot: Dated, at: datetime) -> Refusal | None:
    """From its announcement, which makes its key, until it closes."""
    now = phase(ballot, at)
    if now in (Phase.PLANNED, Phase.OPEN):
        return None
    return not_announced() if now is Phase.DRAFT else closed()


def not_announced() -> Conflict:
    return Conflict(
        "not_announced",
        _("Sheets are printed for a ballot that is announced."),
        _("Announce the ballot first. Sheets can be printed from then on until it closes."),
    )


def closed() -> Closed:
    return Closed("closed", _("Sheets can be printed until the ballot closes."), _("This one takes no votes any more."))


def printed_meanwhile() -> Conflict:
    return Conflict(
        "batch_number",
        _("Somebody else had sheets printed at the same moment. Yours were not made."),
        _("Throw away what was printed of it, and please send this once more."),
    )


def stopped() -> Conflict:
    return Conflict(
        "batch_stopped", _("This batch was stopped."), _("There is nothing left to do: its codes take no votes.")
    )


def no_batch() -> NotFound:
    return NotFound("batch", _("There is no batch with this number."), _("The list shows all batches of this ballot."))
