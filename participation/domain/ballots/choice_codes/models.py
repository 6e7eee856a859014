"""Tables of choice codes: the batches of a ballot, and, as tables of that ballot's own, their codes and the sheets that have voted.

`choice_code` and `choice_sheet` are shapes, as those of votes are: made with the ballot's first batch, dropped with its votes. No row
of them carries a time, a serial or a person; a return code stands nowhere, see `rules.returned`.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class ChoiceBatch(Base):
    """Sheets that were printed for a ballot, in one language. Nobody knows which of them went to whom."""

    __tablename__ = "choice_batch"

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1, for each ballot."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    language: Mapped[str]
    printed: Mapped[int]
    printed_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class PrintedCode(Base):
    """One code of a sheet, under HMAC(the ballot's own key, code)."""

    __tablename__ = "choice_code"

    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int]
    batch: Mapped[int]
    sheet: Mapped[bytes]
    """Random: the codes of one sheet share it."""
    content: Mapped[bytes]
    """HMAC(key, code, sheet, choice): with the key, one of the options is the choice."""


class VotedSheet(Base):
    """A sheet with which somebody has voted: it takes no other person's vote."""

    __tablename__ = "choice_sheet"

    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int]
    batch: Mapped[int]
    holder: Mapped[bytes] = mapped_column(index=True)
    """HMAC(key, person), another one than on the vote: without the key nobody can lay the two side by side."""
