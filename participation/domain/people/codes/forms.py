"""Reads codes, PINs and numbers of stubs, whatever digits, spaces and dashes were used; and what a new batch needs."""

import re
from dataclasses import dataclass

from participation.domain.people.codes.rules import LARGEST_BATCH, LENGTH
from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import _, digits


@dataclass(frozen=True)
class Code:
    number: str
    pin: str
    digests: tuple[bytes, ...] = ()
    """In place of a number that was read a moment ago and is not kept: its keyed hashes."""


def read_code(form: Reader) -> Code:
    """Length and check digit come first, before anything is looked up, so that mistyping costs nobody anything."""
    number = typed_number(form.text("code", at_most=100, missing=_("Please type the code on your slip.")))
    pin = read_pin(form)
    if "code" not in form.errors:
        if not (number.isascii() and number.isdigit()):
            form.wrong("code", _("A code has digits only. Please compare it with your slip."))
        elif len(number) != LENGTH:
            form.wrong(
                "code",
                _(
                    "A code has %(wanted)s digits, and this has %(typed)s. Please compare it with your slip.",
                    wanted=LENGTH,
                    typed=len(number),
                ),
            )
        elif not has_check_digit(number):
            form.wrong("code", _("One digit is wrong, or two are swapped. Please compare it with your slip."))
    return Code(number, pin)


def read_pin(form: Reader) -> str:
    """The PIN that may come with a code."""
    return typed_number(form.text("pin", at_most=40, required=False))


def code_in_place_of_pin(pin: str) -> str | None:
    """A slip that a reader of QR codes typed where the PIN belongs, also after the first digits of one: no PIN is as long."""
    number = pin[-LENGTH:]
    return number if len(number) == LENGTH and has_check_digit(number) else None


def read_digits(form: Reader, name: str, wanted: int) -> str:
    """A code that enrols a device, in any script and with any spaces; length and check digit come first, so that mistyping costs no guess."""
    number = typed_number(form.text(name, at_most=100, missing=_("Please type the code that you were given.")))
    if name in form.errors:
        return number
    if not (number.isascii() and number.isdigit()) or len(number) != wanted:
        form.wrong(
            name, _("This code has %(wanted)s digits. Please compare it with what you were given.", wanted=wanted)
        )
    elif not has_check_digit(number):
        form.wrong(name, _("One digit is wrong, or two are swapped. Please compare it with what you were given."))
    return number


def read_new_pin(form: Reader) -> str:
    """Six to eight digits, typed twice."""
    pin = typed_number(form.text("new_pin", at_most=40))
    again = typed_number(form.text("new_pin_again", at_most=40))
    if "new_pin" not in form.errors and not (pin.isascii() and pin.isdigit() and 6 <= len(pin) <= 8):
        form.wrong("new_pin", _("A PIN has six to eight digits."))
    elif "new_pin" not in form.errors and len(set(pin)) == 1:
        form.wrong("new_pin", _("Please do not use the same digit throughout."))
    elif pin != again:
        form.wrong("new_pin_again", _("The two are not the same. Please type the PIN again."))
    return pin


@dataclass(frozen=True)
class NewBatch:
    district_id: int
    count: int
    handed_out_by: str


def read_batch(form: Reader, city: CityView, most: int = LARGEST_BATCH) -> NewBatch:
    """How many slips, for which district, and who hands them out where."""
    district = city.place(form.text("district", at_most=60))
    if district is None or district.kind is not PlaceKind.DISTRICT:
        form.wrong("district", _("Please choose one of the districts."))
    count = form.integer("count", least=1, most=most)
    handed_out_by = form.text("handed_out_by", at_most=200)
    form.finish()
    if district is None:
        raise RuntimeError("finish lets nothing of this through")
    return NewBatch(district.id, count, handed_out_by)


def read_stub(form: Reader, name: str) -> tuple[int, int]:
    """The number on a stub: batch and serial, as `12-34`."""
    typed = digits(form.text(name, at_most=40))
    found = re.fullmatch(r"\D{0,6}(\d{1,6})\D{1,3}(\d{1,6})", typed, re.ASCII)
    if found is None:
        form.wrong(name, _("Please type the number as it stands on the stub, for example 12-34."))
        return 0, 0
    return int(found[1]), int(found[2])
