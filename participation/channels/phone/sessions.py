"""What is kept of a session of USSD, or of a call: where each request has led. The same request always leads there again."""

from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, Screen, refused
from participation.channels.phone.places import MENU
from participation.domain.people.phones import operations
from participation.kit.errors import Refusal
from participation.kit.hashing import keyed


def key_of(call: Call, *said: str) -> str:
    """Of what was said so far, codes and words among it: it stands under a key that is not in the database."""
    return keyed(call.site.secrets.key("phone session"), call.line, *said).hex()[:32]


async def keep(call: Call, key: str, place: str, note: str, *tries: int) -> None:
    """`tries`: how many choices were refused there. In a transaction of its own, so that nothing of it stands beside a vote."""
    async with call.site.database.transaction() as session:
        await operations.keep(
            session,
            city_id=call.city.id,
            digest=call.kept_as,
            steps={key: [place, note, *tries]},
            place=place,
            owner=call.owner,
            at=call.at,
            language=call.chosen,
        )


async def standing(call: Call, place: str, note: str) -> tuple[Screen, str, str]:
    """What is shown there, or at home where it is not there any more. That is where the next key leads on from."""
    try:
        return await MENU.show(call, place), place, note
    except Refusal as refusal:
        return await MENU.show(call, HOME), HOME, refused(call, refusal)
