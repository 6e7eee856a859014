"""Where every call begins: the same for everybody, whoever uses the number. Languages, and help with what it costs."""

from participation.channels.http.phone_words import PAYS
from participation.channels.phone.call import Call
from participation.channels.phone.menu import BACK, HOME, MORE, TOP, Node, Option, Screen, no_such_number, place
from participation.domain.record.actors import Via
from participation.kit import i18n
from participation.kit.i18n import _

SHOWN, SAID = 3, 9
"""Languages on a screen; in a call, as many as there are keys."""


async def home(call: Call) -> Screen:
    name = i18n.pick(call.city.names, call.language, call.city.languages)
    return Screen(
        (name.value, PAYS[call.cost]),
        (
            Option("1", _("Projects"), place("projects")),
            Option("2", _("My receipt"), place("receipt")),
            Option("3", _("Me and this phone"), place("me")),
            Option("4", "Language" if call.language == i18n.SOURCE else _("Language"), place("languages", 0)),
            Option("5", _("Help"), place("help")),
        ),
    )


async def show_help(call: Call) -> Screen:
    keys = {"back": BACK, "top": TOP, "more": MORE}
    text = _("%(back)s leads back, %(top)s to the beginning, %(more)s on. Whatever you say gets a receipt.", **keys)
    secret = _("Your vote is secret: the receipt does not show it. Your network sees what you press.")
    return Screen((text, secret, PAYS[call.cost]), back=HOME)


def offered(call: Call) -> list[str]:
    """The city's own languages first, in an order that stays, so that each keeps its number."""
    own = [code for code in call.city.languages if code in i18n.LANGUAGES]
    spoken = [one.code for one in call.city.spoken_languages] if call.via is Via.VOICE else []
    return [*own, *spoken, *(code for code in i18n.LANGUAGES if code not in own)]


async def languages(call: Call, first: str) -> Screen:
    start, codes = int(first), offered(call)
    following = start + (SAID if call.via is Via.VOICE else SHOWN)
    names = {**i18n.AUTONYMS, **call.city.heard_languages}
    options = [
        Option(str(number), names[code], place("languages", first), code)
        for number, code in enumerate(codes[start:following], start + 1)
    ]
    more = place("languages", following) if following < len(codes) else None
    return Screen(() if call.via is Via.VOICE else ("Language",), tuple(options), back=HOME, more=more)


async def choose_language(call: Call, said: str, _first: str) -> str:
    """Any language by its number, also one that is not on the screen."""
    by_number = {str(number): code for number, code in enumerate(offered(call), 1)}
    chosen = by_number.get(i18n.digits(said).strip())
    if chosen is None:
        raise no_such_number()
    call.choose(chosen)
    if await call.only_claims():
        call.chosen = chosen
        return HOME
    async with call.site.database.transaction() as session:
        await call.note(session)
    call.changed()
    return HOME


NODES = {
    HOME: Node(home),
    "help": Node(show_help),
    "languages": Node(languages, choose_language),
}
