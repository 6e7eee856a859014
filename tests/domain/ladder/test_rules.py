"""What each step owes before it may open."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.domain.ladder.gates.rules import MAY_ADD, OWED, Table, table
from participation.domain.ladder.rules import CHECKS, Dossier, Owing, Span, missing
from tests.cast import DAY
from tests.drafting import IN_SWAHILI, WORDS

WHOLE = Dossier(
    required=("en", "sw"),
    texts={"en": WORDS, "sw": IN_SWAHILI},
    cost_known=True,
    agreements_stated=True,
    questions={"en": "Shall it?", "sw": "Je?"},
    asked=True,
    influence="involve",
    indicators=1,
    spans={
        Owing.CONSULTATION: Span(date(2027, 3, 1), date(2027, 3, 15), date(2027, 4, 26)),
        Owing.DECISION: Span(date(2027, 3, 1), date(2027, 5, 1), date(2027, 5, 8)),
    },
)
DEFAULT = table({}, [])


def without(language: str, *fields: str) -> Dossier:
    texts = {**WHOLE.texts, language: {k: v for k, v in WHOLE.texts[language].items() if k not in fields}}
    return replace(WHOLE, texts=texts)


def codes(dossier: Dossier, step: Owing, table: Table = DEFAULT) -> list[str]:
    return [item.code for item in missing(dossier, step, table)]


@pytest.mark.parametrize("step", Owing)
def test_nothing_is_missing_where_everything_is_said(step: Owing) -> None:
    assert missing(WHOLE, step, DEFAULT) == []


@pytest.mark.parametrize("field", ["title", "summary", "description", "contact"])
def test_publishing_owes_its_first_words_in_one_required_language(field: str) -> None:
    assert codes(without("en", field), Owing.INFORMATION) == []
    neither = replace(without("en", field), texts={"en": without("en", field).texts["en"], "fr": WORDS})
    assert codes(neither, Owing.INFORMATION) == [field]


def test_publishing_does_not_take_half_a_page_in_each_of_two_languages() -> None:
    halves = replace(WHOLE, texts={"en": {"title": "T", "summary": "S"}, "sw": {"description": "D", "contact": "C"}})
    assert codes(halves, Owing.INFORMATION) == ["description", "contact"]


def test_a_summary_has_at_most_150_words() -> None:
    long = replace(WHOLE, texts={**WHOLE.texts, "en": {**WORDS, "summary": "word " * 151}})
    assert codes(long, Owing.INFORMATION) == ["summary_length"]
    right = replace(WHOLE, texts={**WHOLE.texts, "en": {**WORDS, "summary": "word " * 150}})
    assert codes(right, Owing.INFORMATION) == []


@pytest.mark.parametrize("field", list(WORDS))
def test_a_consultation_owes_every_text_in_every_required_language(field: str) -> None:
    (item,) = missing(without("sw", field), Owing.CONSULTATION, DEFAULT)
    assert (item.code, item.languages) == (field, ("sw",))


def test_a_consultation_owes_the_cost_and_a_whole_list_of_agreements() -> None:
    assert codes(replace(WHOLE, cost_known=False), Owing.CONSULTATION) == ["cost"]
    assert codes(replace(WHOLE, agreements_stated=False), Owing.CONSULTATION) == ["agreements"]


def test_a_language_that_is_not_required_is_not_owed() -> None:
    assert codes(replace(WHOLE, required=("en",)), Owing.CONSULTATION) == []


def test_a_decision_owes_a_closed_consultation_and_a_declared_rule() -> None:
    assert codes(replace(WHOLE, asked=False), Owing.DECISION) == ["consultation"]
    assert codes(replace(WHOLE, questions=None), Owing.DECISION) == ["ballot"]
    (item,) = missing(replace(WHOLE, questions={"en": "Shall it?"}), Owing.DECISION, DEFAULT)
    assert (item.code, item.languages) == ("question", ("sw",))


def test_everything_that_is_owed_has_words_and_a_code_of_its_own() -> None:
    for step in Owing:
        asked = [*OWED[step], *MAY_ADD[step]]
        assert len(set(asked)) == len(asked), step
        assert set(asked) <= set(CHECKS)
    assert all(str(message) for message, _check in CHECKS.values())


# What a project promises before residents are asked


def test_a_consultation_owes_a_level_of_influence_signed_preconditions_and_an_indicator() -> None:
    assert codes(replace(WHOLE, influence=None), Owing.CONSULTATION) == ["influence"]
    assert codes(replace(WHOLE, unsigned=("room",)), Owing.CONSULTATION) == ["preconditions"]
    assert codes(replace(WHOLE, indicators=0), Owing.CONSULTATION) == ["indicators"]
    (item,) = missing(replace(WHOLE, unmeasured=("sw",)), Owing.CONSULTATION, DEFAULT)
    assert (item.code, item.languages) == ("indicators", ("sw",))


def test_a_vote_on_what_residents_were_promised_to_decide_binds_the_city() -> None:
    promised = replace(WHOLE, influence="empower")
    assert codes(promised, Owing.DECISION) == ["binding"]
    assert codes(replace(promised, binding=True), Owing.DECISION) == []
    assert codes(replace(promised, questions=None), Owing.DECISION) == ["ballot"]
    assert codes(replace(WHOLE, influence="involve"), Owing.DECISION) == []


# Days


def spanning(announced: date, opens: date, closes: date, **said: Any) -> Dossier:
    return replace(WHOLE, spans={Owing.CONSULTATION: Span(announced, opens, closes)}, **said)


@pytest.mark.parametrize(("influence", "days"), [("inform", 30), ("consult", 30), ("involve", 42), ("empower", 84)])
def test_the_more_is_promised_the_longer_it_is_open(influence: str, days: int) -> None:
    first, opens = date(2027, 3, 1), date(2027, 3, 15)
    enough = spanning(first, opens, opens + days * DAY, influence=influence)
    assert codes(enough, Owing.CONSULTATION) == []
    short = spanning(first, opens, opens + (days - 1) * DAY, influence=influence)
    (item,) = missing(short, Owing.CONSULTATION, DEFAULT)
    assert item.code == "duration"
    assert f"at least {days} days" in str(item.message)
    assert str(opens + days * DAY)[:4] in str(item.message)


def test_notice_is_counted_from_the_announcement_and_says_the_first_possible_day() -> None:
    soon = spanning(date(2027, 3, 1), date(2027, 3, 14), date(2027, 6, 1))
    (item,) = missing(soon, Owing.CONSULTATION, DEFAULT)
    assert (item.code, "15 March 2027" in str(item.message)) == ("notice", True)
    (item,) = missing(soon, Owing.INFORMATION, DEFAULT)
    assert item.code == "notice"


def test_holidays_count_towards_neither() -> None:
    off = table({}, [{"first": "2027-03-10", "last": "2027-03-12", "names": {}}, HOLIDAY_IN_APRIL])
    assert codes(spanning(date(2027, 3, 1), date(2027, 3, 17), date(2027, 5, 1)), Owing.CONSULTATION, off) == ["notice"]
    assert codes(spanning(date(2027, 3, 1), date(2027, 3, 18), date(2027, 5, 1)), Owing.CONSULTATION, off) == []
    assert codes(spanning(date(2027, 3, 1), date(2027, 3, 18), date(2027, 4, 30)), Owing.CONSULTATION, off) == [
        "duration"
    ]
    assert off.earliest(date(2027, 3, 1), 14) == date(2027, 3, 18)
    assert off.earliest(date(2027, 3, 11), 1) == date(2027, 3, 14)
    assert off.counted(date(2027, 3, 11), date(2027, 3, 12)) == 0


HOLIDAY_IN_APRIL = {"first": "2027-04-01", "last": "2027-04-02", "names": {}}


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=8), st.integers(0, 365), st.integers(0, 200)
)
def test_the_earliest_day_is_the_first_on_which_enough_days_are_counted(
    ranges: list[tuple[int, int]], days: int, start: int
) -> None:
    begin, kept, end = date(2027, 1, 1), [], -1
    for first, length in sorted(ranges):
        if first > end:
            end = first + length
            kept.append(
                {"first": (begin + first * DAY).isoformat(), "last": (begin + end * DAY).isoformat(), "names": {}}
            )
    calendar, first_day = table({}, kept), begin + start * DAY
    found = calendar.earliest(first_day, days)
    assert calendar.counted(first_day, found) == days
    assert days == 0 or calendar.counted(first_day, found - DAY) == days - 1


# A city's own table


def test_a_city_can_ask_for_more_and_what_is_stored_never_makes_it_less() -> None:
    strict = table({"owed": {"information": ["cost"]}, "numbers": {"notice": 21, "involve": 7, "indicators": 2}}, [])
    assert codes(replace(WHOLE, cost_known=False), Owing.INFORMATION, strict) == ["cost", "notice"]
    assert codes(replace(WHOLE, cost_known=False), Owing.INFORMATION) == []
    assert strict.numbers["involve"] == 42
    assert codes(WHOLE, Owing.CONSULTATION, strict) == ["indicators", "notice"]
    nothing = table({"owed": {"consultation": []}, "numbers": dict.fromkeys(DEFAULT.numbers, 0)}, [])
    assert nothing == DEFAULT
