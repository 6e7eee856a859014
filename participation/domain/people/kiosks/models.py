"""The table of kiosks."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Kiosk(Base):
    """A shared screen. Of whoever stands before it, it holds that somebody does, and for no longer than they do."""

    __tablename__ = "kiosk"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), index=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    stands: Mapped[str]
    """Where it stands, in words of the city: a library, a clinic, the entrance of a market."""
    paper: Mapped[str] = mapped_column(default="", server_default="")
    """Where the printed forms lie beside it, and the closed box into which they go; empty: there are none."""
    code_digest: Mapped[bytes | None] = mapped_column(unique=True)
    """Keyed hash of the code that enrols a screen as this kiosk, until it has."""
    code_until: Mapped[datetime | None]
    token_digest: Mapped[bytes | None] = mapped_column(unique=True)
    """Keyed hash of what stands in the enrolled screen's cookie."""
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime]
    enrolled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """A late sign of life of whoever stands there; empty as soon as they have gone."""
    help_at: Mapped[datetime | None]
    """Since when they wait for help."""
