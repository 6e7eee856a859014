"""One person on phone, code and web is one person: links a number, and makes what it said by itself theirs."""

from collections.abc import Sequence
from datetime import datetime

from participation.domain.consultations.own.operations import cut_loose
from participation.domain.consultations.pseudonyms.operations import hand_over
from participation.domain.consultations.spoken import operations as spoken
from participation.domain.notices.operations import tell
from participation.domain.people.models import Person
from participation.domain.people.operations import erase_person
from participation.domain.people.phones import operations as phones
from participation.domain.places.queries import CityView
from participation.kit.database import Session


async def join(
    session: Session,
    *,
    city: CityView,
    digests: Sequence[bytes],
    language: str | None,
    person_id: int,
    words: bool,
    at: datetime,
) -> None:
    """Whoever it was by itself until now is nobody any more: it never becomes a second voice beside theirs.

    `words`: what it had said becomes theirs, for whoever typed their code on it; else it stays, under a number that is nobody's, and
    what nobody has written down is never heard.
    """
    today = at.astimezone(city.zone).date()
    phone_id = await phones.note(session, city_id=city.id, digests=digests, language=language, today=today)
    alone = await phones.link(session, city_id=city.id, phone_id=phone_id, person_id=person_id, today=today)
    if alone is not None and alone != person_id:
        # First of all, so that what is being said at this moment is either there already or comes too late.
        await session.get_one(Person, alone, with_for_update=True)
        if words:
            await hand_over(session, city_id=city.id, before=alone, after=person_id)
            await spoken.hand_over(session, before=alone, after=person_id)
        else:
            await cut_loose(session, city.id, alone)
            await spoken.forget_person(session, person_id=alone)
        await erase_person(session, person_id=alone, at=at)
    await tell(
        session, city_id=city.id, person_id=person_id, kind="phone_linked", address="/me/phones", facts={}, at=at
    )
