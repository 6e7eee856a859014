"""Whatever is taken for a vote has one reading: what whoever wrote it meant, in whichever words, order, digits and languages."""

import string
from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from participation.channels.http.phone_words import alternatives
from participation.channels.phone.places.proving import read_proof
from participation.channels.phone.reading import (
    ARTICLES,
    BEHIND,
    CHOICES,
    NAMES,
    NAMING,
    POLITE,
    known_words,
    read_vote,
)
from participation.domain.ballots import forms
from participation.kit.errors import Invalid
from participation.kit.forms import Said
from participation.kit.i18n import LANGUAGES, Message
from participation.kit.text import folded_words, unspaced

Vote = tuple[str, str, str]
Piece = tuple[str, str]
"""What a word is, and the word."""
MANY = settings(max_examples=200, deadline=None)
SLIP, PIN, SHEET = "1234567812345672", "204060", "9876543215"


def taken(text: str) -> Vote | None:
    """Project, choice and proof, where nothing of it is refused by its form."""
    try:
        said = read_vote(text, "VOTE 12 1")
        forms.read_vote(Said({"choice": said.choice}), with_code=False)
        if said.proof:
            read_proof(said.proof)
    except Invalid:
        return None
    return said.number, said.choice, said.proof


def in_all(words: Message) -> list[str]:
    return sorted({word.lower() for language in LANGUAGES for word in alternatives(words, language)})


