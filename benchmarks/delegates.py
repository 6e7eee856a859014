"""What an offline delegate pays for: the page itself, each project that is taken along, and what an entry asks of a full database."""

import asyncio
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import sqlalchemy as sa

from benchmarks.stage import Stage
from benchmarks.statements import app_on
from benchmarks.table import Row, at_most
from participation.demo import cast
from participation.domain.people.models import Role, StaffCredential
from participation.domain.places.queries import directory
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.kit.i18n import LANGUAGES
from tests.promises.promised import WRITING, statements
from tests.proxying import Device, enrolled

SHELL = ("/delegate/", "/delegate/app.js", "/delegate/worker.js", "/delegate/app.webmanifest")
BATCH = 8
Found = tuple[int, str]


def rows(stage: Stage) -> Iterator[Row]:
    shell, bundles, statements_ = asyncio.run(_measured(stage))
    yield at_most("delegate's page, with the words of one language", 60_000, shell[0], "bytes", shell[1])
    size, what = max(bundles)
    yield at_most("a project taken along", 20_000, size, "bytes", f"{what}, the largest of {len(bundles)}")
    yield at_most("statements for an entry with a code", WRITING, statements_, "statements", f"batch of {BATCH}")


async def _measured(stage: Stage) -> tuple[Found, list[Found], float]:
    async with app_on(stage) as (anybody, _resident, database):
        shared = sum([await _size(anybody.client, path) for path in SHELL])
        words = max([(await _size(anybody.client, f"/delegate/words/{one}.json"), one) for one in LANGUAGES])
        device = await _device(stage, database, anybody.client)
        told = (await anybody.client.post("/delegate/hello", json={"receipts": 100}, headers=device.headers)).json()
        slugs = [project["slug"] for project in told["projects"]]
        bundles = [
            (await _size(anybody.client, f"/delegate/projects/{slug}/{language}.json", **device.headers), slug)
            for slug in slugs
            for language in LANGUAGES
        ]
        return (shared + words[0], f"in {words[1]}"), bundles, await _asked(stage, database, device)


async def _size(client: httpx.AsyncClient, path: str, **headers: str) -> int:
    """As it goes over the line: what is not compressed counts as it is."""
    answer = await client.get(path, headers={"Accept-Encoding": "gzip", **headers})
    answer.raise_for_status()
    zipped = answer.headers.get("content-encoding") == "gzip"
    return len(gzip.compress(answer.content, 6, mtime=0)) if zipped else len(answer.content)


async def _device(stage: Stage, database: Database, client: httpx.AsyncClient) -> Device:
    async with database.transaction() as session:
        city = (await directory(session)).cities[0]
        appointed = sa.select(Delegate.id).where(Delegate.state == DelegateState.APPOINTED).limit(1)
        ada = await session.scalar(sa.select(StaffCredential.person_id).where(StaffCredential.login == "ada"))
        code = await devices.make_code(
            session,
            city=city,
            delegate_id=await session.scalar(appointed) or 0,
            kind=DeviceKind.PAGE,
            secrets=Secrets(stage.settings().secret),
            actor=Actor(city.id, ada, Via.WEB, (Grant(Role.ADMINISTRATOR, city.root.id),), staff=True),
            at=stage.now,
        )
    return await enrolled(client, code)


async def _asked(stage: Stage, database: Database, device: Device) -> float:
    """Statements for each of a few entries of people who give their code and say something."""
    secrets = Secrets(stage.settings().secret)
    batch = [
        device.sealed(
            device.entry(
                "bus-corridor",
                subject={"code": cast.code(secrets, "viwandani", 10 + place)},
                comment={"body": "Nobody hears it at night.", "stance": "against"},
            ),
            made=datetime.now(UTC),
        )
        for place in range(BATCH)
    ]
    with statements(database) as asked:
        results = await device.results(*batch)
    if {one["status"] for one in results} != {"accepted"}:
        raise RuntimeError(str([(one["status"], one["code"], one["message"]) for one in results]))
    return len(asked) / BATCH
