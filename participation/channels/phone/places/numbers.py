"""Me and this phone: link it to my code, by the code or by digits from my page on the web; forget it; get a new slip with it."""

from typing import Any

from participation.channels.http.phone_words import Command, shown
from participation.channels.http.recognising import note_wrong, pause
from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, MINE, Done, Node, Option, Screen, Takes, no_such_number, place
from participation.channels.phone.places.proving import CODE, NEEDS_PROOF, read_proof, recognised, whose
from participation.domain.people.codes.lost import operations as lost_slips
from participation.domain.people.codes.lost.rules import linked_to_nobody, word_from
from participation.domain.people.operations import GUESSED
from participation.domain.people.phones import operations as phones
from participation.domain.people.phones import rules
from participation.domain.privacy.joining.operations import join
from participation.kit.database import Session
from participation.kit.errors import NotAllowed, NotFound
from participation.kit.hashing import has_check_digit, keyed, typed_number
from participation.kit.i18n import _

LINKED = _(
    'Done. This phone now speaks for you. Set a PIN on "My page", on the web or at a kiosk, and nobody else can vote from it.'
)
LINKED_WITH_PIN = _("Done. This phone now speaks for you. For a vote from it your PIN is asked.")
LINKED_BY_DIGITS = _(
    "Done. This phone now speaks for whoever has given these digits. If that is not you, forget this phone."
)
LONGEST_WORD = rules.JOIN_DIGITS + 1
"""Digits up to which somebody means those from the web, one too many among them; whoever types more means a code."""
FORGOTTEN = _("Done. This phone is forgotten. What was said from it stays, without a name.")


async def me(call: Call) -> Screen:
    options = (
        Option("1", _("Link this phone to my code"), place("link")),
        Option("2", _("What I said"), place(MINE)),
        Option("3", _("Forget this phone"), place("forget")),
        Option("4", _("My slip is lost"), place("lost")),
    )
    return Screen((_("Me and this phone"),), options, back=HOME)


async def link(call: Call) -> Screen:
    return Screen((CODE, _("Or type the 9 digits that your page shows.")), back=place("me"))


async def take_link(call: Call, said: str) -> Done:
    """Whichever it is: a code has more digits, also where some of them are missing."""
    return await (take_word if len(typed_number(said)) <= LONGEST_WORD else take_code)(call, said)


async def take_code(call: Call, said: str) -> Done:
    """Code and PIN, on the phone itself: it is their number from now on."""
    proof = read_proof(said)
    person = whose(await recognised(call, proof))

    async def act() -> dict[str, Any]:
        await _join(call, session, person)
        return {}

    async with call.site.database.transaction() as session:
        await call.once(session, ["link", person], act)
    if proof.pin:
        return Done(LINKED_WITH_PIN)
    return Done(LINKED)


async def _join(call: Call, session: Session, person: int) -> None:
    await join(session, city=call.city, digests=call.digests, language=call.language, person_id=person, at=call.at)
    call.changed()


async def take_word(call: Call, said: str) -> Done:
    digits = typed_number(said)
    await pause(call, GUESSED)
    if len(digits) != rules.JOIN_DIGITS or not has_check_digit(digits):
        raise rules.no_such_word()

    async def act() -> dict[str, Any]:
        person = await phones.take_word(
            session, city_id=call.city.id, word=digits, secrets=call.site.secrets, at=call.at
        )
        await _join(call, session, person)
        return {}

    try:
        async with call.site.database.transaction() as session:
            await call.once(session, ["word", digits], act)
    except NotFound as unknown:
        await call.guessed_wrong(GUESSED)
        note_wrong(unknown)
        raise
    return Done(LINKED_BY_DIGITS)


async def forget(call: Call) -> Screen:
    options = (Option("1", _("Yes, forget it"), place("forget")), Option("2", _("No"), place("me")))
    return Screen((_("This phone will speak for nobody any more."),), options, back=place("me"))


async def enter_forget(call: Call) -> str:
    """Whoever calls can show anybody's number: what its owner has linked is not undone by that alone."""
    return place("prove", place("forget")) if await call.only_claims() else place("forget")


async def take_forget(call: Call, said: str) -> str | Done:
    key = typed_number(said)
    if key == "2":
        return place("me")
    if key != "1":
        raise no_such_number()
    await stop(call)
    return Done(FORGOTTEN)


async def stop(call: Call) -> None:
    """Nothing is known of the number any more. The same again does nothing to what was linked since."""

    async def act() -> dict[str, Any]:
        await phones.stop(session, city_id=call.city.id, digests=call.digests)
        return {}

    async with call.site.database.transaction() as session:
        await call.once(session, ["stop"], act)
    call.changed()


async def lost(call: Call) -> Screen:
    text = _("Is your slip lost? With digits from here you get a new one at the desk. The old one stops counting then.")
    return Screen((text,), (Option("1", _("Give me digits"), place("lost")),), back=place("me"))


async def enter_lost(call: Call) -> str:
    """Whoever could vote from here by the number alone, or after a PIN: nobody gets more by it than they had."""
    voter = await call.voter()
    if voter.refusal is None:
        return place("lost")
    if not await is_linked(call):
        return place("stub")
    if voter.refusal.code == "code_needed":
        # The code is what is lost; and whoever calls can show anybody's number.
        raise not_in_a_call(call)
    if voter.refusal.code in NEEDS_PROOF:
        return place("prove", place("lost"))
    raise voter.refusal


def not_in_a_call(call: Call) -> NotAllowed:
    return NotAllowed(
        "claimed",
        _("In a call nobody can be sure whose phone it is."),
        _("Dial the city's short code, or send %(word)s as a text message.", word=shown(Command.LOST, call.language)),
    )


async def is_linked(call: Call) -> bool:
    known = await call.known()
    return known is not None and bool(known.linked)


async def stub(_call: Call) -> Screen:
    """What else there is for whoever has lost their slip."""
    refusal = linked_to_nobody()
    return Screen((refusal.message, refusal.next_step), back=place("me"))


async def take_lost(call: Call, said: str) -> Done:
    if typed_number(said) != "1":
        raise no_such_number()
    return await lost_word(call)


async def lost_word(call: Call) -> Done:
    """The same request gives the same digits, which stand in clear nowhere."""
    voter = await call.voter()
    if voter.refusal is not None:
        raise voter.refusal if await is_linked(call) else linked_to_nobody()
    if voter.person_id is None:
        raise RuntimeError("somebody who may vote is somebody")
    secrets = call.site.secrets
    word = word_from(keyed(secrets.key("lost digits"), call.line, voter.person_id))
    person = voter.person_id

    async def act() -> dict[str, Any]:
        await lost_slips.give_word(
            session, city_id=call.city.id, person_id=person, word=word, secrets=secrets, at=call.at
        )
        return {}

    async with call.site.database.transaction() as session:
        await call.once(session, ["lost", person], act)
    return Done(_("Say these digits at the desk within half an hour, and you get a new slip:"), digits=word)


NODES = {
    "lost": Node(lost, take_lost, enter=enter_lost),
    "me": Node(me),
    "stub": Node(stub),
    "link": Node(link, take_link, Takes.DIGITS),
    "forget": Node(forget, take_forget, enter=enter_forget),
}
