"""What is read out of a message: the vote that was meant, or none."""

from itertools import product

import pytest

from participation.channels.http.phone_words import alternatives
from participation.channels.phone.reading import CHOICES, NAMES, read_vote
from participation.kit.errors import Invalid
from participation.kit.i18n import LANGUAGES

PIN, SLIP = "204060", "1234567812345672"


def taken(text: str) -> tuple[str, str, str] | None:
    try:
        vote = read_vote(text, "VOTE 12 1")
    except Invalid:
        return None
    return vote.number, vote.choice, vote.proof


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_options_word_stands_behind_the_project_in_every_language(language: str) -> None:
    for choice, words in CHOICES.items():
        for word in alternatives(words, language):
            assert taken(f"12 {word}") == taken(f"12{word}") == ("12", str(choice.value), ""), word
            assert taken(f"2 {word} {PIN}") == ("2", str(choice.value), PIN), word
            for text in (
                "{0} 12",
                "{0} 1",
                "2 {0} 1",
                "1 {0} 2",
                f"2 {PIN} {{0}} 1",
                "{0} 1 2",
                "{0} 2 1",
                "12 {0} {0}",
            ):
                assert taken(text.format(word)) is None, text.format(word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_numbers_are_known_in_every_language(language: str) -> None:
    name = {kind: alternatives(words, language) for kind, words in NAMES.items()}
    for project, option, proof in product(name["project"], name["option"], name["proof"]):
        assert taken(f"{project} 12, {option} 1 {proof} {PIN}") == ("12", "1", PIN)
        assert taken(f"{option} 1 {project} 2") is None
        assert taken(f"1 {project} 2") is None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("no projeto 12: 1", "1"),
        ("no 12 1", "1"),
        ("no projeto 1: 2", "2"),
        ("no 12: contra", "2"),
        ("no projeto 12: sim", "1"),
        ("no projeto 12 a opção 3", "3"),
        ("for 12: 1", "1"),
        ("за проект 12: 1", "1"),
        ("el 12 si", "1"),
        ("12 1 for", "1"),
        ("12 no", "2"),
        ("2 1", "1"),
        ("2 option 1", "1"),
        ("12 no. 1", "1"),
        ("12 number 1", "1"),
        ("12 2 por favor", "2"),
        ("12 no por favor", "2"),
        ("12项目选1谢谢", "1"),
        ("2号项目选1", "1"),
    ],
)
def test_what_leaves_one_reading_is_taken(text: str, choice: str) -> None:
    vote = taken(text)
    assert vote is not None
    assert vote[1:] == (choice, "")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("1", "yes|agree|نعم|موافق|أوافق|sí|si|de acuerdo|oui|d'accord|हाँ|हां|जी हाँ|सहमत|ya|setuju|sim|concordo"),
        ("1", "да|за|согласна|ndio|ndiyo|naunga mkono|nakubali|同意|赞成|支持"),
        ("2", "no|disagree|لا|ارفض|لا أوافق|en desacuerdo|no estoy de acuerdo|non|pas d’accord|नहीं|नही|असहमत|सहमत नहीं"),
        (
            "2",
            "tidak|tidak setuju|tdk|não|nao|discordo|não concordo|нет|против|не согласен|hapana|napinga|sikubali|不同意|反对|否",
        ),
        ("3", "abstain|ممتنع|me abstengo|abstención|je m'abstiens|तटस्थ|netral|abstenção|воздержусь|sina upande|弃权"),
    ],
)
def test_a_choice_is_understood_by_the_words_that_people_have_for_it(choice: str, words: str) -> None:
    for word in words.split("|"):
        assert taken(f"12 {word}") == taken(f"12 {word.upper()}") == ("12", choice, ""), word


@pytest.mark.parametrize(
    "text",
    [
        "no 12 1 no",
        "no yes 12 1",
        "12 не за",
        "12 tidak mendukung",
        "12 हाँ नहीं",
        "12 不支持",
        "12 pas pour",
        "2 for 1",
        "no 1",
        "no 1 2",
        "no projeto 12",
        "12 no 2",
        "12 2 no",
        "12 no 1",
        "for 12 2",
        "for 12 no",
        "2 pour 1",
        "2 a 1",
        "1 o 2",
        "2 on 1",
        "12 por favor",
        "12 no problem",
        "12 1 never",
        "12 ख़िलाफ़ नहीं",
        "12 2 नहीं",
        "12 tidak menolak",
        "12 не против",
        "12 لست مع",
        "12不赞成",
        "选1第2项目",
        "2是1",
        f"12 1 {PIN} 2",
        f"2 1 1 {PIN}",
        f"2 1 {SLIP} 1",
        "12 1 2",
        f"{PIN} 1",
        f"2 for {PIN} 1",
        "2 number 1",
        "2 no. 1",
        "2 a 号 1",
        "2 1号",
        # Swahili: "not 1".
        "12 si 1",
        "12 98765 43215 123456 7890123456",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_taken(text: str) -> None:
    assert taken(text) is None
