"""Two moderators who listen to one recording at the same moment, on real connections: one comment comes of it."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.consultations.spoken import operations
from participation.domain.consultations.spoken.forms import Written
from participation.domain.consultations.spoken.models import Recording, RecordingState
from participation.domain.people.models import Role
from participation.domain.record.actors import Actor
from participation.kit.database import Database, Session
from tests.cast import NOW, assemble, staff
from tests.consulting import SLUG, consulted
from tests.races.test_two_people import once_each
from tests.slips import SECRETS


async def test_two_who_listen_at_once_write_down_one_comment(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)
        other = await staff(session, cast.city, [Role.MODERATOR])
        said = {"stance": None, "reply_to": None, "language": "en", "gateway": "twilio", "seconds": 9}
        name = f"RE{'0' * 32}"
        await operations.say(
            session, city=cast.city, slug=SLUG, name=name, **said, secrets=SECRETS, actor=cast.amina, at=NOW
        )
        await session.execute(sa.update(Recording).values(state=RecordingState.KEPT))
        recording = (await session.scalars(sa.select(Recording.id))).one()

    def listens(actor: Actor, body: str) -> Callable[[Session], Awaitable[None]]:
        async def act(session: Session) -> None:
            common = {"city": cast.city, "recording_id": recording, "secrets": SECRETS, "at": NOW}
            await operations.write_down(session, written=Written(body, "en"), actor=actor, **common)

        return act

    both = [listens(cast.mariam, "Louder, please."), listens(other, "Louder!")]
    assert await once_each(real_database, both) == ["done", "recording"]
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1
