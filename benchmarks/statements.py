"""How often pages and forms ask a full database; the tests over all routes hold the same budgets for few rows and for many."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from benchmarks.fill import VOTED_ON
from benchmarks.pages import links
from benchmarks.people import residents
from benchmarks.stage import FULL, Stage
from benchmarks.table import Row, at_most
from participation.app import build
from participation.demo import cast
from participation.kit.database import Database, make_engine
from participation.kit.hashing import Secrets
from tests.browsing import Browser, browser
from tests.promises.promised import READING, WRITING, statements

Counted = tuple[int, str]
"""How many statements, and for what."""


def rows(stage: Stage) -> Iterator[Row]:
    pages, forms = asyncio.run(_counted(stage))
    for budget, limit, found in (("statements for a page", READING, pages), ("statements for a form", WRITING, forms)):
        count, what = max(found)
        yield at_most(budget, limit, count, "statements", f"{what}, the most of {len(found)}")


async def _counted(stage: Stage) -> tuple[list[Counted], list[Counted]]:
    async with app_on(stage) as (anybody, resident, database):
        pages = [
            await _read(visitor, database, path) for visitor in (anybody, resident) for path in await _reached(visitor)
        ]
        forms = [await _sent(resident, database, f"/en/projects/{VOTED_ON}/ballot", choice="1")]
        forms.append(
            await _sent(resident, database, "/en/projects/bus-corridor/comments", body="A word.", stance="mixed")
        )
        code = cast.code(Secrets(stage.settings().secret), "viwandani", 2)
        forms.append(await _sent(anybody, database, "/en/projects/water-meters/ballot", choice="1", code=code))
        forms.append(await _sent(anybody, database, "/en/receipts", receipt="4021 7735 7395"))
        forms.append(await _sent(anybody, database, "/en/sign-in", code=code))
        return pages, forms


@asynccontextmanager
async def app_on(stage: Stage) -> AsyncIterator[tuple[Browser, Browser, Database]]:
    """In this process, on an engine whose every statement can be seen; somebody, and somebody signed in."""
    (someone,) = await residents(stage, 1)
    database = Database(make_engine(stage.urls[FULL]))
    app = build(stage.settings(), database)
    await app.site.load()  # type: ignore[attr-defined]
    anybody, resident = browser(app), browser(app)
    resident.client.cookies.set("session", someone.session)
    yield anybody, resident, database
    await database.close()


async def _reached(visitor: Browser) -> list[str]:
    """Every page that links lead to, in the order in which they are met."""
    waiting, seen = ["/en/"], {"/en/"}
    for path in waiting:
        answer = await visitor.get(path)
        if "html" in answer.headers["content-type"]:
            fresh = [to for to in links(answer.text, "en") if to not in seen]
            seen.update(fresh)
            waiting += fresh
    return waiting


async def _read(visitor: Browser, database: Database, path: str) -> Counted:
    with statements(database) as asked:
        await visitor.client.get(path)
    return len(asked), path


async def _sent(visitor: Browser, database: Database, path: str, **fields: str) -> Counted:
    await visitor.get(path)
    with statements(database) as asked:
        answer = await visitor.send(fields, follow=False)
    if answer.status_code >= 500:
        raise RuntimeError(f"{path}: status {answer.status_code}")
    return len(asked), f"POST {path}"
