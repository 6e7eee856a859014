"""Makes the random number that a person goes by in one project."""

from secrets import randbelow

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations.models import Pseudonym
from participation.domain.people.codes.rules import closed_for_good
from participation.domain.people.models import Person
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import SignInNeeded, Unavailable
from participation.kit.i18n import _


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


def unlucky() -> Unavailable:
    return Unavailable(
        "number", _("Something went wrong on our side. Nothing was changed."), _("Please send it once more.")
    )
