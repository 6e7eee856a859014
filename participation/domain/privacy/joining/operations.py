"""One person on phone, code and web is one person: links a number to them, and lets nothing count twice."""

from collections.abc import Sequence
from datetime import datetime

from participation.domain.consultations.pseudonyms.operations import silence
from participation.domain.notices.operations import tell
from participation.domain.people.phones import operations as phones
from participation.domain.places.queries import CityView
from participation.kit.database import Session


async def join(
    session: Session, *, city: CityView, digests: Sequence[bytes], language: str | None, person_id: int, at: datetime
) -> None:
    """From now on the number speaks for this person. What it said by itself stays its own: whoever typed a code on it may have borrowed it.

    How it reacted is not counted any more, so that nobody has one voice more by a number that they link.
    """
    today = at.astimezone(city.zone).date()
    phone_id = await phones.note(session, city_id=city.id, digests=digests, language=language, today=today)
    alone = await phones.link(session, city_id=city.id, phone_id=phone_id, person_id=person_id, today=today)
    if alone is not None:
        await silence(session, city_id=city.id, person_id=alone)
    await tell(
        session, city_id=city.id, person_id=person_id, kind="phone_linked", address="/me/phones", facts={}, at=at
    )
