"""Members of staff and their roles, for tests: made with a login, given roles by two administrators."""

from datetime import datetime

from participation.domain.people.roles import operations as roles
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.operations import add_staff
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.slips import SECRETS

PASSWORD = "four calm green boats"


async def hired(
    session: Session, cast: Cast, *new: NewRole, login: str = "rehema", at: datetime = NOW
) -> tuple[int, str]:
    """Somebody with a login, to whom Ada wants to give roles and Juma says yes; person and TOTP secret."""
    person, secret = await add_staff(
        session, city=cast.city, login=login, password=PASSWORD, roles=[], secrets=SECRETS, at=at
    )
    for role in new:
        await given(session, cast, person, role, at=at)
    return person, secret


async def given(
    session: Session,
    cast: Cast,
    person: int,
    new: NewRole,
    *,
    first: Actor | None = None,
    second: Actor | None = None,
    at: datetime = NOW,
) -> None:
    actor = first or cast.ada
    change = await roles.want_given(session, city=cast.city, person_id=person, new=new, actor=actor, at=at)
    await roles.confirm(session, city=cast.city, change_id=change.id, actor=second or cast.juma, at=at)


async def taken(session: Session, cast: Cast, grant_id: int, *, at: datetime = NOW) -> None:
    change = await roles.want_taken(session, city=cast.city, grant_id=grant_id, actor=cast.ada, at=at)
    assert change is not None
    await roles.confirm(session, city=cast.city, change_id=change.id, actor=cast.juma, at=at)
