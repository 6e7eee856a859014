"""Tables of what a project is made known with: the QR code of its address, and scripts that officials wrote themselves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class NoticeCode(Base):
    """The QR code of a project's short address, drawn by a worker since a web server has no room for that."""

    __tablename__ = "notice_code"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    address: Mapped[str]
    size: Mapped[int]
    """Squares on a side."""
    outline: Mapped[str]
    """SVG path around the dark squares."""


class SpokenScript(Base):
    """What is read aloud of a project in one language, where officials wrote it instead of leaving it to be made."""

    __tablename__ = "spoken_script"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    text: Mapped[str]
    """Empty: taken back; the one that is made is read."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that two officials do not overwrite each other."""
    at: Mapped[datetime]
