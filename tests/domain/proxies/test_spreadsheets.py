"""What stands in a cell: one answer by any word for it, and never two by one word."""

from datetime import UTC, datetime

import pytest

from participation.domain.proxies.odk.questions.rules import REACTIONS
from participation.domain.proxies.spreadsheets import forms, rules
from participation.kit.hashing import Secrets
from participation.kit.i18n import LANGUAGES, Message
from tests.cast import Cast

LISTS = {name: column.words for name, column in forms.COLUMNS.items() if column.words} | {"s1": REACTIONS}
NOON = datetime(2027, 3, 1, 9, tzinfo=UTC)
CELLS = {
    "receipt": "1234",
    "project": "sirens",
    "place": "Quay",
    "age": "18-29",
    "language": "Kiswahili",
    "kind": "proxy",
    "consent": "spoken",
    "consent_version": "1",
    "read_back": "yes",
    "stance": "for",
    "comment": "Taa ziwake mapema.",
}


def typed(cast: Cast, **other: str) -> forms.Typed:
    cells = CELLS | other
    filled = forms.read_sheet(
        [(1, [*forms.COLUMNS, "s1"]), (2, [cells.get(n, "") for n in (*forms.COLUMNS, "s1")])], cast.city
    )
    (row,) = filled.rows
    return row


@pytest.mark.parametrize("name", LISTS)
def test_a_word_of_any_language_is_one_answer(cast: Cast, name: str) -> None:
    reading = forms._Reading(cast.city)
    for value, said in LISTS[name].items():
        words = {said.into(language) for language in LANGUAGES} if isinstance(said, Message) else {said}
        assert {reading.answer(name, word) for word in (str(value), *words)} == {str(value)}
    assert reading.answer(name, "something else") is None


def test_a_row_is_known_by_what_it_says_and_not_by_how_it_was_typed(cast: Cast) -> None:
    secrets = Secrets("a secret of the tests, long enough to be one")
    one, other = (
        typed(cast, when="2027-03-01"),
        typed(cast, when="1.3.2027", place="quay", stance="  FOR ", age="18 hadi 29"),
    )
    assert one.content["subject"] == {"place": "quay", "age": "18-29"}
    assert one.digests(secrets) == other.digests(secrets) != typed(cast, when="2027-03-02").digests(secrets)
    assert rules.client_id("1") == rules.client_id("1") != rules.client_id("2")


def test_a_row_without_words_is_passed_over_and_one_with_any_is_not(cast: Cast) -> None:
    silent = {"stance": "", "comment": ""}
    header = [*forms.COLUMNS, "s1"]
    cells = [(CELLS | silent).get(name, "") for name in header]
    assert forms.read_sheet([(1, header), (2, cells)], cast.city).rows == []
    assert set(typed(cast, **silent, s1="maybe").wrong) == {"s1"}


def test_a_day_alone_ends_with_the_day_and_never_later_than_now(cast: Cast) -> None:
    zone = cast.city.zone
    midnight = datetime(2027, 3, 1, tzinfo=zone)
    assert rules.finished_at(None, False, zone, NOON) == NOON
    assert rules.finished_at(midnight, True, zone, NOON) == NOON
    assert rules.finished_at(midnight, True, zone, datetime(2027, 3, 5, tzinfo=zone)) == datetime(
        2027, 3, 1, 23, 59, tzinfo=zone
    )
    assert rules.finished_at(midnight, False, zone, NOON) == midnight
