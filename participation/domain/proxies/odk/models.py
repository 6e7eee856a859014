"""The table of forms: each consultation as an XForm, made by a worker, with every version that was handed out."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class OdkForm(Base):
    """One version of a project's form. The newest is handed out; what was filled in on an older one is taken."""

    __tablename__ = "odk_form"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    fixed: Mapped[bytes]
    """SHA-256 of what the city says in it: a change makes a new version at once."""
    said: Mapped[bytes]
    """SHA-256 of all that it says, with what residents said: a change makes a new version, at most once an hour."""
    statements: Mapped[list[int]]
    """Comments that are quoted in it. When one of them is shown no more, no version quotes it any longer."""
    consent_version: Mapped[int]
    xml: Mapped[str | None]
    """None: it quotes what is shown no more, and cannot be downloaded; what was filled in on it is still taken."""
    hash: Mapped[str]
    """MD5 of the XML, in hexadecimal, as OpenRosa wants it."""
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """`name`, `md5`, `path` in the folder of prompts: what a device has to fetch too."""
    made_at: Mapped[datetime]
