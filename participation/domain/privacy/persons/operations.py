"""Erases what is kept about a person, across all domains."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.ballots.erasing.operations import erase_votes
from participation.domain.consultations.own import operations as consultations
from participation.domain.consultations.spoken import operations as spoken
from participation.domain.notices.operations import forget_person
from participation.domain.people import queries as people
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.models import Person
from participation.domain.people.operations import GUESSED, Recognition, confirm_pin, erase_person
from participation.domain.people.phones.operations import forget_person as forget_phones
from participation.domain.places.queries import CityView
from participation.domain.privacy.persons import rules
from participation.domain.proxies.delegates.operations import forget_resident
from participation.domain.proxies.reviews import operations as entries
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.hashing import Secrets, keyed
from participation.kit.i18n import _


async def confirm(
    session: AsyncSession,
    *,
    city: CityView,
    person_id: int,
    code: str,
    pin: str,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
    waited: bool = False,
) -> Recognition:
    """Whoever is signed in shows again that it is they: by their PIN, or where none is set by the code on their slip."""
    person = await session.get_one(Person, person_id)
    if person.pin_hash is not None:
        return await confirm_pin(
            session, city_id=city.id, person=person, pin=pin, sources=sources, secrets=secrets, at=at, waited=waited
        )
    digests = [keyed(key, code) for key in secrets.keys("access code")]
    found = await people.code(session, city_id=city.id, digests=digests)
    if found is not None and found[0].person_id == person_id:
        return Recognition(person_id)
    await count_wrong(session, city_id=city.id, kind=GUESSED, sources=sources, at=at)
    return Recognition(
        None,
        refusal=NotFound(
            "code",
            _("This is not your code. Please compare it with your slip."),
            _("If the slip is torn or lost, ask where you got it; take its stub with you."),
        ),
    )


async def erase(session: Session, *, city: CityView, words: bool, folder: Path, actor: Actor, at: datetime) -> None:
    """At once and for good. `words`: also what they said; else it stays, under a number that is nobody's.

    Votes in open ballots are taken out; those of a closed one can be found by nobody. What remains of the person is a number
    without anything beside it, to which their access code leads: so it never becomes a second voice.
    """
    if refusal := rules.may_erase(actor):
        raise refusal
    person_id = actor.person_id or 0
    # First of all, so that whatever they are saying at this moment is either there already or comes too late.
    await session.get_one(Person, person_id, with_for_update=True)
    await entries.forget_person(session, city=city, person_id=person_id, folder=folder)
    await erase_votes(session, city_id=city.id, person_id=person_id, folder=folder, at=at)
    await consultations.erase_person(session, city_id=city.id, person_id=person_id, words=words)
    await spoken.forget_person(session, person_id=person_id)
    await forget_person(session, person_id=person_id)
    await forget_phones(session, person_id=person_id)
    await forget_resident(session, city_id=city.id, person_id=person_id)
    await erase_person(session, person_id=person_id, at=at)
    facts = {"words": words}
    await append(session, city_id=city.id, kind="person_erased", actor=actor, at=at, facts=facts)
