"""A call: the same menu, spoken. What is said, what is listened for, and where the keys that were pressed lead."""

from dataclasses import dataclass

from participation.channels.phone.aloud import Line, digits, offered, pieces, told, told_wrong, voiced
from participation.channels.phone.call import Call
from participation.channels.phone.menu import (
    BACK,
    HOME,
    MORE,
    ONWARD,
    TOP,
    Done,
    Led,
    Option,
    Quoted,
    Recorded,
    Screen,
    Takes,
    place,
    said_in,
)
from participation.channels.phone.places import MENU
from participation.channels.phone.places.comments import RECEIVED, let_go
from participation.channels.phone.sessions import keep, key_of, standing
from participation.domain.people.phones import queries
from participation.domain.projects.sounds.rules import PROMPTS
from participation.kit.i18n import Text, _

AGAIN = "*"
"""Says the same once more."""
GOODBYE = PROMPTS["bye"]
HIDDEN = _("Your number is hidden. Please call again and let it be shown; nobody can read it from what is kept.")


@dataclass(frozen=True)
class Turn:
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
    recorded: Recorded | None = None


@dataclass(frozen=True)
class Utterance:
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
class Report:
    """How long a call took. `name`: the telephone company's own; `call`: which of those it was that the city began itself."""

    name: str
    seconds: int
    call: int | None


@dataclass(frozen=True)
class Second:
    """After a `0`, which leads back: whether another key makes it `00` or `01`."""

    after: str


async def answer(call: Call, heard: Turn) -> Utterance | Second:
    await call.speak()
    kept = await queries.session_of(call.site.database, digest=call.kept_as, at=call.at)
    if kept is not None and kept.language is not None:
        call.choose(kept.language)
    steps = kept.steps if kept else {}
    here = steps.get(heard.after)
    keys = BACK + heard.keys if heard.second else heard.keys
    if here is not None and keys == BACK and not heard.second and await _one_key(call, here[0]):
        return Second(heard.after)
    recorded = heard.recorded
    call.step = (heard.after, keys if recorded is None else recorded.name)
    key = key_of(call, *call.step)
    if key in steps:
        return await _spoken(call, key, *await standing(call, *steps[key]))
    if recorded is None:
        led = await _led(call, here, keys)
    elif here is not None and MENU.records(here[0]):
        led = await MENU.record(call, here[0], recorded)
    else:
        await let_go(call, recorded)
        led = await _led(call, here, AGAIN)
    if isinstance(led, Done):
        call.end()
        return await _ended(call, led)
    screen, where, note = await standing(call, led.place, said_in(call, led.note))
    if led.unheard is None:
        await keep(call, key, where, note)
        return await _spoken(call, key, screen, where, note)
    # A choice was refused, of which nothing is kept: the next one is pressed where this one was.
    after = heard.after
    if said := keys.removesuffix(led.unheard).removesuffix("*"):
        after = key_of(call, heard.after, said)
        await keep(call, after, led.place, "")
    return await _spoken(call, after, screen, where, note)


async def _led(call: Call, here: list[str] | None, keys: str) -> Led | Done:
    """From where the caller is; whoever is nowhere yet begins with a language, unless their number has one."""
    if here is None:
        known = await call.known()
        return Led(HOME if known is not None and known.language is not None else place("languages", 0))
    speaks = MENU.node(here[0])[0].takes is Takes.WORDS
    if keys == AGAIN or (speaks and keys not in (BACK, TOP)):
        return Led(*here)
    return await MENU.walk(call, here[0], keys)


async def _one_key(call: Call, where: str) -> bool:
    screen, where, _note = await standing(call, where, "")
    return _fits_a_key(screen, MENU.node(where)[0].takes)


def _fits_a_key(screen: Screen, takes: Takes) -> bool:
    return takes is Takes.WORDS or (takes is Takes.KEY and all(len(option.key) == 1 for option in screen.options))


async def _spoken(call: Call, key: str, screen: Screen, where: str, note: str) -> Utterance:
    takes = MENU.node(where)[0].takes
    one_key = _fits_a_key(screen, takes)
    said = [*told_wrong(call, note), *await told(call, screen)]
    if not one_key:
        said += pieces(call, PROMPTS["hash"])
    if screen.more is not None:
        said += offered(call, Option(" ".join(MORE), ONWARD, ""))
    if screen.back is not None:
        said += pieces(call, PROMPTS["back"])
    if where == HOME or screen.sound is not None or any(isinstance(one, Text | Quoted) for one in screen.text):
        said += pieces(call, PROMPTS["again"])
    if takes is Takes.WORDS:
        said += pieces(call, PROMPTS["speak"])
    *lines, goodbye = await voiced(call, [*said, *pieces(call, GOODBYE)])
    return Utterance(tuple(lines), key, takes, one_key, (goodbye,))


async def _ended(call: Call, done: Done) -> Utterance:
    """What came of it; its numbers twice, since they are written down by hand. What was chosen is not said."""
    said, receipt = pieces(call, done.message), PROMPTS["receipt-is"]
    if done.receipt is not None and done.message.text == RECEIVED.text:
        said, receipt = [], PROMPTS["done"]
    for number, words in ((done.receipt, receipt), (done.return_code, _("Your return code:")), (done.digits, "")):
        if number is not None:
            named, again = pieces(call, words) if words else [], pieces(call, PROMPTS["once-more"])
            said += [*named, digits(call, number), *again, digits(call, number)]
    return Utterance(await voiced(call, [*said, *pieces(call, GOODBYE)]))


async def hidden(call: Call) -> Utterance:
    """Whoever hides their number is told that it is needed."""
    call.choose(None)
    return Utterance(await voiced(call, pieces(call, HIDDEN)))
