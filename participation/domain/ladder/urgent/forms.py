"""What officials say of a use of the urgent path: ground, law and reasons; and later its review."""

from dataclasses import dataclass

from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.places.queries import CityView
from participation.domain.projects.models import StepKind
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST = 600


@dataclass(frozen=True)
class Urgent:
    step: StepKind
    ground: UrgentGround
    law: str
    reasons: dict[str, str]


@dataclass(frozen=True)
class Review:
    needed: dict[str, str]
    given: dict[str, str]


def read_urgent(fields: Fields, city: CityView) -> Urgent:
    form = Reader(fields)
    said = Urgent(
        step=form.one_of("step", StepKind, missing=_("Please choose one of the answers.")),
        ground=form.one_of("ground", UrgentGround, missing=_("Please choose one of the answers.")),
        law=form.text("law", at_most=300),
        reasons=_texts(form, "reasons", city),
    )
    form.finish()
    return said


def read_review(fields: Fields, city: CityView) -> Review:
    form = Reader(fields)
    said = Review(_texts(form, "needed", city), _texts(form, "given", city))
    form.finish()
    return said


def _texts(form: Reader, name: str, city: CityView) -> dict[str, str]:
    """In every required language, and in others of the city."""
    said = {code: form.text(f"{name}.{code}", at_most=LONGEST, required=False, lines=True) for code in city.languages}
    for code in city.required_languages:
        if not said[code]:
            form.wrong(f"{name}.{code}", _("This is needed in every required language."))
    return {code: text for code, text in said.items() if text}
