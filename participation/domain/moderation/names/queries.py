"""How long the list is; what stands on it can be read by nobody."""

import sqlalchemy as sa

from participation.domain.moderation.models import ListedName
from participation.kit.database import Session


async def listed(session: Session, *, city_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(ListedName).where(ListedName.city_id == city_id)
    return await session.scalar(counted) or 0
