"""Table of clips in sign language."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Clip(Base):
    """What the summary of a project says, signed; one for each sign language, by the name that people give it."""

    __tablename__ = "clip"
    __table_args__ = (sa.UniqueConstraint("project_id", "tongue"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    tongue: Mapped[str]
    """Name of the sign language."""
    format: Mapped[str]
    """`mp4` or `webm`."""
    said: Mapped[str]
    """Fingerprint of the summary that it signs, in the city's first language."""
    seconds: Mapped[int]
    size: Mapped[int]
    digest: Mapped[str]
    at: Mapped[datetime]
