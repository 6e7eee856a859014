"""Two administrators at the same moment, on real connections: one of them counts, and the other is told."""

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role, RoleGrant
from participation.domain.proxies.delegates import operations
from participation.domain.proxies.delegates.forms import Proposal
from participation.domain.proxies.delegates.models import Delegate, DelegateState, Objection, Reason
from participation.domain.proxies.delegates.objections import operations as objections
from participation.domain.proxies.delegates.rules import OBJECTIONS
from participation.domain.record.actors import Actor
from participation.kit.database import Database, Session
from tests.cast import DAY, NOW, Cast, assemble, staff
from tests.delegating import delegate
from tests.races.test_two_people import entries, once_each

AFTER = NOW + OBJECTIONS


async def proposed(database: Database) -> tuple[Cast, int, int]:
    async with database.transaction() as session:
        cast = await assemble(session)
        said = Proposal(cast.harbour, {"en": "Teacher", "sw": "Mwalimu"}, {}, NOW + 200 * DAY)
        made = await operations.propose(session, city=cast.city, said=said, actor=cast.ada, at=NOW)
        number = await operations.number_of(session, city=cast.city, delegate_id=made.id, at=NOW)
    return cast, made.id, number


async def test_of_two_who_appoint_at_once_one_does(real_database: Database) -> None:
    cast, delegate_id, _number = await proposed(real_database)
    async with real_database.transaction() as session:
        third = await staff(session, cast.city, [Role.ADMINISTRATOR])

    def appoints(actor: Actor) -> Callable[[Session], Awaitable[None]]:
        async def act(session: Session) -> None:
            await operations.appoint(session, city=cast.city, delegate_id=delegate_id, actor=actor, at=AFTER)

        return act

    assert await once_each(real_database, [appoints(cast.juma), appoints(third)]) == ["delegate_state", "done"]
    assert await entries(real_database, "delegate_appointed") == 1
    async with real_database.reading() as session:
        grants = sa.select(sa.func.count()).select_from(RoleGrant).where(RoleGrant.role == "delegate")
        assert await session.scalar(grants) == 1


async def test_no_objection_slips_in_behind_an_appointment(real_database: Database) -> None:
    """The last second: whoever objects in time is heard before anybody is appointed, or is told that it is too late."""
    cast, delegate_id, number = await proposed(real_database)

    async def objects(session: Session) -> None:
        at = AFTER.replace(microsecond=0) - DAY
        common: dict[str, Any] = {"city": cast.city, "number": number, "actor": cast.nobody, "at": at}
        await objections.object_to(session, body="No.", language="en", **common)

    async def appoints(session: Session) -> None:
        await operations.appoint(session, city=cast.city, delegate_id=delegate_id, actor=cast.juma, at=AFTER)

    became = await once_each(real_database, [objects, appoints])
    async with real_database.reading() as session:
        state = await session.scalar(sa.select(Delegate.state))
        undecided = await session.scalar(sa.select(sa.func.count()).select_from(Objection))
    if state == DelegateState.APPOINTED:
        assert (became, undecided) == (["done", "objections_over"], 0)
    else:
        assert (became, undecided) == (["done", "objections_undecided"], 1)


async def test_of_two_who_decide_at_once_one_does(real_database: Database) -> None:
    cast, _delegate_id, number = await proposed(real_database)
    async with real_database.transaction() as session:
        third = await staff(session, cast.city, [Role.ADMINISTRATOR])
        common: dict[str, Any] = {"city": cast.city, "number": number, "actor": cast.nobody, "at": NOW}
        await objections.object_to(session, body="No.", language="en", **common)
        objection_id = await session.scalar(sa.select(Objection.id)) or 0

    def decides(actor: Actor, upheld: bool) -> Callable[[Session], Awaitable[None]]:
        async def act(session: Session) -> None:
            common: dict[str, Any] = {"city": cast.city, "objection_id": objection_id, "actor": actor, "at": NOW}
            await objections.decide(session, upheld=upheld, **common)

        return act

    became = await once_each(real_database, [decides(cast.juma, True), decides(third, False)])
    assert became == ["done", "objection_decided"]
    assert await entries(real_database, "objection_decided") == 1


async def test_whoever_is_revoked_does_not_go_on(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        one = await delegate(session, cast, state=DelegateState.SUSPENDED)
    common: dict[str, Any] = {"city": cast.city, "delegate_id": one.id, "at": NOW}

    async def revokes(session: Session) -> None:
        await operations.revoke(session, reason=Reason.CONFLICT, actor=cast.ada, **common)

    async def lets(session: Session) -> None:
        await operations.let_go_on(session, actor=cast.juma, **common)

    await once_each(real_database, [revokes, lets])
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(Delegate.state)) == DelegateState.REVOKED
