"""Puts city workers' names on the list and takes them off, and recognises them in what somebody writes."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.moderation.models import ListedName
from participation.domain.moderation.names import queries, rules
from participation.domain.people.codes.rules import shown
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.hashing import Secrets

PURPOSE = "listed name"


async def list_names(
    session: Session, *, city: CityView, names: Sequence[list[str]], secrets: Secrets, actor: Actor, at: datetime
) -> int:
    """How many of them were not on the list yet. A name that stands there under the previous key is renewed."""
    actor = acting(actor, Role.ADMINISTRATOR, city, [])
    current, *older = _digests(names, city, secrets)
    renewed = 0
    for digests in older:
        renewed += await _drop(session, city, digests)
    rows = [{"city_id": city.id, "digest": digest} for digest in current]
    made = insert(ListedName).values(rows).on_conflict_do_nothing().returning(ListedName.digest)
    added = len((await session.execute(made)).all())
    await _record(session, city, "names_listed", actor, at)
    return added - renewed


async def unlist_names(
    session: Session, *, city: CityView, names: Sequence[list[str]], secrets: Secrets, actor: Actor, at: datetime
) -> int:
    """How many of them were on the list: whoever is elected, heads an office or has left is taken off."""
    actor = acting(actor, Role.ADMINISTRATOR, city, [])
    taken = await _drop(session, city, [digest for digests in _digests(names, city, secrets) for digest in digests])
    await _record(session, city, "names_unlisted", actor, at)
    return taken


def _digests(names: Sequence[list[str]], city: CityView, secrets: Secrets) -> list[list[bytes]]:
    """Under the current key and, while there is one, the one before."""
    return [sorted({rules.digest(name, key, city.id) for name in names}) for key in secrets.keys(PURPOSE)]


async def _drop(session: Session, city: CityView, digests: Sequence[bytes]) -> int:
    gone = (
        sa.delete(ListedName)
        .where(ListedName.city_id == city.id, ListedName.digest.in_(digests))
        .returning(ListedName.digest)
    )
    return len((await session.execute(gone)).all())


async def _record(session: Session, city: CityView, kind: str, actor: Actor, at: datetime) -> None:
    """How long the list is now, as figures of people are published; a name stands nowhere."""
    length = shown(await queries.listed(session, city_id=city.id))
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts={"names": length})


async def naming(session: Session, *, city_id: int, texts: Sequence[str], secrets: Secrets) -> list[bool]:
    """Which of many texts name somebody who is on the list; one statement."""
    listed = set(await session.scalars(sa.select(ListedName.digest).where(ListedName.city_id == city_id)))
    if not listed:
        return [False] * len(texts)
    keys = secrets.keys(PURPOSE)
    return [
        any(rules.digest(phrase, key, city_id) in listed for phrase in rules.phrases(text) for key in keys)
        for text in texts
    ]


async def names_somebody(session: Session, *, city_id: int, text: str, secrets: Secrets) -> bool:
    """Whether a text names somebody who is on the list. A name that stands there under the previous key is renewed."""
    phrases = rules.phrases(text)
    for key in secrets.keys(PURPOSE):
        names = {rules.digest(phrase, key, city_id): phrase for phrase in phrases}
        wanted = sa.any_(sa.literal(list(names), sa.ARRAY(sa.LargeBinary)))
        asked = sa.select(ListedName.digest).where(ListedName.city_id == city_id, ListedName.digest == wanted).limit(1)
        found = await session.scalar(asked)
        if found is None:
            continue
        now = rules.digest(names[found], secrets.key(PURPOSE), city_id)
        if now != found:
            renewed = sa.update(ListedName).where(ListedName.city_id == city_id, ListedName.digest == found)
            await session.execute(renewed.values(digest=now))
        return True
    return False
