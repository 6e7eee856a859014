"""What became of a contribution, by its receipt; never what was voted."""

from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, Done, Node, Screen, Takes
from participation.channels.phone.places.proving import in_time
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.privacy.forms import read_receipt
from participation.domain.privacy.queries import by_receipt
from participation.kit.errors import NotFound
from participation.kit.forms import Reader, Said
from participation.kit.i18n import _

GUESSED = "receipt"


async def receipt(call: Call) -> Screen:
    return Screen((_("Type the 12 digits of your receipt."),), back=HOME)


async def look_up(call: Call, said: str) -> Done:
    form = Reader(Said({"receipt": said}))
    number = read_receipt(form)
    form.finish()
    await in_time(call, GUESSED)
    async with call.site.database.reading() as session:
        fate = await by_receipt(session, city_id=call.city.id, receipt=number, secrets=call.site.secrets)
    if fate is not None:
        return Done(fate.says)
    async with call.site.database.transaction() as session:
        await count_wrong(session, city_id=call.city.id, kind=GUESSED, sources=call.sources, at=call.at)
    raise NotFound(
        "receipt", _("There is no contribution with this receipt."), _("Please compare the digits, and try again.")
    )


NODES = {"receipt": Node(receipt, look_up, Takes.DIGITS)}
