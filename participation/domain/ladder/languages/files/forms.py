"""What a translators' file says of a project: which entries are taken, which are not, and why; without storing anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from participation.domain.ladder.languages.forms import read_text
from participation.domain.ladder.languages.rules import Saying, Standing
from participation.domain.places.queries import CityView
from participation.domain.projects.rules import SUMMARY_WORDS
from participation.kit.errors import Invalid
from participation.kit.forms import Reader, Said
from participation.kit.i18n import Message, _
from participation.kit.marks import UNSURE, How, Made, fingerprint
from participation.kit.po import Broken, Entry, read
from participation.kit.text import Unreadable, clean

MOST_ERRORS = 50


@dataclass(frozen=True)
class File:
    """A translators' file for one language."""

    language: str
    source: str | None
    """The language that was translated, where the file says so."""
    entries: tuple[Entry, ...]


@dataclass
class Taken:
    """What a file brings. Keys of texts, in the order of the file."""

    written: dict[str, tuple[str, Made]] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    """Taken, but what was translated says something else by now."""
    unsure: list[str] = field(default_factory=list)
    """The translator marked them so (fuzzy): taken as out of date, and never in place of what is up to date."""
    changed: list[str] = field(default_factory=list)
    """Not taken: somebody has written there since the file was made."""
    settled: list[str] = field(default_factory=list)
    """Not taken: announced, and no longer to be changed."""
    unknown: list[tuple[str, int]] = field(default_factory=list)
    """Not taken: there is no such text. With its line."""


def read_file(raw: bytes, city: CityView) -> File:
    """Raises `Invalid` with the line that cannot be read."""
    try:
        header, entries = read(raw)
    except Broken as broken:
        raise Invalid({"file": _line(broken.line, broken.reason)}) from None
    language = _code(header.get("language", ""))
    if language not in city.languages:
        raise Invalid({"file": _("The head of the file does not say that it is for one of the city's languages.")})
    source = _code(header.get("x-source-language", ""))
    seen: dict[str, int] = {}
    for entry in entries:
        if entry.key in seen and entry.key:
            raise Invalid({"file": _line(entry.line, _("This is said twice for the same text."))})
        seen[entry.key] = entry.line
    return File(language, source if source in city.languages and source != language else None, tuple(entries))


def _code(tag: str) -> str:
    return tag.replace("-", "_").partition("_")[0].lower()


def _line(number: int, reason: Message) -> Message:
    return _("Line %(number)s: %(reason)s", number=number, reason=reason)


def taken(file: File, sayings: Sequence[Saying], city: CityView, *, replace: bool) -> Taken:
    """Each entry against what is stored now. Raises `Invalid` with all lines that break a limit; nothing is stored then.

    `replace`: also what somebody has written since the file was made.
    """
    known = {saying.key: saying for saying in sayings}
    found, errors = Taken(), dict[str, Message]()
    for entry in file.entries:
        saying = known.get(entry.key)
        if saying is None:
            found.unknown.append((entry.key or entry.source[:60], entry.line))
        elif not saying.open_in(file.language):
            found.settled.append(entry.key)
        elif not entry.text:
            found.empty.append(entry.key)
        else:
            _take(found, errors, file, entry, saying, city, replace)
    if errors:
        raise Invalid(dict(list(errors.items())[:MOST_ERRORS]))
    return found


def _take(
    found: Taken,
    errors: dict[str, Message],
    file: File,
    entry: Entry,
    saying: Saying,
    city: CityView,
    replace: bool,
) -> None:
    form = Reader(Said({"text": entry.text}))
    text = read_text(form, "text", saying)
    if form.errors:
        errors[f"file.{entry.line}"] = _line(entry.line, form.errors["text"])
        return
    stored, standing = saying.texts.get(file.language, ""), saying.standing(file.language)
    source = saying.source(file.language, city.languages, file.source)
    stale = source is None or _cleaned(entry.source) != saying.texts[source]
    if text == stored and (standing is Standing.WHOLE or entry.fuzzy or stale):
        found.same.append(entry.key)
        return
    if entry.fuzzy and standing is Standing.WHOLE:
        found.unsure.append(entry.key)
        return
    if stored and text != stored and entry.stored != fingerprint(stored) and not replace:
        found.changed.append(entry.key)
        return
    of = UNSURE if entry.fuzzy else fingerprint(_cleaned(entry.source))
    found.written[entry.key] = text, Made(How.IMPORT, source, of, again=True)
    if entry.fuzzy:
        found.unsure.append(entry.key)
    elif stale:
        found.stale.append(entry.key)


def _cleaned(text: str) -> str:
    try:
        return clean(text)
    except Unreadable:
        return text


# Out


def entries(sayings: Sequence[Saying], language: str, source: str) -> list[Entry]:
    """What can be translated from one language into the other. What is out of date, or a machine's alone, is fuzzy."""
    return [
        Entry(
            saying.key,
            saying.texts[source],
            saying.texts.get(language, ""),
            fuzzy=saying.standing(language) in (Standing.STALE, Standing.MACHINE),
            comments=_comments(saying, language),
            stored=fingerprint(saying.texts.get(language, "")),
        )
        for saying in sayings
        if saying.texts.get(source) and saying.open_in(language)
    ]


def _comments(saying: Saying, language: str) -> tuple[str, ...]:
    """In English: programs and translators of every language read them."""
    label = saying.label.into("en") if isinstance(saying.label, Message) else saying.label.get("en", "")
    words = [f"At most {SUMMARY_WORDS} words."] if saying.key == "project.summary" else []
    machine = ["Translated by a machine."] if saying.standing(language) is Standing.MACHINE else []
    return (label, *words, f"At most {saying.most} characters.", *machine)


def usual_source(sayings: Sequence[Saying], language: str, city: CityView) -> str:
    """The language from which most can be translated into this one; of several the city's first."""
    others = [one for one in city.languages if one != language]

    def said(other: str) -> int:
        return sum(bool(saying.texts.get(other)) for saying in sayings)

    return max(others, key=said) if others else city.languages[0]
