"""What an answer may be, and when an assessment is complete enough to be handed in and published."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.rules import Answers, Questionnaire, unanswered
from participation.kit.errors import Conflict, Invalid, NotAllowed, Refusal
from participation.kit.i18n import _

LONGEST_UNREVIEWED = timedelta(days=731)
SOURCES = {
    Source.CITY: _("The city says so"),
    Source.SUPPLIER: _("The supplier says so"),
    Source.INDEPENDENT: _("Somebody independent says so"),
    Source.NOBODY: _("Nobody has confirmed it"),
}
GROUNDS = {
    Ground.SECURITY: _("Security of people or equipment"),
    Ground.NEGOTIATION: _("A negotiation that is going on"),
    Ground.COURT: _("A case before a court"),
    Ground.THIRD_PARTY: _("A private person's secret"),
}
"""Supplier, purpose, data, cost and the triple test are never internal, on whatever ground."""


def fingerprint(*said: object) -> str:
    """By which a form tells whether its writer has changed an answer since they saw it: eight hexadecimal digits."""
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:8]


def may_hand_in(asked: Questionnaire, answers: Answers, lacking: Mapping[str, Sequence[str]]) -> Refusal | None:
    """Everything that is asked has an answer, be it that nobody can assess it, and its words are there in every required language."""
    if unanswered(asked, answers):
        return Conflict(
            "unanswered",
            _("Some questions are not answered yet."),
            _("The list of sections shows where. Whatever nobody can assess can be marked so."),
        )
    if lacking:
        return Conflict(
            "untranslated",
            _("Some answers are missing in a required language."),
            _("Choose that language above the questions, and write them."),
        )
    return None


def may_publish(
    *,
    project_public: bool,
    handed_in: bool,
    same_person: bool,
    review_on: date,
    ends: Sequence[date | None],
    today: date,
) -> Refusal | None:
    """Two people, of a project that everybody knows of; and a day within two years on which the city looks at it again.

    `ends`: of internal answers. One that has come already would make public at once what an office means to keep.
    """
    if not project_public:
        return Conflict(
            "draft",
            _("The project itself is not published yet."),
            _("Publish the project first, then its assessments."),
        )
    if not handed_in:
        return Conflict(
            "not_handed_in",
            _("This assessment has not been handed in, or has been changed since."),
            _("Hand it in first; then a second person publishes it."),
        )
    if same_person:
        return NotAllowed(
            "same_person",
            _("Whoever handed it in cannot publish it."),
            _("A second official has to read and publish it."),
        )
    if any(end is None or end <= today for end in ends):
        return Conflict(
            "internal_ended",
            _("The day until which an answer is kept internal has come already."),
            _("Make that answer public, or choose a later day; then hand the assessment in again."),
        )
    if not today < review_on <= today + LONGEST_UNREVIEWED:
        return Invalid({"review_on": _("Please choose a day within the next two years.")})
    return None
