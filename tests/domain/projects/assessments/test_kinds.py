"""The questionnaires that come with the platform: complete, in four languages, and none of the nine points forgotten."""

from collections.abc import Iterator

import pytest

from participation.domain.projects.assessments.queries import SCREENING, shipped, shipped_one
from participation.domain.projects.assessments.rules import (
    POINTS,
    Asks,
    Counts,
    Question,
    QuestionKind,
    Words,
    owed,
    score,
)

KINDS = (
    *("problem", "needs", "human-rights", "gender-equality", "data-protection", "algorithmic", "environment"),
    *("risk", "cost-benefit", "homes-livelihoods", "technology-supplier", "triple-test"),
)
LANGUAGES = {"en", "sw", "ar", "fr"}
NEVER_INTERNAL = ("triple-test", "technology-supplier", "cost-benefit", SCREENING)


def test_every_kind_is_there() -> None:
    assert set(shipped()) == {*KINDS, SCREENING}


def texts(kind: str) -> Iterator[Words]:
    asked = shipped_one(kind)
    yield from (asked.title, asked.about)
    for section in asked.sections:
        yield section.title
        yield section.about or asked.title
        for question in section.questions:
            yield question.text
            yield question.help or asked.title
            yield from (choice.text for choice in question.choices)
    yield from (one.why for one in asked.owes)


@pytest.mark.parametrize("kind", shipped())
def test_all_of_it_is_there_in_four_languages(kind: str) -> None:
    assert all(set(words) == LANGUAGES for words in texts(kind))


def asked_of_all() -> Iterator[tuple[str, Question]]:
    for kind in shipped():
        yield from ((kind, question) for question in shipped_one(kind).questions)


def test_a_fact_is_the_same_question_wherever_it_is_asked() -> None:
    facts: dict[str, Question] = {}
    for kind, question in asked_of_all():
        if question.fact is not None:
            first = facts.setdefault(question.fact, question)
            assert (question.kind, question.text) == (first.kind, first.text), (kind, question.id)
            assert question.asks is first.asks
            assert [(one.id, one.text) for one in question.choices] == [(one.id, one.text) for one in first.choices]
    assert {"purpose", "supplier", "cost", "data", "receivers", "moves"} <= set(facts)


def test_each_of_the_nine_points_has_one_place_that_no_project_can_miss() -> None:
    places = [(question.point, kind) for kind, question in asked_of_all() if question.point is not None]
    assert sorted(point for point, _kind in places) == sorted(POINTS)
    always = {one.kind for one in owed(shipped_one(SCREENING), {})}
    assert {kind for _point, kind in places} <= always
    points = [question for _kind, question in asked_of_all() if question.point is not None]
    assert all(question.required and question.visible_if is None for question in points)


def test_supplier_purpose_data_cost_and_the_triple_test_are_never_internal() -> None:
    internal = [(kind, question) for kind, question in asked_of_all() if question.internal]
    assert internal
    for kind, question in internal:
        assert kind not in NEVER_INTERNAL
        assert question.fact is None
        assert question.point is None


@pytest.mark.parametrize(
    ("criteria", "owes"), [((), False), (("scale",), False), (("scale", "sensitive"), True), (("nothing",), False)]
)
def test_two_criteria_of_wp_248_require_a_data_protection_assessment(criteria: tuple[str, ...], owes: bool) -> None:
    answers = {"personal": ["yes"], "criteria": criteria, "receivers": ["city"]}
    kinds = {one.kind for one in owed(shipped_one(SCREENING), answers)}
    assert ("data-protection" in kinds) is owes


def decides() -> list[Question]:
    screening = shipped_one(SCREENING)
    named = {asked.question for one in screening.owes if one.when is not None for asked in one.when.asks()}
    return [question for question in screening.questions if question.id in named]


@pytest.mark.parametrize("question", decides(), ids=lambda question: question.id)
def test_what_nobody_can_assess_requires_whatever_any_answer_would(question: Question) -> None:
    screening = shipped_one(SCREENING)
    others = {} if question.id == "personal" else {"personal": ["yes"]}

    def required(*chosen: str) -> dict[str, bool]:
        return {one.kind: one.unsure for one in owed(screening, {**others, question.id: chosen})}

    unknown = required("unknown")
    for choice in question.choices:
        assert set(required(choice.id)) <= set(unknown), choice.id
    always = set(required())
    assert {kind for kind, unsure in unknown.items() if unsure} == set(unknown) - always
    assert set(unknown) > always or question.id == "receivers", "there is something that it decides"


def test_what_is_not_asked_because_of_something_unknown_counts_as_unknown_too() -> None:
    """Whether personal data are used nobody can say: so nobody was asked for the nine criteria either."""
    screening = shipped_one(SCREENING)
    no, unknown = ({"personal": [answer], "receivers": ["nobody"]} for answer in ("no", "unknown"))
    assert "data-protection" not in {one.kind for one in owed(screening, no)}
    assert "data-protection" in {one.kind for one in owed(screening, unknown)}


def test_the_screening_is_short_and_knows_every_kind() -> None:
    screening = shipped_one(SCREENING)
    assert len(screening.questions) <= 16
    assert {one.kind for one in screening.owes} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_questionnaire_can_be_low_and_very_high(kind: str) -> None:
    asked = shipped_one(kind)
    if not any(question.counts for question in asked.questions):
        return
    best: dict[str, list[str]] = {}
    worst: dict[str, list[str]] = {}
    for question in asked.questions:
        if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
            by_score = sorted(question.choices, key=lambda choice: choice.score)
            best[question.id] = [by_score[0].id]
            top = [choice.id for choice in by_score if choice.score] or [
                choice.id for choice in by_score if choice.id not in ("none", "nothing", "nobody")
            ]
            worst[question.id] = top if question.kind is QuestionKind.SEVERAL else top[-1:]
            if question.counts is Counts.MITIGATION:
                worst[question.id] = [by_score[0].id]
    assert str(score(asked, best).level) == "low"
    assert str(score(asked, worst).level) == "very_high"


def test_the_supplier_has_a_part_and_every_kind_that_scores_knows_when_it_owes_an_opinion_from_outside() -> None:
    parts = {kind for kind, question in asked_of_all() if question.asks is Asks.SUPPLIER}
    assert {"technology-supplier", "algorithmic", "environment"} <= parts
    assert not parts & {SCREENING, "triple-test", "human-rights", "homes-livelihoods"}
    for kind in shipped():
        asked = shipped_one(kind)
        assert (asked.outside is not None) == any(question.counts for question in asked.questions)


TEXT, OTHER, HALF_A_DAY = 5, 1, 240
"""Minutes, as we reckon them, for an answer in words and for any other, in one language; translating comes on top."""


def test_a_small_project_is_assessed_in_half_a_day() -> None:
    """From blank to what can be handed in: the screening and what it requires of every project, a fact once."""
    screening = shipped_one(SCREENING)
    kinds = [screening, *(shipped_one(one.kind) for one in owed(screening, {"size": ["small"], "personal": ["no"]}))]
    asked: dict[str, Question] = {}
    for kind in kinds:
        for question in kind.questions:
            if question.required and question.visible_if is None:
                asked.setdefault(question.fact or f"{kind.kind}/{question.id}", question)
    texts = sum(question.kind is QuestionKind.TEXT for question in asked.values())
    assert texts * TEXT + (len(asked) - texts) * OTHER <= HALF_A_DAY
