"""Verbs of sounds: take a recording in, publish, confirm and remove it; put in what a machine reads; the city's spoken languages."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.models import City
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.sounds import rules
from participation.domain.projects.sounds.forms import NewSound, SoundSaid
from participation.domain.projects.sounds.models import Sentence, Sound, SoundKind
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.examining import Heard, Refused, sound
from participation.kit.files import Arriving, Files
from participation.kit.i18n import _
from participation.kit.marks import fingerprint

SENTENCES_KEPT = timedelta(days=90)

# Files


async def take_in(files: Files, arrived: Arriving) -> NewSound:
    """Have a recording examined and made small, and keep that; the recording itself is kept by nobody. Raises the refusal."""
    try:
        return await keep(files, await sound(arrived.path))
    except Refused as refusal:
        raise rules.refused(refusal.code) from None
    finally:
        arrived.drop()


async def keep(files: Files, heard: Heard) -> NewSound:
    opus, mp3 = await files.keep(heard.opus), await files.keep(heard.mp3)
    return NewSound(heard.seconds, opus, len(heard.opus), mp3, len(heard.mp3))


# Recordings


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project | None,
    said: SoundSaid,
    text: str,
    new: NewSound,
    actor: Actor,
    at: datetime,
) -> None:
    """A recording of this text, in place of an earlier one of the same part. Without a project: of the city's own texts."""
    who = _acting(actor, city, project)
    await _put(session, city.id, None if project is None else project.id, said, SoundKind.UPLOADED, text, new, at)
    facts = {"part": said.part, "language": said.language, "seconds": new.seconds, "mp3": new.mp3_digest}
    await _record(session, city, project, "sound_published", who, at, facts)


async def confirm(
    session: Session, *, city: CityView, project: Project | None, sound_id: int, text: str, actor: Actor, at: datetime
) -> None:
    """It still says what is written, although that was changed: somebody has listened."""
    who = _acting(actor, city, project)
    found = await find(session, city, project, sound_id)
    if found.said == fingerprint(text):
        return
    found.said = fingerprint(text)
    await session.flush()
    facts = {"part": found.part, "language": found.language, "mp3": found.mp3_digest}
    await _record(session, city, project, "sound_confirmed", who, at, facts)


async def remove(
    session: Session, *, city: CityView, project: Project | None, sound_id: int, actor: Actor, at: datetime
) -> None:
    who = _acting(actor, city, project)
    found = await find(session, city, project, sound_id)
    await session.delete(found)
    await session.flush()
    facts = {"part": found.part, "language": found.language, "mp3": found.mp3_digest}
    await _record(session, city, project, "sound_removed", who, at, facts)


async def find(session: Session, city: CityView, project: Project | None, sound_id: int) -> Sound:
    """A recording, kept from others until the end of the transaction."""
    of = Sound.project_id.is_(None) if project is None else Sound.project_id == project.id
    wanted = sa.select(Sound).where(
        Sound.city_id == city.id, of, Sound.id == sound_id, Sound.kind == SoundKind.UPLOADED
    )
    found = await session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("sound", _("This recording is not here any more."), _("Open the page again to see what is."))
    return found


def _acting(actor: Actor, city: CityView, project: Project | None) -> Actor:
    if project is None:
        return acting(actor, Role.ADMINISTRATOR, city)
    return acting(actor, Role.OFFICIAL, city, places_of(project))


async def _record(
    session: Session,
    city: CityView,
    project: Project | None,
    kind: str,
    who: Actor,
    at: datetime,
    facts: Mapping[str, Any],
) -> None:
    """Of a draft, nobody is told anything."""
    if project is None:
        await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts={"project": None, **facts})
        touch(session, f"sounds:{city.id}")
    elif project.state != ProjectState.DRAFT:
        await note(session, project, kind, who, at, facts)


# What a machine reads


async def put_synthesised(
    session: Session,
    *,
    city: CityView,
    project_id: int | None,
    said: SoundSaid,
    text: str,
    new: NewSound,
    at: datetime,
) -> None:
    """In place of what it read before. No act of anybody: the record holds the text. Nothing where that was switched off meanwhile."""
    if not await session.scalar(sa.select(City.synthesis).where(City.id == city.id).with_for_update(read=True)):
        return
    await _put(session, city.id, project_id, said, SoundKind.SYNTHESISED, text, new, at)
    touch(session, f"sounds:{city.id}" if project_id is None else f"project:{project_id}")


