"""A page of comments in a large database against the same page in a small one, in each order, at the top and deep down."""

import asyncio
import itertools
from collections.abc import Callable, Iterator

import asyncpg

from benchmarks import client
from benchmarks.people import residents
from benchmarks.stage import FEW, FULL, Server, Stage, served
from benchmarks.table import Row
from participation.kit.paging import encode

PROJECT = "bus-corridor"
PAGE = f"/en/projects/{PROJECT}/comments"
ORDERS = {
    "newest": "(extract(epoch FROM c.created_at) * 1000000)::bigint",
    "agreed": "agrees",
    "disputed": "least(agrees, disagrees)",
}
WITHIN = 1.2


def rows(stage: Stage, rounds: int, seconds: float) -> Iterator[Row]:
    with served(stage.environment(FULL)) as full, served(stage.environment(FEW)) as few:
        for order, column in ORDERS.items():
            for deep in (False, True):
                contenders = {
                    f"{order}{', deep' * deep}, {name}": _reading(stage, server, name, order, column, deep, seconds)
                    for name, server in ((FULL, full), (FEW, few))
                }
                many, thousand = client.interleaved(contenders, rounds).values()
                yield Row(
                    f"comments, {order}{', deep' * deep}, against 1,000",
                    f"≤ {WITHIN} × {1000 / thousand:.1f} ms",
                    f"{1000 / many:.1f} ms",
                    thousand / many,
                    thousand / many <= WITHIN,
                )


def _reading(
    stage: Stage, server: Server, database: str, order: str, column: str, deep: bool, seconds: float
) -> Callable[[], client.Load]:
    """Somebody signed in, whose pages are made afresh for each request; one after the other, so that time is time."""
    (someone,) = asyncio.run(residents(stage, 1, database))
    path = f"{PAGE}?sort={order}" + (f"&after={asyncio.run(_middle(stage, database, column))}" if deep else "")
    page = client.fetch(server.port, path, Cookie=someone.cookie)
    if page.text.count('<article class="say"') < 20:
        raise RuntimeError(f"{path} shows no twenty comments: status {page.status}")
    request = client.get(server.port, path, Cookie=someone.cookie)
    return lambda: client.run(server, lambda _number: itertools.repeat(request), clients=1, seconds=seconds)


async def _middle(stage: Stage, database: str, column: str) -> str:
    """The key of the comment in the middle of the order."""
    connection = await asyncpg.connect(stage.urls[database])
    found = await connection.fetchrow(
        f"WITH all_of_them AS (SELECT {column} AS first, c.id FROM comment c JOIN project p ON p.id = c.project_id "
        "WHERE p.slug = $1 AND parent_id IS NULL) SELECT * FROM all_of_them ORDER BY first DESC, id DESC "
        "OFFSET (SELECT count(*) / 2 FROM all_of_them) LIMIT 1",
        PROJECT,
    )
    await connection.close()
    return encode([found["first"], found["id"]])
