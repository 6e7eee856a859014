"""Printed codes for tests: a batch that counts, and what is needed to recognise its slips."""

from datetime import datetime

from participation.domain.people.codes.operations import Drawn, Slip, activate_batch, draw_batch, issue_batch
from participation.domain.people.operations import Recognition, recognise
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from tests.cast import DAY, NOW, Cast

SECRETS = Secrets("a secret of the tests, long enough to be one")
DEVICE = {"device": b"a telephone ....".ljust(16)}


async def printed(session: Session, cast: Cast, count: int = 12, *, district: int | None = None) -> list[Slip]:
    """Slips of a new batch that nobody has activated."""
    drawn = await draw_batch(
        session, city=cast.city, district_id=district or cast.harbour, count=count, actor=cast.omar
    )
    await issue(session, cast, drawn)
    return list(drawn.slips)


async def issue(session: Session, cast: Cast, drawn: Drawn) -> None:
    """Omar has printed it."""
    await issue_batch(
        session,
        city=cast.city,
        drawn=drawn,
        handed_out_by="the table at the fish market",
        secrets=SECRETS,
        actor=cast.omar,
        at=NOW - 60 * DAY,
    )


async def handed_out(session: Session, cast: Cast, count: int = 12, *, district: int | None = None) -> list[Slip]:
    """Slips of a batch that counts; the first batch of a test has the number 1."""
    slips = await printed(session, cast, count, district=district)
    number = await last_number(session, cast)
    await activate_batch(session, city=cast.city, number=number, actor=cast.oksana, at=NOW - 59 * DAY)
    return slips


async def last_number(session: Session, cast: Cast) -> int:
    from participation.domain.people.codes.queries import batches

    return int((await batches(session, city_id=cast.city.id))[0].number)


async def show(
    session: Session,
    cast: Cast,
    code: str,
    *,
    pin: str = "",
    at: datetime = NOW,
    secrets: Secrets = SECRETS,
    waited: bool = False,
) -> Recognition:
    """Somebody comes to a door with a code."""
    return await recognise(
        session,
        city=cast.city,
        code=code,
        pin=pin,
        sources=DEVICE,
        secrets=secrets,
        language="sw",
        at=at,
        waited=waited,
    )
