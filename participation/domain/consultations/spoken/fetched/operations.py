"""What is to be fetched or deleted next, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from participation.domain.consultations.spoken import rules
from participation.domain.consultations.spoken.models import WAITING, Recording, RecordingState
from participation.domain.consultations.spoken.operations import end
from participation.domain.consultations.spoken.queries import PURPOSE
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.files import Files
from participation.kit.hashing import Secrets

log = structlog.get_logger()
ASKING = timedelta(minutes=1)
"""For so long nobody else asks for the same."""


@dataclass(frozen=True)
class Due:
    """A recording at the telephone company. `fetch`: it is not here yet; else it is to be deleted there."""

    id: int
    gateway: str
    name: str
    fetch: bool


async def take(session: Session, *, secrets: Secrets, at: datetime) -> Due | None:
    """The next; nobody else takes it. To be committed before anybody is asked.

    One whose name cannot be opened is neither fetched nor deleted there, and keeps no other from it.
    """
    due = sa.select(Recording).where(Recording.remote.is_not(None), Recording.next_at <= at)
    following = due.order_by(Recording.next_at).limit(1).with_for_update(skip_locked=True)
    while (found := await session.scalar(following)) is not None:
        fetch = found.state == RecordingState.CALLED
        try:
            name = sealing.opened(found.remote or b"", secrets, PURPOSE)
        except RuntimeError:
            log.warning(
                "recording", gateway=found.gateway, error="sealed under another secret: delete it there by hand"
            )
            if fetch:
                await end(session, RecordingState.UNHEARD, Recording.id == found.id)
            await note_deleted(session, recording_id=found.id)
            continue
        found.attempts, found.next_at = found.attempts + 1, at + ASKING
        await session.flush()
        return Due(found.id, found.gateway, name, fetch=fetch)
    return None


async def keep(
    session: Session, *, recording_id: int, content: bytes, files: Files, secrets: Secrets, at: datetime
) -> None:
    """Under a key of its own; next it is deleted where it came from."""
    from cryptography.fernet import Fernet

    found = await _one(session, recording_id)
    if found is None or found.state != RecordingState.CALLED:
        return
    key = Fernet.generate_key()
    found.digest = await files.keep(Fernet(key).encrypt(content))
    found.key = sealing.seal(key.decode(), secrets, PURPOSE)
    found.state, found.attempts, found.next_at = RecordingState.KEPT, 0, at
    await session.flush()


async def put_off(session: Session, *, recording_id: int, lost: bool, at: datetime) -> None:
    """It was neither given nor deleted; it is asked for again. `lost`: it will never be given."""
    found = await _one(session, recording_id)
    if found is None:
        return
    if found.state == RecordingState.CALLED and (lost or rules.too_late(found.said_at, at)):
        found.attempts, found.next_at = 0, at
        await end(session, RecordingState.UNHEARD, Recording.id == found.id)
    else:
        found.next_at = at + rules.pause(found.attempts)
    await session.flush()


async def note_deleted(session: Session, *, recording_id: int) -> None:
    """The telephone company has it no longer."""
    await session.execute(sa.update(Recording).where(Recording.id == recording_id).values(remote=None))


async def _one(session: Session, recording_id: int) -> Recording | None:
    return await session.scalar(sa.select(Recording).where(Recording.id == recording_id).with_for_update())


async def clear(session: Session, files: Files) -> None:
    """Files of what nobody waits for, which no key opens any more; then whatever has nothing left to say."""
    over = (Recording.digest.is_not(None), Recording.state.not_in(WAITING))
    for digest in await session.scalars(sa.select(Recording.digest).where(*over)):
        files.remove(digest or "")
    await session.execute(sa.update(Recording).where(*over).values(digest=None))
    silent = sa.or_(Recording.state == RecordingState.WRITTEN, Recording.receipt.is_(None))
    empty = (Recording.digest.is_(None), Recording.remote.is_(None), Recording.state.not_in(WAITING), silent)
    await session.execute(sa.delete(Recording).where(*empty))
