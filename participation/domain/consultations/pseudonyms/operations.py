"""Makes the random number that a person goes by in one project; hands over what somebody said who turned out to be the same person."""

from secrets import randbelow

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from participation.domain.consultations.models import Comment, Pseudonym, Reaction, ReactionKind
from participation.domain.people.codes.rules import closed_for_good
from participation.domain.people.models import Person
from participation.domain.record.actors import Actor
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.errors import SignInNeeded, Unavailable
from participation.kit.i18n import _

COUNTERS = {
    ReactionKind.AGREE: Comment.agrees,
    ReactionKind.DISAGREE: Comment.disagrees,
    ReactionKind.PASS: Comment.passes,
}


async def pseudonym_of(session: Session, *, city_id: int, project_id: int, actor: Actor) -> int:
    """Who a person is in this project alone: a random number, made when they first say something here.

    Whoever is being erased is waited for, and then says nothing any more: nobody could take those words back.
    """
    if actor.person_id is None:
        raise SignInNeeded(
            "sign_in", _("Please sign in first."), _("Sign in, then go back to your page and send it once more.")
        )
    living = sa.select(Person.id).where(Person.id == actor.person_id, Person.erased_at.is_(None))
    living = living.with_for_update(read=True)
    alive, table = living.cte("alive"), Pseudonym.__table__
    mine = (
        sa.select(table.c.id).where(table.c.project_id == project_id, table.c.person_id == actor.person_id).cte("mine")
    )
    # Longer numbers each time that somebody else has the number, or the same person is here at the same moment.
    for digits in range(5, 10):
        lowest = 10 ** (digits - 1)
        values = (city_id, project_id, actor.person_id, lowest + randbelow(9 * lowest))
        made = (
            insert(Pseudonym)
            .from_select(
                ["city_id", "project_id", "person_id", "number"],
                sa.select(*(sa.literal(value) for value in values))
                .select_from(alive)
                .where(~sa.exists().select_from(mine)),
            )
            .on_conflict_do_nothing()
            .returning(table.c.id)
            .cte("made")
        )
        theirs = sa.select(mine.c.id).join_from(mine, alive, sa.true())
        found = await session.scalar(sa.union_all(theirs, sa.select(made.c.id)))
        if found is not None:
            return int(found)
        if await session.scalar(living) is None:
            raise closed_for_good()
    raise unlucky()


async def hand_over(session: Session, *, city_id: int, before: int, after: int) -> None:
    """What `before` said is `after`'s from now on. Where both reacted to one comment, or one to the other's, what `after` said counts,
    and the other stays under a number that is nobody's and is not counted: one person has one voice there, too.

    As many statements for one project as for all of them.
    """
    quiet = {"synchronize_session": False}
    mine = sa.select(Pseudonym.project_id).where(Pseudonym.city_id == city_id, Pseudonym.person_id == after)
    theirs = (Pseudonym.city_id == city_id, Pseudonym.person_id == before)
    alone = sa.update(Pseudonym).where(*theirs, Pseudonym.project_id.not_in(mine)).values(person_id=after)
    moved = await session.execute(alone.returning(Pseudonym.project_id).execution_options(**quiet))
    projects = {row.project_id for row in moved}
    # In these projects both said something: the number that each of them went by.
    was, now = aliased(Pseudonym), aliased(Pseudonym)
    both = (
        sa.select(was.id.label("was"), now.id.label("now"), now.project_id)
        .join(now, now.project_id == was.project_id)
        .where(was.city_id == city_id, was.person_id == before, now.person_id == after)
    )
    shared = {row.project_id for row in await session.execute(both)}
    if shared:
        await _move(session, both.subquery(), quiet)
        await session.execute(sa.update(Pseudonym).where(*theirs).values(person_id=None).execution_options(**quiet))
    changes.touch(session, *(f"project:{project}" for project in sorted(projects | shared)))


async def _move(session: Session, both: sa.Subquery, quiet: dict[str, bool]) -> None:
    """Comments first: what is one's own from then on is not reacted to."""
    comments = sa.update(Comment).where(Comment.pseudonym_id == both.c.was).values(pseudonym_id=both.c.now)
    await session.execute(comments.execution_options(**quiet))
    other = aliased(Reaction)
    twice = sa.exists().where(other.comment_id == Reaction.comment_id, other.pseudonym_id == both.c.now)
    await _silence(session, Reaction.pseudonym_id == both.c.was, twice)
    reactions = sa.update(Reaction).where(Reaction.pseudonym_id == both.c.was, ~twice)
    await session.execute(reactions.values(pseudonym_id=both.c.now).execution_options(**quiet))
    own = sa.exists().where(Comment.id == Reaction.comment_id, Comment.pseudonym_id == both.c.now)
    await _silence(session, Reaction.pseudonym_id == both.c.now, own)


async def _silence(session: Session, *which: sa.ColumnElement[bool]) -> None:
    """They stay, with their receipts, and are in no counter any more."""
    silenced = sa.update(Reaction).where(*which, ~Reaction.apart).values(apart=True)
    rows = await session.execute(
        silenced.returning(Reaction.comment_id, Reaction.kind).execution_options(synchronize_session=False)
    )
    by_kind: dict[ReactionKind, list[int]] = {}
    for row in rows:
        by_kind.setdefault(ReactionKind(row.kind), []).append(row.comment_id)
    for kind, comments in by_kind.items():
        less = sa.update(Comment).where(Comment.id.in_(comments)).values({COUNTERS[kind]: COUNTERS[kind] - 1})
        await session.execute(less.execution_options(synchronize_session=False))


def unlucky() -> Unavailable:
    return Unavailable(
        "number", _("Something went wrong on our side. Nothing was changed."), _("Please send it once more.")
    )
