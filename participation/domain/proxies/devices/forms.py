"""Reads what enrols a device: a code of 12 digits, in any script and with any spaces, and what its delegate calls it."""

from participation.domain.people.codes import forms as slips
from participation.domain.people.codes.forms import Code
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.rules import CODE, KINDS, LONGEST_LABEL
from participation.kit.forms import Reader
from participation.kit.i18n import _


def read_code(form: Reader, name: str = "code") -> str:
    return slips.read_digits(form, name, CODE)


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
