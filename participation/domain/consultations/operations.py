"""Verbs of a consultation: comment, reply, answer for an office, react."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations import rules
from participation.domain.consultations.about.queries import About
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.finding.operations import entered
from participation.domain.consultations.forms import Arrived, Reacted, Said
from participation.domain.consultations.models import Comment, CommentCount, Reaction, ReactionKind
from participation.domain.consultations.pseudonyms.operations import pseudonym_of, unlucky
from participation.domain.consultations.talk.operations import talked
from participation.domain.consultations.talk.queries import Talk, answer_of
from participation.domain.moderation.models import Status
from participation.domain.moderation.names.operations import names_somebody
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.record.actors import Actor, system
from participation.domain.record.operations import append, hash_words
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.hashing import Secrets, random_number

RECEIPT = 12
NEW = {"status": Status.SHOWN, "agrees": 0, "disagrees": 0, "passes": 0, "replies": 0}
"""What a comment begins with: a statement with several inserts does not take it from the table's defaults."""


@dataclass(frozen=True)
class Posted:
    """Where a comment stands now, and the number that shows what becomes of it."""

    id: int
    receipt: str


@dataclass(frozen=True)
class Counted:
    """What somebody's reaction is now, its receipt, and the comment's counters with it."""

    kind: ReactionKind
    receipt: str
    agrees: int
    disagrees: int
    passes: int


async def comment(
    session: Session,
    *,
    city: CityView,
    slug: str,
    said: Said,
    language: str,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
    reply_to: int | None = None,
    arrived: Arrived | None = None,
) -> Posted:
    """Say something about a project, or reply to somebody who did. What names a city worker is held for a moderator."""
    about = await project_about(session, city_id=city.id, slug=slug)
    said_at = at if arrived is None else arrived.at
    late = rules.closed(about.steps, Feature.COMMENT, said_at, city.zone)
    if refusal := late or rules.may_speak(actor, open_to_all=about.open_comments):
        raise refusal
    if reply_to is not None:
        await _count_reply(session, about.id, reply_to, official=False)
    talk = None
    if said.about is not None and reply_to is None:
        talk = await answer_of(session, about.id, said.about, today=at.astimezone(city.zone).date())
    pseudonym = (
        None
        if actor.person_id is None
        else await pseudonym_of(session, city_id=city.id, project_id=about.id, actor=actor)
    )
    names = await names_somebody(session, city_id=city.id, text=said.body, secrets=secrets)
    posted = await insert_new(
        session,
        Comment,
        counted=reply_to is None,
        talk=talk,
        city_id=city.id,
        project_id=about.id,
        parent_id=reply_to,
        about=None if talk is None else talk.about,
        pseudonym_id=pseudonym,
        body=said.body,
        language=rules.language_of(said.body, language),
        stance=None if reply_to else said.stance,
        via=actor.via,
        status=Status.HELD if names else Status.SHOWN,
        created_at=said_at,
        receipt=None if arrived is None else arrived.receipt,
    )
    if names:
        await record_held(session, about, posted.id, said.body, at)
    changes.touch(session, f"project:{about.id}", f"projects:{city.id}")
    return posted


