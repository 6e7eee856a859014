"""Reads recordings: those that wait, for whoever writes them down; one's own; and what became of one, by its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.consultations.moderated.queries import Scope
from participation.domain.consultations.spoken import rules
from participation.domain.consultations.spoken.models import WAITING, Recording, RecordingState
from participation.domain.moderation.models import Status
from participation.domain.projects.models import Project, ProjectText
from participation.domain.record.actors import Via
from participation.kit import paging, sealing
from participation.kit.database import Session
from participation.kit.files import Files
from participation.kit.hashing import Secrets

PURPOSE = "recording"


@dataclass(frozen=True)
class Waits:
    """A recording as whoever listens sees it: nothing of whose it is."""

    id: int
    project_id: int
    stance: str | None
    reply_to: int | None
    replied: str | None
    """The words to which it replies."""
    replied_in: str | None
    alone: bool
    """Nobody can read these any more: what is written down becomes a comment of its own."""
    language: str
    seconds: int
    said_at: datetime


_WAITS = (
    *(Recording.id, Recording.project_id, Recording.stance, Recording.reply_to),
    Comment.body.label("replied"),
    Comment.language.label("replied_in"),
    sa.func.coalesce(Comment.status != Status.SHOWN, sa.false()).label("alone"),
    *(Recording.language, Recording.seconds, Recording.said_at),
)


def _waiting(scopes: Sequence[Scope]) -> sa.Select[*tuple[object, ...]]:
    here = (Recording.state == RecordingState.KEPT, Recording.project_id.in_([scope.id for scope in scopes]))
    return sa.select(*_WAITS).outerjoin(Comment, Comment.id == Recording.reply_to).where(*here)


async def waiting(session: Session, scopes: Sequence[Scope], *, after: str) -> paging.Page[Waits]:
    """Those that wait, of all these projects, the oldest first."""
    wanted = _waiting(scopes).order_by(Recording.id).limit(paging.SIZE + 1)
    key = paging.decode(after, (int,)) if after else None
    if key is not None:
        wanted = wanted.where(Recording.id > key[0])
    found = [Waits(**row._mapping) for row in await session.execute(wanted)]
    following = paging.encode([found[paging.SIZE - 1].id]) if len(found) > paging.SIZE else None
    return paging.Page(found[: paging.SIZE], following)


async def one(session: Session, scopes: Sequence[Scope], recording_id: int) -> Waits:
    row = (await session.execute(_waiting(scopes).where(Recording.id == recording_id))).first()
    if row is None:
        raise rules.gone()
    return Waits(**row._mapping)


async def sound(
    session: Session, scopes: Sequence[Scope], recording_id: int, *, files: Files, secrets: Secrets
) -> bytes:
    """The recording itself, for whoever writes it down."""
    from cryptography.fernet import Fernet

    wanted = sa.select(Recording.key, Recording.digest).where(
        Recording.id == recording_id,
        Recording.state == RecordingState.KEPT,
        Recording.project_id.in_([scope.id for scope in scopes]),
    )
    row = (await session.execute(wanted)).first()
    path = files.path(row.digest) if row is not None and row.digest else None
    if row is None or path is None or not path.is_file():
        raise rules.gone()
    return Fernet(sealing.opened(row.key, secrets, PURPOSE)).decrypt(path.read_bytes())


async def left_there(session: Session, *, city_id: int, at: datetime) -> datetime | None:
    """Since when some lie at the telephone company that it should have given and deleted; None where none does."""
    there = (Recording.city_id == city_id, Recording.remote.is_not(None), Recording.said_at <= at - rules.THERE)
    return await session.scalar(sa.select(sa.func.min(Recording.said_at)).where(*there))


# Whoever spoke


@dataclass(frozen=True)
class Unwritten:
    """What a receipt shows of a recording that has not become a comment."""

    state: RecordingState
    slug: str
    titles: dict[str, str]


_TITLES = (
    sa.select(sa.func.json_object_agg(ProjectText.language, ProjectText.title, type_=sa.JSON))
    .where(ProjectText.project_id == Project.id)
    .scalar_subquery()
)


async def by_receipt(session: Session, *, city_id: int, receipt: str) -> Unwritten | None:
    wanted = sa.select(Recording.state, Project.slug, _TITLES.label("titles")).join(
        Project, Project.id == Recording.project_id
    )
    row = (await session.execute(wanted.where(Recording.city_id == city_id, Recording.receipt == receipt))).first()
    return None if row is None else Unwritten(RecordingState(row.state), row.slug, row.titles or {})


@dataclass(frozen=True)
class OwnRecording:
    """One that waits, as whoever spoke sees it."""

    slug: str
    stance: str | None
    seconds: int
    at: datetime
    receipt: str | None


def of_person(city_id: int, person_id: int) -> sa.ScalarSelect[Any]:
    """What this person spoke and nobody has written down yet, as part of another statement; `own` reads it."""
    columns = (Project.slug, Recording.stance, Recording.seconds, Recording.said_at, Recording.receipt)
    mine = (Recording.city_id == city_id, Recording.person_id == person_id, Recording.state.in_(WAITING))
    row = sa.func.json_build_array(*columns)
    rows = sa.func.json_agg(aggregate_order_by(row, Recording.id), type_=sa.JSON)
    return sa.select(rows).join(Project, Project.id == Recording.project_id).where(*mine).scalar_subquery()


def own(found: Any) -> list[OwnRecording]:
    return [
        OwnRecording(slug, stance, seconds, datetime.fromisoformat(at).astimezone(UTC), receipt)
        for slug, stance, seconds, at, receipt in found or ()
    ]


@dataclass(frozen=True)
class OwnWords:
    """What somebody spoke, as they may hear it or take it back: it waits, or was written down as a comment."""

    person_id: int
    comment_id: int | None = None
    body: str = ""
    language: str = ""


async def own_words(session: Session, *, city_id: int, receipt: str) -> OwnWords | None:
    """None: it is nobody's any more, nobody can read it, or nothing was spoken."""
    comment = (
        sa.select(Pseudonym.person_id, Comment.id.label("comment_id"), Comment.body, Comment.language)
        .join(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
        .where(
            *(Comment.city_id == city_id, Comment.receipt == receipt, Comment.via == Via.VOICE),
            *(Pseudonym.person_id.is_not(None), Comment.status.in_((Status.SHOWN, Status.HELD))),
        )
    )
    if (row := (await session.execute(comment)).first()) is not None:
        return OwnWords(**row._mapping)
    waits = (Recording.city_id == city_id, Recording.receipt == receipt, Recording.state.in_(WAITING))
    person = await session.scalar(sa.select(Recording.person_id).where(*waits))
    return None if person is None else OwnWords(person)


async def used(session: Session) -> set[str]:
    """The hashes of all files that some recording has, of any city."""
    kept = await session.scalars(sa.select(Recording.digest).where(Recording.digest.is_not(None)))
    return {digest for digest in kept if digest}
