"""Searching among all comments: words that are frequent, rare, clustered or absent, in scripts with spaces and without, with filters."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from statistics import quantiles
from urllib.parse import urlencode

import asyncpg

from benchmarks import client
from benchmarks.stage import FULL, Stage, served
from benchmarks.table import Row, at_most
from participation.domain.consultations.finding import queries
from participation.domain.places.queries import directory
from participation.domain.projects.finding.queries import scope
from participation.kit.database import Database, make_engine
from participation.kit.searching import wanted

LIMIT = 50
"""Milliseconds in which 99 of 100 searches are answered."""
WORDS = {
    "frequent": ("the", "city", "的", "和", "plot", "и", "و", "de", "ni"),
    "a beginning": ("mar", "comp", "traf", "кам", "كام"),
    "rare": ("opioid", "smallhouse", "nonprofits", "閒置資源"),
    "absent": ("zeppelin", "hippopotamus", "飞艇", "дирижабль"),
    "two words": ("the city", "city schools", "traffic lights", "plot city", "smallhouse campbell", "uber 計程車"),
    "that never stand together": ("the 的", "市场 traffic", "ตลาด city"),
    "Chinese": ("公交", "公交车", "市场", "計程車", "公共", "保險"),
    "Thai": ("ตลาด", "รถเมล์", "น้ำประปา", "กล้อง"),
    "Hindi, Arabic, Russian": ("बाज़ार", "السوق", "рынок", "महिलाएँ", "المدرسة", "счётчик"),
    "many words": ("and the of to in a for is on that", "we should not be in the city at all"),
}
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"language": "en"},
    {"project": "bulk-1"},
    {"project": "bulk-150"},
    {"place": "district"},
)


def rows(stage: Stage, rounds: int, seconds: float) -> Iterator[Row]:
    times = asyncio.run(_asked(stage, rounds))
    for kind, taken in times.items():
        yield at_most(f"search, {kind}: p99 in the database", LIMIT, _p99(taken), "ms", f"median {_median(taken):.1f}")
    every = [one for taken in times.values() for one in taken]
    yield at_most(
        f"search among {stage.size.comments:,} comments: p99", LIMIT, _p99(every), "ms", f"{len(every):,} searches"
    )
    with served(stage.environment()) as server:
        taken = list(_fetched(server.port, rounds))
    yield at_most(
        "the same as a page, over HTTP: p99",
        LIMIT,
        _p99(taken),
        "ms",
        f"{len(taken):,} pages, median {_median(taken):.1f}",
    )
    yield from _written(stage)


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100)[98]


def _median(taken: Sequence[float]) -> float:
    return sorted(taken)[len(taken) // 2]


async def _asked(stage: Stage, rounds: int) -> dict[str, list[float]]:
    """Milliseconds for each search; the first round is not counted."""
    database = Database(make_engine(stage.urls[FULL]), reading=make_engine(stage.urls[FULL], reading=True))
    async with database.reading() as session:
        city = (await directory(session)).cities[0]
    district = city.districts[0].id
    asked = [(kind, word, chosen) for kind, words in WORDS.items() for word in words for chosen in FILTERS]
    times: dict[str, list[float]] = {kind: [] for kind in WORDS}
    for turn in range(rounds + 1):
        random.Random(turn).shuffle(asked)
        for kind, word, chosen in asked:
            began = time.perf_counter()
            async with database.reading(within=5_000) as session:
                among = None
                if "project" in chosen or "place" in chosen:
                    place = district if "place" in chosen else None
                    among = (await scope(session, city, place=place, slug=chosen.get("project"))).projects
                await queries.comments(
                    session, city, wanted(word), projects=among, language=chosen.get("language"), size=20
                )
            if turn:
                times[kind].append((time.perf_counter() - began) * 1000)
    await database.close()
    return times


def _fetched(port: int, rounds: int) -> Iterator[float]:
    """Pages of comments, and pages of everything; one after the other, as somebody waits for them."""
    addresses = [
        f"/en/search?{urlencode({'word': word, **chosen, **kind})}"
        for word in itertools.chain(*WORDS.values())
        for chosen in ({}, {"language": "en"}, {"project": "bulk-1"})
        for kind in ({"in": "comments"}, {})
    ]
    for turn in range(rounds + 1):
        random.Random(turn).shuffle(addresses)
        for address in addresses:
            began = time.perf_counter()
            page = client.fetch(port, address)
            if page.status != 200:
                raise RuntimeError(f"{address}: status {page.status}")
            if turn:
                yield (time.perf_counter() - began) * 1000


def _written(stage: Stage) -> Iterator[Row]:
    """What entering its words adds to a comment that is written."""
    entered, alone = asyncio.run(_entering(stage))
    yield Row("entering a comment's words", "told", f"{entered - alone:.2f} ms more than {alone:.2f} ms")


async def _entering(stage: Stage, count: int = 300) -> tuple[float, float]:
    """Milliseconds for an insertion with and without; nothing of it stays."""
    connection = await asyncpg.connect(stage.urls[FULL])
    transaction = connection.transaction()
    await transaction.start()
    taken = []
    for statement in (_COMMENT, _COMMENT_AND_WORDS):
        began = time.perf_counter()
        for number in range(count):
            await connection.fetchval(statement, f"bench {number} {statement == _COMMENT}")
        taken.append((time.perf_counter() - began) * 1000 / count)
    await transaction.rollback()
    await connection.close()
    return taken[1], taken[0]


_COMMENT = """
INSERT INTO comment (city_id, project_id, body, language, via, status, agrees, disagrees, passes, replies, created_at, source)
SELECT city_id, project_id, body, language, via, 'shown', 0, 0, 0, 0, now(), $1 FROM comment WHERE id = (SELECT max(id) FROM comment)
RETURNING id
"""
_COMMENT_AND_WORDS = f"""
WITH posted AS ({_COMMENT})
INSERT INTO comment_words SELECT p.id, w.city_id, w.project_id, w.words FROM posted p,
(SELECT * FROM comment_words WHERE comment_id = (SELECT max(comment_id) FROM comment_words)) w
"""
