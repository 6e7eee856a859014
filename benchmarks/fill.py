"""Fills a database that holds the demonstration with many projects, people, comments, reactions and votes, set by set.

A few projects have most of what is said. A comment in ten is followed by three replies, the last of them an office's answer.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks import speech
from participation.domain.ballots.queries import key_file
from participation.domain.consultations.finding import rules as finding
from participation.kit import keys
from participation.kit.searching import terms

SKEW = 1.1
OPEN = ("bus-corridor", "fault-app", "salt-flats-budget")
"""Projects of the demonstration that take comments: they get the largest shares."""
BALLOTS = 3
VOTED_ON = "bulk-1"
"""The slug of a project on which the whole city votes."""


@dataclass(frozen=True)
class Size:
    comments: int
    reactions: int
    """Reactions or votes."""
    people: int
    projects: int

    @property
    def votes(self) -> int:
        return self.reactions // 8


FULL = Size(1_000_000, 5_000_000, 300_000, 200)
SMALL = Size(20_000, 100_000, 20_000, 60)
FEW = Size(1_000, 5_000, 2_000, 20)


async def fill(connection: asyncpg.Connection, size: Size, folder: Path, now: datetime) -> None:
    """All in one transaction, without the checks of foreign keys, which would cost more than all the rest."""
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'")
        await connection.execute("SELECT setseed(0.42)")
        city = await connection.fetchval("SELECT id FROM city")
        projects = await _projects(connection, city, size, now)
        await _people(connection, city, size, now)
        await _plan(connection, size, projects, now)
        await connection.execute(_PSEUDONYMS)
        await connection.execute(_COMMENTS, city)
        await _words(connection, city)
        await connection.execute(_COUNTS, city)
        await connection.execute(_REACTIONS, city)
        for slug in [f"bulk-{number}" for number in range(1, BALLOTS + 1)]:
            await _ballot(connection, city, projects[slug], size.votes // BALLOTS, folder, now)
        for table in ("person", "project", "step", "pseudonym", "comment", "ballot"):
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")


async def _projects(connection: asyncpg.Connection, city: int, size: Size, now: datetime) -> dict[str, int]:
    """Projects whose consultation is over; the first of them are being voted on."""
    await connection.execute(_PROJECTS, city, size.projects, now - timedelta(days=900))
    await connection.execute(_TEXTS, city)
    for kind, opens, closes, allows in (
        ("consultation", -90, -45, ["comment", "react"]),
        ("decision", -10, 20, ["vote"]),
    ):
        days = (now + timedelta(days=opens), now + timedelta(days=closes))
        await connection.execute(_STEPS, city, kind, *days, json.dumps(allows), BALLOTS)
    rows = await connection.fetch("SELECT slug, id FROM project ORDER BY id")
    return {row["slug"]: row["id"] for row in rows}


async def _people(connection: asyncpg.Connection, city: int, size: Size, now: datetime) -> None:
    await connection.execute(_PERSONS, city, size.people)
    await connection.execute(_RESIDENCES, city, now - timedelta(days=400))


async def _plan(connection: asyncpg.Connection, size: Size, projects: dict[str, int], now: datetime) -> None:
    """How many comments each project gets, from how many people, and when."""
    ranked = [*OPEN, *(slug for slug in projects if slug.startswith("bulk-"))]
    weights = [1 / (rank + 1) ** SKEW for rank in range(len(ranked))]
    comment = await connection.fetchval("SELECT max(id) FROM comment") + 1
    pseudonym = await connection.fetchval("SELECT max(id) FROM pseudonym") + 1
    plan: list[tuple[Any, ...]] = []
    for slug, weight in zip(ranked, weights, strict=True):
        count = max(20, round(size.comments * weight / sum(weights)))
        writers = min(size.people, max(80, count // 2))
        opens, closes = (now - timedelta(days=8), now) if slug in OPEN else (now - timedelta(90), now - timedelta(45))
        plan.append((projects[slug], comment, count, pseudonym, writers, opens, closes))
        comment += count
        pseudonym += writers
    await connection.execute(
        "CREATE TEMP TABLE plan (project_id int, comment bigint, comments int, pseudonym bigint, writers int, "
        "opens timestamptz, closes timestamptz) ON COMMIT DROP"
    )
    await connection.copy_records_to_table("plan", records=plan)
    # Words as people of the demonstration write them, each with its language; and what others said elsewhere.
    await connection.execute(_WORDS)
    await connection.executemany(_MORE_WORDS, speech.said())


async def _words(connection: asyncpg.Connection, city: int) -> None:
    """What comments are found by, reckoned once for each text; the index is built over all of them in the end."""
    await connection.execute("CREATE TEMP TABLE found (n int PRIMARY KEY, found text[]) ON COMMIT DROP")
    rows = await connection.fetch("SELECT n, body FROM words")
    await connection.copy_records_to_table(
        "found", records=[(row["n"], finding.in_city(city, terms(row["body"]))) for row in rows]
    )
    index = await connection.fetchval("SELECT pg_get_indexdef('ix_comment_words_words'::regclass)")
    await connection.execute("DROP INDEX ix_comment_words_words")
    await connection.execute(_FOUND, city, finding.BLOCK)
    await connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    await connection.execute(index)


async def _ballot(
    connection: asyncpg.Connection, city: int, project: int, votes: int, folder: Path, now: datetime
) -> None:
    """An open ballot of the whole city with its own tables and key. The hashes of its votes lead to nobody."""
    key = uuid.uuid4()
    keys.make(key_file(folder, key))
    ballot = await connection.fetchval(_BALLOT, city, project, key, now - timedelta(days=10), now + timedelta(days=20))
    for table in ("vote_repeat", "vote", "vote_receipt"):
        await connection.execute(f"CREATE TABLE {table}_{ballot} (LIKE {table} INCLUDING ALL)")
    receipts = f"vote_receipt_{ballot}"
    await connection.execute(f"ALTER TABLE vote_receipt ATTACH PARTITION {receipts} FOR VALUES IN ({ballot})")
    await connection.execute(
        f"INSERT INTO vote_{ballot} (ballot_id, city_id, voter, choice, via, district_id) "
        "SELECT $1, $2, sha256(int8send(n)), 1 + n % 3, 'web', $4 FROM generate_series(1, $3::bigint) n",
        ballot, city, votes, await connection.fetchval("SELECT min(id) FROM place WHERE kind = 'district'"),
    )  # fmt: skip
    await connection.execute(
        f"INSERT INTO vote_repeat_{ballot} (ballot_id, city_id, token, content) "
        "SELECT $1, $2, sha256(int8send(-n)), sha256(int8send(n)) FROM generate_series(1, $3::bigint) n",
        ballot, city, votes,
    )  # fmt: skip
    await connection.execute(
        f"INSERT INTO vote_receipt_{ballot} (ballot_id, city_id, receipt) "
        "SELECT $1, $2, lpad((n * 7919)::text, 12, '0') FROM generate_series(1, $3::bigint) n",
        ballot, city, votes,
    )  # fmt: skip


_PROJECTS = """
INSERT INTO project (city_id, number, slug, kind, state, agreements_stated, open_comments, version, parts, created_at, published_at)
SELECT $1, 1000 + n, 'bulk-' || n, 'project', 'published', true, false, 1, '{}', $3::timestamptz, $3::timestamptz + n * interval '1 day'
FROM generate_series(1, $2::int) n
"""
_TEXTS = """
INSERT INTO project_text (project_id, language, city_id, title, summary, description, decided, open, payer, supplier, contact, plain, marks, search)
SELECT p.id, t.language, $1, t.title || ' ' || p.number, t.summary, t.description, t.decided, t.open, t.payer, t.supplier, t.contact, t.plain, t.marks, t.search
FROM project p JOIN project_text t ON t.project_id = (SELECT id FROM project WHERE slug = 'flood-sirens') WHERE p.slug LIKE 'bulk-%'
"""
_STEPS = """
INSERT INTO step (city_id, project_id, kind, opens_at, closes_at, opened_at, allows)
SELECT $1, id, $2, $3, $4, $3, $5 FROM project
WHERE slug LIKE 'bulk-%' AND ($2 = 'consultation' OR number <= 1000 + $6)
"""
_PERSONS = "INSERT INTO person (city_id, language) SELECT $1, 'en' FROM generate_series(1, $2::int)"
_RESIDENCES = """
INSERT INTO residence (person_id, since, city_id, district_id)
SELECT p.id, $2, $1, d.ids[1 + p.id % array_length(d.ids, 1)]
FROM person p, (SELECT array_agg(id ORDER BY id) ids FROM place WHERE kind = 'district') d
WHERE NOT EXISTS (SELECT FROM residence r WHERE r.person_id = p.id)
  AND NOT EXISTS (SELECT FROM staff_credential s WHERE s.person_id = p.id)
