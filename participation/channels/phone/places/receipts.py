"""What became of a contribution, by its receipt; never what was voted."""

from participation.channels.http.recognising import pause
from participation.channels.phone.call import Call
from participation.channels.phone.menu import (
    HOME,
    OWN,
    Done,
    Node,
    Option,
    Quoted,
    Screen,
    Takes,
    no_such_number,
    place,
)
from participation.domain.consultations.own.operations import take_back
from participation.domain.consultations.spoken import operations as spoken
from participation.domain.consultations.spoken.models import RecordingState
from participation.domain.consultations.spoken.queries import OwnWords, own_words
from participation.domain.consultations.spoken.rules import says
from participation.domain.privacy.forms import read_receipt
from participation.domain.privacy.queries import by_receipt
from participation.domain.record.actors import Via
from participation.kit.errors import NotFound
from participation.kit.forms import Reader, Said
from participation.kit.hashing import typed_number
from participation.kit.i18n import _

GUESSED = "receipt"
TAKEN_AWAY = _("Done. Its words are taken away. You can say it again.")


async def receipt(call: Call) -> Screen:
    return Screen((_("Type the 12 digits of your receipt."),), back=HOME)


async def by_keys(call: Call, said: str) -> str | Done:
    """In a call, whoever spoke hears how it was written down, or takes back what waits; first they may have to say who they are."""
    done, number = await look_up(call, said), typed_number(said)
    words = await _words(call, number) if call.via is Via.VOICE else None
    if words is None:
        return done
    if await _is_theirs(call, words):
        return place(OWN, number)
    return done if await call.proven() is not None else place("whose", number)


async def whose(call: Call, number: str) -> Screen:
    async with call.site.database.reading() as session:
        fate = await by_receipt(session, city_id=call.city.id, receipt=number, secrets=call.site.secrets)
    if fate is None:
        raise not_yours()
    option = Option("1", _("If you said it: hear it, or take it back"), place("prove", OWN, number))
    return Screen((fate.says,), (option,), back=HOME)


async def own(call: Call, number: str) -> Screen:
    words = await _own(call, number)
    here = place(OWN, number)
    if words.comment_id is None:
        options = (Option("1", _("Leave it"), here), Option("2", _("Take it back: nobody hears it"), here))
        return Screen((says(RecordingState.KEPT),), options, back=HOME)
    options = (Option("1", _("It is right"), here), Option("2", _("It is wrong: take it away"), here))
    return Screen((_("This was written down:"), Quoted(words.body, words.language)), options, back=HOME)


async def judge(call: Call, said: str, number: str) -> Done:
    key = typed_number(said)
    if key not in ("1", "2"):
        raise no_such_number()
    words = await _own(call, number)
    if key == "1":
        return Done(_("Thank you."))
    about = {"city_id": call.city.id, "person_id": words.person_id}
    async with call.site.database.transaction() as session:
        if words.comment_id is None and await spoken.take_back(session, receipt=number, **about):
            return Done(_("Done. Nobody hears it, and the recording is deleted. You can say it again."))
        if words.comment_id is not None and await take_back(session, comment_id=words.comment_id, **about):
            return Done(TAKEN_AWAY)
    raise not_yours()


async def _words(call: Call, number: str) -> OwnWords | None:
    async with call.site.database.reading() as session:
        return await own_words(session, city_id=call.city.id, receipt=number)


async def _is_theirs(call: Call, words: OwnWords) -> bool:
    return (await call.speaker()).person_id == words.person_id


async def _own(call: Call, number: str) -> OwnWords:
    """Only for whoever said it, as far as this call knows them."""
    words = await _words(call, number)
    if words is None or not await _is_theirs(call, words):
        raise not_yours()
    return words


def not_yours() -> NotFound:
    return NotFound(
        "receipt",
        _("What this receipt is for is not yours, or not there any more."),
        _("Type the receipt again to hear what became of it."),
    )


async def look_up(call: Call, said: str) -> Done:
    form = Reader(Said({"receipt": said}))
    number = read_receipt(form)
    form.finish()
    await pause(call, GUESSED)
    async with call.site.database.reading() as session:
        fate = await by_receipt(session, city_id=call.city.id, receipt=number, secrets=call.site.secrets)
    if fate is not None:
        return Done(fate.says)
    await call.guessed_wrong(GUESSED)
    raise NotFound(
        "receipt", _("There is no contribution with this receipt."), _("Please compare the digits, and try again.")
    )


NODES = {"receipt": Node(receipt, by_keys, Takes.DIGITS), "whose": Node(whose), OWN: Node(own, judge)}