STANCES = {str(choice.value): in_all(words) for choice, words in CHOICES.items()}
NAMED = {kind: in_all(words) for kind, words in NAMES.items()}
FILLERS = [word for word in in_all(POLITE) if not any(word in words for words in STANCES.values())]
BETWEEN = (
    "for|on|to|in|about|para|sobre|en|em|pour|sur|à|за|по|на|untuk|pada|kwa|juu ya|على|في|مع|के लिए|पर|对|给|no.|n°|№"
)
"""What stands between a choice and the project that it is for, where the choice comes first."""
NOT = "not|never|dont|no|jamás|nunca|não|pas|ne|non|не|ни|bukan|jangan|tidak|si|sio|usi|hapana|ليس|غير|لا|नहीं|मत|न|ना|不|没|不是|非|别"
DIGITS = (string.digits, "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "0123456789")
SEPARATORS = (" ", "  ", ", ", " - ", ": ", ".\n", " / ", "; ", "، ", "，", " ")
PROJECTS = st.sampled_from(["1", "2", "3", "7", "12", "40", "123"])
OPTIONS = st.sampled_from(sorted(STANCES))
PROOFS = st.sampled_from(["", PIN, SLIP, SLIP + PIN])


def is_known(words: str) -> bool:
    return " ".join(folded_words(words)) in known_words()


def one_of(words: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(words))


NAME_OF_PROJECT = st.one_of(st.just(""), one_of([*NAMED["project"], *NAMED["number"]]))


@st.composite
def projects(draw: Callable[..., str], number: str) -> str:
    """The project, as people call it."""
    if draw(st.integers(0, 9)) == 0:
        return f"{number}{draw(st.sampled_from(['号', '号项目']))}"
    return f"{draw(NAME_OF_PROJECT)} {number}".strip()


@st.composite
def choices(draw: Callable[..., str], choice: str) -> str:
    """A choice, as people say it: by its number, by its word, or by both."""
    digit = f"{draw(st.one_of(st.just(''), one_of([*NAMED['option'], *NAMED['number']])))} {choice}".strip()
    word = draw(one_of(STANCES[choice]))
    return draw(st.sampled_from([digit, choice, word, f"{digit} {word}"]))


@st.composite
def messages(
    draw: Callable[..., str], choice: str, number: str, proof: str, *, reverse: bool = False, deny: bool = False
) -> str:
    said = draw(choices(choice))
    if deny:
        turned = draw(one_of(NOT.split("|")))
        # "Disagree" has two words in some languages, and is another choice.
        assume(not is_known(f"{turned} {said}") and not is_known(f"{said} {turned}"))
        said = draw(st.sampled_from([f"{turned} {said}", f"{said} {turned}"]))
    parts = [draw(projects(number)), said]
    if reverse:
        between = draw(
            one_of(
                [
                    *BETWEEN.split("|"),
                    *ARTICLES,
                    *NAMED["project"],
                    *(name for name in NAMED["number"] if BEHIND not in name),
                ]
            )
        )
        parts = [said, between, parts[0]]
    if proof:
        name = draw(st.one_of(st.just(""), one_of(NAMED["proof"])))
        parts.insert(draw(st.integers(1, len(parts))), f"{name} {proof}".strip())
    parts += draw(st.lists(one_of(FILLERS), max_size=2))
    return "".join(f"{draw(st.sampled_from(SEPARATORS))}{part}" for part in parts).strip()


@MANY
@given(st.data(), PROJECTS, OPTIONS, PROOFS)
def test_what_is_taken_is_what_its_writer_meant(data: st.DataObject, number: str, choice: str, proof: str) -> None:
    text = data.draw(messages(choice, number, proof))
    assert taken(text) in (None, (number, choice, proof))


@MANY
@given(st.data(), PROJECTS, OPTIONS, PROOFS)
def test_a_choice_before_its_project_is_never_taken_for_another_vote(
    data: st.DataObject, number: str, choice: str, proof: str
) -> None:
    text = data.draw(messages(choice, number, proof, reverse=True))
    assert taken(text) in (None, (number, choice, proof))


@MANY
@given(st.data(), PROJECTS, OPTIONS, PROOFS, st.booleans())
def test_what_is_denied_is_never_a_vote(
    data: st.DataObject, number: str, choice: str, proof: str, reverse: bool
) -> None:
    text = data.draw(messages(choice, number, proof, reverse=reverse, deny=True))
    assert taken(text) is None


# Whatever is written


SOUP = st.lists(
    st.one_of(
        st.sampled_from(["1", "2", "3", "12", "40", PIN, SLIP, SHEET]).map(lambda digits: ("digits", digits)),
        *(one_of(words).map(lambda word, choice=choice: (choice, word)) for choice, words in STANCES.items()),
        *(one_of(words).map(lambda word, kind=kind: (kind, word)) for kind, words in NAMED.items()),
        one_of(FILLERS).map(lambda word: ("polite", word)),
        one_of(ARTICLES).map(lambda word: ("article", word)),
    ),
    min_size=2,
    max_size=7,
)


def written(soup: Sequence[Piece]) -> str:
    return " ".join(word for _kind, word in soup)


@MANY
@given(SOUP, st.sampled_from(["", "2", "12"]))
def test_of_what_is_taken_every_word_says_the_same(soup: list[Piece], first: str) -> None:
    """The first number is the project's, and behind it one could be an option; no word of another option, and none that may deny a number."""
    soup = [("digits", first), *soup] if first else soup
    found = taken(written(soup))
    if found is None or any(is_known(written(pair)) for pair in pairwise(soup)):
        return
    number, choice, _proof = found
    first_of_all, *others = [word for kind, word in soup if kind == "digits"]
    options = [word for word in others if len(word) == 1]
    assert first_of_all == number
    assert options in ([], [choice])
    place = soup.index(("digits", number))
    ahead, stances = ([one for one in some if one[0] in STANCES] for some in (soup[:place], soup[place:]))
    stances += ahead if [word for _kind, word in ahead] != [NAMING] else []
    assert {kind for kind, _word in stances} <= {choice}
    assert not options or not {word for _kind, word in stances} & set(NOT.split("|"))


@MANY
@given(SOUP, st.sampled_from(DIGITS), st.lists(st.sampled_from(SEPARATORS), min_size=8, max_size=8), st.booleans())
def test_the_same_is_taken_in_any_digits_case_and_with_anything_between(
    soup: list[Piece], digits: str, between: list[str], capitals: bool
) -> None:
    text = written(soup)
    other = "".join(f"{separator}{word}" for separator, (_kind, word) in zip(between, soup, strict=False))
    other = (other.upper() if capitals else other.title()).translate(str.maketrans(string.digits, digits))
    assert taken(text) == taken(other)


LETTERS = st.text(
    st.sampled_from("abdehklmnorstuzéñçабвгдежзиклмнптоابتثسلميकखगतनमरलसािी人大会好个都"), min_size=1, max_size=9
)


@MANY
@given(SOUP, LETTERS, st.data())
def test_where_a_word_is_not_known_nothing_is_taken(soup: list[Piece], word: str, data: st.DataObject) -> None:
    assume(
        not unspaced(word)
        and " ".join(folded_words(word)) not in {piece for one in known_words() for piece in one.split()}
    )
    assume(folded_words(word))
    place = data.draw(st.integers(0, len(soup)))
    assert taken(written([*soup[:place], ("strange", word), *soup[place:]])) is None
