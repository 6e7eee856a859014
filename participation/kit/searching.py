"""What a text can be found by, and where in it that stands. All of it is reckoned here: the database compares terms letter by letter,
and none of its own rules for case, order or words has a part in it.

A word is found by itself and by its beginnings, from three letters on (two syllables of Hangul or Ethiopic); where no spaces are
written, single characters and pairs of them take the place of words. Nothing is stemmed, so that no language is served better than another.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

FEWEST, MOST = 3, 12
"""Letters of a beginning. Of longer words the first twelve count."""
TERMS = 12
"""Terms of a question that are looked for."""
LONGEST = 200
"""Characters of a question that are read."""
WINDOW = 150
"""Characters of an excerpt, about; half as many of Han and kana, which say twice as much."""
PIECE = 1_500
"""Characters of a long text that are looked at letter by letter."""

_ALIKE = {
    **dict.fromkeys("\u0649\u06cc\u06d2", "\u064a"),  # alef maqsura, Persian and Urdu yeh
    **{"\u0671": "\u0627", "\u0629": "\u0647", "\u06c1": "\u0647", "\u06be": "\u0647", "\u06d5": "\u0647", "\u06a9": "\u0643"},
    **{"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ŋ": "n", "ŧ": "t", "ɓ": "b", "ɗ": "d", "ƙ": "k"},
}  # fmt: skip
_SHAPING = "\u0640"
_NUKTA = 7
"""Unicode's combining class of the dots that Indic scripts add to letters, with which people are as free as with accents."""
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
"""Accents, short vowels and points that a reader can do without; vowel signs of Hindi or Thai are none of these."""
_PICTURED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Han and kana, of which a single character can be a word."""
_UNSPACED = re.compile(f"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f{_PICTURED}]+")
_ONE = re.compile(f"[{_PICTURED}]")
_SYLLABLES = re.compile("[\u1200-\u139f\uac00-\ud7a3]")
_ARABIC = re.compile(
    "^(?:\u0648\u0627\u0644|\u0641\u0627\u0644|\u0628\u0627\u0644|\u0643\u0627\u0644|\u0644\u0644|\u0627\u0644)(?=.{3})"
)
"""The article, alone or with and, so, in, like, for before it: written together with its word."""


def _fold(c: str) -> str:
    """A character as it is compared; nothing for what only adorns, a space for what stands between words."""
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    kept = [
        _ALIKE.get(part, part)
        for part in unicodedata.normalize("NFKD", c.casefold())
        if not (part == _SHAPING or unicodedata.combining(part) == _NUKTA or _MARKS.match(part) or _unseen(part))
    ]
    folded = unicodedata.normalize("NFC", "".join(kept)).casefold()
    return "".join(part if part.isalnum() or unicodedata.category(part)[0] == "M" else " " for part in folded)


def _unseen(c: str) -> bool:
    return unicodedata.category(c) == "Cf"


class _Folding(dict[int, str]):
    """What `str.translate` asks; as many characters as people really write are remembered."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


_FOLDING = _Folding()


def terms(text: str) -> list[str]:
    """All that a text can be found by, each once, in the order of its code points."""
    found: set[str] = set()
    for word in set(text.translate(_FOLDING).split()):
        for part, unspaced in _parts(word):
            if unspaced:
                found.update(part[i : i + 2] for i in range(len(part) - 1))
                found.update(_ONE.findall(part))
            else:
                bare = _bare(part)
                found.update(bare[:length] for length in range(min(_fewest(bare), len(bare)), min(MOST, len(bare)) + 1))
    return sorted(found)


def wanted(question: str) -> tuple[str, ...]:
    """The terms that a text must all have to be found; none where the question holds no word."""
    return _all_wanted(question)[:TERMS]


def left_out(question: str) -> bool:
    """There is more in the question than is looked for."""
    return len(question) > LONGEST or len(_all_wanted(question)) > TERMS


