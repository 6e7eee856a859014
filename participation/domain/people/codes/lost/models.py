"""The table of digits that stand at the desk for a stub that is lost too."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class LostWord(Base):
    """Digits that a linked phone gave to whoever lost their slip, to be said at the desk, once and soon."""

    __tablename__ = "lost_word"
    __table_args__ = (sa.UniqueConstraint("city_id", "digest"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    digest: Mapped[bytes]
    ends_at: Mapped[datetime] = mapped_column(index=True)
