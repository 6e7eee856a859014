"""Reads what enrols a device: a code of 12 digits, in any script and with any spaces, and what its delegate calls it."""

from participation.domain.people.codes import forms as slips
from participation.domain.people.codes.forms import Code
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.rules import CODE, KINDS, LONGEST_LABEL
from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import _


def read_code(form: Reader, name: str = "code") -> str:
    """Length and check digit come first, so that mistyping costs nobody a guess."""
    number = typed_number(form.text(name, at_most=100, missing=_("Please type the code that you were given.")))
    if name in form.errors:
        return number
    if not (number.isascii() and number.isdigit()) or len(number) != CODE:
        form.wrong(name, _("This code has %(wanted)s digits. Please compare it with what you were given.", wanted=CODE))
    elif not has_check_digit(number):
        form.wrong(name, _("One digit is wrong, or two are swapped. Please compare it with what you were given."))
    return number


def read_label(form: Reader, name: str = "label") -> str:
    return form.text(name, at_most=LONGEST_LABEL)


def read_own(form: Reader, *, none: bool) -> Code | None:
    """The delegate's own access code as a resident, so that nobody enters for themselves; only who says that there is none goes without."""
    if form.text("code", at_most=100, required=False):
        return slips.read_code(form)
    if not none and "code" not in form.errors:
        form.wrong("code", _("Please type the delegate's own access code, or say that they have none."))
    return None


def read_kind(form: Reader, name: str = "kind") -> DeviceKind:
    kind = form.one_of(name, DeviceKind)
    if kind not in KINDS:
        form.wrong(name, _("Please choose one of the answers."))
    return kind
