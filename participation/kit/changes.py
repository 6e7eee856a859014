"""Tells every process what has changed, so that none shows an old page.

Rare changes are told by NOTIFY in their own transaction. Votes and reactions only leave a mark on the session: whoever
commits it hands the marks to a ticker, which tells of each topic at most every half second.
"""

import sqlalchemy as sa
from sqlalchemy import orm

from participation.kit.database import Session

CHANNEL = "participation"
_TELL = sa.text("select pg_notify(:channel, topic) from unnest(cast(:topics as text[])) as topic")


def touch(session: Session, *topics: str) -> None:
    """Announce with the commit that these topics have changed (`project:12`, `projects:1`, `city:1`)."""
    session.info.setdefault("touched", set()).update(topics)


def mark(session: Session, *topics: str) -> None:
    """The same for what happens often: no statement, told later by the ticker."""
    session.info.setdefault("marked", set()).update(topics)


@sa.event.listens_for(orm.Session, "before_commit")
def _tell(session: orm.Session) -> None:
    """All at once, however many operations the transaction was made of."""
    if (topics := session.info.get("touched")) and not session.in_nested_transaction():
        session.execute(_TELL, {"channel": CHANNEL, "topics": sorted(topics)})
