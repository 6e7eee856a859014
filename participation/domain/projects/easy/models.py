"""Table of what is easy to read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class EasyRead(Base):
    """Short sentences in one language, each with a picture among the project's documents, or none."""

    __tablename__ = "easy_read"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """`text`, and `picture`: the number of a document, or null. None at all: it was taken back."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that two officials do not overwrite each other."""
    at: Mapped[datetime]
