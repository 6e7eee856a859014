"""Makes the random number that a person goes by in one project; takes how somebody reacted out of the counters."""

from secrets import randbelow

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

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


async def silence(session: Session, *, city_id: int, person_id: int) -> None:
    """How they reacted stays, with its receipts, and is in no counter any more, unless they react anew."""
    theirs = sa.select(Pseudonym.id).where(Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
    which = (Reaction.pseudonym_id.in_(theirs), ~Reaction.apart)
    # In a fixed order, so that two who do this at once wait for each other.
    about = sa.select(Comment.project_id).where(Comment.id.in_(sa.select(Reaction.comment_id).where(*which)))
    projects = set(await session.scalars(about.order_by(Comment.id).with_for_update()))
    silenced = sa.update(Reaction).where(*which).values(apart=True).returning(Reaction.comment_id, Reaction.kind)
    by_kind: dict[ReactionKind, list[int]] = {}
    for row in await session.execute(silenced.execution_options(synchronize_session=False)):
        by_kind.setdefault(ReactionKind(row.kind), []).append(row.comment_id)
    for kind, comments in by_kind.items():
        less = sa.update(Comment).where(Comment.id.in_(comments)).values({COUNTERS[kind]: COUNTERS[kind] - 1})
        await session.execute(less.execution_options(synchronize_session=False))
    changes.touch(session, *(f"project:{project}" for project in sorted(projects)))


def unlucky() -> Unavailable:
    return Unavailable(
        "number", _("Something went wrong on our side. Nothing was changed."), _("Please send it once more.")
    )