async def want(session: Session, *, city: CityView, language: str, texts: Iterable[str], at: datetime) -> None:
    """Have a machine read these sentences of menus, some seconds from now. Never what a person has said, typed or done."""
    rows = {fingerprint(text): text for text in texts}
    if rows and language in city.languages:
        values = [
            {"city_id": city.id, "language": language, "said": said, "text": text, "asked_at": at}
            for said, text in rows.items()
        ]
        await session.execute(insert(Sentence).values(values).on_conflict_do_nothing())


async def forget_sentences(session: Session, *, at: datetime) -> None:
    """With what a machine has read of them. What is still said is asked for again when it is said next."""
    old = at - SENTENCES_KEPT
    await session.execute(sa.delete(Sentence).where(Sentence.asked_at < old))
    read = (Sound.kind == SoundKind.SYNTHESISED, Sound.project_id.is_(None), Sound.part.startswith(rules.SENTENCE))
    await session.execute(sa.delete(Sound).where(*read, Sound.at < old))


async def _put(
    session: Session,
    city_id: int,
    project_id: int | None,
    said: SoundSaid,
    kind: SoundKind,
    text: str,
    new: NewSound,
    at: datetime,
) -> None:
    values = {
        **{"said": fingerprint(text), "seconds": new.seconds, "at": at},
        **{"opus_digest": new.opus_digest, "opus_size": new.opus_size},
        **{"mp3_digest": new.mp3_digest, "mp3_size": new.mp3_size},
    }
    part = {"city_id": city_id, "project_id": project_id, "part": said.part, "language": said.language, "kind": kind}
    await session.execute(
        insert(Sound).values(**part, **values).on_conflict_do_update(constraint="uq_sound_part", set_=values)
    )


# The city


async def set_synthesis(session: Session, *, city: CityView, on: bool, actor: Actor, at: datetime) -> None:
    """Whether a machine reads texts aloud of which nobody has recorded anything. What it has read goes when it is switched off."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    if city.synthesis == on:
        return
    await _store(session, city, {"synthesis": on})
    if not on:
        await session.execute(sa.delete(Sound).where(Sound.city_id == city.id, Sound.kind == SoundKind.SYNTHESISED))
    await append(session, city_id=city.id, kind="synthesis_set", actor=who, at=at, facts={"on": on})
    touch(session, f"city:{city.id}", f"projects:{city.id}")


async def add_language(
    session: Session, *, city: CityView, own: str, names: dict[str, str], actor: Actor, at: datetime
) -> str:
    """A language that is heard and not read; its code."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    spoken = await _spoken(session, city)
    if refusal := rules.may_add_language(own, [one["own"] for one in spoken]):
        raise refusal
    code = rules.code_of(own, [one["code"] for one in spoken])
    await _store(session, city, {"spoken_languages": [*spoken, {"code": code, "own": own, "names": names}]})
    await _language_changed(session, city, "language_added", {"code": code, "own": own, "names": names}, who, at)
    return code


async def remove_language(session: Session, *, city: CityView, code: str, actor: Actor, at: datetime) -> None:
    """With every recording in it."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    spoken = await _spoken(session, city)
    gone = next((one for one in spoken if one["code"] == code), None)
    if gone is None:
        raise NotFound()
    await _store(session, city, {"spoken_languages": [one for one in spoken if one is not gone]})
    await session.execute(sa.delete(Sound).where(Sound.city_id == city.id, Sound.language == code))
    await _language_changed(session, city, "language_removed", gone, who, at)


async def _spoken(session: Session, city: CityView) -> list[dict[str, Any]]:
    """As they are now, kept from other administrators until the end of the transaction."""
    wanted = sa.select(City.spoken_languages).where(City.id == city.id).with_for_update(key_share=True)
    return list(await session.scalar(wanted) or ())


async def _store(session: Session, city: CityView, values: dict[str, Any]) -> None:
    await session.execute(sa.update(City).where(City.id == city.id).values(**values))


async def _language_changed(
    session: Session, city: CityView, kind: str, facts: Mapping[str, Any], who: Actor, at: datetime
) -> None:
    await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts=facts)
    touch(session, f"city:{city.id}", f"projects:{city.id}")
