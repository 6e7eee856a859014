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
        reasons=form.texts("reasons", city.languages, city.required_languages, at_most=LONGEST),
    )
    form.finish()
    return said


def read_review(fields: Fields, city: CityView) -> Review:
    form = Reader(fields)
    said = Review(
        *(form.texts(name, city.languages, city.required_languages, at_most=LONGEST) for name in ("needed", "given"))
    )
    form.finish()
    return said
