"""Which questions are asked, what the answers score, and the Canadian questionnaire by its own figures."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from participation.domain.projects.assessments.forms import Broken, read_questionnaire
from participation.domain.projects.assessments.imported.operations import bring_in, written
from participation.domain.projects.assessments.queries import questionnaire as stored
from participation.domain.projects.assessments.rules import (
    LEVELS,
    Questionnaire,
    owed,
    owes_opinion,
    score,
    unanswered,
    unresolved,
    visible,
)
from participation.domain.projects.assessments.surveyjs.forms import read_surveyjs
from participation.kit.database import Session
from participation.kit.errors import Conflict
from tests.cast import NOW, Cast

SHARED = Path(os.environ.get("TEST_SHARED", Path(__file__).resolve().parents[5] / "shared"))
CANADA = SHARED / "data" / "assessments" / "canada-aia-survey-enfr.json"
SETS = json.loads((Path(__file__).parent / "canada.json").read_text())
"""Answer sets of our own, with [risk, mitigation, total, level] as SurveyJS and the Canadian tool's arithmetic gave them for each."""


@pytest.fixture(scope="module")
def canada() -> Questionnaire:
    if not CANADA.exists():
        pytest.skip(f"{CANADA} is not there")
    return read_surveyjs(CANADA.read_bytes(), kind="algorithmic-canada")


@pytest.mark.parametrize("name", SETS)
def test_the_canadian_questionnaire_gives_its_own_score_and_level(canada: Questionnaire, name: str) -> None:
    answers = {
        question: [chosen] if isinstance(chosen, str) else chosen for question, chosen in SETS[name]["answers"].items()
    }
    found = score(canada, answers)
    assert [found.risk, found.mitigation, found.total, LEVELS.index(found.level) + 1] == SETS[name]["score"]


def test_the_sets_stand_on_both_sides_of_the_threshold_and_on_each_level(canada: Questionnaire) -> None:
    scores = [entry["score"] for entry in SETS.values()]
    assert {level for *_rest, level in scores} == {1, 2, 3, 4}
    reduced = [risk for risk, _mitigation, total, _level in scores if total < risk]
    mitigated = [risk for risk, mitigation, total, _level in scores if mitigation and total == risk]
    assert reduced
    assert mitigated
    assert all(question.text["en"] and question.text["fr"] for question in canada.questions if "fr" in question.text)
    assert len(canada.questions) == 295


def test_what_was_brought_in_is_kept_in_our_own_format_and_scores_the_same(canada: Questionnaire) -> None:
    again = read_questionnaire(json.dumps(written(canada, 1)), foreign=True)
    assert [question.id for question in again.questions] == [question.id for question in canada.questions]
    for entry in SETS.values():
        answers = {name: [chosen] if isinstance(chosen, str) else chosen for name, chosen in entry["answers"].items()}
        assert score(again, answers) == score(canada, answers)


async def test_a_questionnaire_is_brought_in_once_and_a_shipped_one_never_replaced(
    session: Session, cast: Cast
) -> None:
    asked = read(question("a"))
    everything: dict[str, Any] = {"city": cast.city, "actor": cast.ada, "at": NOW}
    assert await bring_in(session, asked=asked, **everything) == 1
    assert await bring_in(session, asked=asked, **everything) == 1
    assert await bring_in(session, asked=read(question("a"), question("b")), **everything) == 2
    found = await stored(session, city_id=cast.city.id, kind="k")
    assert found is not None
    assert (found.version, len(found.questions)) == (2, 2)
    with pytest.raises(Conflict):
        await bring_in(session, asked=replace(asked, kind="triple-test"), **everything)


@pytest.mark.parametrize("always", [{"fact": "cost"}, {"fact": "supplier"}, {"point": "consent"}])
def test_no_questionnaire_of_a_citys_own_keeps_a_fact_or_a_point_internal(always: dict[str, str]) -> None:
    assert read(question("a", **always)).questions[0].internal is False
    with pytest.raises(Broken) as refused:
        read(question("a", internal=True, **always))
    assert "internal" in str(refused.value.message)


def words(text: str) -> dict[str, str]:
    return {"en": text}


def question(name: str, **more: Any) -> dict[str, Any]:
    choices = [{"id": "no", "text": words("No")}, {"id": "yes", "text": words("Yes"), "score": 4}]
    return {"id": name, "kind": "choice", "text": words(name), "counts": "risk", "choices": choices} | more