"""
_WORDS = """
CREATE TEMP TABLE words ON COMMIT DROP AS
SELECT (row_number() OVER (ORDER BY id))::int - 1 AS n, body, language, coalesce(stance, 'mixed') AS stance
FROM comment WHERE office IS NULL
"""
_MORE_WORDS = """
INSERT INTO words SELECT (SELECT count(*)::int FROM words), $1, $2,
(array['for', 'against', 'mixed', 'question'])[1 + length($1) % 4]
"""
_PSEUDONYMS = """
INSERT INTO pseudonym (id, city_id, project_id, number, person_id)
OVERRIDING SYSTEM VALUE
SELECT l.pseudonym + n, p.city_id, l.project_id, 1000000 + n, first.id + (l.pseudonym + n) % people.count
FROM plan l JOIN project p ON p.id = l.project_id, generate_series(0, l.writers - 1) n,
     (SELECT max(id) - count(*) + 1 AS id FROM person WHERE id > (SELECT max(person_id) FROM access_code)) first,
     (SELECT count(*) AS count FROM person WHERE id > (SELECT max(person_id) FROM access_code)) people
"""
# Of each ten comments of a project the last three are replies to the seventh.
_COMMENTS = """
INSERT INTO comment (id, city_id, project_id, parent_id, pseudonym_id, office, body, language, stance, via, status,
                     agrees, disagrees, passes, replies, created_at, receipt)
