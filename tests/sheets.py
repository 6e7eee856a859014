"""Paper forms for tests: printed for a delegate of the Harbour, without drawing them."""

from typing import Any

from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.paper import operations
from participation.domain.proxies.paper.forms import NewPaper
from participation.domain.proxies.paper.operations import Printing
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.consulting import SLUG


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
