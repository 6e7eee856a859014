"""What somebody must say to vote, and what an official must say to put something to the vote."""

from dataclasses import dataclass

from participation.domain.ballots.choice_codes.forms import read_choice
from participation.domain.ballots.choice_codes.rules import Said
from participation.domain.ballots.rules import GRACE_HOURS
from participation.domain.people.codes.forms import Code, read_code
from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST_QUESTION = 300
MOST_VOTES = 10**9


@dataclass(frozen=True)
class VoteSaid:
    choice: Said
    """The number of an option, or a choice code."""
    code: Code | None
    """Of somebody who is not signed in: it casts this vote and nothing else."""


@dataclass(frozen=True)
class BallotSaid:
    """The question, and the rule by which the votes will be counted."""

    questions: dict[str, str]
    threshold: int
    quorum: int
    binding: bool
    districts: tuple[int, ...]
    grace_hours: int = 0
    """Where delegates may carry votes."""


def read_vote(fields: Fields, *, with_code: bool) -> VoteSaid:
    form = Reader(fields)
    choice = read_choice(form, fields)
    code = read_code(form) if with_code else None
    form.finish()
    return VoteSaid(choice, code)


def read_ballot(fields: Fields, city: CityView) -> BallotSaid:
    form = Reader(fields)
    asked = {
        language: form.text(f"questions.{language}", at_most=LONGEST_QUESTION, required=False)
        for language in city.languages
    }
    questions = {language: text for language, text in asked.items() if text}
    if not questions and not form.errors:
        form.wrong(f"questions.{city.languages[0]}", _("Please write this in at least one language."))
    threshold = form.integer("threshold", least=1, most=99)
    quorum = form.integer("quorum", least=0, most=MOST_VOTES, required=False) or 0
    binding = form.text("binding", at_most=3, missing=_("Please choose one of the answers."))
    if binding not in ("", "yes", "no"):
        form.wrong("binding", _("Please choose one of the answers."))
    places = [city.place(slug) for slug in form.several("districts")]
    if any(place is None or place.kind is not PlaceKind.DISTRICT for place in places):
        form.wrong("districts", _("Please choose places from the list."))
    grace_hours = GRACE_HOURS if form.flag("carried") else 0
    form.finish()
    chosen = tuple(sorted({place.id for place in places if place}))
    return BallotSaid(questions, threshold, quorum, binding == "yes", chosen, grace_hours)