OVERRIDING SYSTEM VALUE
SELECT id, $1, project_id,
       CASE WHEN i % 10 >= 7 THEN id - (i % 10 - 6) END,
       CASE WHEN i % 10 <> 9 THEN pseudonym + (i * 31::bigint) % writers END,
       CASE WHEN i % 10 = 9 THEN 'Transport' END,
       w.body || CASE WHEN i % 50 = 11 THEN ' Plot ' || id ELSE '' END, w.language, CASE WHEN i % 10 < 7 THEN w.stance END, 'web',
       CASE WHEN i % 200 = 3 THEN 'hidden' ELSE 'shown' END,
       least(floor(-ln(1 - random()) * 3.05)::int, 25), least(floor(-ln(1 - random()) * 1.7)::int, 25),
       least(floor(-ln(1 - random()) * 1.05)::int, 25),
       CASE WHEN i % 10 = 6 AND i + 3 < comments THEN 3 ELSE 0 END,
       opens + (i + 1) * (closes - opens) / (comments + 1),
       '9' || lpad(id::text, 11, '0')
FROM (SELECT l.*, i, l.comment + i AS id FROM plan l, generate_series(0, l.comments - 1) i) c
JOIN words w ON w.n = (c.id * 13) % (SELECT count(*) FROM words)
WHERE i % 10 < 7 OR comments > i - i % 10 + 9
ORDER BY opens + (i + 1) * (closes - opens) / (comments + 1)
"""
# What is said only once is in a comment of fifty; its number is found by its beginnings.
_FOUND = """
INSERT INTO comment_words (comment_id, city_id, project_id, words)
SELECT c.id, $1::int, c.project_id, array_to_tsvector(
    f.found || ARRAY[$1::int || ':#p' || c.project_id, $1::int || ':#l' || c.language, $1::int || ':#b' || (c.id >> $2::int)]
    || CASE WHEN c.body <> w.body
            THEN ARRAY(SELECT $1::int || ':' || left('plot', n) FROM generate_series(3, 4) n)
                 || ARRAY(SELECT $1::int || ':' || left(c.id::text, n) FROM generate_series(3, 12) n) ELSE '{}' END)
FROM plan l JOIN comment c ON c.project_id = l.project_id AND c.id >= l.comment
JOIN words w ON w.n = (c.id * 13) % (SELECT count(*) FROM words) JOIN found f ON f.n = w.n
WHERE c.status = 'shown' ORDER BY c.id
"""
_COUNTS = """
INSERT INTO comment_count (project_id, stance, via, signed, city_id, count)
SELECT c.project_id, coalesce(c.stance, ''), c.via, true, $1, count(*) FROM comment c JOIN plan l ON l.project_id = c.project_id
WHERE c.parent_id IS NULL AND c.id >= l.comment GROUP BY 1, 2, 3
ON CONFLICT (project_id, stance, via, signed) DO UPDATE SET count = comment_count.count + excluded.count
"""
_REACTIONS = """
INSERT INTO reaction (comment_id, pseudonym_id, city_id, kind, via, at, receipt)
SELECT c.id, l.pseudonym + (c.id * 7 + n) % l.writers, $1,
       CASE WHEN n <= c.agrees THEN 'agree' WHEN n <= c.agrees + c.disagrees THEN 'disagree' ELSE 'pass' END,
       'web', c.created_at, '8' || lpad((c.id * 80 + n)::text, 11, '0')
FROM plan l JOIN comment c ON c.project_id = l.project_id AND c.id >= l.comment AND c.id < l.comment + l.comments,
     generate_series(1, c.agrees + c.disagrees + c.passes) n
ORDER BY c.id, 2
"""
_BALLOT = """
INSERT INTO ballot (city_id, project_id, step_id, state, key, questions, marks, threshold, quorum, binding, districts,
                    opens_at, closes_at, announced_at)
SELECT $1, $2, id, 'announced', $3, '{"en": "Shall the city do this?"}', '{}', 50, 0, false, '[]', $4, $5, $4
FROM step WHERE project_id = $2 AND kind = 'decision' RETURNING id
"""
