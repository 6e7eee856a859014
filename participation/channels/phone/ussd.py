"""USSD: the answer to one request of a session, on screens of at most 160 letters. The same request always has the same answer."""

from dataclasses import dataclass

from participation.channels.phone.call import Call
from participation.channels.phone.menu import BACK, BACKWARD, HOME, MORE, ONWARD, Done, Led, Screen, page_of, said_in
from participation.channels.phone.places import MENU
from participation.channels.phone.sessions import keep, key_of, standing
from participation.domain.people.phones import queries
from participation.domain.people.phones.queries import SessionView
from participation.kit.gsm import plain
from participation.kit.hashing import grouped

LIMIT = 160
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
    call.pages = lambda screen: len(_pages(call, screen, ""))
    kept = await queries.session_of(call.site.database, digest=call.line, at=call.at)
    key, led = await _led(call, asked, kept)
    if isinstance(led, Done):
        return Shown(ended(call, led), True, kept is None)
    note = said_in(call, led.note) if led.note is not None else ""
    if kept is None or key not in kept.steps:
        await keep(call, key, led.place, note)
    return Shown(await _shown(call, led.place, note), False, kept is None)


async def _led(call: Call, asked: Asked, kept: SessionView | None) -> tuple[str, Led | Done]:
    """The key of the request, and where it leads: to where it has led before, or on from there."""
    steps = kept.steps if kept else {}
    if asked.request is not None:
        key = key_of(call, asked.request, asked.text)
        if key in steps:
            return key, Led(*steps[key])
        if kept is None and not asked.text:
            return key, Led(HOME)
        return key, await MENU.walk(call, kept.place if kept else HOME, asked.text)
    key = key_of(call, asked.text)
    if key in steps:
        return key, Led(*steps[key])
    before, rest = HOME, asked.text
    for place, letter in reversed(list(enumerate(asked.text))):
        if letter == "*" and (known := steps.get(key_of(call, asked.text[:place]))):
            before, rest = known[0], asked.text[place + 1 :]
            break
    return key, (await MENU.walk(call, before, rest) if rest else Led(HOME))


async def _shown(call: Call, place: str, note: str) -> str:
    screen, place, note = await standing(call, place, note)
    pages = _pages(call, screen, note)
    return pages[min(page_of(place), len(pages)) - 1]


# How a screen is written


def ended(call: Call, done: Done) -> str:
    parts = [said_in(call, done.message)]
    if done.receipt is not None:
        parts.append(grouped(done.receipt))
    if done.return_code is not None:
        parts.append(f"({grouped(done.return_code)})")
    return _cut(plain(" ".join(parts)), LIMIT)


def _pages(call: Call, screen: Screen, note: str) -> list[str]:
    """A screen in as many parts as it takes; its options stand on the last one, and count on each."""
    body = plain("\n".join(part for part in (note, *(said_in(call, words) for words in screen.text)) if part))
    onward = f"{MORE} {plain(said_in(call, ONWARD))}"
    back = [f"{BACK} {plain(said_in(call, BACKWARD))}"] if screen.back is not None else []
    last = [*_options(call, screen, len("\n".join([onward, *back]))), *([onward] if screen.more else []), *back]
    between = [onward, *back]
    pages = []
    while len(body) + len("\n".join(["", *last])) > LIMIT:
        room = LIMIT - len("\n".join(["", *between]))
        part = body[:room] if len(body) <= room else body[: _break(body, room)]
        pages.append("\n".join([part.rstrip(), *between]))
        body = body[len(part) :].lstrip()
    pages.append("\n".join(part for part in [body, *last] if part))
    return pages


def _break(text: str, room: int) -> int:
    """Between two words, where there are any."""
    cut = max(text.rfind(" ", 0, room + 1), text.rfind("\n", 0, room + 1))
    return cut if cut > room // 2 else room


def _options(call: Call, screen: Screen, beside: int) -> list[str]:
    """Each on a line; the longest are cut until there is room for a text beside them."""
    labels = [plain(said_in(call, option.label)) for option in screen.options]
    keys = [option.key for option in screen.options]
    room = LIMIT - ROOM - beside - sum(len(key) + 2 for key in keys)
    longest = max(map(len, labels), default=0)
    while sum(min(len(label), longest) for label in labels) > room:
        longest -= 1
    return [f"{key} {_cut(label, longest)}" for key, label in zip(keys, labels, strict=True)]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 2].rstrip()}.."
