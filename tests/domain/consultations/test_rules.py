"""When residents may speak, and what they go by: pure decisions."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from participation.domain.consultations import forms, rules
from participation.domain.consultations.models import ReactionKind
from participation.domain.consultations.rules import Step
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.rules import CHOICES, RULES, may_decide, reason_words, told
from participation.domain.projects.models import Feature
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.errors import Invalid
from participation.kit.forms import Said
from tests.cast import DAY, NOW

ZONE = ZoneInfo("Africa/Nairobi")
TALK = Step("consultation", NOW - DAY, NOW + DAY, NOW - DAY, None, ["comment", "react"])
VOTE = Step("decision", NOW + 5 * DAY, NOW + 9 * DAY, None, None, ["vote"])
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("steps", "at", "code", "then"),
    [
        ([TALK, VOTE], NOW, None, None),
        ([TALK, VOTE], NOW + DAY - SECOND, None, None),
        ([TALK, VOTE], NOW + DAY, "closed", "The vote comes next, from 6 Mar 2027, 12:00 (EAT)."),
        ([TALK], NOW + DAY, "closed", "The project's page says what comes next."),
        ([TALK, replace(VOTE, opened_at=VOTE.opens_at)], NOW + 6 * DAY, "closed", "The vote is open until"),
        ([replace(TALK, opened_at=None), VOTE], NOW - 2 * DAY, "not_open", "Until then"),
        ([replace(TALK, opened_at=None), VOTE], NOW, "not_open", "what is missing"),
        ([replace(TALK, ended_at=NOW)], NOW, "closed", ""),
        ([replace(TALK, allows=["react"]), VOTE], NOW, "not_taken", "The vote comes next"),
        ([], NOW, "not_taken", ""),
    ],
)
def test_comments_are_taken_while_a_step_that_takes_them_is_open(steps, at, code, then) -> None:  # type: ignore[no-untyped-def]
    refusal = rules.closed(steps, Feature.COMMENT, at, ZONE)
    assert (refusal.code if refusal else None) == code
    if refusal is not None:
        assert then in str(refusal.next_step)


def test_a_page_is_made_again_when_the_next_date_comes() -> None:
    assert rules.changes_at([TALK, VOTE], NOW) == NOW + DAY
    assert rules.changes_at([TALK, VOTE], NOW + DAY) == NOW + 5 * DAY
    assert rules.changes_at([TALK, VOTE], NOW + 10 * DAY) is None


@pytest.mark.parametrize(
    ("person", "grants", "open_to_all", "code"),
    [
        (1, (), False, None),
        (None, (), True, None),
        (None, (), False, "sign_in"),
        (1, (Grant("moderator", 1),), False, "staff"),
        (1, (Grant("official", 1),), True, "staff"),
    ],
)
def test_residents_speak_for_themselves(person, grants, open_to_all, code) -> None:  # type: ignore[no-untyped-def]
    refusal = rules.may_speak(Actor(1, person, Via.WEB, grants), open_to_all=open_to_all)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("before", [None, *ReactionKind])
@pytest.mark.parametrize("after", list(ReactionKind))
def test_counters_move_by_what_changed_and_by_nothing_else(before: ReactionKind | None, after: ReactionKind) -> None:
    moves = rules.shifted(before, after)
    assert sum(moves.values()) == (1 if before is None else 0)
    assert bool(moves) == (before is not after)


@pytest.mark.parametrize(
    ("body", "page", "language"),
    [
        ("Plain words", "en", "en"),
        ("Maneno ya kawaida", "sw", "sw"),
        ("كلمات عادية مع word", "en", "ar"),
        ("सामान्य शब्द", "en", "hi"),
        ("Обычные слова", "fr", "ru"),
        ("我觉得很好 OK", "en", "zh"),
        ("Plain words", "ar", "und"),
        ("12 : 45 !", "ar", "ar"),
        ("ភាសាខ្មែរ", "en", "und"),
    ],
)
def test_the_language_is_the_page_s_unless_the_letters_say_otherwise(body: str, page: str, language: str) -> None:
    assert rules.language_of(body, page) == language


def test_nobody_is_called_by_a_name() -> None:
    assert str(rules.name_of(48213, "web", None)) == "Resident 48213"
    assert str(rules.name_of(48213, "import", None)) == "Participant 48213"
    assert str(rules.name_of(None, "web", None)) == "Somebody who was not signed in"
    assert rules.name_of(None, "web", "Office for Water") == "Office for Water"


@pytest.mark.parametrize("value", ["7:agree", "٧:agree"])
def test_a_reaction_is_a_number_and_a_word(value: str) -> None:
    assert forms.read_reaction(Said({"react": value})) == forms.Reacted(7, ReactionKind.AGREE)


@pytest.mark.parametrize(
    "value", ["", "7", "agree", "7:no", "7 :agree", "7:agree:pass", "²:agree", ["7:agree", "7:pass"]]
)
def test_anything_else_is_no_reaction(value: str | list[str]) -> None:
    with pytest.raises(Invalid):
        forms.read_reaction(Said({"react": value}))


def test_a_field_sent_twice_with_different_answers_is_refused_beside_the_field() -> None:
    with pytest.raises(Invalid) as invalid:
        forms.read_comment(Said({"body": ["One", "Two"], "stance": "for"}))
    assert set(invalid.value.errors) == {"body"}


def test_each_reason_is_said_in_words_and_an_import_s_cannot_be_chosen() -> None:
    assert set(RULES) == set(Reason)
    assert Reason.IMPORTED not in CHOICES
    assert str(reason_words("insult")) == "The comment insults somebody"
    assert reason_words("nonsense") is reason_words(None) is None
    assert told("other", {}) is None


@pytest.mark.parametrize(
    ("before", "after", "own", "code"),
    [
        (Status.SHOWN, Status.HIDDEN, False, None),
        (Status.HIDDEN, Status.SHOWN, False, None),
        (Status.SHOWN, Status.HIDDEN, True, "own"),
        (Status.HIDDEN, Status.HIDDEN, False, "state"),
        (Status.SHOWN, Status.SHOWN, False, "state"),
        (Status.ERASED, Status.SHOWN, False, "erased"),
    ],
)
def test_what_a_moderator_may_decide(before: Status, after: Status, own: bool, code: str | None) -> None:
    refusal = may_decide(before, after, own=own)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("grants", [(), (Grant("official", 1),)])
def test_a_session_of_staff_never_speaks_as_a_resident_not_even_after_its_role_has_ended(
    grants: tuple[Grant, ...],
) -> None:
    actor = Actor(city_id=1, person_id=7, via=Via.WEB, grants=grants, staff=True)
    for open_to_all in (True, False):
        refusal = rules.may_speak(actor, open_to_all=open_to_all)
        assert refusal is not None
        assert refusal.code == "staff"


@pytest.mark.parametrize(
    ("status", "own", "code", "now"),
    [
        (Status.SHOWN, True, "own", "what others say"),
        (Status.HIDDEN, False, "hidden", "other comments"),
        (Status.ERASED, False, "hidden", "other comments"),
    ],
)
def test_whoever_cannot_react_is_told_what_they_can_do(status: Status, own: bool, code: str, now: str) -> None:
    refusal = rules.may_react(status, own=own)
    assert refusal is not None
    assert refusal.code == code
    assert now in str(refusal.next_step)
    assert rules.may_react(Status.SHOWN, own=False) is None
