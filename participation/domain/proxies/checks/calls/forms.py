"""What somebody says of a call, at a table or after a visit."""

from dataclasses import dataclass

from participation.domain.proxies.checks.calls.rules import Answer, Voted
from participation.domain.proxies.checks.models import How
from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import _


@dataclass(frozen=True)
class Told:
    answer: Answer
    voted: Voted
    how: How


def read_told(form: Reader) -> Told:
    """Raises `Invalid` with everything that is wrong."""
    answer = form.one_of("answer", Answer)
    how = form.one_of("how", How)
    voted = form.text("voted", at_most=10, required=False)
    form.finish()
    return Told(answer, Voted(voted) if voted in set(Voted) else Voted.UNSAID, how)


def read_receipt(form: Reader) -> str:
    """As a person brings it to a checking table."""
    number = typed_number(form.text("receipt", at_most=40))
    if not (len(number) == 12 and has_check_digit(number)):
        form.wrong("receipt", _("This is not one of the receipts."))
    form.finish()
    return number


def read_visitor(form: Reader) -> int:
    """The public number of another delegate."""
    number = form.integer("visitor", least=1, most=99_999)
    form.finish()
    return number
