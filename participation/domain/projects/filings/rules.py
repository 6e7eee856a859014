"""Who may be asked for what, what may still be written, and how an organisation's answer stands to the city's: pure decisions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from participation.domain.projects.assessments.rules import CHOSEN, UNKNOWN, Question, QuestionKind
from participation.domain.projects.filings.models import FilingState, Purpose, Stance
from participation.domain.projects.models import ProjectState
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.kit.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, Refusal
from participation.kit.i18n import _

LONGEST_LINK = timedelta(days=180)
ANSWERED_WITHIN = timedelta(days=14)
"""In which the city publishes what was handed in, or says why not; later than that is shown as late."""

NO_LINK = "filing_link"
"""Code of the refusal that is counted against whoever guesses."""

PURPOSES = {
    Purpose.SUPPLIER: _("The supplier's part"),
    Purpose.OWN: _("An assessment of its own"),
    Purpose.COUNTER: _("A counter-assessment"),
    Purpose.OPINION: _("An opinion"),
}
STATES = {
    FilingState.OPEN: _("Being written"),
    FilingState.HANDED_IN: _("Handed in: the city has to publish it, or say why not"),
    FilingState.PUBLISHED: _("Published"),
    FilingState.REFUSED: _("Not published"),
}
STANCES = {
    Stance.FOR: _("For"),
    Stance.AGAINST: _("Against"),
    Stance.MIXED: _("For and against"),
}


class Beside(StrEnum):
    """How an organisation's answer stands to the city's."""

    DIFFERS = "differs"
    ALONE = "alone"
    """The city has not answered it, or keeps its answer internal."""
    AGREES = "agrees"


def may_ask(
    *,
    state: str,
    organisation: str,
    purpose: Purpose,
    kind: str | None,
    known: bool,
    published: bool,
    until: date,
    today: date,
) -> Refusal | None:
    """A link is for one purpose on a public project, and ends within half a year.

    `known`: there is such a questionnaire; `published`: the city has published its answers to it.
    """
    if state != ProjectState.PUBLISHED:
        return Conflict(
            "not_public",
            _("Organisations are asked on a public project, on which the city has not decided yet."),
            _("Publish the project first: nobody outside reads what residents cannot."),
        )
    if purpose is Purpose.SUPPLIER and organisation != OrganisationKind.SUPPLIER:
        return Invalid({"organisation": _("Only a supplier fills in the supplier's part.")})
    if purpose in (Purpose.OWN, Purpose.COUNTER) and kind is None:
        return Invalid({"kind": _("Please choose the assessment whose questions are answered.")})
    if kind is not None and not known:
        return Invalid({"kind": _("Please choose one of the answers.")})
    if kind is not None and purpose in (Purpose.COUNTER, Purpose.OPINION) and not published:
        return Invalid({"kind": _("The city has to publish this assessment of its own first.")})
    return may_end(until, today)


def may_end(until: date, today: date) -> Refusal | None:
    if not today < until <= today + LONGEST_LINK:
        return Invalid({"until": _("Please choose a day within the next 180 days.")})
    return None


def may_open(*, stopped: bool, ends_at: datetime, at: datetime) -> Refusal | None:
    """Until it was handed in a link may be opened again and again; what was handed in can still be read."""
    if stopped:
        return Gone("link_stopped", _("The city has stopped this link."), _("Ask the office that gave it to you."))
    if ends_at <= at:
        return Gone(
            "link_ended",
            _("This link has ended."),
            _("Ask the office that gave it to you for a new one; what was saved is kept."),
        )
    return None


def may_write(state: str) -> Refusal | None:
    if state == FilingState.OPEN:
        return None
    return Conflict(
        "handed_in",
        _("This has been handed in, and nobody can change it any more."),
        _("The page of this link shows it as it was handed in."),
    )


def may_hand_in(
    *, purpose: Purpose, answered: int, missing: int, words: Mapping[str, str], interests: bool
) -> Refusal | None:
    """Interests first. Whoever assesses by themselves answers everything; others as much as they have to say."""
    if not interests:
        return Conflict(
            "interests",
            _("Nothing is handed in without declared interests."),
            _("Say what your organisation gains from this project, and who pays it."),
        )
    if purpose is Purpose.OPINION and not words:
        return Conflict("empty", _("Nothing is written yet."), _("Write the opinion first, then hand it in."))
    if purpose is not Purpose.OPINION and not answered:
        return Conflict("empty", _("Nothing is answered yet."), _("Answer at least one question, then hand it in."))
    if purpose is Purpose.OWN and missing:
        return Conflict(
            "unanswered",
            _("Some questions are not answered yet."),
            _("The list of sections shows where. Whatever nobody can assess can be marked so."),
        )
    return None


def may_decide(state: str) -> Refusal | None:
    """The city publishes what was handed in, once and as it is, or refuses once and says why."""
    if state == FilingState.HANDED_IN:
        return None
    if state == FilingState.OPEN:
        return Conflict(
            "not_handed_in",
            _("The organisation has not handed this in yet."),
            _("Wait until it does, or stop its link."),
        )
    return Conflict("decided", _("The city has answered this already."), _("The project's page of opinions shows how."))


def from_outside(organisation: str, kind: str | None) -> bool:
    """The voice of somebody independent on one assessment: what an assessment owes that nobody could answer."""
    return organisation in INDEPENDENT and kind is not None


def may_be_second(first: Sequence[int | None], actor_id: int | None) -> Refusal | None:
    """Whoever registered the organisation or held its link could have written all of it: another official publishes it."""
    if None not in (actor_id, *first) and actor_id not in first:
        return None
    return NotAllowed(
        "same_person",
        _("You registered this organisation or made its link, so you cannot publish what it says about an assessment."),
        _("Ask a second official, who did neither, to read and publish it."),
    )


def late(state: str, handed_in_at: datetime | None, at: datetime) -> bool:
    """The city has had it for longer than it may keep it to itself."""
    return state == FilingState.HANDED_IN and handed_in_at is not None and handed_in_at + ANSWERED_WITHIN < at


def stands(question: Question, city: Mapping[str, Any] | None, theirs: Mapping[str, Any]) -> Beside:
    """Choices are compared as they are, words in a language that both have used."""
    if city is None or "ground" in city:
        return Beside.ALONE
    unsure = UNKNOWN in city["chosen"] or UNKNOWN in theirs["chosen"]
    if unsure or question.kind in (*CHOSEN, QuestionKind.NUMBER, QuestionKind.DATE):
        same = set(city["chosen"]) == set(theirs["chosen"])
    else:
        both = set(city["words"]) & set(theirs["words"])
        same = any(_plain(city["words"][language]) == _plain(theirs["words"][language]) for language in both)
    return Beside.AGREES if same else Beside.DIFFERS


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def differing_first(rows: Sequence[tuple[Question, Sequence[Beside]]]) -> list[int]:
    """Places of rows: differences in choices, differences in words, what the city left open, what all agree on."""

    def rank(place: int) -> tuple[int, int]:
        question, found = rows[place]
        if Beside.DIFFERS in found:
            return (0 if question.kind in CHOSEN else 1, place)
        return (2 if Beside.ALONE in found else 3, place)

    return sorted(range(len(rows)), key=rank)


def not_there() -> NotFound:
    """The same for a wrong secret and for one that never was."""
    return NotFound(
        NO_LINK,
        _("There is no such link."),
        _("Copy the whole address from the message in which you got it, or ask the office that gave it to you."),
    )


def missing() -> NotFound:
    return NotFound(
        "filing", _("There is nothing of this number."), _("The project's page of opinions lists what is there.")
    )
