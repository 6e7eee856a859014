"""The menu: places with numbered options, and how what is pressed, dialled or written leads from one to the next.

A place is a name with arguments (`vote/12`); what it shows and what it takes is a `Node`. Nothing here knows how a screen is
written or spoken. `0` leads back, `00` home, `01` on: no option and no project has such a number.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from participation.channels.phone.call import Call
from participation.kit.errors import Invalid, Refusal
from participation.kit.hashing import typed_number
from participation.kit.i18n import AUTONYMS, Message, Text, _
from participation.kit.text import in_a_row

HOME, OWN, MINE = "home", "own", "mine"
BACK, TOP, MORE = "0", "00", "01"
BACKWARD, ONWARD = _("Back"), _("More")
PAGE = "#"


@dataclass(frozen=True)
class Quoted:
    """What a person said, in its language."""

    value: str
    language: str

    @property
    def main(self) -> str:
        """Without its region and script, which imported words may name."""
        return self.language.partition("-")[0]

    def __str__(self) -> str:
        return self.value


Words = Message | Text | Quoted | str


class Takes(StrEnum):
    KEY = "key"
    """The number of an option."""
    NUMBER = "number"
    """The number of an option, or one that is not on the screen: it has any length."""
    DIGITS = "digits"
    """A code, a PIN, a receipt, a project's number: nothing of it is repeated to anybody."""
    WORDS = "words"
    """Whatever is said, stars too; it is the last thing that is asked for."""


@dataclass(frozen=True)
class Option:
    """`key`: what is pressed; the same on every channel, and for a project its own number."""

    key: str
    label: Words
    leads: str
    language: str | None = None
    """In which it is said, where that is not the caller's: a language is offered in itself."""


@dataclass(frozen=True)
class Screen:
    """What a place shows: a text, its options, and where `0` and `01` lead."""

    text: tuple[Words, ...]
    options: tuple[Option, ...] = ()
    back: str | None = None
    more: str | None = None
    sound: str | None = None
    """Part of the project whose recording says the same as the text, for whoever listens: `12/summary`."""


