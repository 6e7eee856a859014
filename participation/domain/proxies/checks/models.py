"""Tables of checks: what there was to draw from, what was drawn, and what people answered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class CaseState(StrEnum):
    WAITING = "waiting"
    """To be called."""
    TABLE = "table"
    """No number to call: the person can come to a checking table, or is visited by another delegate."""
    YES = "yes"
    NO = "no"
    """Took part, and said something else."""
    ABSENT = "absent"
    """Did not take part at all."""
    UNREACHED = "unreached"


class How(StrEnum):
    """How somebody was asked."""

    CALL = "call"
    TABLE = "table"
    VISIT = "visit"


class CheckRound(Base):
    """Lists of entries that the record fixes before anybody knows the seed; then the seed, and what it draws."""

    __tablename__ = "check_round"
    __table_args__ = (sa.UniqueConstraint("city_id", "number"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    number: Mapped[int]
    listed_at: Mapped[datetime]
    record_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("record_entry.id"))
    """The entry of the record that fixed the lists and the hash of `secret`."""
    secret: Mapped[bytes]
    """Half of the seed; said in the record once the other half is there."""
    drawn_at: Mapped[datetime | None]
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Of the first checkpoint over that entry, whose root is the other half."""
    root: Mapped[bytes | None]


class CheckList(Base):
    """One delegate's entries in a round."""

    __tablename__ = "check_list"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("check_round.id"), primary_key=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """What the delegate went by when the entries came."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    year: Mapped[int]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    digest: Mapped[bytes]
    entries: Mapped[int]
    to_draw: Mapped[int]


class CheckMark(Base):
    """An entry as it stands in a published list: a hash under a salt of its own, which leads nobody to it."""

    __tablename__ = "check_mark"
    __table_args__ = (sa.Index("ix_check_mark_list", "round_id", "delegate_id", "number"),)

    entry_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("entry.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("check_round.id"))
    delegate_id: Mapped[int]
    number: Mapped[int]
    mark: Mapped[bytes]
    salt: Mapped[bytes]


class CheckCase(Base):
    """An entry that was drawn, or of which the person asked to be called, and what they answered.

    Whether it held a vote stands nowhere here either.
    """

    __tablename__ = "check_case"
    __table_args__ = (
        sa.Index("ix_check_case_open", "city_id", "entry_id", postgresql_where=sa.text("answered_at is null")),
        sa.Index("ix_check_case_delegate", "delegate_id", "number"),
        sa.Index(
            "ix_check_case_new",
            *("city_id", "entry_id"),
            postgresql_where=sa.text("state in ('no', 'absent') and not acted_on"),
        ),
    )

    entry_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("entry.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"))
    number: Mapped[int]
    year: Mapped[int]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    """The delegate's district: whose officials call."""
    drawn_at: Mapped[datetime | None]
    """Empty where it was not drawn, and is therefore in no figure."""
    asked_at: Mapped[datetime | None]
    """The person asked to be called, to take it back."""
    state: Mapped[str]
    how: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the number was shown."""
    caller_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who saw the number last, and so may say what came of it."""
    tried_at: Mapped[datetime | None]
    looking: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """They have not said yet what came of it."""
    visitor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegate.id"))
    """Another delegate, who is to visit the person."""
    answered_at: Mapped[datetime | None]
    acted_on: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The entry was held because of the answer, and the delegate judged anew."""
