"""What people type, made safe to keep and show without changing what they said."""

import re
import unicodedata

# Overrides and embeddings can make a text read as something else; isolates and marks are needed by honest writers.
_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
MARKS_IN_A_ROW = 8
_TATWEEL = "\u0640"
_UNSEEN = ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me")
# Fillers of Hangul, and the pattern of Braille without a dot.
_SHAPELESS = "\u115f\u1160\u3164\uffa0\u2800"


class Unreadable(ValueError):
    """The text holds something that is not text: NUL or half a surrogate pair."""


def clean(text: str, *, lines: bool = True) -> str:
    """NFC, newlines as \\n, no control or direction-override characters, at most 8 combining marks on one letter.

    Raises `Unreadable` for NUL, lone surrogates, and what stands where bytes were no text: no keyboard sends these.
    """
    if "\x00" in text or "\ufffd" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise Unreadable
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROLS.sub("", text.translate(_BIDI_CONTROLS))
    text = _few_marks(text)
    if not lines:
        return " ".join(text.split())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def says_something(text: str) -> bool:
    """Whether there is anything to see: spaces, controls, joiners, marks on no letter and letters without a shape say nothing by themselves."""
    return any(unicodedata.category(c) not in _UNSEEN and c not in _SHAPELESS for c in text)


def _few_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for c in text:
        run = run + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(c)
    return "".join(kept)


def words(text: str) -> int:
    """How many words; Chinese is counted at two characters a word, as its readers reckon."""
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    rest = re.sub(r"[\u4e00-\u9fff]", " ", text)
    return len(re.findall(r"\w+", rest)) + (han + 1) // 2 if han else len(text.split())


def folded(text: str) -> str:
    """For search: without case, accents, Arabic short vowels or width, nor what only stretches, joins or cannot be seen."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not (unicodedata.combining(c) or c == _TATWEEL or _invisible(c)))


def _invisible(c: str) -> bool:
    return c > "~" and unicodedata.category(c) == "Cf"


def folded_words(text: str) -> list[str]:
    """Folded, without what stands between them; the vowel signs of Hindi and their like belong to their words."""
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded(text)).split()


def unspaced(word: str) -> bool:
    """Whether it is of a script that is written without spaces between words."""
    return any("\u0e00" <= c <= "\u0eff" or "\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in word)


def in_a_row(*sentences: str) -> str:
    """One sentence after the other; behind a full stop as wide as a Chinese character there is no space."""
    row = ""
    for sentence in sentences:
        row += sentence if not row or row.endswith(("。", "！", "？")) else f" {sentence}" if sentence else ""
    return row
