"""Election periods as administrators declare them, for tests."""

from datetime import date, datetime

from participation.domain.projects.elections import operations
from participation.domain.projects.elections.forms import PeriodSaid
from participation.domain.projects.elections.models import ElectionPeriod
from participation.kit.database import Session
from tests.cast import NOW, Cast

NAMES = {"en": "Council election", "sw": "Uchaguzi wa baraza"}
FROM, UNTIL = date(2027, 3, 10), date(2027, 3, 24)
AFTER = date(2027, 3, 25)


async def declared(
    session: Session, cast: Cast, from_day: date = FROM, until_day: date = UNTIL, *, at: datetime = NOW
) -> ElectionPeriod:
    """Wanted by Ada, confirmed by Juma."""
    said = PeriodSaid(NAMES, from_day, until_day)
    period = await operations.declare(session, city=cast.city, said=said, actor=cast.ada, at=at)
    await operations.confirm(session, city=cast.city, period_id=period.id, actor=cast.juma, at=at)
    return period