@dataclass(frozen=True)
class Done:
    """The end: what came of it, with its receipt, and with the return code where a sheet's code was used. `digits`: what the message is
    about. No number of somebody's stands in a message, which a machine may be asked to read aloud for everybody."""

    message: Message
    receipt: str | None = None
    return_code: str | None = None
    digits: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What was spoken in place of words: what the telephone company calls it, and how many seconds it has."""

    name: str
    seconds: int


Show = Callable[..., Awaitable[Screen]]
Take = Callable[..., Awaitable[str | Done]]
Keep = Callable[..., Awaitable[Done]]
Proved = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True)
class Node:
    """`take`: what comes of what was said there; without it one of the options is pressed. `enter`: whoever is led there may have to
    go somewhere else first. `record`: what comes of words that were spoken. `hides`: what is said there is a choice, and leaves nothing
    in what is kept of a session, not even hashed. `halts`: whoever comes there by what they dialled has to read it first, since nobody
    could foresee that it would be asked."""

    show: Show
    take: Take | None = None
    takes: Takes = Takes.KEY
    enter: Callable[..., Awaitable[str]] | None = None
    record: Keep | None = None
    hides: bool = False
    halts: bool = False


@dataclass(frozen=True)
class Led:
    """Where somebody stands now, and what was wrong with what they said last. `unheard`: that, and what was said behind it, where
    nothing of it is to be kept."""

    place: str
    note: Message | str | None = None
    unheard: str | None = None


@dataclass(frozen=True)
class Menu:
    nodes: Mapping[str, Node] = field(repr=False)

    def node(self, place: str) -> tuple[Node, list[str]]:
        name, *arguments = place.partition(PAGE)[0].split("/")
        return self.nodes[name], arguments

    async def show(self, call: Call, place: str) -> Screen:
        node, arguments = self.node(place)
        return await node.show(call, *arguments)

    async def walk(self, call: Call, place: str, said: str, proved: Proved | None = None) -> Led | Done:
        """From a place on, by everything that was said there: several inputs at once stand between stars, words take all that is left.

        `proved`: told where somebody stands who has just proved who they are, and what is still to be done of what they said.
        """
        led: Led | Done = Led(place)
        rest: str | None = said
        # Where something was wrong, what was typed for the place behind it is not taken for an answer to this one.
        while rest is not None and isinstance(led, Led) and led.note is None:
            node, _arguments = self.node(led.place)
            left = rest
            one, rest = (rest, None) if node.takes is Takes.WORDS else _first(rest)
            known = call.in_session
            led = await self._step(call, led.place, one.strip())
            halts = rest is not None and isinstance(led, Led) and self.node(led.place)[0].halts
            if proved is not None and rest is not None and isinstance(led, Led) and call.in_session and not known:
                await proved(led.place, rest)
            if halts:
                break
            if node.hides and isinstance(led, Led) and led.note is not None:
                return replace(led, unheard=left)
        # What was said behind it may be a choice.
        return replace(led, unheard=rest) if rest is not None and isinstance(led, Led) else led

    async def _step(self, call: Call, place: str, said: str) -> Led | Done:
        node, arguments = self.node(place)
        key = typed_number(said)
        if key == TOP:
            return Led(HOME)
        try:
            led: str | Done
            if key in (BACK, MORE) or node.take is None:
                led = await self._pressed(call, place, key)
            else:
                led = await node.take(call, said, *arguments)
            return led if isinstance(led, Done) else Led(await self._entered(call, led))
        except Invalid as invalid:
            return Led(place, next(iter(invalid.errors.values())))
        except Refusal as refusal:
            return Led(place, refused(call, refusal))

    def records(self, place: str) -> bool:
        return self.node(place)[0].record is not None

    async def record(self, call: Call, place: str, recorded: Recorded) -> Led | Done:
        """Words that were spoken where words are taken."""
        node, arguments = self.node(place)
        if node.record is None:
            raise RuntimeError("nothing is recorded there")
        try:
            return await node.record(call, recorded, *arguments)
        except Refusal as refusal:
            return Led(place, refused(call, refusal))

    async def _pressed(self, call: Call, place: str, key: str) -> str:
        screen = await self.show(call, place)
        if key == BACK:
            return screen.back or HOME
        if key == MORE and (page := page_of(place)) < call.pages(screen):
            return at_page(place, page + 1)
        leads = screen.more if key == MORE else next((one.leads for one in screen.options if one.key == key), None)
        if leads is None:
            raise no_such_number()
        return leads

    async def _entered(self, call: Call, place: str) -> str:
        node, arguments = self.node(place)
        entered = place if node.enter is None else await node.enter(call, *arguments)
        return place if entered == place.partition(PAGE)[0] else entered


def page_of(place: str) -> int:
    """Which part of a screen that is too long for one. 0: before the first one stands what was wrong."""
    return int(place.partition(PAGE)[2] or 1)


def at_page(place: str, page: int) -> str:
    return f"{place.partition(PAGE)[0]}{PAGE}{page}"


def said_in(call: Call, words: Words | None) -> str:
    return words.into(call.language) if isinstance(words, Message) else str(words or "")


UNKNOWN = "und"
"""What BCP 47 calls the language of words whose writing is not that of the page on which they were written."""


def other_language(call: Call, words: Words) -> str:
    """The name of the language in which something stands, where it is not the one that this person reads or hears; empty where nobody knows."""
    if isinstance(words, Text):
        return words.autonym if words.other else ""
    if not isinstance(words, Quoted) or {words.language, words.main} & {call.language, call.spoken, UNKNOWN}:
        return ""
    own = {one.code: one.own for one in call.city.spoken_languages}
    return own.get(words.language) or AUTONYMS.get(words.main, words.language)


def refused(call: Call, refusal: Refusal) -> str:
    return in_a_row(said_in(call, refusal.message), said_in(call, refusal.next_step))


def no_such_number() -> Invalid:
    return Invalid({"key": _("There is no such number. Please choose one of these.")})


def _first(rest: str) -> tuple[str, str | None]:
    one, star, more = rest.partition("*")
    return one, more if star else None


def place(name: str, *arguments: Any) -> str:
    return "/".join((name, *map(str, arguments)))
