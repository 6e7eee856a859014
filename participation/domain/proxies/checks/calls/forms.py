"""What somebody says of a call, at a table or after a visit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from participation.domain.proxies.checks.calls.rules import Answer, Voted
from participation.domain.proxies.checks.models import How
from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import _

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Told:
    answer: Answer
    voted: Voted
    how: How
    take_back: bool = False
    """The person wants what was written down for them taken back."""


class Verb(StrEnum):
    """What the buttons of the form do."""

    LOOK = "look"
    TELL = "tell"
    VISIT = "visit"


@dataclass(frozen=True)
class Asked:
    """The whole form, whichever of its buttons was pressed."""

    verb: Verb
    told: Told | None
    visitor: int | None
    """The public number of another delegate."""


def read_asked(form: Reader) -> Asked:
    """Raises `Invalid` with everything that is wrong, also in what the button does not need."""
    verb = form.one_of("do", Verb)
    telling = verb is Verb.TELL
    answer = _one_of(form, "answer", Answer, required=telling)
    how = _one_of(form, "how", How, required=telling)
    voted = _one_of(form, "voted", Voted, required=False) or Voted.UNSAID
    take_back = form.flag("take_back")
    if telling and take_back and answer is Answer.UNREACHED:
        form.wrong("answer", _("Whoever was not reached cannot have taken anything back."))
    visitor = form.integer("visitor", least=1, most=99_999, required=verb is Verb.VISIT)
    form.finish()
    told = Told(answer, voted, how, take_back) if telling and answer is not None and how is not None else None
    return Asked(verb, told, visitor)


def _one_of(form: Reader, name: str, kind: type[E], *, required: bool) -> E | None:
    given = form.text(name, at_most=20, required=False)
    return form.one_of(name, kind) if given or required else None


@dataclass(frozen=True)
class AtTable:
    """Of somebody who came to a checking table."""

    receipt: str
    take_back: bool


def read_table(form: Reader) -> AtTable:
    """As a person brings it to a checking table."""
    take_back = form.text("do", at_most=20, required=False) == "take_back"
    if take_back and not form.flag("sure"):
        form.wrong("sure", _("Please confirm this: what is taken back does not come again."))
    number = typed_number(form.text("receipt", at_most=40))
    if not (len(number) == 12 and has_check_digit(number)):
        form.wrong("receipt", _("This is not one of the receipts."))
    form.finish()
    return AtTable(number, take_back)
