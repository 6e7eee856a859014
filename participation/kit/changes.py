"""Tells every process what has changed, so that none shows an old page.

Rare changes are told by NOTIFY in their own transaction. Votes and reactions only leave a mark on the session: whoever
commits it hands the marks to a ticker, which tells of each topic at most every half second.
"""

import sqlalchemy as sa

from participation.kit.database import Session

CHANNEL = "participation"


async def touch(session: Session, *topics: str) -> None:
    """Announce with the commit that these topics have changed (`project:12`, `projects:1`, `city:1`)."""
    told = sa.text("select pg_notify(:channel, topic) from unnest(cast(:topics as text[])) as topic")
    await session.execute(told, {"channel": CHANNEL, "topics": list(topics)})
    session.info.setdefault("touched", set()).update(topics)


def mark(session: Session, *topics: str) -> None:
    """The same for what happens often: no statement, told later by the ticker."""
    session.info.setdefault("marked", set()).update(topics)
