"""Tables of one shape, one for each number: made, written in another order, dropped.

Reads and writes name the number's own table. It is attached only to a parent that is declared as partitioned, to be searched
as a whole: dropping an attached table locks its parent, which every first write to any other of them has to look at.
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from participation.kit.database import Session

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def name(parent: sa.Table, number: int) -> str:
    return f"{parent.name}_{number:d}"


@lru_cache(maxsize=256)
def partition(parent: sa.Table, number: int) -> sa.TableClause:
    """For statements: the partition, with its parent's columns."""
    return sa.table(name(parent, number), *(sa.column(column.name, column.type) for column in parent.columns))


async def create(session: Session, parent: sa.Table, number: int) -> None:
    part = _quote(name(parent, number))
    await _run(session, f"CREATE TABLE {part} (LIKE {_quote(parent.name)} INCLUDING ALL)")
    if parent.dialect_options["postgresql"]["partition_by"]:
        await _run(session, f"ALTER TABLE {_quote(parent.name)} ATTACH PARTITION {part} FOR VALUES IN ({number:d})")


async def exists(session: Session, parent: sa.Table, number: int) -> bool:
    found = await session.scalar(sa.select(sa.func.to_regclass(_quote(name(parent, number))).is_not(None)))
    return bool(found)


class Busy(Exception):
    """Somebody reads or writes there for longer than was to be waited: a dump of the database, for instance."""


async def lock(
    session: Session, parent: sa.Table, *numbers: int, readable: bool = False, within: int | None = None
) -> None:
    """Wait until whoever writes there has finished; nobody begins to until this transaction ends.

    `within` so many milliseconds, or else raise `Busy`: whoever comes meanwhile waits behind us.
    """
    mode = "SHARE ROW EXCLUSIVE" if readable else "ACCESS EXCLUSIVE"
    tables = ", ".join(_quote(name(parent, number)) for number in numbers)
    if within is not None:
        await _run(session, f"SET LOCAL lock_timeout = {within:d}")
    try:
        await _run(session, f"LOCK TABLE {tables} IN {mode} MODE")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "55P03":
            raise Busy from None
        raise


async def mix(session: Session, parent: sa.Table, number: int, *, order: str, within: int | None = None) -> None:
    """Write all rows anew, in another order and under one number, while others go on reading and writing through the parent, which stays unlocked."""
    await lock(session, parent, number, within=within)
    await lay_down(session, parent, number, order=order)


async def lay_down(
    session: Session, parent: sa.Table, number: int, *, order: str, more: Sequence[Mapping[str, object]] = ()
) -> None:
    """The same by whoever holds the lock, with `more` rows among them: in place, by way of a temporary table."""
    # Another name each time: the table before it stands until the transaction ends.
    rows, apart = partition(parent, number), f"{name(parent, number)}_mixed_{secrets.token_hex(4)}"
    await _run(session, f"CREATE TEMP TABLE {_quote(apart)} ON COMMIT DROP AS TABLE {_quote(name(parent, number))}")
    await _run(session, f"TRUNCATE {_quote(name(parent, number))}")
    kept = sa.table(apart, *(sa.column(column.name, column.type) for column in parent.columns))
    names = [column.name for column in parent.columns]
    all_rows = sa.select(*kept.c)
    if more:
        added = sa.values(*(sa.column(column.name, column.type) for column in parent.columns), name="added")
        added = added.data([tuple(row[column] for column in names) for row in more])
        together = sa.union_all(all_rows, sa.select(*added.c)).subquery()
        all_rows = sa.select(*together.c)
    await session.execute(sa.insert(rows).from_select(names, all_rows.order_by(all_rows.selected_columns[order])))


async def drop(session: Session, parent: sa.Table, number: int) -> None:
    await _run(session, f"DROP TABLE IF EXISTS {_quote(name(parent, number))}")


async def _run(session: Session, statement: str) -> None:
    await session.execute(sa.text(statement))
