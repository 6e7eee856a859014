"""Residents who are signed in, and the forms that they send."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import asyncpg

from benchmarks.stage import FULL, Stage
from participation.kit.hashing import Secrets, keyed


@dataclass(frozen=True)
class Resident:
    """Somebody's browser: its cookies, and the secrets that its forms are signed with."""

    session: str
    device: str
    csrf: str
    _token_key: bytes

    @property
    def cookie(self) -> str:
        return f"session={self.session}; device={self.device}"

    def form(self, **fields: str) -> str:
        """A form as the page that was served to them would send it, with a fresh token."""
        given = f"{secrets.token_urlsafe(12)}.{int(time.time())}"
        seal = keyed(self._token_key, self.csrf, given).hex()[:32]
        return urlencode({"csrf": self.csrf, "token": f"{given}.{seal}", **fields})


async def residents(stage: Stage, count: int, database: str = FULL) -> list[Resident]:
    """The last people of the city, each with a session of a day."""
    keys = Secrets(stage.settings().secret)
    connection = await asyncpg.connect(stage.urls[database])
    rows = await connection.fetch("SELECT id, city_id FROM person ORDER BY id DESC LIMIT $1", count)
    found, sessions = [], []
    for row in rows:
        session, device = secrets.token_urlsafe(24), secrets.token_urlsafe(16)
        digest = keyed(keys.key("session"), session)
        csrf = keyed(keys.key("csrf"), device, digest).hex()[:32]
        found.append(Resident(session, device, csrf, keys.key("token")))
        begins = stage.now - timedelta(minutes=1)
        sessions.append((digest, row["city_id"], row["id"], False, "web", begins, begins + timedelta(days=30)))
    columns = ["digest", "city_id", "person_id", "staff", "via", "started_at", "ends_at"]
    await connection.copy_records_to_table("sign_in", records=sessions, columns=columns)
    await connection.close()
    return found


def in_turns(people: list[Resident], client: int, clients: int) -> Iterator[Resident]:
    """The people of one client of several, over and over."""
    mine = people[client::clients]
    while True:
        yield from mine
