"""Reads a receipt as people type it."""

from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import _

LENGTH = 12


def read_receipt(form: Reader) -> str:
    """Any script's digits, spaces and dashes; length and check digit before anything is looked up."""
    number = typed_number(form.text("receipt", at_most=100, missing=_("Please type the number of your receipt.")))
    if "receipt" in form.errors:
        return number
    if not (number.isascii() and number.isdigit()) or len(number) != LENGTH:
        form.wrong("receipt", _("A receipt has %(wanted)s digits. Please compare them.", wanted=LENGTH))
    elif not has_check_digit(number):
        form.wrong("receipt", _("One digit is wrong, or two are swapped. Please compare it with your receipt."))
    return number
