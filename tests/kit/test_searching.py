"""By what a text is found, in many languages, and where in it that stands."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.kit.searching import FEWEST, TERMS, excerpt, left_out, query, terms, wanted

FOUND = {
    "capitals": ("The Market is loud", "MARKET"),
    "a beginning": ("The meters are late", "meter"),
    "accents": ("Marché couvert", "marche"),
    "accents that were left out": ("Le marche couvert", "marché"),
    "an article with an apostrophe": ("L'eau est chère", "l\u2019eau"),
    "a possessive": ("The market's roof", "market's"),
    "letters that are no accents": ("Straße nach Łódź", "strasse lodz"),
    "Russian": ("Ёлка на рынке", "елка рынке"),
    "short vowels": ("مُحْتَسِب السُّوق", "محتسب السوق"),
    "letters that are stretched": ("الســـوق القديم", "السوق"),
    "hamza, alef maqsura and ta marbuta": ("إلى المدرسة أولاً", "الي المدرسه اولا"),
    "the Arabic article": ("في السوق", "سوق"),
    "and with the article": ("الماء والسوق", "سوق"),
    "Persian letters": ("می‌خواهم که", "ميخواهم كه"),
    "nukta": ("ज़मीन ख़तरे में", "जमीन खतरे"),
    "vowel signs": ("क्या हिंदी में", "हिंदी"),
    "Devanagari digits": ("बस २४", "24"),
    "Arabic digits": ("الحافلة ٢٤", "24"),
    "Chinese": ("城市在盐滩区安装防洪警报器", "防洪警报"),
    "one Chinese character": ("城市在盐滩区安装防洪警报器", "盐"),
    "Chinese beside Latin": ("请延长BRT5号线", "brt 号线"),
    "full width": ("ＢＲＴ５号线", "brt5"),
    "Thai": ("ตลาดน้ำเก่าใกล้แม่น้ำ", "น้ำเก่า"),
    "Lao": ("ຕະຫຼາດເກົ່າ", "ຕະຫຼາດ"),
    "Khmer": ("ផ្សារចាស់", "ផ្សារ"),
    "Burmese": ("ဈေးဟောင်း", "ဈေး"),
    "kana": ("ゴミのしゅうしゅう", "ゴミ"),
    "Hangul with what is written after it": ("시장에서 시끄럽다", "시장"),
    "Ethiopic": ("ገበያው ሩቅ ነው", "ገበያ"),
    "Vietnamese": ("Chợ Bến Thành", "cho ben thanh"),
    "a ligature": ("The \ufb01ne", "fine"),
    "two words in any order": ("Water for the market", "market water"),
    "the first letters of a long word": ("intercommunalisation", "intercommunal"),
}
OTHER = {
    "the end of a word": ("supermarket", "market"),
    "two letters are a word": ("market", "ma"),
    "one word of two": ("The market", "market water"),
    "characters that do not stand together": ("人行不道", "人行道"),
    "a question mark": ("Why?", "?"),
}


def found(text: str, question: str) -> bool:
    asked = wanted(question)
    return bool(asked) and set(asked) <= set(terms(text))


@pytest.mark.parametrize(("text", "question"), FOUND.values(), ids=FOUND)
def test_a_text_is_found_as_people_write_it(text: str, question: str) -> None:
    assert found(text, question)


@pytest.mark.parametrize(("text", "question"), OTHER.values(), ids=OTHER)
def test_a_text_is_not_found_by_what_it_does_not_say(text: str, question: str) -> None:
    assert not found(text, question)


@pytest.mark.parametrize("nothing", ["", " ", "?", "& | ! <-> :* ( )", "'", "\\", "\u200d", "ก", "…", "🚨"])
def test_a_question_without_a_word_asks_for_nothing(nothing: str) -> None:
    assert wanted(nothing) == ()


def test_a_long_question_is_cut_and_says_so() -> None:
    assert len(wanted(" ".join(f"word{n}" for n in range(50)))) == TERMS
    assert left_out(" ".join(f"word{n}" for n in range(50)))
    assert left_out("x" * 10_000)
    assert len(wanted("x" * 10_000)) == 1
    assert not left_out("two words")


MARKED = {
    "a whole word": ("The meters are late", "meter", ["meters"]),
    "accents of two characters": ("cafe\u0301 noir", "cafe", ["cafe\u0301"]),
    "a letter that becomes two": ("die Straße", "strasse", ["Straße"]),
    "a word that grew before it": ("ßßß market", "market", ["market"]),
    "Arabic with its article and vowels": ("في السُّوق", "سوق", ["السُّوق"]),
    "pairs side by side": ("安装防洪警报器", "防洪警报", ["防洪警报"]),
    "Hindi with its signs": ("ज़मीन में", "जमीन", ["ज़मीन"]),
    "twice": ("market, Market", "market", ["market", "Market"]),
}


@pytest.mark.parametrize(("text", "question", "marked"), MARKED.values(), ids=MARKED)
def test_what_was_found_is_marked_as_it_was_written(text: str, question: str, marked: list[str]) -> None:
    parts = excerpt(text, wanted(question)).parts
    assert "".join(words for words, _found in parts) == text
    assert [words for words, hit in parts if hit] == marked


def test_an_excerpt_is_taken_where_most_of_the_words_stand() -> None:
    text = "The market is far. " + "Nothing to see here. " * 30 + "The market needs water at noon. " + "More. " * 50
    shown = excerpt(text, wanted("market water"))
    words = "".join(words for words, _hit in shown.parts)
    assert "market needs water" in words
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words) < 220
    assert shown.found == 2


@pytest.mark.parametrize("filler", ["Nothing here, supermarket. ", "没有什么"])
def test_a_word_far_down_in_a_long_text_is_shown(filler: str) -> None:
    text = filler * 800 + " The market needs water. " + filler * 800
    shown = excerpt(text, wanted("market water"))
    assert [words for words, hit in shown.parts if hit] == ["market", "water"]
    assert shown.found == 2


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@given(texts, texts)
def test_an_excerpt_shows_nothing_that_was_not_said(text: str, question: str) -> None:
    said = "".join(words for words, _hit in excerpt(text, wanted(question)).parts)
    assert said.removeprefix("… ").removesuffix(" …") in " ".join(text.split())


@given(texts)
def test_whatever_is_written_is_found_by_itself(text: str) -> None:
    asked, here = set(wanted(text)), set(terms(text))
    assert asked <= here
    marked = [words for words, hit in excerpt(text, sorted(asked)).parts if hit]
    assert bool(marked) is bool(asked)


@given(texts)
def test_a_term_can_be_nothing_but_a_term_in_a_question_to_the_database(text: str) -> None:
    for term in (*terms(text), *wanted(text)):
        assert term
        assert all(c.isalnum() or unicodedata.category(c)[0] == "M" for c in term)
    assert re.fullmatch(r"('[^'\\\s]+'( & )?)*", query(wanted(text)))


def test_beginnings_start_at_three_letters() -> None:
    assert terms("market") == ["mar", "mark", "marke", "market"]
    assert terms("at 7") == ["7", "at"]
    assert FEWEST == 3
