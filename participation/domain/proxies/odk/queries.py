"""Reads forms: what a form of each project would say now, which are handed out to whom, and one of them."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participation.domain.consultations.about.queries import ABOUT, About, about_of
from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature, Project, ProjectState, Step, StepKind
from participation.domain.projects.queries import select_cards, texts_of
from participation.domain.proxies.models import Entry
from participation.domain.proxies.odk.models import OdkForm
from participation.domain.proxies.odk.questions.forms import Quoted, Source
from participation.domain.proxies.odk.rules import Made
from participation.domain.proxies.queries import FROM_A_FORM, Had
from participation.domain.proxies.taken_along.queries import AHEAD, concerns, statements
from participation.kit.database import Session
from participation.kit.prompts import Prompts

TAKES = (Feature.COMMENT, Feature.REACT)


def _asking(at: datetime) -> sa.ColumnElement[bool]:
    """Its consultation is open, or opens soon."""
    return sa.exists().where(
        Step.project_id == Project.id,
        Step.kind == StepKind.CONSULTATION,
        Step.opens_at <= at + AHEAD,
        Step.closes_at > at,
        Step.ended_at.is_(None),
        sa.or_(*(Step.allows.contains([str(feature)]) for feature in TAKES)),
    )


async def asking(session: Session, *, city: CityView, at: datetime) -> list[int]:
    """The projects that have a form now."""
    wanted = sa.select(Project.id).where(Project.city_id == city.id, Project.state == ProjectState.PUBLISHED)
    return list(await session.scalars(wanted.where(_asking(at))))


async def sources(
    session: Session, *, city: CityView, prompts: Prompts, own: Mapping[int, Prompts], at: datetime
) -> dict[int, Source]:
    """Project -> what its form says now."""
    wanted = select_cards().where(Project.city_id == city.id, Project.state == ProjectState.PUBLISHED, _asking(at))
    rows = (await session.execute(wanted.order_by(Project.number))).all()
    if not rows:
        return {}
    texts = await texts_of(session, [row.id for row in rows], ("title", "summary"))
    found = {}
    for row in rows:
        said = texts.get(row.id, {})
        quoted = await statements(session, row.id) if Feature.REACT in row.c_allows else []
        found[row.id] = Source(
            slug=row.slug,
            titles={language: one["title"] for language, one in said.items() if one["title"]},
            summaries={language: one["summary"] for language, one in said.items() if one["summary"]},
            closes_at=row.c_closes_at,
            comments=Feature.COMMENT in row.c_allows,
            statements=tuple(Quoted(one["id"], one["body"]) for one in quoted),
            prompts={**prompts, **own.get(row.id, {})},
        )
    return found


async def made(session: Session, city_id: int) -> dict[int, Made]:
    """Project -> the newest version of its form."""
    newer = aliased(OdkForm)
    newest = ~sa.exists().where(newer.project_id == OdkForm.project_id, newer.version > OdkForm.version)
    columns = ("project_id", "version", "fixed", "said", "statements", "made_at")
    wanted = sa.select(*(getattr(OdkForm, name) for name in columns)).where(OdkForm.city_id == city_id, newest)
    return {
        row.project_id: Made(row.version, bytes(row.fixed), bytes(row.said), frozenset(row.statements), row.made_at)
        for row in await session.execute(wanted)
    }


async def quoting(session: Session, city_id: int) -> dict[tuple[int, int], frozenset[int]]:
    """(project, version) -> the comments that it quotes, of all that can be downloaded."""
    wanted = sa.select(OdkForm.project_id, OdkForm.version, OdkForm.statements).where(
        OdkForm.city_id == city_id, OdkForm.xml.is_not(None), OdkForm.statements != []
    )
    return {(row.project_id, row.version): frozenset(row.statements) for row in await session.execute(wanted)}


async def shown(session: Session, ids: set[int]) -> set[int]:
    """Of these comments, those that everybody can read."""
    if not ids:
        return set()
    wanted = sa.select(Comment.id).where(Comment.id.in_(sorted(ids)), Comment.status == Status.SHOWN)
    return set(await session.scalars(wanted))


@dataclass(frozen=True)
class FormView:
    """A form as it stands in the list."""

    slug: str
    version: int
    hash: str
    media: list[dict[str, Any]]
    titles: Mapping[str, str]
    summaries: Mapping[str, str]


async def listed(
    session: Session,
    *,
    city: CityView,
    place_id: int,
    at: datetime,
    slug: str | None = None,
    all_versions: bool = False,
) -> list[FormView]:
    """For a delegate of this district, by the project's number; of each the newest version, or all that can be downloaded. Two statements."""
    newer = aliased(OdkForm)
    newest = ~sa.exists().where(newer.project_id == OdkForm.project_id, newer.version > OdkForm.version)
    wanted = (
        select_cards(*(getattr(OdkForm, name) for name in ("version", "hash", "media")))
        .join(OdkForm, OdkForm.project_id == Project.id)
        .where(
            Project.city_id == city.id, Project.state == ProjectState.PUBLISHED, _asking(at), OdkForm.xml.is_not(None)
        )
        .order_by(Project.number, OdkForm.version.desc())
    )
    if not all_versions:
        wanted = wanted.where(newest)
    if slug is not None:
        wanted = wanted.where(Project.slug == slug)
    rows = [row for row in (await session.execute(wanted)).all() if concerns(city, tuple(row.places or ()), place_id)]
    texts = await texts_of(session, {row.id for row in rows}, ("title", "summary")) if rows else {}
    return [
        FormView(
            slug=row.slug,
            version=row.version,
            hash=row.hash,
            media=row.media,
            titles={language: one["title"] for language, one in texts.get(row.id, {}).items() if one["title"]},
            summaries={language: one["summary"] for language, one in texts.get(row.id, {}).items() if one["summary"]},
        )
        for row in rows
    ]


