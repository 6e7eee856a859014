"""How a text came to be in a language, and whether what it was translated from says something else by now.

A text in several languages has a mark for each of them. It says how the text came about and, unless it was written in this
language first, from which language it was translated and a fingerprint of what that said then.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Mark = Mapping[str, Any]
"""`how`; `from` and `of` (language and fingerprint of what was translated); `by`, the name of the machine."""
UNSURE = ""
"""A fingerprint that no text has: of what its translator was not sure of."""


class How(StrEnum):
    """Who put a text into a language."""

    PERSON = "person"
    MACHINE = "machine"
    DELEGATE = "delegate"
    IMPORT = "import"
    """It came in a translator's file."""


@dataclass(frozen=True)
class Made:
    """How a text has come about, as whoever stores it says."""

    how: How = How.PERSON
    source: str | None = None
    """The language that was translated; None: the one before, or else the language in which the text was written first."""
    of: str | None = None
    """Fingerprint of what was translated; None: of what stands there now."""
    by: str | None = None
    again: bool = False
    """It counts as made now even where its words are the same as before: somebody has looked, and it is still right."""


class Texts(dict[str, str]):
    """One text in several languages, with its marks."""

    def __init__(self, texts: Mapping[str, str], marks: Mapping[str, Mark]) -> None:
        super().__init__(texts)
        self.marks = marks


BY_HAND = Made()


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def original(texts: Mapping[str, str], marks: Mapping[str, Mark], order: Sequence[str]) -> str | None:
    """The language in which a text was written first; of several that are not marked the first in `order`."""
    said = [language for language in (*order, *texts) if texts.get(language)]
    return next((language for language in said if not marks.get(language, {}).get("from")), said[0] if said else None)


def outdated(language: str, texts: Mapping[str, str], marks: Mapping[str, Mark]) -> str | None:
    """The language from which this was translated, where that says something else now."""
    mark = marks.get(language) or {}
    source = mark.get("from")
    if not source or not texts.get(language) or not texts.get(source):
        return None
    return None if mark.get("of") == fingerprint(texts[source]) else str(source)


def machine(language: str, texts: Mapping[str, str], marks: Mapping[str, Mark]) -> str | None:
    """The name of the machine that translated it, where no person has checked it since."""
    mark = marks.get(language) or {}
    return str(mark.get("by", "")) if texts.get(language) and mark.get("how") == How.MACHINE else None


def counts(language: str, texts: Mapping[str, str], marks: Mapping[str, Mark]) -> bool:
    """It is there, up to date, and a person stands for it."""
    if not texts.get(language) or machine(language, texts, marks) is not None:
        return False
    return outdated(language, texts, marks) is None


def counting(texts: Mapping[str, str], marks: Mapping[str, Mark]) -> dict[str, str]:
    """The text in the languages in which it counts."""
    return {language: text for language, text in texts.items() if counts(language, texts, marks)}


def counted(texts: Texts) -> dict[str, str]:
    return counting(texts, texts.marks)


def whole_in(texts: Iterable[Texts]) -> list[str]:
    """The languages in which each of these counts; what is said in no language at all is left out."""
    said = [counted(one) for one in texts if any(one.values())]
    return [language for language in (said[0] if said else ()) if all(language in one for one in said)]


def marked(
    before: Mapping[str, str],
    now: Mapping[str, str],
    marks: Mapping[str, Mark],
    order: Sequence[str],
    made: Mapping[str, Made] | None = None,
) -> dict[str, Mark]:
    """The marks of a text after a change: `made` says of a language how its text came about, which is else by hand.

    What did not change keeps its mark, and so is out of date when the text did from which it was translated.
    """
    made = made or {}
    kept = {language: mark for language, mark in marks.items() if now.get(language) and mark}
    changed = [
        language
        for language in dict.fromkeys((*order, *now))
        if now.get(language) and (now[language] != before.get(language) or made.get(language, BY_HAND).again)
    ]
    standing = {language: text for language, text in now.items() if before.get(language)}
    first = original(standing, marks, order) or original(now, {}, order)
    for language in changed:
        how = made.get(language, BY_HAND)
        written_first = bool(before.get(language)) and not marks.get(language, {}).get("from")
        wanted = () if written_first else (how.source, marks.get(language, {}).get("from"), first)
        kept[language] = _mark(
            how, next((one for one in wanted if one and one != language and now.get(one)), None), now
        )
    return kept


# Rows whose marks stand by field


def said(row: Any, field: str) -> Texts:
    """A field of a row, with its marks."""
    return Texts(getattr(row, field) or {}, (row.marks or {}).get(field, {}))


def say(
    row: Any, field: str, texts: Mapping[str, str], order: Sequence[str], made: Mapping[str, Made] | None = None
) -> None:
    """A text in all languages, and for those in which it changed how it came to be in them."""
    before = said(row, field)
    marks = marked(before, texts, before.marks, order, made)
    row.marks = (row.marks or {}) | {field: marks}
    setattr(row, field, dict(texts))


def put(row: Any, field: str, language: str, text: str, made: Made, order: Sequence[str]) -> bool:
    """A text in one language more, or in other words; whether the words are others now, and not the mark alone."""
    before = said(row, field)
    say(row, field, before | {language: text}, order, {language: made})
    return before.get(language) != text


def _mark(made: Made, source: str | None, now: Mapping[str, str]) -> Mark:
    mark = {"how": str(made.how)}
    if made.by:
        mark["by"] = made.by
    if source is not None:
        read = made.of if source == made.source else None
        mark |= {"from": source, "of": fingerprint(now[source]) if read is None else read}
    return mark
