"""A call: the same menu, spoken. What is said, what is listened for, and where the keys that were pressed lead."""

import re
from dataclasses import dataclass

from participation.channels.phone.call import Call
from participation.channels.phone.menu import (
    BACK,
    BACKWARD,
    HOME,
    MORE,
    ONWARD,
    Done,
    Led,
    Option,
    Screen,
    Takes,
    Words,
    place,
    said_in,
)
from participation.channels.phone.places import MENU
from participation.channels.phone.sessions import keep, key_of, standing
from participation.domain.people.phones import queries
from participation.kit.i18n import Message, Text, _

AGAIN = "*"
"""Says the same once more."""
GOODBYE = _("Goodbye.")
HIDDEN = _("Your number is hidden. Please call again and let it be shown; it is not kept.")
_NUMBER = re.compile(r"\d(?:[ ]?\d){4,}")


@dataclass(frozen=True)
class Heard:
    """One request of a call. `after`: the answer to which these keys were pressed; `second`: they follow a first `0`."""

    session: str
    number: str
    keys: str = ""
    after: str = ""
    second: bool = False
    called: str = ""
    """The number that was called."""
    outbound: bool = False
    """We called."""


@dataclass(frozen=True)
class Line:
    """Something that is said, and in which language."""

    text: str
    language: str


@dataclass(frozen=True)
class Spoken:
    """An answer: what is said, and what is listened for meanwhile. `after`: by what the next request knows it."""

    lines: tuple[Line, ...]
    after: str = ""
    listens: Takes | None = None
    """None: the call ends."""
    one_key: bool = False
    """The first key is all that is waited for; after a `0` for one more, see `Second`."""
    silence: tuple[Line, ...] = ()
    """What is said at last when nobody pressed anything."""


@dataclass(frozen=True)
class Second:
    """After a `0`, which leads back: whether another key makes it `00` or `01`."""

    after: str


async def answer(call: Call, heard: Heard) -> Spoken | Second:
    await call.speak()
    kept = await queries.session_of(call.site.database, digest=call.line, at=call.at)
    steps = kept.steps if kept else {}
    here = steps.get(heard.after)
    keys = BACK + heard.keys if heard.second else heard.keys
    if here is not None and keys == BACK and not heard.second and await _one_key(call, here[0]):
        return Second(heard.after)
    key = key_of(call, heard.after, keys)
    if key in steps:
        return await _spoken(call, key, *steps[key])
    led = await _led(call, here, keys)
    if isinstance(led, Done):
        return Spoken(tuple(ended(call, led)))
    note = said_in(call, led.note)
    await keep(call, key, led.place, note)
    return await _spoken(call, key, led.place, note)


async def _led(call: Call, here: list[str] | None, keys: str) -> Led | Done:
    """From where the caller is; whoever is nowhere yet begins with a language, unless their number has one."""
    if here is None:
        known = await call.known()
        return Led(HOME if known is not None and known.language is not None else place("languages", 0))
    if keys == AGAIN:
        return Led(*here)
    return await MENU.walk(call, here[0], keys)


async def _one_key(call: Call, where: str) -> bool:
    screen, where, _note = await standing(call, where, "")
    return _fits_a_key(screen, MENU.node(where)[0].takes)


def _fits_a_key(screen: Screen, takes: Takes) -> bool:
    return takes is Takes.KEY and all(len(option.key) == 1 for option in screen.options)


async def _spoken(call: Call, key: str, where: str, note: str) -> Spoken:
    screen, where, note = await standing(call, where, note)
    takes = MENU.node(where)[0].takes
    lines = [line for words in (note, *screen.text) if words for line in _lines(call, words)]
    for option in screen.options:
        lines += _offer(call, option)
    if takes in (Takes.NUMBER, Takes.DIGITS) or not _fits_a_key(screen, takes):
        lines += _lines(call, _("At the end press the hash key."))
    if screen.more is not None:
        lines += _offer(call, Option(" ".join(MORE), ONWARD, ""))
    if screen.back is not None:
        lines += _offer(call, Option(BACK, BACKWARD, ""))
    goodbye = tuple(_lines(call, GOODBYE))
    return Spoken(tuple(lines), key, takes, _fits_a_key(screen, takes), goodbye)


# How something is said


def _lines(call: Call, words: Words) -> list[Line]:
    """A text of the city in the language that it has; numbers digit by digit."""
    language = words.language if isinstance(words, Text) else call.language
    return [Line(_aloud(said_in(call, words)), language)]


def _offer(call: Call, option: Option) -> list[Line]:
    """An option and its key, in one breath where both are in one language."""
    if isinstance(option.label, Text) and option.label.other:
        return [*_lines(call, option.label), *_lines(call, _("Press %(key)s.", key=option.key))]
    label = said_in(call, option.label)
    language = option.language or call.language
    return [Line(_("%(option)s: press %(key)s.", option=label, key=option.key).into(language), language)]


def _aloud(text: str) -> str:
    """Receipts and codes would be read as thousands and millions."""
    return _NUMBER.sub(lambda found: digit_by_digit(found[0]), text)


def digit_by_digit(number: str) -> str:
    """In groups of four, with a pause behind each."""
    digits = number.replace(" ", "")
    return ". ".join(" ".join(digits[i : i + 4]) for i in range(0, len(digits), 4))


def ended(call: Call, done: Done) -> list[Line]:
    """What came of it; the receipt twice, since it is written down by hand. What was chosen is not said."""
    said: list[Message] = [done.message]
    if done.receipt is not None:
        receipt = digit_by_digit(done.receipt)
        said += [_("Your receipt is: %(digits)s.", digits=receipt), _("Once more: %(digits)s.", digits=receipt)]
    if done.return_code is not None:
        returned = digit_by_digit(done.return_code)
        said += [_("Your return code is: %(digits)s.", digits=returned), _("Once more: %(digits)s.", digits=returned)]
    return [line for message in (*said, GOODBYE) for line in _lines(call, message)]


def hidden(call: Call) -> Spoken:
    """Whoever hides their number is told that it is needed."""
    return Spoken(tuple(_lines(call, HIDDEN)))
