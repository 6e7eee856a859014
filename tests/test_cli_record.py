"""The key that signs a city's record can be changed from the command line."""

import asyncio
from pathlib import Path

from participation.domain.record import operations as record
from participation.domain.record import queries
from participation.kit.database import Database
from participation.settings import Settings
from tests.cast import NOW, found
from tests.test_cli import SECRET, run


async def test_a_new_key_is_signed_for_by_the_old_one_and_the_record_goes_on(
    real_database: Database, real_database_url: str, settings: Settings, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        city = await found(session)
        await record.start(session, city_id=city.id, host="testserver", folder=settings.keys, at=NOW)
    done = await asyncio.to_thread(
        run,
        "record",
        "new-key",
        PARTICIPATION_DATABASE_URL=real_database_url,
        PARTICIPATION_SECRET=SECRET,
        PARTICIPATION_KEYS=str(settings.keys),
    )
    assert done.returncode == 0, done.stderr
    async with real_database.reading() as session:
        log = await queries.log(session, city.id)
        last = await queries.entries(session, city.id)
    assert log is not None
    assert str(log.key) in done.stdout
    assert last.items[0].kind == "record_key"


async def test_without_the_old_key_there_is_no_new_one_and_one_line_says_which_file_is_missing(
    real_database: Database, real_database_url: str, settings: Settings, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        city = await found(session)
        await record.start(session, city_id=city.id, host="testserver", folder=settings.keys, at=NOW)
    done = await asyncio.to_thread(
        run,
        "record",
        "new-key",
        PARTICIPATION_DATABASE_URL=real_database_url,
        PARTICIPATION_SECRET=SECRET,
        PARTICIPATION_KEYS=str(tmp_path / "nowhere"),
    )
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert done.stderr.count("\n") == 1
