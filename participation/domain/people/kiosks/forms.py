"""Reads what sets up a kiosk, and the code that enrols a screen as one."""

from dataclasses import dataclass

from participation.domain.people.codes.forms import read_digits
from participation.domain.people.kiosks.rules import CODE, LONGEST
from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.kit.forms import Reader
from participation.kit.i18n import _


@dataclass(frozen=True)
class NewKiosk:
    place_id: int
    stands: str
    paper: str


def read_kiosk(form: Reader, city: CityView) -> NewKiosk:
    place = city.place(form.text("district", at_most=60))
    if place is None or place.kind is not PlaceKind.DISTRICT:
        form.wrong("district", _("Please choose one of the districts."))
    stands, paper = read_words(form)
    if place is None:
        raise RuntimeError("finish lets nothing of this through")
    return NewKiosk(place.id, stands, paper)


def read_words(form: Reader) -> tuple[str, str]:
    """Where it stands, and where its paper lies."""
    stands = form.text("stands", at_most=LONGEST)
    paper = form.text("paper", at_most=LONGEST, required=False)
    form.finish()
    return stands, paper


def read_code(form: Reader) -> str:
    return read_digits(form, "code", CODE)
