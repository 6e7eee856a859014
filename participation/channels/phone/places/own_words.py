"""What I said: one's own comments, one after the other, each to be taken away; and everything that is kept about me, to be erased."""

from typing import Any

from participation.channels.phone.call import Call
from participation.channels.phone.menu import MINE, Done, Node, Option, Quoted, Screen, no_such_number, place
from participation.channels.phone.places.comments import entered, gone
from participation.channels.phone.places.receipts import TAKEN_AWAY
from participation.domain.consultations.own import queries
from participation.domain.consultations.own.operations import take_back
from participation.domain.consultations.own.queries import LAST, Recalled
from participation.domain.privacy.persons.operations import erase
from participation.kit.errors import NotFound
from participation.kit.hashing import typed_number
from participation.kit.i18n import _

ERASED = _("Done. Everything about you has been erased.")


async def enter_mine(call: Call, before: str = str(LAST)) -> str:
    """To the comment before this one, or first to where it is asked who it is."""
    here = place(MINE, before)
    if (wanted := await _surely(call, here)) != here or (wanted := await entered(call, here)) != here:
        return wanted
    found = await _before(call, int(before))
    return here if found is None else place("words", found.id)


async def mine(call: Call, before: str = str(LAST)) -> Screen:
    text = _("You have said nothing from here.") if int(before) == LAST else _("There is nothing more of yours.")
    return Screen((text,), (Option("1", _("Erase everything about me"), place("erase")),), back=place("me"))


async def words(call: Call, comment_id: str) -> Screen:
    said = await _own(call, comment_id)
    here = place("words", comment_id)
    options = (Option("1", _("Take it away"), here), Option("2", _("Erase everything about me"), place("erase")))
    return Screen((Quoted(said.body, said.language),), options, back=place("me"), more=place(MINE, comment_id))


async def judge(call: Call, said: str, comment_id: str) -> str | Done:
    key = typed_number(said)
    if key == "2":
        return place("erase")
    if key != "1":
        raise no_such_number()

    async def act() -> dict[str, Any]:
        person_id = (await call.speaker()).person_id or 0
        if not await take_back(session, city_id=call.city.id, person_id=person_id, comment_id=int(comment_id)):
            raise gone()
        return {}

    async with call.site.database.transaction() as session:
        await call.once(session, ["take away", comment_id], act)
    return Done(TAKEN_AWAY)


async def _before(call: Call, before: int) -> Recalled | None:
    person_id = (await call.speaker()).person_id
    if person_id is None:
        return None
    return await queries.before(call.site.database, city_id=call.city.id, person_id=person_id, before=before)


async def _own(call: Call, comment_id: str) -> Recalled:
    found = await _before(call, int(comment_id) + 1)
    if found is None or found.id != int(comment_id):
        raise gone()
    return found


async def _surely(call: Call, wanted: str, *, always: bool = False) -> str:
    """There, or first to where it is asked who it is: whoever calls can show anybody's number, and would hear what its owner said; and who
    has set a PIN has set it against whoever else holds the phone."""
    known = await call.known()
    with_pin = known is not None and known.with_pin
    ask = (always or call.claimed or with_pin) and await call.proven() is None
    return place("prove", wanted) if ask else wanted


async def enter_everything(call: Call) -> str:
    """Where a number is linked to people, holding the phone is not enough: the code or PIN is asked, as on the web."""
    known = await call.known()
    return await _surely(call, place("erase"), always=known is not None and bool(known.linked))


async def everything(call: Call) -> Screen:
    options = (
        Option("1", _("Yes, and my words too"), place("erase")),
        Option("2", _("Yes, but my words stay"), place("erase")),
        Option("3", _("No"), place("me")),
    )
    return Screen((_("This happens at once and cannot be undone."),), options, back=place("me"))


async def take_everything(call: Call, said: str) -> str | Done:
    key = typed_number(said)
    if key == "3":
        return place("me")
    if key not in ("1", "2"):
        raise no_such_number()
    if (wanted := await enter_everything(call)) != place("erase"):
        return wanted

    async def act() -> dict[str, Any]:
        person_id = (await call.speaker()).person_id
        if person_id is None:
            raise NotFound("person", _("Nothing is kept about you here."), _("You can still forget this phone."))
        folder, actor = call.site.settings.keys, call.actor(person_id)
        await erase(session, city=call.city, words=key == "1", folder=folder, actor=actor, at=call.at)
        return {}

    async with call.site.database.transaction() as session:
        await call.once(session, ["erase", key], act)
    call.changed()
    return Done(ERASED)


NODES = {
    MINE: Node(mine, enter=enter_mine),
    "words": Node(words, judge),
    "erase": Node(everything, take_everything, enter=enter_everything),
}
