"""What each step owes before it may open."""

from dataclasses import replace

import pytest

from participation.domain.ladder.rules import OWED, Dossier, Owing, missing
from tests.drafting import IN_SWAHILI, WORDS

WHOLE = Dossier(
    required=("en", "sw"),
    texts={"en": WORDS, "sw": IN_SWAHILI},
    cost_known=True,
    agreements_stated=True,
    questions={"en": "Shall it?", "sw": "Je?"},
    asked=True,
)


def without(language: str, *fields: str) -> Dossier:
    texts = {**WHOLE.texts, language: {k: v for k, v in WHOLE.texts[language].items() if k not in fields}}
    return replace(WHOLE, texts=texts)


def codes(dossier: Dossier, step: Owing) -> list[str]:
    return [item.code for item in missing(dossier, step)]


@pytest.mark.parametrize("step", Owing)
def test_nothing_is_missing_where_everything_is_said(step: Owing) -> None:
    assert missing(WHOLE, step) == []


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
    (item,) = missing(without("sw", field), Owing.CONSULTATION)
    assert (item.code, item.languages) == (field, ("sw",))


def test_a_consultation_owes_the_cost_and_a_whole_list_of_agreements() -> None:
    assert codes(replace(WHOLE, cost_known=False), Owing.CONSULTATION) == ["cost"]
    assert codes(replace(WHOLE, agreements_stated=False), Owing.CONSULTATION) == ["agreements"]


def test_a_language_that_is_not_required_is_not_owed() -> None:
    assert codes(replace(WHOLE, required=("en",)), Owing.CONSULTATION) == []


def test_a_decision_owes_a_closed_consultation_and_a_declared_rule() -> None:
    assert codes(replace(WHOLE, asked=False), Owing.DECISION) == ["consultation"]
    assert codes(replace(WHOLE, questions=None), Owing.DECISION) == ["ballot"]
    (item,) = missing(replace(WHOLE, questions={"en": "Shall it?"}), Owing.DECISION)
    assert (item.code, item.languages) == ("question", ("sw",))


def test_everything_that_is_owed_has_words_and_a_code_of_its_own() -> None:
    for step, items in OWED.items():
        assert len({code for code, _message, _check in items}) == len(items), step
        assert all(str(message) for _code, message, _check in items)
