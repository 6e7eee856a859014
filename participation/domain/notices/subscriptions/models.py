"""Tables of subscriptions. They lead to no person: whoever follows by e-mail is not linked to a code, a vote or a comment."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Subscription(Base):
    """An e-mail address of somebody who asked to be told; gone, with everything below it, as soon as they stop."""

    __tablename__ = "subscription"
    __table_args__ = (sa.UniqueConstraint("city_id", "digest"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    digest: Mapped[bytes]
    """Keyed hash of the address, by which it is found again."""
    address: Mapped[bytes]
    """The address, encrypted under the master secret."""
    language: Mapped[str]
    heard: Mapped[int] = mapped_column(sa.BigInteger, default=-1)
    """Number of the last entry of the record that they were told of, or need not be."""
    asked_at: Mapped[datetime]
    """When they were last asked to confirm."""
    asked: Mapped[int] = mapped_column(default=1)
    """How many times since they last confirmed."""
    confirmed_at: Mapped[datetime | None]
    refused: Mapped[int] = mapped_column(default=0)
    """How many letters in a row the address did not take."""


class Followed(Base):
    """A project that a subscription follows, or all of the city (no project); it counts once it is confirmed."""

    __tablename__ = "followed"
    __table_args__ = (
        sa.UniqueConstraint("subscription_id", "project_id", postgresql_nulls_not_distinct=True),
        sa.Index("ix_followed_project", "project_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    confirmed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
