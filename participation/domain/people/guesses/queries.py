"""Counts the wrong codes of the last ten minutes, and what else is counted as they are."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.guesses.rules import ALL, LONGER, WINDOW
from participation.domain.people.models import WrongGuess
from participation.kit.database import Session


async def wrong_lately(
    session: Session, *, city_id: int, kind: str, sources: Mapping[str, bytes], at: datetime
) -> dict[str, int]:
    """By kind of source (`device`, `address`, `person`) and over all; one statement."""
    names = {source: name for name, source in sources.items()} | {b"": ALL}
    rows = await session.execute(
        sa.select(WrongGuess.source, sa.func.sum(WrongGuess.count))
        .where(
            WrongGuess.city_id == city_id,
            WrongGuess.kind == kind,
            WrongGuess.source.in_(list(names)),
            WrongGuess.minute > at - LONGER.get(kind, WINDOW),
        )
        .group_by(WrongGuess.source)
    )
    return {names[bytes(source)]: int(count) for source, count in rows.all()}
