"""How many messages a text takes, against a library that counts them too."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from participation.kit.gsm import plain, segments


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=400))
def test_segments_are_counted_as_others_count_them(text: str) -> None:
    if "\x1b" in text:
        return
    assert segments(text) == len(smsutil.split(text).parts)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Être à l’heure…", "Etre à l'heure..."),
        ("votação às 10 h", "votacao às 10 h"),
        ("¿Qué opina usted?", "¿Qué opina usted?"),
        ("Готово.", "Готово."),
        ("完成。", "完成。"),
    ],
)
def test_a_text_goes_in_the_letters_of_gsm_where_its_language_allows(written: str, sent: str) -> None:
    assert plain(written) == sent
    assert segments(plain(written)) <= segments(written)


def test_a_letter_of_two_places_is_not_cut_in_half() -> None:
    assert segments("€" * 80) == 1
    assert segments("€" * 81) == 2
    assert segments("a" * 152 + "€" + "a" * 152) == 3
