"""Stores a comment and reactions that arrived in one entry: judged by when they were finished, in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations import rules
from participation.domain.consultations.about.queries import About
from participation.domain.consultations.entries.operations import move
from participation.domain.consultations.forms import Reacted, Said
from participation.domain.consultations.models import Comment, Pseudonym, Reaction, ReactionKind
from participation.domain.consultations.operations import insert_new, record_held
from participation.domain.consultations.pseudonyms.operations import pseudonym_of, unlucky
from participation.domain.consultations.talk.queries import answer_of
from participation.domain.moderation.models import Status
from participation.domain.moderation.names.operations import names_somebody
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.record.actors import Actor
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.errors import Refusal
from participation.kit.hashing import Secrets, random_number


@dataclass(frozen=True)
class Brought:
    """The entry that something came in, and the number of the delegate who brought it."""

    entry_id: int
    carrier: int


def may_bring(
    city: CityView, about: About, said: Said | None, reacted: Sequence[Reacted], finished: datetime
) -> Refusal | None:
    """As on the web, by the moment at which it was finished."""
    wanted = [feature for feature, given in ((Feature.COMMENT, said), (Feature.REACT, reacted)) if given]
    refusals = (rules.closed(about.steps, feature, finished, city.zone) for feature in wanted)
    return next((refusal for refusal in refusals if refusal is not None), None)


async def who_says(session: Session, *, city_id: int, project_id: int, actor: Actor, source: str) -> int:
    """Who somebody is in this project: by their code, or, described alone, somebody new for each entry (`source`)."""
    if actor.person_id is not None:
        return await pseudonym_of(session, city_id=city_id, project_id=project_id, actor=actor)
    theirs = sa.select(Pseudonym.id).where(Pseudonym.project_id == project_id, Pseudonym.source == source)
    for _attempt in range(5):
        values = {"city_id": city_id, "project_id": project_id, "number": int(random_number(9)), "source": source}
        made = await session.scalar(insert(Pseudonym).values(values).on_conflict_do_nothing().returning(Pseudonym.id))
        if (found := made or await session.scalar(theirs)) is not None:
            return int(found)
    raise unlucky()


async def bring(
    session: Session,
    *,
    city: CityView,
    about: About,
    said: Said | None,
    reacted: Sequence[Reacted],
    pseudonym: int | None,
    language: str,
    brought: Brought,
    secrets: Secrets,
    actor: Actor,
    finished: datetime,
) -> None:
    """What names a city worker is held for a moderator. Whoever was described without a code is counted apart throughout."""
    if said is not None:
        await _comment(session, city, about, said, pseudonym, language, brought, secrets, actor, finished)
    if reacted and pseudonym is not None:
        await _react(session, about, reacted, pseudonym, brought, actor, finished)
    changes.touch(session, f"project:{about.id}", f"projects:{city.id}")


async def _comment(
    session: Session,
    city: CityView,
    about: About,
    said: Said,
    pseudonym: int | None,
    language: str,
    brought: Brought,
    secrets: Secrets,
    actor: Actor,
    finished: datetime,
) -> None:
    signed = actor.person_id is not None
    talk = None
    if said.about is not None:
        talk = await answer_of(session, about.id, said.about, today=finished.astimezone(city.zone).date())
    names = await names_somebody(session, city_id=city.id, text=said.body, secrets=secrets)
    posted = await insert_new(
        session,
        Comment,
        counted=True,
        talk=talk,
        receipted=False,
        city_id=city.id,
        project_id=about.id,
        parent_id=None,
        about=None if talk is None else talk.about,
        pseudonym_id=pseudonym if signed else None,
        body=said.body,
        language=rules.language_of(said.body, language),
        stance=said.stance,
        via=actor.via,
        status=Status.HELD if names else Status.SHOWN,
        created_at=finished,
        entry_id=brought.entry_id,
        carrier=brought.carrier,
    )
    if names:
        # By the minute whoever watched the delegate's rounds would know whose words they are.
        day = datetime.combine(finished.astimezone(city.zone).date(), time.min, city.zone)
        await record_held(session, about, posted.id, said.body, day)


async def _react(
    session: Session,
    about: About,
    reacted: Sequence[Reacted],
    pseudonym: int,
    brought: Brought,
    actor: Actor,
    finished: datetime,
) -> None:
    """All of them at once. What cannot be reacted to any more is left out: the others are no worse for it."""
    wanted = {one.comment_id: one.kind for one in reacted}
    # In one order, so that two who bring reactions to the same comments do not wait for each other in a circle.
    found = await session.execute(
        sa.select(Comment.id, Comment.status, Comment.pseudonym_id)
        .where(Comment.project_id == about.id, Comment.id.in_(list(wanted)))
        .order_by(Comment.id)
        .with_for_update()
    )
    able = [row.id for row in found if rules.may_react(Status(row.status), own=row.pseudonym_id == pseudonym) is None]
    if not able:
        return
    apart = actor.person_id is None
    before = await _store(
        session, about, {id_: wanted[id_] for id_ in able}, pseudonym, brought, actor, finished, apart
    )
    if not apart:
        await move(session, {id_: rules.shifted(before.get(id_), wanted[id_]) for id_ in able})


async def _store(
    session: Session,
    about: About,
    wanted: dict[int, ReactionKind],
    pseudonym: int,
    brought: Brought,
    actor: Actor,
    finished: datetime,
    apart: bool,
) -> dict[int, ReactionKind]:
    """Comment -> what this person's reaction was before. A delegate's never replaces one that the person gave themselves."""
    mine = sa.select(Reaction.comment_id, Reaction.kind).where(
        Reaction.comment_id.in_(list(wanted)), Reaction.pseudonym_id == pseudonym, ~Reaction.apart
    )
    earlier = mine.cte("earlier")
    rows = [
        {
            "comment_id": id_,
            "pseudonym_id": pseudonym,
            "city_id": about.city_id,
            "kind": kind,
            "via": actor.via,
            "at": finished,
            "entry_id": brought.entry_id,
            "apart": apart,
        }
        for id_, kind in wanted.items()
    ]
    new = insert(Reaction).values(rows)
    stored = new.on_conflict_do_update(
        index_elements=["comment_id", "pseudonym_id"],
        set_={name: new.excluded[name] for name in ("kind", "via", "at", "entry_id", "apart")},
        where=sa.and_(Reaction.entry_id.is_not(None), Reaction.at <= new.excluded.at),
    ).returning(Reaction.comment_id)
    written = stored.cte("written")
    found = await session.execute(
        sa.select(written.c.comment_id, earlier.c.kind).outerjoin(earlier, earlier.c.comment_id == written.c.comment_id)
    )
    kinds = {row.comment_id: row.kind for row in found}
    # Where nothing was written, nothing moves.
    return {id_: ReactionKind(kinds[id_]) for id_ in kinds if kinds[id_] is not None} | {
        id_: wanted[id_] for id_ in wanted if id_ not in kinds
    }
