"""What a text message means, by its first word, in whatever language and with small mistakes; and in which language it is answered."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from participation.channels.http.phone_words import WORDS, Command, alternatives
from participation.channels.phone.reading import CHOICES, NAMES, POLITE
from participation.domain.consultations.rules import language_of
from participation.kit import i18n
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.text import folded, folded_words

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
    begins = _LETTER.search(text)
    bare = text[begins.start() :].strip() if begins else ""
    number = typed_number(bare)
    if len(number) == 12 and has_check_digit(number):
        return Understood(Command.RECEIPT, languages[0], number, by_word=False)
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
    near = difflib.get_close_matches(word, table(), n=1, cutoff=ALIKE) if len(word) >= 4 else []
    return _meant(table()[near[0]], languages, bare[first:]) if near else None


def _word(text: str, start: int) -> int:
    """Where the word that begins there ends: letters of any script, with their marks."""
    end = start
    while end < len(text) and unicodedata.category(text[end])[0] in "LM":
        end += 1
    return end


def _meant(meanings: tuple[tuple[Command, str], ...], languages: tuple[str, ...], rest: str) -> Understood | None:
    order = [*languages, *i18n.LANGUAGES]
    command, language = min(meanings, key=lambda one: order.index(one[1]))
    rest = rest.strip(" \t\r\n:;,.!?-–=/")
    if command in (Command.STOP, Command.HELP):
        # A sentence that begins with such a word does not mean it.
        if not polite().issuperset(folded_words(rest)):
            return None
        rest = ""
    if command is Command.PROJECTS and rest and not typed_number(rest).isdigit():
        return None
    return Understood(command, language, rest, by_word=(command, i18n.SOURCE) not in meanings)


@lru_cache(maxsize=1)
def polite() -> set[str]:
    return {
        one for language in i18n.LANGUAGES for words in alternatives(POLITE, language) for one in folded_words(words)
    }


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
