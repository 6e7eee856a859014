"""Paper forms for tests: printed for a delegate of the Harbour, without drawing them."""

from datetime import datetime
from typing import Any

from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.operations import Subject
from participation.domain.proxies.paper import operations
from participation.domain.proxies.paper.forms import NewPaper
from participation.domain.proxies.paper.models import SheetState
from participation.domain.proxies.paper.operations import Printing
from participation.domain.proxies.paper.readings import operations as operations_of_readings
from participation.domain.proxies.paper.readings import queries
from participation.domain.proxies.paper.readings.forms import read_fields, read_settled
from participation.domain.proxies.paper.readings.rules import differing
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.forms import Reader, Said
from tests.cast import NOW, Cast
from tests.consulting import SLUG
from tests.slips import SECRETS


async def printed(session: Session, cast: Cast, someone: Delegate, *, count: int = 3, **more: Any) -> Printing:
    """Omar prints a batch."""
    drawn: list[Printing] = []

    async def draw(what: Printing) -> bytes:
        drawn.append(what)
        return b"%PDF"

    acting = {"actor": more.pop("actor", cast.omar), "at": more.pop("at", NOW)}
    said = {"project": SLUG, "delegate_id": someone.id, "language": "en", "count": count, **more}
    wanted = NewPaper(carried_by="the market table", **said)
    await operations.print_batch(session, city=cast.city, wanted=wanted, draw=draw, **acting)
    return drawn[0]


READ = {
    "how": "spoken",
    "read_back": "1",
    "kind": "proxy",
    "language": "sw",
    "place": "2",
    "age": "60-over",
    "stance": "for",
    "body": "King'ora lazima kisikike hadi Flats pia.",
}
"""What somebody reads off a sheet."""


async def read(
    session: Session,
    cast: Cast,
    what: Printing,
    actor: Actor,
    *,
    serial: int = 1,
    subject: Subject | None = None,
    at: datetime = NOW,
    settles: bool = False,
    **change: str,
) -> SheetState:
    """One person's reading, or what a third makes of two."""
    number = (what.batch, serial)
    found = await queries.sheet(session, city=cast.city, number=number, secrets=SECRETS)
    said = change if "void" in change else READ | {name.replace("as_", "as."): value for name, value in change.items()}
    fields = read_fields(Reader(Said(said)), found.asked)
    if settles:
        first, second = (one.fields for one in found.readings)
        fields = read_settled(Reader(Said(said)), found.asked, differing(first, second), first, second)
    act: Any = operations_of_readings.settle if settles else operations_of_readings.read
    common = {"city": cast.city, "number": number, "secrets": SECRETS, "actor": actor, "at": at}
    done: SheetState = await act(session, fields=fields, subject=subject or Subject(), **common)
    return done
