"""How a text came to be in a language, and when a translation is out of date."""

from participation.kit import i18n
from participation.kit.marks import (
    UNSURE,
    How,
    Made,
    Texts,
    counting,
    fingerprint,
    machine,
    marked,
    original,
    outdated,
)

ORDER = ("en", "sw", "ar")


def test_what_is_written_first_is_the_source_of_the_rest() -> None:
    first = marked({}, {"sw": "Mto"}, {}, ORDER)
    assert first == {"sw": {"how": "person"}}
    then = marked({"sw": "Mto"}, {"sw": "Mto", "en": "River"}, first, ORDER)
    assert then["en"] == {"how": "person", "from": "sw", "of": fingerprint("Mto")}
    assert original({"sw": "Mto", "en": "River"}, then, ORDER) == "sw"


def test_of_what_is_written_in_one_go_the_citys_first_language_is_the_source() -> None:
    marks = marked({}, {"ar": "نهر", "sw": "Mto", "en": "River"}, {}, ORDER)
    assert "from" not in marks["en"]
    assert {marks["ar"]["from"], marks["sw"]["from"]} == {"en"}


def test_a_translation_is_out_of_date_until_it_is_saved_again() -> None:
    texts = {"en": "River", "sw": "Mto"}
    marks = marked({}, texts, {}, ORDER)
    now = {"en": "Two rivers", "sw": "Mto"}
    marks = marked(texts, now, marks, ORDER)
    assert outdated("sw", now, marks) == "en"
    assert outdated("en", now, marks) is None
    assert counting(now, marks) == {"en": "Two rivers"}
    untouched = marked(now, now, marks, ORDER)
    assert outdated("sw", now, untouched) == "en"
    confirmed = marked(now, now, marks, ORDER, {"sw": Made(again=True)})
    assert outdated("sw", now, confirmed) is None
    back = {"en": "River", "sw": "Mto"}
    assert outdated("sw", back, marked(now, back, marks, ORDER)) is None


def test_what_was_translated_from_an_older_text_is_out_of_date_at_once() -> None:
    texts = {"en": "Two rivers"}
    marks = marked({}, texts, {}, ORDER)
    now = {**texts, "sw": "Mto"}
    late = marked(texts, now, marks, ORDER, {"sw": Made(source="en", of=fingerprint("River"))})
    assert outdated("sw", now, late) == "en"
    unsure = marked(texts, now, marks, ORDER, {"sw": Made(How.IMPORT, source="en", of=UNSURE)})
    assert outdated("sw", now, unsure) == "en"


def test_a_machine_counts_for_nothing_until_a_person_stands_for_it() -> None:
    texts, now = {"en": "River"}, {"en": "River", "sw": "Mto"}
    marks = marked(texts, now, {}, ORDER, {"sw": Made(How.MACHINE, by="LibreTranslate")})
    assert machine("sw", now, marks) == "LibreTranslate"
    assert counting(now, marks) == {"en": "River"}
    taken = marked(now, now, marks, ORDER, {"sw": Made(again=True)})
    assert counting(now, taken) == now


def test_the_source_stays_the_source_whatever_stands_beside_it() -> None:
    texts = {"en": "River", "sw": "Mto"}
    marks = marked({}, texts, {}, ORDER)
    now = {"en": "Rivers", "sw": "Mto"}
    marks = marked(texts, now, marks, ORDER, {"en": Made(source="sw", of=fingerprint("Mto"))})
    assert "from" not in marks["en"]
    assert outdated("sw", now, marks) == "en"


def test_a_translation_of_a_translation_follows_what_it_was_made_from() -> None:
    texts = {"en": "River", "sw": "Mto"}
    marks = marked({}, texts, {}, ORDER)
    both = {**texts, "ar": "نهر"}
    marks = marked(texts, both, marks, ORDER, {"ar": Made(source="sw")})
    now = {**both, "sw": "Mto mkubwa"}
    marks = marked(both, now, marks, ORDER)
    assert outdated("ar", now, marks) == "sw"
    gone = {"ar": "نهر", "en": "River"}
    marks = marked(now, gone, marks, ORDER)
    assert outdated("ar", gone, marks) is None
    assert "sw" not in marks


def test_its_reader_is_told() -> None:
    texts, now = {"en": "River"}, {"en": "Rivers", "sw": "Mto", "ar": "نهر"}
    marks = {
        "sw": {"how": "person", "from": "en", "of": fingerprint(texts["en"])},
        "ar": {"how": "machine", "by": "LibreTranslate", "from": "en", "of": fingerprint("Rivers")},
    }
    shown = i18n.pick(Texts(now, marks), "sw")
    assert (shown.older, shown.source, shown.machine, shown.told) == ("en", "English", None, True)
    shown = i18n.pick(Texts(now, marks), "ar")
    assert (shown.older, shown.machine, shown.told) == (None, "LibreTranslate", True)
    assert not i18n.pick(Texts(now, marks), "en").told
