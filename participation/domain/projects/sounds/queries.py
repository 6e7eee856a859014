"""Reads sounds: of a project, of the city itself, one to be served, and which files are used at all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.models import Project, ProjectDistrict, ProjectState
from participation.domain.projects.sounds.models import Sentence, Sound
from participation.domain.projects.sounds.rules import current, sentence_part
from participation.kit.database import Session


@dataclass(frozen=True)
class SoundView:
    """A sound as it is linked to: what it says, how long it is, and its two files."""

    id: int
    project_id: int | None
    part: str
    language: str
    kind: str
    said: str
    seconds: int
    opus_digest: str
    opus_size: int
    mp3_digest: str
    mp3_size: int

    @property
    def mp3(self) -> str:
        """The address of the file that every telephone plays."""
        return f"/sounds/{self.id}-{self.mp3_digest[:8]}.mp3"

    @property
    def opus(self) -> str:
        return f"/sounds/{self.id}-{self.opus_digest[:8]}.opus"


_NAMES = tuple(SoundView.__dataclass_fields__)
_SOUND = tuple(getattr(Sound, name) for name in _NAMES)


async def of_projects(
    session: Session,
    city_id: int,
    project_ids: Collection[int | None],
    *,
    parts: Collection[str] | None = None,
    languages: Collection[str] | None = None,
) -> list[SoundView]:
    """All of them, old ones too; None among the projects: the city's own. One statement."""
    mine = Sound.project_id.in_([id for id in project_ids if id is not None])
    wanted = [Sound.city_id == city_id, sa.or_(mine, Sound.project_id.is_(None)) if None in project_ids else mine]
    if parts is not None:
        wanted.append(Sound.part.in_(parts))
    if languages is not None:
        wanted.append(Sound.language.in_(languages))
    rows = await session.execute(sa.select(*_SOUND).where(*wanted).order_by(Sound.id))
    return [SoundView(**row._mapping) for row in rows]


def lines(project_id: int) -> sa.ColumnElement[Any]:
    """Of a project, as JSON, for a statement that asks more."""
    line = sa.func.json_agg(
        sa.func.json_build_object(*(part for name in _NAMES for part in (name, getattr(Sound, name))))
    )
    return (
        sa.select(sa.type_coerce(sa.func.coalesce(line, sa.text("'[]'::json")), sa.JSON))
        .where(Sound.project_id == project_id)
        .scalar_subquery()
    )


def read_lines(said: Iterable[dict[str, Any]]) -> tuple[SoundView, ...]:
    return tuple(SoundView(**one) for one in said)


Saying = tuple[str, str]
"""Language and text."""


async def sentences(session: Session, city_id: int, language: str, texts: Collection[str]) -> dict[str, SoundView]:
    """Text -> its sound, of those sentences that have one."""
    found = await spoken(session, city_id, [(language, text) for text in texts])
    return {text: sound for (_language, text), sound in found.items()}


async def spoken(session: Session, city_id: int, said: Collection[Saying]) -> dict[Saying, SoundView]:
    """The same of sentences in several languages."""
    parts, languages = {sentence_part(text) for _language, text in said}, {language for language, _text in said}
    wanted = sa.select(*_SOUND).where(
        *(Sound.city_id == city_id, Sound.project_id.is_(None), Sound.language.in_(languages), Sound.part.in_(parts))
    )
    found = [SoundView(**row._mapping) for row in await session.execute(wanted)]
    right = (((language, text), current(found, sentence_part(text), language, text)) for language, text in said)
    return {saying: one for saying, one in right if one is not None}


async def waiting(session: Session, city_id: int) -> list[tuple[str, str]]:
    """Language and text of the sentences that nothing says yet."""
    made = sa.exists().where(
        *(Sound.city_id == Sentence.city_id, Sound.project_id.is_(None), Sound.language == Sentence.language),
        Sound.said == Sentence.said,
    )
    wanted = sa.select(Sentence.language, Sentence.text).where(Sentence.city_id == city_id, ~made)
    return [(row.language, row.text) for row in await session.execute(wanted.order_by(Sentence.asked_at))]


# Files


@dataclass(frozen=True)
class Served:
    """A sound that somebody asks for, with what decides whether they get it."""

    sound: SoundView
    public: bool
    """The project is, or it is the city's own."""
    places: tuple[int, ...]


async def served(session: Session, city_id: int, sound_id: int) -> Served | None:
    places = (
        sa.select(sa.func.array_agg(ProjectDistrict.place_id))
        .where(ProjectDistrict.project_id == Sound.project_id)
        .scalar_subquery()
    )
    public = sa.func.coalesce(Project.state != ProjectState.DRAFT, sa.true())
    wanted = (
        sa.select(*_SOUND, public.label("public"), places.label("places"))
        .outerjoin(Project, Project.id == Sound.project_id)
        .where(Sound.city_id == city_id, Sound.id == sound_id)
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    given = dict(row._mapping)
    is_public, where = given.pop("public"), given.pop("places")
    return Served(SoundView(**given), is_public, tuple(where or ()))


async def used(session: Session) -> set[str]:
    """The hashes of all files that some sound has, of any city."""
    rows = await session.execute(sa.select(Sound.opus_digest, Sound.mp3_digest))
    return {digest for row in rows for digest in row}