@dataclass(frozen=True)
class FormFile:
    """What a device fetches."""

    version: int
    xml: str | None
    media: list[dict[str, Any]]


async def form(session: Session, *, city_id: int, slug: str, version: int) -> FormFile | None:
    """One version, which may have lost its XML; whether anybody may have it, `listed` says."""
    row = (
        await session.execute(
            sa.select(OdkForm.version, OdkForm.xml, OdkForm.media)
            .join(Project, Project.id == OdkForm.project_id)
            .where(Project.city_id == city_id, Project.slug == slug, OdkForm.version == version)
        )
    ).one_or_none()
    return None if row is None else FormFile(row.version, row.xml, row.media)


@dataclass(frozen=True)
class Arriving:
    """What has to be known of a submission before it is looked at."""

    versions: Mapping[int, int]
    """Of its form, each with the version of the consent that is read out in it; none: there is no such form."""
    had: Mapping[uuid.UUID, Had]
    """Of the identifiers in it, those that have arrived from this device."""
    by_day: Mapping[date, int]
    """How many entries of the delegate were finished on each day of the city's."""
    about: About


async def arriving(
    session: Session, *, city: CityView, slug: str, device_id: int, delegate_id: int, ids: Collection[uuid.UUID]
) -> Arriving | None:
    """One statement; None where there is no such project."""
    versions = (
        sa.select(OdkForm.version, OdkForm.consent_version)
        .join(Project, Project.id == OdkForm.project_id)
        .where(Project.city_id == city.id, Project.slug == slug)
        .subquery()
    )
    columns = (Entry.client_id, sa.func.encode(Entry.digest, "hex").label("digest"))
    had = (
        sa.select(*columns, Entry.state, Entry.reason, Entry.receipt)
        .where(Entry.device_id == device_id, Entry.client_id.in_(list(ids)))
        .subquery()
    )
    day = sa.cast(sa.func.timezone(str(city.zone), Entry.finished_at), sa.Date).label("day")
    counted = (
        sa.select(day, sa.func.count().label("count"))
        .where(Entry.delegate_id == delegate_id, ~FROM_A_FORM)
        .group_by(day)
        .subquery()
    )
    gathered = [
        sa.select(sa.func.json_agg(sa.literal_column(table.name), type_=sa.JSON)).select_from(table).scalar_subquery()
        for table in (versions.alias("versions"), had.alias("had"), counted.alias("counted"))
    ]
    named = [part.label(name) for part, name in zip(gathered, ("versions", "had", "counted"), strict=True)]
    row = (await session.execute(ABOUT.add_columns(*named), {"city": city.id, "slug": slug})).first()
    if row is None:
        return None
    return Arriving(
        versions={one["version"]: one["consent_version"] for one in row.versions or ()},
        had={
            uuid.UUID(one["client_id"]): Had(bytes.fromhex(one["digest"]), one["state"], one["reason"], one["receipt"])
            for one in row.had or ()
        },
        by_day={date.fromisoformat(one["day"]): one["count"] for one in row.counted or ()},
        about=about_of(row, city.id, slug),
    )
