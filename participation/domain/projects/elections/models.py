"""The table of the election periods that a city has declared."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class ElectionPeriod(Base):
    """Days on which no step opens and nothing is decided; it counts once a second administrator has confirmed it."""

    __tablename__ = "election_period"
    __table_args__ = (
        sa.CheckConstraint("until_day >= from_day", name="days"),
        sa.CheckConstraint("confirmed_by is null or confirmed_by <> proposed_by", name="two_people"),
        sa.CheckConstraint(
            "removed_at is null or (removal_by is not null and removed_by is not null and removed_by <> removal_by)",
            name="two_people_remove",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), index=True)
    names: Mapped[dict[str, str]]
    from_day: Mapped[date]
    until_day: Mapped[date]
    """The last day, whole."""
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_place: Mapped[str | None]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    removal_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who wants it removed, which waits for a second administrator too."""
    removal_place: Mapped[str | None]
    removal_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
