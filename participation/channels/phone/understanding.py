"""What a text message means, by its first word, in whatever language and with small mistakes; and in which language it is answered."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from participation.channels.http.phone_words import WORDS, Command, alternatives
from participation.channels.phone.reading import CHOICES, NAMES, POLITE
from participation.domain.ballots.rules import OPTION_WORDS
from participation.domain.consultations.rules import language_of
from participation.kit import i18n
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import Message
from participation.kit.text import folded, folded_words, unspaced

ALIKE = 0.8
"""How much a word has to look like one of ours (difflib's ratio), from four letters on."""
_LETTER = re.compile(r"[^\W_]")
_LATIN = str.maketrans("авекмнорстух", "abekmhopctyx")
"""Cyrillic letters and those that look the same."""
CYRILLIC = "ru"
Table = Mapping[str, tuple[tuple[Command, str], ...]]


@dataclass(frozen=True)
class Understood:
    command: Command
    language: str
    rest: str
    """What stands behind the word, as it was written."""
    by_word: bool = True
    """Whether its word tells the language: those of the source language people write whatever language is theirs."""


@lru_cache(maxsize=1)
def table() -> Table:
    """Each word of each language, folded, with what it means where."""
    found: dict[str, list[tuple[Command, str]]] = {}
    for language in i18n.LANGUAGES:
        for command, words in WORDS.items():
            for word in alternatives(words, language):
                meanings = found.setdefault(folded(word), [])
                if (command, language) not in meanings:
                    meanings.append((command, language))
    return {word: tuple(meanings) for word, meanings in found.items()}


def understand(text: str, languages: tuple[str, ...]) -> Understood | None:
    """`languages`: those that are meant first where a word is one of several. None: nobody can tell what is meant."""
    bare = _begun(text)
    number = typed_number(bare)
    if len(number) == 12 and has_check_digit(number):
        return Understood(Command.RECEIPT, languages[0], number, by_word=False)
    while rest := _behind_politeness(bare):
        bare = rest
    first = _word(bare, 0)
    if first == 0:
        return None
    second = _word(bare, first + len(bare[first:]) - len(bare[first:].lstrip()))
    for end in (second, first):
        meanings = table().get(folded(" ".join(bare[:end].split())))
        if meanings:
            return _meant(meanings, languages, bare[end:])
    word = folded(bare[:first])
    if len(word) == 1 and (meanings := table().get(word.translate(_LATIN))):
        return _meant(tuple((command, CYRILLIC) for command, _language in meanings[:1]), languages, bare[first:])
    if found := _unspaced(word, languages):
        return found
    if len(word) < 4 or word in _said_of_options():
        return None
    near = difflib.get_close_matches(word, _taken_when_near(), n=1, cutoff=ALIKE)
    return _meant(table()[near[0]], languages, bare[first:]) if near else None


@lru_cache(maxsize=1)
def _taken_when_near() -> tuple[str, ...]:
    """Nobody's phone is forgotten, and no digits for a slip are given, because of a word that only looks like one of many: of those for STOP
    this one alone is understood misspelt."""
    surely = (Command.STOP, Command.LOST)
    return tuple(word for word, meanings in table().items() if meanings[0][0] not in surely or word == "stop")


@lru_cache(maxsize=1)
def _said_of_options() -> frozenset[str]:
    """Words of those who tell what they choose, or what they are for: none of them is another word misspelt."""
    return _all_words(*CHOICES.values(), *OPTION_WORDS.values())


def _begun(text: str) -> str:
    begins = _LETTER.search(text)
    return text[begins.start() :].strip() if begins else ""


def _behind_politeness(text: str) -> str:
    """What stands behind a first word that changes nothing; empty where the first word says something."""
    end = _word(text, 0)
    word = folded(text[:end])
    if word in table():
        return ""
    if word in polite():
        return _begun(text[end:])
    return text[len(front) :] if unspaced(word) and (front := _first(word, polite())) else ""


def _unspaced(word: str, languages: tuple[str, ...]) -> Understood | None:
    """STOP and HELP with politeness behind them, where words are not spaced."""
    front = _first(word, {one for one, meanings in table().items() if meanings[0][0] in POLITELY and unspaced(one)})
    return _meant(table()[front], languages, word.removeprefix(front)) if front else None


def _first(word: str, of: Iterable[str]) -> str:
    """The longest of these with which it begins."""
    return max(filter(word.startswith, of), key=len, default="")


def _word(text: str, start: int) -> int:
    """Where the word that begins there ends: letters of any script, with their marks."""
    end = start
    while end < len(text) and unicodedata.category(text[end])[0] in "LM":
        end += 1
    return end


POLITELY = (Command.STOP, Command.HELP)
"""A sentence that begins with such a word does not mean it, unless what stands behind is mere politeness."""
WITH_DIGITS = (Command.PROJECTS, Command.RECEIPT, Command.JOIN, Command.LOST)
"""Beside their digits politeness and names of numbers change nothing."""


def _meant(meanings: tuple[tuple[Command, str], ...], languages: tuple[str, ...], rest: str) -> Understood | None:
    order = [*languages, *i18n.LANGUAGES]
    command, language = min(meanings, key=lambda one: order.index(one[1]))
    rest = rest.strip(" \t\r\n:;,.!?-–=/")
    groups, words = list[str](), list[str]()
    for one in folded_words(i18n.digits(rest)):
        (groups if one.isdigit() else words).append(one)
    if command in POLITELY:
        if groups or not all(map(_is_polite, words)):
            return None
        rest = ""
    if command in WITH_DIGITS and words and (polite() | names()).issuperset(words):
        rest = " ".join(groups)
    if command is Command.PROJECTS and rest and not typed_number(rest).isdigit():
        return None
    return Understood(command, language, rest, by_word=(command, i18n.SOURCE) not in meanings)


@lru_cache(maxsize=1)
def polite() -> frozenset[str]:
    return _all_words(POLITE)


def _is_polite(word: str) -> bool:
    while front := unspaced(word) and _first(word, polite()):
        word = word.removeprefix(front)
    return not word or word in polite()


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    return _all_words(*NAMES.values())


def _all_words(*messages: Message) -> frozenset[str]:
    each = (word for one in messages for language in i18n.LANGUAGES for word in alternatives(one, language))
    return frozenset(word for words in each for word in folded_words(words))


# In which language it is answered

TELLING = 3
"""Letters of a word that tells its language; shorter ones are words of many."""


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, frozenset[str]]:
    """Words that we know, each with its languages."""
    found: dict[str, set[str]] = {}
    for language in i18n.LANGUAGES:
        for words in (*WORDS.values(), *CHOICES.values(), *NAMES.values(), POLITE):
            for word in folded_words(" ".join(alternatives(words, language))):
                found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items() if len(word) >= TELLING}


def answered_in(text: str, understood: Understood | None, chosen: str | None, languages: tuple[str, ...]) -> str:
    """The language of its first word, where that word tells one; else the one that this number has `chosen`; else that of its other words
    or letters; else, where the first word is one of several `languages`, the first of them: those of the city."""
    if understood is not None and understood.by_word:
        return understood.language
    told = text if understood is None else understood.rest
    words = () if understood is not None and understood.command is Command.COMMENT else folded_words(told)
    return (
        chosen
        or _by_words(words, languages)
        or _by_letters(told)
        or (languages[0] if understood is None else understood.language)
    )


def _by_words(words: Sequence[str], languages: tuple[str, ...]) -> str | None:
    """The language of most of those that we know."""
    known = Counter(language for word in words for language in vocabulary().get(word, ()))
    order = [*languages, *i18n.LANGUAGES]
    return min(known, key=lambda language: (-known[language], order.index(language)), default=None)


def _by_letters(text: str) -> str | None:
    written = language_of(text, "")
    return written if written in i18n.LANGUAGES else None