def questionnaire(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    section = {"id": "one", "title": words("One"), "questions": list(questions)}
    return {"kind": "k", "version": 1, "title": words("K"), "about": words("About"), "sections": [section]} | more


def read(*questions: dict[str, Any], **more: Any) -> Questionnaire:
    return read_questionnaire(json.dumps(questionnaire(*questions, **more)))


def test_what_is_not_asked_any_more_does_not_count() -> None:
    asked = read(question("a"), question("b", visible_if={"question": "a", "is": "yes"}))
    assert [one.id for one in visible(asked, {"a": ["yes"]})] == ["a", "b"]
    stale = {"a": ["no"], "b": ["yes"]}
    assert [one.id for one in visible(asked, stale)] == ["a"]
    assert score(asked, stale).risk == 0
    third = read(
        question("a"),
        question("b", visible_if={"question": "a", "is": "yes"}),
        question("c", visible_if={"question": "b", "is": "yes"}),
    )
    assert [one.id for one in visible(third, stale | {"c": ["yes"]})] == ["a"]


def test_what_nobody_can_assess_stays_unresolved_and_counts_as_the_worst() -> None:
    asked = read(question("a"), question("b"))
    answers = {"a": ["unknown"], "b": ["no"]}
    assert [one.id for one in unresolved(asked, answers)] == ["a"]
    assert unanswered(asked, answers) == []
    assert score(asked, answers).risk == 4


@pytest.mark.parametrize(("taken", "level"), [(0, "low"), (1, "low"), (2, "moderate"), (3, "high"), (4, "very_high")])
def test_a_level_ends_at_each_quarter(taken: int, level: str) -> None:
    asked = read(*(question(name) for name in "abcd"))
    answers = {name: ["yes"] for name in "abcd"[:taken]}
    assert str(score(asked, answers).level) == level


def test_two_criteria_owe_what_one_does_not() -> None:
    two = {"at_least": 2, "of": [{"question": name, "is": "yes"} for name in "abc"]}
    asked = read(
        *(question(name) for name in "abc"),
        owes=[{"kind": "dpia", "when": two, "why": words("Two.")}, {"kind": "always", "why": words("All.")}],
    )
    assert [one.kind for one in owed(asked, {"a": ["yes"]})] == ["always"]
    assert [one.kind for one in owed(asked, {"a": ["yes"], "c": ["yes"]})] == ["dpia", "always"]


BROKEN = [
    ("not JSON", "{", "/"),
    ("a list", "[]", "/"),
    ("no sections", json.dumps(questionnaire() | {"sections": []}), "/sections"),
    ("no English", json.dumps(questionnaire(question("a", text={"fr": "A"}))), "/sections/0/questions/0/text"),
    ("a kind that is none", json.dumps(questionnaire(question("a", kind="poll"))), "/sections/0/questions/0/kind"),
    ("no choices", json.dumps(questionnaire(question("a", choices=[]))), "/sections/0/questions/0/choices"),
    ("twice", json.dumps(questionnaire(question("a"), question("a"))), "one/a"),
    (
        "a later question",
        json.dumps(questionnaire(question("a", visible_if={"question": "b", "is": "yes"}), question("b"))),
        "one/a",
    ),
    ("an unknown name", json.dumps(questionnaire(question("a", hidden=True))), "/sections/0/questions/0/hidden"),
    ("a point that is none", json.dumps(questionnaire(question("a", point="x"))), "/sections/0/questions/0/point"),
]


@pytest.mark.parametrize(("text", "where"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_questionnaire_says_where(text: str, where: str) -> None:
    with pytest.raises(Broken) as broken:
        read_questionnaire(text)
    assert str(broken.value.message).startswith(f"{where}:")


@pytest.mark.parametrize(
    "condition",
    ["{a} = ", "{a} like 'x'", "({a} = 'x'", "{a} contains ['x'", "nonsense", "{a} = 'x' and", "{a} = 'x')"],
)
def test_a_survey_with_a_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    element = {"type": "comment", "name": "q", "visibleIf": condition}
    with pytest.raises(Broken, match="broken"):
        read_surveyjs(json.dumps({"pages": [{"name": "p", "elements": [element]}]}), kind="k")


@pytest.mark.parametrize(
    ("taken", "owes"),
    [(("yes", "yes", "unknown"), True), (("yes", "yes", "yes"), False), (("no", "no", "unknown"), False)],
)
def test_what_nobody_could_assess_owes_an_opinion_from_a_level_on(taken: tuple[str, ...], owes: bool) -> None:
    asked = read(*(question(name) for name in "abc"), outside="high")
    answers = {name: [choice] for name, choice in zip("abc", taken, strict=True)}
    found = score(asked, answers)
    assert owes_opinion(asked, found, len(unresolved(asked, answers))) is owes
    assert not owes_opinion(replace(asked, outside=None), found, 1)


def test_a_section_or_a_question_is_the_suppliers_part_and_stays_so_when_it_is_kept() -> None:
    whole = questionnaire(question("a", asks="city"), question("b"), outside="very_high")
    whole["sections"][0]["asks"] = "supplier"
    asked = read_questionnaire(json.dumps(whole))
    assert [str(one.asks) for one in asked.questions] == ["city", "supplier"]
    again = read_questionnaire(json.dumps(written(asked, 1)))
    assert (again.questions, again.outside) == (asked.questions, asked.outside)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"outside": "extreme"}, "/outside"),
        ({"outside": 3}, "/outside"),
        (
            {"sections": [{"id": "one", "title": words("One"), "asks": "police", "questions": [question("a")]}]},
            "/sections/0/asks",
        ),
        (
            {"sections": [{"id": "one", "title": words("One"), "questions": [question("a", asks=["supplier"])]}]},
            "/sections/0/questions/0/asks",
        ),
        (
            {
                "outside": "high",
                "sections": [{"id": "one", "title": words("One"), "questions": [question("a", counts=None)]}],
            },
            "/outside",
        ),
    ],
)
def test_nonsense_about_whom_it_asks_is_refused_with_its_place(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(Broken) as refused:
        read_questionnaire(json.dumps(questionnaire(question("a")) | changed))
    assert where in str(refused.value.message)
