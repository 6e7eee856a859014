"""Reads clips: of a project, one to be served, and which files are used at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.models import Project, ProjectDistrict, ProjectState
from participation.domain.projects.sounds.clips.models import Clip
from participation.kit.database import Session


@dataclass(frozen=True)
class ClipView:
    id: int
    tongue: str
    format: str
    said: str
    seconds: int
    size: int
    digest: str

    @property
    def address(self) -> str:
        return f"/clips/{self.id}-{self.digest[:8]}.{self.format}"


_NAMES = tuple(ClipView.__dataclass_fields__)
_CLIP = tuple(getattr(Clip, name) for name in _NAMES)


def lines(project_id: int) -> sa.ColumnElement[Any]:
    """Of a project, as JSON, for a statement that asks more."""
    line = sa.func.json_agg(
        sa.func.json_build_object(*(part for name in _NAMES for part in (name, getattr(Clip, name))))
    )
    return (
        sa.select(sa.type_coerce(sa.func.coalesce(line, sa.text("'[]'::json")), sa.JSON))
        .where(Clip.project_id == project_id)
        .scalar_subquery()
    )


def read_lines(said: Iterable[dict[str, Any]]) -> tuple[ClipView, ...]:
    return tuple(sorted((ClipView(**one) for one in said), key=lambda one: one.id))


async def of_project(session: Session, project_id: int) -> list[ClipView]:
    rows = await session.execute(sa.select(*_CLIP).where(Clip.project_id == project_id).order_by(Clip.id))
    return [ClipView(**row._mapping) for row in rows]


async def served(session: Session, city_id: int, clip_id: int) -> tuple[ClipView, bool, tuple[int, ...]] | None:
    """With whether everybody may have it, and the places of the officials who may else."""
    places = (
        sa.select(sa.func.array_agg(ProjectDistrict.place_id))
        .where(ProjectDistrict.project_id == Clip.project_id)
        .scalar_subquery()
    )
    wanted = (
        sa.select(*_CLIP, (Project.state != ProjectState.DRAFT).label("public"), places.label("places"))
        .join(Project, Project.id == Clip.project_id)
        .where(Clip.city_id == city_id, Clip.id == clip_id)
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    view = ClipView(**{name: row._mapping[name] for name in _NAMES})
    return view, row.public, tuple(row.places or ())


async def used(session: Session) -> set[str]:
    """The hashes of all files that some clip has, of any city."""
    return set(await session.scalars(sa.select(Clip.digest)))
