"""Takes a recording, has it written down once, and lets it go; everything that leads to whoever spoke goes with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations import operations as consultations
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.forms import Arrived, Said
from participation.domain.consultations.models import Comment, Stance
from participation.domain.consultations.rules import closed, may_speak
from participation.domain.consultations.spoken import rules
from participation.domain.consultations.spoken.forms import Written
from participation.domain.consultations.spoken.models import WAITING, Recording, RecordingState
from participation.domain.consultations.spoken.queries import PURPOSE
from participation.domain.moderation.models import Status
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature, Project, ProjectDistrict
from participation.domain.record.actors import Actor, Via
from participation.domain.record.operations import append, hash_words
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets, random_number

RECEIPT = consultations.RECEIPT


async def say(
    session: Session,
    *,
    city: CityView,
    slug: str,
    stance: Stance | None,
    reply_to: int | None,
    language: str,
    gateway: str,
    name: str,
    seconds: int,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> str:
    """A recording that arrived while comments are taken; its receipt, which will be the comment's."""
    about = await project_about(session, city_id=city.id, slug=slug)
    if refusal := closed(about.steps, Feature.COMMENT, at, city.zone) or may_speak(actor, open_to_all=False):
        raise refusal
    mine = (Recording.person_id == actor.person_id, Recording.state.in_(WAITING))
    waiting = await session.scalar(sa.select(sa.func.count()).select_from(Recording).where(*mine)) or 0
    if refusal := rules.may_record(seconds, name, waiting):
        raise refusal
    receipt = random_number(RECEIPT)
    session.add(
        Recording(
            city_id=city.id,
            project_id=about.id,
            person_id=actor.person_id,
            reply_to=reply_to,
            stance=stance,
            language=language,
            seconds=seconds,
            said_at=at,
            receipt=receipt,
            state=RecordingState.CALLED,
            gateway=gateway,
            remote=sealing.seal(name, secrets, PURPOSE),
            next_at=at,
        )
    )
    await session.flush()
    return receipt


async def refuse(session: Session, *, city: CityView, gateway: str, name: str, secrets: Secrets, at: datetime) -> None:
    """One that was not taken lies at the telephone company all the same, and is deleted there."""
    if not rules.NAME.fullmatch(name):
        return
    remote = sealing.seal(name, secrets, PURPOSE)
    told = {"state": RecordingState.LET_GO, "gateway": gateway, "remote": remote}
    when = {"seconds": 0, "language": city.languages[0], "said_at": at, "next_at": at}
    session.add(Recording(city_id=city.id, **told, **when))
    await session.flush()


async def write_down(
    session: Session,
    *,
    city: CityView,
    recording_id: int,
    written: Written | None,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> None:
    """It becomes the comment of whoever spoke, as of the moment at which it arrived. None: it cannot be understood."""
    found, about = await _waiting(session, city, recording_id)
    moderator = acting(actor, Role.MODERATOR, city, about.places)
    facts: dict[str, Any] = {"project": {"number": about.number, "slug": about.slug}}
    if written is not None:
        posted = await consultations.comment(
            session,
            city=city,
            slug=about.slug,
            said=Said(written.body, None if found.stance is None else Stance(found.stance)),
            language=written.language,
            secrets=secrets,
            actor=Actor(city.id, found.person_id, Via.VOICE),
            at=at,
            reply_to=await _replied(session, found),
            arrived=Arrived(found.said_at, found.receipt),
        )
        words = await hash_words(session, city_id=city.id, about=("comment", str(posted.id)), text=written.body)
        facts |= {"comment": posted.id, "words": words}
    state = RecordingState.UNCLEAR if written is None else RecordingState.WRITTEN
    await end(session, state, Recording.id == found.id)
    kind = "recording_unclear" if written is None else "recording_written"
    subject = ("project", str(about.id))
    await append(session, city_id=city.id, kind=kind, actor=moderator, at=at, facts=facts, about=subject)


@dataclass(frozen=True)
class About:
    """The project that somebody spoke about."""

    id: int
    slug: str
    number: int
    places: list[int]


async def _waiting(session: Session, city: CityView, recording_id: int) -> tuple[Recording, About]:
    """Locked, so that two who listen at once write down one comment."""
    places = sa.select(sa.func.array_agg(ProjectDistrict.place_id)).where(ProjectDistrict.project_id == Project.id)
    wanted = (
        sa.select(Recording, Project.id, Project.slug, Project.number, places.scalar_subquery())
        .join(Project, Project.id == Recording.project_id)
        .where(Recording.id == recording_id, Recording.city_id == city.id, Recording.state == RecordingState.KEPT)
    )
    row = (await session.execute(wanted.with_for_update(of=Recording))).first()
    if row is None:
        raise rules.gone()
    recording, id, slug, number, where = row
    return recording, About(id, slug, number, where or [])


async def _replied(session: Session, found: Recording) -> int | None:
    """The comment to which it replies. What was said to one that nobody can read any more is a comment of its own: it arrived in time."""
    if found.reply_to is None:
        return None
    shown = sa.select(Comment.id).where(Comment.id == found.reply_to, Comment.status == Status.SHOWN)
    return await session.scalar(shown.with_for_update())


# Endings


async def end(session: Session, state: RecordingState, *which: sa.ColumnElement[bool]) -> int:
    """From now on nobody can hear them, and nothing leads to whoever spoke. The receipt of one that was written down is its comment's. How many they were."""
    values: dict[str, Any] = {"state": state, "person_id": None, "stance": None, "key": None}
    values |= {"receipt": None} if state is RecordingState.WRITTEN else {}
    ended = await session.scalars(sa.update(Recording).where(*which).values(values).returning(Recording.id))
    return len(ended.all())


async def end_old(session: Session, *, at: datetime) -> None:
    """To which nobody has listened in time."""
    late = (Recording.state.in_(WAITING), Recording.said_at <= at - rules.KEPT)
    await end(session, RecordingState.UNHEARD, *late)


async def take_back(session: Session, *, city_id: int, person_id: int, receipt: str) -> bool:
    """One that waits, by whoever spoke. Whether there was one."""
    mine = (Recording.city_id == city_id, Recording.person_id == person_id, Recording.receipt == receipt)
    return await end(session, RecordingState.LET_GO, *mine, Recording.state.in_(WAITING)) > 0


async def forget_person(session: Session, *, person_id: int) -> None:
    """Part of a person's end: what they said and nobody has written down is never heard."""
    await end(session, RecordingState.LET_GO, Recording.person_id == person_id)


async def renew(session: Session, *, secrets: Secrets, after: int = 0, size: int = 500) -> int:
    """Seal keys and names under the current master secret; the last that was looked at, 0 at the end."""
    some = sa.select(Recording).where(
        Recording.id > after, sa.or_(Recording.key.is_not(None), Recording.remote.is_not(None))
    )
    rows = (await session.scalars(some.order_by(Recording.id).limit(size).with_for_update())).all()
    for row in rows:
        for name in ("key", "remote"):
            if (sealed := getattr(row, name)) is not None:
                setattr(row, name, sealing.renewed(sealed, secrets, PURPOSE, row=row.id))
    await session.flush()
    return rows[-1].id if len(rows) == size else 0
