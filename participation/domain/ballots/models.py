"""Tables of ballots, and of votes while they are being cast.

`vote`, `vote_repeat`, `vote_receipt` and, where delegates may carry votes, `vote_carried` are the shapes of tables that each ballot has of
its own: made when it is announced, dropped when it is counted (the receipts outlive it, and are found in all of them at once).
No row carries a time, a serial or a person.
"""

import uuid
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base
from participation.kit.marks import Texts


class Choice(IntEnum):
    """The number of an option is the same on every channel."""

    FOR = 1
    AGAINST = 2
    ABSTAIN = 3


class Result(StrEnum):
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    QUORUM_MISSED = "quorum_missed"


class CarriedState(StrEnum):
    """Of a vote that a delegate brought; of two that count for the same person neither does, until one of them is spoiled."""

    COUNTS = "counts"
    HELD = "held"
    SPOILED = "spoiled"


class BallotState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    COUNTED = "counted"
    CANCELLED = "cancelled"


class Ballot(Base):
    """What is put to the residents, and the rule by which it will be counted, declared before it opens."""

    __tablename__ = "ballot"
    __table_args__ = (
        sa.Index(
            "uq_ballot_running",
            "step_id",
            unique=True,
            postgresql_where=sa.text("state <> 'cancelled'"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"))
    state: Mapped[BallotState] = mapped_column(sa.Text, default=BallotState.DRAFT)
    key: Mapped[uuid.UUID] = mapped_column(sa.Uuid)
    """Name of the file in the key folder; not the key."""
    questions: Mapped[dict[str, str]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language -> how the question came to be in it; see `kit.marks`."""
    threshold: Mapped[int]
    """Per cent of the votes for and against that "for" has to exceed."""
    quorum: Mapped[int]
    """How many votes there have to be; 0 for none."""
    binding: Mapped[bool]
    districts: Mapped[list[int]]
    """Places whose residents may vote; empty for the whole city."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    """For so long after closing votes that delegates carry may still arrive, and nobody counts; 0 where none can come this way."""
    sheets: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many sheets with choice codes were printed for it; 0 where it has no tables of them."""
    result: Mapped[dict[str, Any] | None]
    """What was published once it was counted; see `counting.rules.published`."""
    announced_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reasons: Mapped[dict[str, str] | None]
    key_destroyed_at: Mapped[datetime | None]

    @property
    def asked(self) -> Texts:
        return Texts(self.questions, self.marks)


class Vote(Base):
    """What one person chose, under HMAC(the ballot's own key, person)."""

    __tablename__ = "vote"

    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    voter: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int]
    choice: Mapped[int] = mapped_column(sa.SmallInteger)
    via: Mapped[str]
    district_id: Mapped[int]


class VoteRepeat(Base):
    """Recognises the same vote sent again, under the ballot's key; dropped with the votes."""

    __tablename__ = "vote_repeat"

    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int]
    content: Mapped[bytes]
    """By whom and what was said, each under a hash of its own; see `repeats.operations.content_of`."""


class VoteReceipt(Base):
    """A receipt says that a vote arrived, and nothing else."""

    __tablename__ = "vote_receipt"
    __table_args__ = {"postgresql_partition_by": "LIST (ballot_id)"}  # noqa: RUF012

    # The receipt first, since whoever looks one up does not say to which ballot it belongs.
    receipt: Mapped[str] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int]


class VoteCarried(Base):
    """What one person chose in front of a delegate, under HMAC(the ballot's own key, the entry). The person's own vote goes before it.

    The choice itself is not here, but a hash of it: of a delegate with one entry, or with one that is held, a copy of the database
    would else tell what the person of that entry chose.
    """

    __tablename__ = "vote_carried"

    ballot_id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int]
    voter: Mapped[bytes] = mapped_column(index=True)
    """As on a vote."""
    content: Mapped[bytes]
    """HMAC(key, entry, voter, choice): with the key, one of three is the choice; the same entry with another one is refused."""
    returned: Mapped[bytes]
    """The return code of a choice code, or that there was none, under a pad that the key makes: for the person alone."""
    district_id: Mapped[int]
    via: Mapped[str]
    delegate: Mapped[int]
    """The number that the delegate went by when the entry came."""
    state: Mapped[str]
