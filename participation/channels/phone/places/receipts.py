"""What became of a contribution, by its receipt; never what was voted."""

from participation.channels.http.recognising import pause
from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, Done, Node, Option, Quoted, Screen, Takes, no_such_number, place
from participation.domain.consultations.own.operations import take_back
from participation.domain.consultations.spoken import queries as spoken
from participation.domain.consultations.spoken.queries import WrittenDown
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.privacy.forms import read_receipt
from participation.domain.privacy.queries import by_receipt
from participation.domain.record.actors import Via
from participation.kit.errors import NotFound
from participation.kit.forms import Reader, Said
from participation.kit.hashing import typed_number
from participation.kit.i18n import _

GUESSED = "receipt"


async def receipt(call: Call) -> Screen:
    return Screen((_("Type the 12 digits of your receipt."),), back=HOME)


async def by_keys(call: Call, said: str) -> str | Done:
    """In a call, whoever spoke hears how it was written down."""
    done = await look_up(call, said)
    speaker = await call.speaker()
    if call.via is not Via.VOICE or speaker.person_id is None:
        return done
    async with call.site.database.reading() as session:
        own = await spoken.written(
            session, city_id=call.city.id, receipt=typed_number(said), person_id=speaker.person_id
        )
    return done if own is None else place("written", own.comment_id)


async def written(call: Call, comment_id: str) -> Screen:
    own = await _own(call, comment_id)
    options = (
        Option("1", _("It is right"), place("written", comment_id)),
        Option("2", _("It is wrong: take it away"), place("written", comment_id)),
    )
    return Screen((_("This was written down:"), Quoted(own.body, own.language)), options, back=HOME)


async def judge(call: Call, said: str, comment_id: str) -> str | Done:
    key = typed_number(said)
    if key not in ("1", "2"):
        raise no_such_number()
    own = await _own(call, comment_id)
    if key == "2":
        async with call.site.database.transaction() as session:
            await take_back(
                session,
                city_id=call.city.id,
                person_id=(await call.speaker()).person_id or 0,
                comment_id=own.comment_id,
            )
        return Done(_("Done. Its words are taken away. You can say it again."))
    return Done(_("Thank you."))


async def _own(call: Call, comment_id: str) -> WrittenDown:
    """Only for whoever said it, as far as this call knows them."""
    speaker = await call.speaker()
    async with call.site.database.reading() as session:
        own = await spoken.written_as(
            session, city_id=call.city.id, comment_id=int(comment_id), person_id=speaker.person_id or 0
        )
    if own is None:
        raise NotFound("comment", _("This comment is not shown any more."), _("You can write a comment of your own."))
    return own


async def look_up(call: Call, said: str) -> Done:
    form = Reader(Said({"receipt": said}))
    number = read_receipt(form)
    form.finish()
    await pause(call, GUESSED)
    async with call.site.database.reading() as session:
        fate = await by_receipt(session, city_id=call.city.id, receipt=number, secrets=call.site.secrets)
    if fate is not None:
        return Done(fate.says)
    async with call.site.database.transaction() as session:
        await count_wrong(session, city_id=call.city.id, kind=GUESSED, sources=call.sources, at=call.at)
    raise NotFound(
        "receipt", _("There is no contribution with this receipt."), _("Please compare the digits, and try again.")
    )


NODES = {"receipt": Node(receipt, by_keys, Takes.DIGITS), "written": Node(written, judge)}