def _all_wanted(question: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for word in question[:LONGEST].translate(_FOLDING).split():
        for part, unspaced in _parts(word):
            if not unspaced:
                found[_bare(part)[:MOST]] = None
            elif len(part) > 1:
                found.update(dict.fromkeys(part[i : i + 2] for i in range(len(part) - 1)))
            elif _ONE.match(part):
                found[part] = None
    # A letter that an apostrophe has cut off (l'eau, the city's) is no word, unless there is nothing else.
    return tuple(term for term in found if not _cut_off(term)) or tuple(found)


def _cut_off(term: str) -> bool:
    return len(term) == 1 and term.isalpha() and not _ONE.match(term)


def query(wanted: Iterable[str], *among: Sequence[str]) -> str:
    """For `cast(… as tsquery)`: all of these, and of each further list at least one. Terms are letters, digits and marks alone."""
    parts = [_quoted(term) for term in wanted]
    parts += [f"({' | '.join(map(_quoted, some))})" for some in among]
    return " & ".join(parts)


def _quoted(term: str) -> str:
    if "'" in term or "\\" in term or "\0" in term:
        raise ValueError(term)
    return f"'{term}'"


def _parts(word: str) -> Iterator[tuple[str, bool]]:
    """Its stretches in scripts with spaces and in scripts without."""
    start = 0
    for stretch in _UNSPACED.finditer(word):
        if stretch.start() > start:
            yield word[start : stretch.start()], False
        yield stretch.group(), True
        start = stretch.end()
    if start < len(word):
        yield word[start:], False


def _fewest(word: str) -> int:
    return 2 if _SYLLABLES.match(word) else FEWEST


def _bare(word: str) -> str:
    return _ARABIC.sub("", word) if word[0] in "\u0648\u0641\u0628\u0643\u0644\u0627" else word


# Where it stands


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a text around what was found in it."""

    parts: tuple[tuple[str, bool], ...]
    """Texts, and whether they are what was found."""
    found: int
    """How many of the terms stand somewhere in the text."""


def excerpt(text: str, wanted: Sequence[str], window: int = WINDOW) -> Excerpt:
    """As much of a text as a list has room for, where most of the terms stand, with these marked."""
    text = " ".join(text.split())
    folded = text.translate(_FOLDING)
    spans = _in_pieces(text, [term for term in wanted if term in folded])
    if len(_ONE.findall(text[:100])) > len(text[:100]) // 2:
        window //= 2
    start, end = _best(text, spans, window)
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for first, last, _term in spans:
        first, last = max(first, at), min(last, end)
        if first < last:
            parts += [(text[at:first], False), (text[first:last], True)]
            at = last
    parts += [(text[at:end], False), (" …" if end < len(text) else "", False)]
    return Excerpt(_joined(parts), len({term for *_span, term in spans}))


def _in_pieces(text: str, wanted: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where terms stand, in that stretch of a long text that holds most of them: each letter of it costs as much as a page of the rest."""
    pieces = []
    start = 0
    while wanted and start < len(text):
        space = text.rfind(" ", start + PIECE // 2, start + PIECE) if start + PIECE < len(text) else -1
        end = space + 1 if space > 0 else start + PIECE
        folded = text[start:end].translate(_FOLDING)
        held = sum(term in folded for term in wanted)
        if held:
            pieces.append((-held, start, text[start:end]))
        start = end
    for _held, start, piece in sorted(pieces):
        if spans := [(start + first, start + last, term) for first, last, term in _spans(piece, wanted)]:
            return spans
    return []


def _joined(parts: Iterable[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """Without empty ones; what is marked side by side is one mark."""
    found: list[tuple[str, bool]] = []
    for words, marked in parts:
        if found and found[-1][1] is marked:
            found[-1] = (found[-1][0] + words, marked)
        elif words:
            found.append((words, marked))
    return tuple(found)


def _spans(text: str, wanted: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where in the text as it was written a term stands: whole words, and characters where there are no words."""
    folded: list[str] = []
    places: list[int] = []
    for place, c in enumerate(text):
        shape = _FOLDING[ord(c)]
        folded.append(shape)
        places += [place] * len(shape)
    places.append(len(text))
    for word in re.finditer(r"\S+", "".join(folded)):
        at = word.start()
        for part, unspaced in _parts(word.group()):
            for first, last, term in _in_part(part, unspaced, wanted):
                # What a character only adorns follows it: the accent, the joiner.
                yield places[at + first], _after(text, places[at + last - 1]), term
            at += len(part)


def _in_part(part: str, unspaced: bool, wanted: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    if unspaced:
        for place in range(len(part)):
            for term in wanted:
                if part.startswith(term, place):
                    yield place, place + len(term), term
        return
    bare = _bare(part)
    for term in wanted:
        if bare == term or (len(term) >= _fewest(bare) and bare.startswith(term)):
            yield 0, len(part), term


def _after(text: str, place: int) -> int:
    """The end of the character at this place, with what belongs to it."""
    place += 1
    while place < len(text) and (unicodedata.category(text[place])[0] == "M" or text[place] in "\u200c\u200d\u0640"):
        place += 1
    return place


def _best(text: str, spans: Sequence[tuple[int, int, str]], window: int) -> tuple[int, int]:
    """The stretch of about that length with most terms in it, from the beginning of a word to the end of one."""
    if len(text) <= window:
        return 0, len(text)
    lead = window // 4
    best, most = 0, 0
    for number, (first, _last, _term) in enumerate(spans[:200]):
        start = max(0, first - lead)
        inside = len({term for _f, last, term in spans[number : number + 50] if last <= start + window})
        if inside > most:
            best, most = start, inside
    end = min(len(text), best + window)
    best = max(0, min(best, end - window))
    return _word_start(text, best), _word_end(text, end)


def _word_start(text: str, place: int) -> int:
    """The beginning of the next word, if it is near; never the middle of a character."""
    if place == 0:
        return 0
    space = text.find(" ", place - 1, place + 20)
    if space >= 0:
        return space + 1
    while place > 0 and (unicodedata.category(text[place])[0] == "M" or text[place] in "\u200c\u200d"):
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - 20, place + 1)
    if space >= 0:
        return space
    while place < len(text) and (unicodedata.category(text[place])[0] == "M" or text[place] in "\u200c\u200d"):
        place += 1
    return place
