"""The verb of archives: say in the record that one was made, and by what it can be recognised."""

from datetime import datetime

from participation.domain.record.actors import system
from participation.domain.record.operations import append
from participation.kit.database import Session

MADE = "archive_made"


async def note_archive(session: Session, *, city_id: int, digest: str, size: int, entries: int, at: datetime) -> None:
    """The archive's SHA-256 and size in bytes, and how many entries of the record are in it."""
    facts = {"sha256": digest, "bytes": size, "entries": entries}
    await append(session, city_id=city_id, kind=MADE, actor=system(city_id), at=at, facts=facts)
