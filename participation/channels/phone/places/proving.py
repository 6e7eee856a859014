"""Who somebody is: by the code on their slip, or by their PIN on a number that they have linked."""

from asyncio import sleep
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from participation.channels.http.recognising import note_wrong, pause
from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, MINE, OWN, Node, Option, Screen, Takes, place
from participation.domain.people.codes.forms import Code, read_code
from participation.domain.people.codes.rules import LENGTH
from participation.domain.people.operations import GUESSED, Recognition, recognise
from participation.domain.people.phones import operations as phones
from participation.domain.people.phones import queries
from participation.kit.database import Session
from participation.kit.errors import TooMany
from participation.kit.forms import Reader, Said
from participation.kit.hashing import typed_number
from participation.kit.i18n import _

Then = Callable[[Session, int], Awaitable[None]]
NEEDS_PROOF = ("code_needed", "pin_needed", "phone_shared")
CODE = _("Type the 16 digits on your slip, and behind them your PIN if you have set one.")
CODE_OR_PIN = _("Type your PIN; or the 16 digits on your slip, and behind them your PIN if you have set one.")
RESUME = "resume"
LONGEST = 10.0
"""Seconds for which an answer may be held back in all, after wrong codes of this number and wrong PINs of this person: networks end a session that is not answered within fifteen."""


def read_proof(said: str) -> Code:
    """A code; behind it the PIN, if one is set; or the PIN alone."""
    number = typed_number(said)
    if 6 <= len(number) <= 8 and number.isascii() and number.isdigit():
        return Code("", number)
    form = Reader(Said({"code": number[:LENGTH], "pin": number[LENGTH:]}))
    code = read_code(form)
    form.finish()
    return code


async def recognised(call: Call, code: Code, *, beside_vote: bool = False, then: Then | None = None) -> Recognition:
    """Whose code or PIN it is, after the wait that wrong ones have earned. A wrong one is counted, and committed.

    `then`: what is done in the same transaction for whoever it is.
    """
    waited = await pause(call, GUESSED)
    found, left = await _asked(call, code, None, beside_vote, then)
    if found.wait > LONGEST:
        raise TooMany(
            "wait",
            _("Too many PINs were wrong. Nothing was changed."),
            _("Please try again in a moment."),
        )
    if found.wait:
        # Both waits begin when the request arrives: together they take no longer than the longer of the two.
        await sleep(max(0.0, found.wait - waited))
        found, _left = await _asked(call, code, left, beside_vote, then)
    if found.refusal is not None:
        note_wrong(found.refusal)
        raise found.refusal
    return found


async def _asked(
    call: Call, code: Code, waited: Sequence[int] | None, beside_vote: bool, then: Then | None
) -> tuple[Recognition, Sequence[int]]:
    """`waited`: those whose turn has come; None: nobody's has, yet. With the answer, those who are still to be asked."""
    common: dict[str, Any] = {"sources": call.sources, "secrets": call.site.secrets, "at": call.at}
    left: Sequence[int] = ()
    async with call.site.database.transaction() as session:
        if code.number:
            found = await recognise(
                session,
                city=call.city,
                code=code.number,
                pin=code.pin,
                language=call.language,
                beside_vote=beside_vote,
                waited=waited is not None,
                **common,
            )
        else:
            known = await call.known()
            found, left = await phones.prove_by_pin(
                session, city_id=call.city.id, known=known, pin=code.pin, waited=waited, **common
            )
        if found.person_id is not None and then is not None:
            await then(session, found.person_id)
    return found, left


def whose(found: Recognition) -> int:
    if found.person_id is None:
        raise RuntimeError("recognised nobody without a reason")
    return found.person_id


async def prove(call: Call, *then: str) -> Screen:
    known = await call.known()
    text = CODE_OR_PIN if known is not None and known.linked else CODE
    about_project = len(then) > 1 and then[0] not in (OWN, MINE)
    return Screen((text,), back=place("project", then[1]) if about_project else HOME)


async def take_proof(call: Call, said: str, *then: str) -> str:
    """From here on this session is theirs. Whoever gave their PIN finds the place where the line was cut before."""
    code = read_proof(said)

    async def enter(session: Session, person: int) -> None:
        await phones.enter(session, city_id=call.city.id, person_id=person, digest=call.line, via=call.via, at=call.at)

    found = await recognised(call, code, then=enter)
    call.enter(whose(found), by_pin=bool(code.pin))
    return place(RESUME, *then) if code.pin and await _left(call) not in (None, place(*then)) else place(*then)


async def _left(call: Call) -> str | None:
    if call.owner is None:
        return None
    others = {call.kept_as, *call.site.ended}
    async with call.site.database.reading() as session:
        # The offer itself is no place to go back to: it would be made for ever.
        return await queries.left_at(
            session, city_id=call.city.id, owner=call.owner, but=others, not_at=place(RESUME, ""), at=call.at
        )


async def resume(call: Call, *then: str) -> Screen:
    """Only after a PIN, never by number alone."""
    person = await call.proven()
    if person is not None:
        call.enter(person, by_pin=True)
    options = (
        Option("1", _("Go on where the line was cut"), await _left(call) or place(*then)),
        Option("2", _("Go on from here"), place(*then)),
    )
    return Screen((_("Your last session was cut."),), options, back=HOME)


NODES = {"prove": Node(prove, take_proof, Takes.DIGITS), RESUME: Node(resume, halts=True)}
