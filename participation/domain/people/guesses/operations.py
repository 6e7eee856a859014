"""Counts a wrong code against every source that it came from, and over all doors."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.people.guesses.rules import LONGER, WINDOW
from participation.domain.people.models import WrongGuess
from participation.kit.database import Session


async def count_wrong(session: Session, *, city_id: int, kind: str, sources: Mapping[str, bytes], at: datetime) -> None:
    """One statement; the rows in a fixed order, so that two at once do not wait for each other."""
    minute = at.replace(second=0, microsecond=0)
    rows = [
        {"city_id": city_id, "kind": kind, "source": source, "minute": minute, "count": 1}
        for source in sorted({b"", *sources.values()})
    ]
    await session.execute(
        insert(WrongGuess)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["city_id", "kind", "source", "minute"], set_={"count": WrongGuess.count + 1}
        )
    )


async def forget(session: Session, *, at: datetime) -> None:
    """Counts that no budget looks at any more."""
    ended = [(WrongGuess.kind == kind) & (WrongGuess.minute <= at - lasts) for kind, lasts in LONGER.items()]
    others = WrongGuess.kind.not_in(LONGER) & (WrongGuess.minute <= at - WINDOW)
    await session.execute(sa.delete(WrongGuess).where(sa.or_(others, *ended)))