async def answer(
    session: Session,
    *,
    city: CityView,
    slug: str,
    comment_id: int,
    said: Said,
    language: str,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> Posted:
    """An office answers a comment. This is never too late, and it stands in the record."""
    about = await project_about(session, city_id=city.id, slug=slug)
    official = acting(actor, Role.OFFICIAL, city, about.places)
    if await names_somebody(session, city_id=city.id, text=f"{said.office}\n{said.body}", secrets=secrets):
        raise rules.names_worker()
    await _count_reply(session, about.id, comment_id, official=True)
    posted = await insert_new(
        session,
        Comment,
        city_id=city.id,
        project_id=about.id,
        parent_id=comment_id,
        office=said.office,
        body=said.body,
        language=rules.language_of(said.body, language),
        via=actor.via,
        created_at=at,
    )
    digest = await hash_words(session, city_id=city.id, about=("comment", str(posted.id)), text=said.body)
    await append(
        session,
        city_id=city.id,
        kind="comment_answered",
        actor=official,
        at=at,
        facts={
            "project": {"number": about.number, "slug": about.slug},
            "comment": comment_id,
            "answer": posted.id,
            "office": said.office,
            "words": digest,
        },
        about=("project", str(about.id)),
    )
    changes.touch(session, f"project:{about.id}", f"projects:{city.id}")
    return posted


async def record_held(session: Session, about: About, comment_id: int, body: str, at: datetime) -> None:
    """That a comment waits for a moderator is seen by everybody, as each decision about it is."""
    words = await hash_words(session, city_id=about.city_id, about=("comment", str(comment_id)), text=body)
    facts = {"project": {"number": about.number, "slug": about.slug}, "comment": comment_id, "words": words}
    await append(
        session,
        city_id=about.city_id,
        kind="comment_held",
        actor=system(about.city_id),
        at=at,
        facts=facts,
        about=("project", str(about.id)),
    )


async def react(
    session: Session, *, city: CityView, slug: str, reacted: Reacted, actor: Actor, at: datetime
) -> Counted:
    """Agree, disagree or pass. The last one counts; the receipt stays the same, however often somebody changes their mind."""
    about = await project_about(session, city_id=city.id, slug=slug)
    if refusal := rules.closed(about.steps, Feature.REACT, at, city.zone):
        raise refusal
    if refusal := rules.may_speak(actor, open_to_all=False):
        raise refusal
    pseudonym = await pseudonym_of(session, city_id=city.id, project_id=about.id, actor=actor)
    # Whoever reacts to the same comment at the same moment waits here, so that its counters stay what its reactions say.
    row = (
        await session.execute(
            sa.select(Comment.pseudonym_id, Comment.status, Comment.agrees, Comment.disagrees, Comment.passes)
            .where(Comment.project_id == about.id, Comment.id == reacted.comment_id)
            .with_for_update()
        )
    ).first()
    if row is None:
        raise rules.no_comment()
    if refusal := rules.may_react(Status(row.status), own=row.pseudonym_id == pseudonym):
        raise refusal
    before, receipt = await _set_reaction(session, about, pseudonym, reacted, actor, at)
    counts = {"agrees": row.agrees, "disagrees": row.disagrees, "passes": row.passes}
    moves = rules.shifted(before, reacted.kind)
    for name, by in moves.items():
        counts[name] += by
    if moves:
        await session.execute(sa.update(Comment).where(Comment.id == reacted.comment_id).values(counts))
        changes.mark(session, f"project:{about.id}")
    return Counted(reacted.kind, receipt, **counts)


async def _set_reaction(
    session: Session, about: About, pseudonym: int, reacted: Reacted, actor: Actor, at: datetime
) -> tuple[ReactionKind | None, str]:
    """What this person's reaction was before, where it was counted, and its receipt. What a delegate brought is their own from now on."""
    mine = (Reaction.comment_id == reacted.comment_id, Reaction.pseudonym_id == pseudonym)
    columns = (Reaction.kind, Reaction.receipt, Reaction.entry_id, Reaction.apart)
    before = (await session.execute(sa.select(*columns).where(*mine))).first()
    if before is None:
        posted = await insert_new(
            session,
            Reaction,
            comment_id=reacted.comment_id,
            pseudonym_id=pseudonym,
            city_id=about.city_id,
            kind=reacted.kind,
            via=actor.via,
            at=at,
        )
        return None, posted.receipt
    if before.kind != reacted.kind or before.entry_id is not None or before.apart:
        now = {"kind": reacted.kind, "via": actor.via, "at": at, "entry_id": None, "apart": False}
        await session.execute(sa.update(Reaction).where(*mine).values(now))
    return None if before.apart else ReactionKind(before.kind), before.receipt or ""


async def insert_new(
    session: Session,
    table: type[Comment] | type[Reaction],
    *,
    counted: bool = False,
    talk: Talk | None = None,
    receipted: bool = True,
    receipt: str | None = None,
    **values: Any,
) -> Posted:
    """Insert a row under a receipt that no other has (or under none: what an entry brings goes by the entry's); a comment with what it is found by and, if it is `counted`, its project's
    sums, in one statement."""
    made = table.id if table is Comment else Reaction.comment_id
    if table is Comment:
        values = {**NEW, **values}
    for _attempt in range(5):
        number = (receipt or random_number(RECEIPT)) if receipted else ""
        row = (
            insert(table).values(**values, receipt=number or None).on_conflict_do_nothing().returning(made.label("id"))
        )
        posted = row.cte("posted")
        beside = [_count(posted, values)] if counted else []
        if values.get("status") is Status.SHOWN:
            beside.append(entered(posted, values))
        if talk is not None:
            beside.append(talked(posted, values, talk))
        found = await session.scalar(sa.select(posted.c.id).add_cte(*beside))
        if found is not None:
            return Posted(found, number)
    raise unlucky()


def _count(posted: sa.CTE, values: dict[str, Any]) -> sa.CTE:
    """One more comment of its stance, channel and kind of writer, if it was posted."""
    one = {
        "project_id": values["project_id"],
        "stance": values["stance"] or "",
        "via": values["via"],
        "signed": values["pseudonym_id"] is not None,
        "city_id": values["city_id"],
        "count": 1,
    }
    literals = (sa.literal(value, CommentCount.__table__.c[name].type) for name, value in one.items())
    return (
        insert(CommentCount)
        .from_select(list(one), sa.select(*literals).select_from(posted))
        .on_conflict_do_update(
            index_elements=["project_id", "stance", "via", "signed"], set_={"count": CommentCount.count + 1}
        )
        .cte("counted")
    )


async def _count_reply(session: Session, project_id: int, comment_id: int, *, official: bool) -> None:
    """Take note of a reply at the comment that it is for, in one statement that also says whether it may be made."""
    row = (
        await session.execute(
            sa.update(Comment)
            .where(Comment.project_id == project_id, Comment.id == comment_id)
            .values(replies=Comment.replies + 1)
            .returning(Comment.status, Comment.parent_id)
            .execution_options(synchronize_session=False)
        )
    ).first()
    if row is None:
        raise rules.no_comment()
    status = Status.SHOWN if official else Status(row.status)
    if refusal := rules.may_reply(status, reply=row.parent_id is not None):
        raise refusal
