"""Reads batches with their counts, as staff and the public see them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import AccessCode, Batch, CodeState
from participation.kit.database import Session


async def batches(session: Session, *, city_id: int, number: int | None = None) -> Sequence[Any]:
    """Each batch (or the one of that number) with how many of its codes are used and void; one statement."""
    used = sa.func.count().filter(AccessCode.used)
    void = sa.func.count().filter(AccessCode.state != CodeState.VALID)
    return (
        await session.execute(
            sa.select(Batch.__table__, used.label("used"), void.label("void"))
            .outerjoin(AccessCode, AccessCode.batch_id == Batch.id)
            .where(Batch.city_id == city_id, sa.true() if number is None else Batch.number == number)
            .group_by(Batch.id)
            .order_by(Batch.number.desc())
        )
    ).all()


async def last_number(session: Session, *, city_id: int) -> int:
    """Of the newest batch; 0 before there is one."""
    return await session.scalar(sa.select(sa.func.max(Batch.number)).where(Batch.city_id == city_id)) or 0


async def batch(session: Session, *, city_id: int, number: int, lock: bool = False) -> Batch | None:
    query = sa.select(Batch).where(Batch.city_id == city_id, Batch.number == number)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def person_by_serial(session: Session, *, city_id: int, batch_number: int, serial: int) -> int | None:
    """Whoever the slip of a stub stands for, if its batch was activated."""
    query = sa.select(AccessCode.person_id).join(Batch, Batch.id == AccessCode.batch_id)
    of_stub = (Batch.city_id == city_id, Batch.number == batch_number, AccessCode.serial == serial)
    return await session.scalar(query.where(*of_stub))


async def stub_of(session: Session, *, person_id: int) -> tuple[int, int] | None:
    """Batch and serial of the slip by which a person is known."""
    theirs = sa.select(Batch.number, AccessCode.serial).join(Batch, Batch.id == AccessCode.batch_id)
    row = (await session.execute(theirs.where(AccessCode.person_id == person_id))).one_or_none()
    return None if row is None else (row.number, row.serial)


async def code_by_serial(
    session: Session, *, city_id: int, batch_number: int, serial: int
) -> tuple[AccessCode, Batch] | None:
    """The code of a stub, locked until the transaction ends."""
    row = (
        await session.execute(
            sa.select(AccessCode, Batch)
            .join(Batch, Batch.id == AccessCode.batch_id)
            .where(Batch.city_id == city_id, Batch.number == batch_number, AccessCode.serial == serial)
            .with_for_update(of=AccessCode)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
