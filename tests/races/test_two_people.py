"""Two second people at the same moment, on real connections: one of them counts, and the other is told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.decisions import operations as decisions
from participation.domain.ladder.urgent import operations as urgent
from participation.domain.ladder.urgent.forms import Urgent
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.outcomes import operations, queries
from participation.domain.outcomes.models import Decision
from participation.domain.people.models import Role, RoleGrant
from participation.domain.people.roles import operations as roles
from participation.domain.people.rules import not_waiting
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.operations import add_staff
from participation.domain.projects import operations as projects
from participation.domain.projects.models import Project, StepKind
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.errors import Refusal
from tests.cast import DAY, NOW, assemble, staff
from tests.deciding import said
from tests.drafting import complete, publish
from tests.hiring import PASSWORD, hired
from tests.promises.test_gates import without
from tests.slips import SECRETS
from tests.voting import ask


async def once_each(database: Database, acts: list[Callable[[Session], Awaitable[Any]]]) -> list[str]:
    """What became of each: `done`, or why it was refused."""

    async def one(act: Callable[[Session], Awaitable[Any]]) -> str:
        try:
            async with database.transaction() as session:
                await act(session)
        except Refusal as refused:
            return refused.code
        return "done"

    return sorted(await asyncio.gather(*(one(act) for act in acts)))


async def entries(database: Database, kind: str) -> int:
    async with database.reading() as session:
        counted = sa.select(sa.func.count()).select_from(RecordEntry).where(RecordEntry.kind == kind)
        return await session.scalar(counted) or 0


async def test_of_two_officials_who_publish_at_once_one_does(real_database: Database, tmp_path: Path) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        third = await staff(session, cast.city, [Role.OFFICIAL])
        common: dict[str, Any] = {"city": cast.city, "project": asked.project, "actor": cast.omar, "at": NOW}
        made = await operations.save(session, said=said(decision=Decision.WITHDRAWN), **common)
        await decisions.hand_in(session, outcome=made, **common)
        read = made.id, made.version

    def publishes(actor: Actor) -> Callable[[Session], Awaitable[None]]:
        async def act(session: Session) -> None:
            project = await projects.open_for_edit(session, city=cast.city, slug="lamps", actor=actor)
            outcome = await queries.draft(session, project_id=project.id, lock=True)
            if outcome is None:
                raise not_waiting()
            where: dict[str, Any] = {"city": cast.city, "project": project, "actor": actor, "at": NOW}
            await decisions.publish(session, outcome=outcome, read=read, folder=tmp_path, **where)

        return act

    assert await once_each(real_database, [publishes(cast.oksana), publishes(third)]) == ["done", "not_waiting"]
    assert await entries(real_database, "outcome_published") == 1


async def test_a_change_at_the_moment_of_publishing_is_published_by_nobody(
    real_database: Database, tmp_path: Path
) -> None:
    """Whichever comes first: either the text that was read is public, or nothing is."""
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        common: dict[str, Any] = {"city": cast.city, "project": asked.project, "actor": cast.omar, "at": NOW}
        made = await operations.save(session, said=said(decision=Decision.WITHDRAWN), **common)
        await decisions.hand_in(session, outcome=made, **common)
        read = made.id, made.version

    async def changes(session: Session) -> None:
        project = await projects.open_for_edit(session, city=cast.city, slug="lamps", actor=cast.omar)
        where: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
        other = said(decision=Decision.WITHDRAWN, follows={"en": "Unread.", "sw": "Haikusomwa."})
        outcome = await operations.save(session, said=other, version=read[1], **where)
        await decisions.hand_in(session, outcome=outcome, **where)

    async def publishes(session: Session) -> None:
        project = await projects.open_for_edit(session, city=cast.city, slug="lamps", actor=cast.oksana)
        outcome = await queries.draft(session, project_id=project.id, lock=True)
        if outcome is None:
            raise not_waiting()
        where: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.oksana, "at": NOW}
        await decisions.publish(session, outcome=outcome, read=read, folder=tmp_path, **where)

    done = await once_each(real_database, [changes, publishes])
    assert "done" in done
    async with real_database.reading() as session:
        public = await session.scalar(sa.text("select follows ->> 'en' from outcome where state = 'published'"))
    assert public in (None, said().follows["en"])


async def test_of_two_administrators_who_confirm_at_once_one_does(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        third = await staff(session, cast.city, [Role.ADMINISTRATOR])
        person, _secret = await hired(session, cast)
        new = NewRole(Role.OFFICIAL, cast.city.root.id, NOW + 90 * DAY)
        change = await roles.want_given(session, city=cast.city, person_id=person, new=new, actor=cast.ada, at=NOW)

    def confirms(actor: Actor) -> Callable[[Session], Awaitable[None]]:
        return lambda session: roles.confirm(session, city=cast.city, change_id=change.id, actor=actor, at=NOW)

    assert await once_each(real_database, [confirms(cast.juma), confirms(third)]) == ["done", "not_waiting"]
    async with real_database.reading() as session:
        given = sa.select(sa.func.count()).select_from(RoleGrant).where(RoleGrant.person_id == person)
        assert await session.scalar(given) == 1


async def test_two_administrators_who_leave_at_once_leave_one(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        theirs = sa.select(RoleGrant.person_id, RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR)
        grants = {person: grant for person, grant in (await session.execute(theirs)).all()}

    def leaves(actor: Actor) -> Callable[[Session], Awaitable[None]]:
        grant = grants[actor.person_id]
        return lambda session: roles.give_up(session, city=cast.city, grant_id=grant, actor=actor, at=NOW)

    assert await once_each(real_database, [leaves(cast.ada), leaves(cast.juma)]) == ["done", "last_administrator"]


async def test_the_command_line_makes_two_administrators_however_often_it_runs(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await session.execute(sa.update(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR).values(ends_at=NOW))
    new = NewRole(Role.ADMINISTRATOR, cast.city.root.id, NOW + 90 * DAY)

    def adds(login: str) -> Callable[[Session], Awaitable[Any]]:
        said: dict[str, Any] = {"login": login, "password": PASSWORD, "roles": [new], "secrets": SECRETS, "at": NOW}
        return lambda session: add_staff(session, city=cast.city, **said)

    done = await once_each(real_database, [adds(f"login-{number}") for number in range(4)])
    assert done == ["done", "done", "founded", "founded"]


async def test_of_two_officials_who_open_urgently_at_once_one_does(real_database: Database, tmp_path: Path) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        third = await staff(session, cast.city, [Role.OFFICIAL])
        project = await complete(session, cast, opens=timedelta(0))
        await without(session, project, "triple-test")
        await publish(session, cast, project, tmp_path)
        texts = {"en": "The river rises.", "sw": "Mto unapanda."}
        wish = Urgent(StepKind.CONSULTATION, UrgentGround.LIFE, "Act 7", texts)
        use = await urgent.want(session, city=cast.city, project=project, said=wish, actor=cast.omar, at=NOW)

    def opens(actor: Actor) -> Callable[[Session], Awaitable[None]]:
        async def act(session: Session) -> None:
            mine = await projects.locked(session, Project.id == project.id, city_id=cast.city.id)
            await urgent.open_urgently(session, city=cast.city, project=mine, use_id=use.id, actor=actor, at=NOW)

        return act

    assert await once_each(real_database, [opens(cast.oksana), opens(third)]) == ["done", "not_waiting"]
    assert await entries(real_database, "step_opened") == 1
