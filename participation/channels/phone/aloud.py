"""What a call says: recordings where the city has some, else what a machine has read, else words for the telephone company's own voice."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participation.channels.phone.call import Call
from participation.channels.phone.menu import Option, Quoted, Screen, Words, other_language, said_in
from participation.channels.phone.places.projects import project_of
from participation.domain.ladder.heard.queries import Part, sounds_of
from participation.domain.projects.sounds import operations, queries
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.projects.sounds.rules import PROMPT, PROMPTS, QUESTION
from participation.kit.i18n import LANGUAGES, Message, Text, _

_NUMBER = re.compile(r"(?<![\d:])(?:\d{4}(?: \d{4})+(?: \d{1,3})?|\d{5,})(?![\d:])")
"""Digits in groups of four, or more than a year has: a receipt, a code. No year with an hour behind it, and no amount, whose groups have two or three."""
_PROMPTS = {message.text: (None, PROMPT + key) for key, message in PROMPTS.items()}


@dataclass(frozen=True)
class Line:
    """Something that is said, and in which language. `sounds`: addresses of files that say the same."""

    text: str
    language: str
    sounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """Of what is said. `parts`: recordings that together say it; `otherwise`: what is said where they are not there, if that is more than
    the text. `menu`: a machine may read it aloud: it is nothing that somebody said, did or is."""

    text: str = ""
    language: str = ""
    parts: tuple[Part, ...] = ()
    otherwise: tuple["Piece", ...] = ()
    menu: bool = False
    recorded_in: str | None = None
    """The language of the recordings, where it is not the caller's."""


def pieces(call: Call, words: Words) -> list[Piece]:
    """A text in the language that it has. Receipts and codes of ours are read digit by digit, what people and the city have written is not:
    its numbers are amounts."""
    if isinstance(words, Text):
        return [Piece(words.value, words.language, menu=True)]
    if isinstance(words, Quoted):
        if words.main in LANGUAGES:
            return [Piece(words.value, words.main)]
        # No voice reads this language: whoever listens is told which it is, and hears it in the voice of their own.
        return [Piece(text, call.language) for text in (other_language(call, words), words.value) if text]
    part = _PROMPTS.get(words.text) if isinstance(words, Message) else None
    text = said_in(call, words)
    # A sentence with a long number in it may be about somebody: a machine's reading of it would be there for everybody.
    menu = isinstance(words, Message) and _NUMBER.search(text) is None
    return [Piece(_aloud(text), call.language, _parts(part), menu=menu)]


def digits(call: Call, number: str) -> Piece:
    """In groups of four, with a pause behind each."""
    return Piece(digit_by_digit(number), call.language, _digits(number))


def offered(call: Call, option: Option) -> list[Piece]:
    """An option and its key: in one sentence where both are in one language."""
    if isinstance(option.label, Text) and option.label.other:
        return [*pieces(call, option.label), *pieces(call, _("Press %(key)s.", key=option.key))]
    label, language = said_in(call, option.label), option.language or call.language
    own = language if language in LANGUAGES else call.language
    sentence = _("%(option)s: press %(key)s.", option=label, key=option.key).into(own)
    recorded = _PROMPTS.get(option.label.text) if isinstance(option.label, Message) else None
    if language != own:
        recorded = (None, f"{PROMPT}welcome")
    parts = (*_parts(recorded), *_digits(option.key)) if recorded else ()
    return [Piece(sentence, own, parts, menu=True, recorded_in=option.language)]


def told_wrong(call: Call, note: str) -> list[Piece]:
    """What was wrong with the last keys; in a language without a catalogue only that something was."""
    if not note:
        return []
    wrong: Part = (None, f"{PROMPT}wrong")
    menu = _NUMBER.search(note) is None
    return [Piece(_aloud(note), call.language, _parts(wrong if call.spoken else None), menu=menu)]


async def told(call: Call, screen: Screen) -> list[Piece]:
    """Text and options. The recording of a ballot's question says its options too."""
    text = [piece for words in screen.text if words for piece in pieces(call, words)]
    options = [piece for option in screen.options for piece in offered(call, option)]
    if screen.sound is None:
        return [*text, *options]
    number, _slash, part = screen.sound.partition("/")
    parts: tuple[Part, ...] = (((await project_of(call, number)).id, part),)
    if part == QUESTION:
        return [Piece(parts=parts, otherwise=(*text, *options))]
    return [Piece(parts=parts, otherwise=tuple(text)), *options]


async def voiced(call: Call, said: Sequence[Piece]) -> tuple[Line, ...]:
    """With the sounds that there are. What a machine could read is read by the next time that it is said."""
    flat = [one for piece in said for one in (piece, *piece.otherwise)]
    by_language: dict[str, set[Part]] = {}
    for piece in flat:
        by_language.setdefault(_recorded_in(call, piece), set()).update(piece.parts)
    sentences = {(piece.language, piece.text) for piece in flat if piece.menu}
    recorded: dict[str, dict[Part, SoundView]] = {}
    async with call.site.database.reading() as session:
        for language, parts in by_language.items():
            recorded[language] = await sounds_of(session, call.city, parts, language) if parts else {}
        read = await queries.spoken(session, call.city.id, sentences)
    if call.city.synthesis:
        await _want(call, sentences - set(read))
    base = call.city.address(call.site.settings.base_url)

    def lines(piece: Piece) -> Iterable[Line]:
        known = recorded[_recorded_in(call, piece)]
        if piece.parts and all(part in known for part in piece.parts):
            yield Line(piece.text, piece.language, tuple(base + known[part].mp3 for part in piece.parts))
        elif piece.otherwise:
            for one in piece.otherwise:
                yield from lines(one)
        else:
            sound = read.get((piece.language, piece.text)) if piece.menu else None
            yield Line(piece.text, piece.language, (base + sound.mp3,) if sound else ())

    return tuple(line for piece in said for line in lines(piece))


async def _want(call: Call, sentences: set[queries.Saying]) -> None:
    if not sentences:
        return
    async with call.site.database.transaction() as session:
        for language in sorted({language for language, _text in sentences}):
            texts = sorted(text for of, text in sentences if of == language)
            await operations.want(session, city=call.city, language=language, texts=texts, at=call.at)


def _recorded_in(call: Call, piece: Piece) -> str:
    return piece.recorded_in or call.spoken or piece.language or call.language


def _parts(part: Part | None) -> tuple[Part, ...]:
    return () if part is None else (part,)


def _digits(number: str) -> tuple[Part, ...]:
    return tuple((None, f"{PROMPT}digit-{digit}") for digit in number if digit.isdigit())


def _aloud(text: str) -> str:
    """Receipts and codes would be read as thousands and millions."""
    return _NUMBER.sub(lambda found: digit_by_digit(found[0]), text)


def digit_by_digit(number: str) -> str:
    digits = number.replace(" ", "")
    return ". ".join(" ".join(digits[i : i + 4]) for i in range(0, len(digits), 4))
