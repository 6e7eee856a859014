"""USSD: the answer to one request of a session, on screens of at most 160 letters, fewer where its network carries fewer. The same request always has the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from participation.channels.phone.call import Call
from participation.channels.phone.gateway import MOST_LETTERS
from participation.channels.phone.menu import (
    BACK,
    BACKWARD,
    HOME,
    MORE,
    ONWARD,
    Done,
    Led,
    Screen,
    Words,
    at_page,
    other_language,
    page_of,
    said_in,
)
from participation.channels.phone.places import MENU
from participation.channels.phone.sessions import keep, key_of, standing
from participation.domain.people.phones import queries
from participation.domain.people.phones.queries import SessionView
from participation.kit.gsm import is_gsm, plain
from participation.kit.hashing import grouped
from participation.kit.i18n import _

LIMIT = MOST_LETTERS
NUMBERED = 5
"""Lines of a screen that begin with a key, at most."""
REFUSED = "refused"
LONGEST = 2000
"""Letters that a session may hold: a hundred keys and a comment."""
ROOM = 40
"""Letters that the text of a screen has at least, beside its options."""


@dataclass(frozen=True)
class Asked:
    """One request. `request`: what tells it from others of its session, where the gateway does not send everything said so far."""

    session: str
    number: str
    text: str
    request: str | None = None


@dataclass(frozen=True)
class Shown:
    """`first`: it opened the session."""

    text: str
    end: bool
    first: bool = False


async def answer(call: Call, asked: Asked) -> Shown:
    await call.speak()
    call.pages = lambda screen: len(parts(call, screen))
    if len(asked.text) > LONGEST:
        return Shown(plain(_("This is too long to be taken.").into(call.language)), True)
    kept = await queries.session_of(call.site.database, digest=call.kept_as, at=call.at)
    key, led, tries = await _led(call, asked, kept)
    if isinstance(led, Done):
        call.end()
        return Shown(ended(call, led), True, kept is None)
    screen, place, note = await standing(call, led.place, said_in(call, led.note))
    shown, place = _shown(call, screen, place, plain(note))
    if tries or kept is None or key not in kept.steps:
        await keep(call, key, place, note, *tries)
    return Shown(shown, False, kept is None)


@dataclass(frozen=True)
class Past:
    """Where requests of this session have led, by what was said in them. `request`: as in `Asked`, where there is one."""

    call: Call
    steps: Mapping[str, Any]
    request: tuple[str, ...]

    def key(self, *said: str) -> str:
        return key_of(self.call, *self.request, *said)

    def refused(self, said: str) -> str:
        """The key under which the choices are counted that were refused behind this: that is all that is kept of them."""
        return self.key(said, REFUSED)

    def tries(self, said: str) -> int:
        return int(self.steps.get(self.refused(said), (HOME, "", 0))[2])

    def place(self, said: str) -> str | None:
        known = self.steps.get(self.refused(said)) or self.steps.get(self.key(said))
        return known[0] if known else None

    def without_refused(self, text: str) -> str:
        """What was said, but for choices that were refused."""
        said, heard = text.split("*"), list[str]()
        while said:
            said = said[self.tries("*".join(heard)) :]
            heard += said[:1]
            said = said[1:]
        return "*".join(heard)


async def _led(call: Call, asked: Asked, kept: SessionView | None) -> tuple[str, Led | Done, tuple[int, ...]]:
    """The key of the request, and where it leads: to where it has led before, or on from there. With it, where a choice was refused,
    how many have been by now."""
    past = Past(call, kept.steps if kept else {}, () if asked.request is None else (asked.request,))
    text = past.without_refused(asked.text)
    if text != asked.text and (known := past.steps.get(past.refused(text))):
        return past.refused(text), Led(*known[:2]), ()
    call.step = (*past.request, text)
    key = past.key(text)
    if key in past.steps:
        return key, Led(*past.steps[key]), ()
    before, rest = kept.place if kept is not None and past.request else HOME, text
    for place, letter in reversed(list(enumerate(text))):
        if letter == "*" and (led_to := past.place(text[:place])):
            before, rest = led_to, text[place + 1 :]
            break
    if not rest and (kept is None or not past.request):
        return key, Led(HOME), ()

    async def proved(place: str, rest: str) -> None:
        """Sent again, the same is not taken for more than it was: a code is not asked for twice, and would be read as a choice."""
        await keep(call, past.key(text.removesuffix(f"*{rest}")), place, "")

    led = await MENU.walk(call, before, rest, proved)
    if isinstance(led, Done) or led.unheard is None:
        return key, led, ()
    said = text.removesuffix(led.unheard).removesuffix("*")
    return past.refused(said), led, (past.tries(said) + led.unheard.count("*") + 1,)


def _shown(call: Call, screen: Screen, place: str, note: str) -> tuple[str, str]:
    """With the place at which that is: what was wrong has a page of its own, before the first one, where there is no room beside the keys."""
    pages = parts(call, screen)
    part = pages[min(max(page_of(place), 1), len(pages)) - 1]
    if not note:
        return str(part), place
    under = part.under(note, _room(call, note, str(part)))
    return (under, place) if under is not None else (str(alone(call, note)), at_page(place, 0))


# How a screen is written


def _room(call: Call, *texts: str) -> int:
    """Letters that all of it may have: some networks carry fewer of those that GSM has not."""
    return LIMIT if all(map(is_gsm, texts)) else call.letters


def ended(call: Call, done: Done) -> str:
    """Where it is too long, words are cut, and no number."""
    whole = in_full(call, done)
    room = _room(call, whole)
    if len(whole) <= room:
        return whole
    numbers = "".join(f" {number}" for number in _numbers(done))
    return _cut(plain(said_in(call, done.message)), room - len(numbers)) + numbers


def in_full(call: Call, done: Done) -> str:
    return plain(" ".join([said_in(call, done.message), *_numbers(done)]))


def _numbers(done: Done) -> list[str]:
    numbers = [grouped(number) for number in (done.receipt, done.digits) if number is not None]
    return numbers if done.return_code is None else [*numbers, f"({grouped(done.return_code)})"]


@dataclass(frozen=True)
class Part:
    """As much of a screen as is shown at once: a piece of its text, and the keys that stand below it."""

    text: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(line for line in (self.text, *self.keys) if line)

    def under(self, note: str, room: int = LIMIT) -> str | None:
        """What was wrong, above it; in place of the text, which has just been read, where there is not room for both. None: not even there."""
        whole = (f"{note}\n{self}", "\n".join([note, *self.keys]))
        return next((one for one in whole if len(one) <= room), None)


def alone(call: Call, note: str) -> Part:
    """What was wrong, on a page of its own, from which it goes on to the screen."""
    onward = _onward(call)
    return Part(_cut(note, _room(call, note, onward) - len(f"\n{onward}")), (onward,))


def _onward(call: Call) -> str:
    return f"{MORE} {plain(said_in(call, ONWARD))}"


def parts(call: Call, screen: Screen) -> list[Part]:
    """A screen in as many parts as it takes; its options stand on the last one, or on the last ones, and count on each."""
    body = plain("\n".join(line for line in (honestly(call, words) for words in screen.text) if line))
    onward = _onward(call)
    back = [f"{BACK} {plain(said_in(call, BACKWARD))}"] if screen.back is not None else []
    labels = [plain(honestly(call, option.label)) for option in screen.options]
    room = _room(call, body, *labels, onward, *back)
    between, last = (onward, *back), [*([onward] if screen.more else []), *back]
    options = _options(screen, labels, room, len("\n".join(between)))
    together = len("\n".join([*options, *last])) <= room
    pages = []
    while len("\n".join([body, *options, *last])) > room:
        left = room - len("\n".join(["", *between]))
        part = body[:left] if len(body) <= left else body[: _break(body, left)]
        body = body[len(part) :].lstrip()
        keys: list[str] = []
        while (
            not (body or together)
            and len("\n".join([part, *keys, options[0]])) <= left
            and len(keys) < NUMBERED - len(between)
        ):
            keys.append(options.pop(0))
        pages.append(Part(part.rstrip(), (*keys, *between)))
    return [*pages, Part(body, (*options, *last))]


def honestly(call: Call, words: Words) -> str:
    """What the city or somebody has not said in the reader's language says in which it stands."""
    said, language = said_in(call, words), other_language(call, words)
    return f"({language}) {said}" if language and said else said


def _break(text: str, room: int) -> int:
    """Between two words, where there are any."""
    cut = max(text.rfind(" ", 0, room + 1), text.rfind("\n", 0, room + 1))
    return cut if cut > room // 2 else room


def _options(screen: Screen, labels: list[str], room: int, beside: int) -> list[str]:
    """Each on a line; the longest are cut until there is room for a text beside them. Where a screen has fewer letters they are spread over
    several, and none takes more than half of one."""
    keys = [option.key for option in screen.options]
    left = room - ROOM - beside - sum(len(key) + 2 for key in keys)
    longest = max(map(len, labels), default=0)
    if room < LIMIT:
        longest = min(longest, room // 2)
    while room == LIMIT and sum(min(len(label), longest) for label in labels) > left:
        longest -= 1
    return [f"{key} {_cut(label, longest)}" for key, label in zip(keys, labels, strict=True)]


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    bare = text[: length - 2]
    return f"{bare[: _break(bare, length - 2)].rstrip()}.."
