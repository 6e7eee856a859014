"""Votes by web form against the shortest handler that stores one, and against pgbench."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import asyncpg

from benchmarks import client
from benchmarks.fill import VOTED_ON
from benchmarks.people import Resident, in_turns, residents
from benchmarks.stage import FULL, Server, Stage, served
from benchmarks.table import Row, ratio_of_at_least

CLIENTS = 16
PAGE = f"/en/projects/{VOTED_ON}/ballot"


def rows(stage: Stage, rounds: int, seconds: float) -> Iterator[Row]:
    people = asyncio.run(residents(stage, 2_000))
    ballot = asyncio.run(_ballot(stage))
    environment = stage.environment()
    with ExitStack() as stack:
        ours = stack.enter_context(served(environment))
        bare = stack.enter_context(served(environment, "benchmarks.bare", "votes", str(ballot)))
        _same_form(ours, people[0])
        contenders = {
            "participation": _voting(ours, people, seconds),
            "bare": _voting(bare, people, seconds),
        }
        if shutil.which("pgbench"):
            contenders["pgbench"] = _pgbench(stage, ballot, seconds)
        rates = client.interleaved(contenders, rounds)
    yield ratio_of_at_least(
        "votes by web form, 16 clients", 0.7, rates["participation"], rates["bare"], "votes/s of a bare handler"
    )
    if "pgbench" in rates:
        share = rates["participation"] / rates["pgbench"]
        yield Row("the same against pgbench", f"{rates['pgbench']:,.0f} votes/s", "", share)
    else:
        yield Row("the same against pgbench", "", "skipped: no pgbench on this machine")


async def _ballot(stage: Stage) -> int:
    connection = await asyncpg.connect(stage.urls[FULL])
    try:
        found = "SELECT b.id FROM ballot b JOIN project p ON p.id = b.project_id WHERE p.slug = $1"
        return int(await connection.fetchval(found, VOTED_ON))
    finally:
        await connection.close()


def _same_form(server: Server, someone: Resident) -> None:
    """The page that is served holds the secrets that our forms are made with."""
    page = client.fetch(server.port, PAGE, Cookie=someone.cookie)
    if someone.csrf not in page.text:
        raise RuntimeError(f"{PAGE} shows no form to a resident: status {page.status}")


def _voting(server: Server, people: list[Resident], seconds: float) -> Callable[[], client.Load]:
    def requests(number: int) -> Iterator[bytes]:
        for turn, someone in enumerate(in_turns(people, number, CLIENTS)):
            yield client.post(server.port, PAGE, someone.form(choice=str(1 + turn % 3)), Cookie=someone.cookie)

    return lambda: client.run(server, requests, clients=CLIENTS, seconds=seconds)


def _pgbench(stage: Stage, ballot: int, seconds: float) -> Callable[[], client.Load]:
    """The same two statements in a transaction each, from PostgreSQL's own client."""
    script = stage.home / "votes.sql"
    script.write_text(_SCRIPT.replace("BALLOT", str(ballot)))
    where = urlsplit(stage.urls[FULL])
    folder = parse_qs(where.query)["host"][0]
    argv = ["pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(max(1, round(seconds)))]
    argv += ["-f", str(script), "-h", folder, "-p", "5432", "-U", "postgres", where.path.lstrip("/")]

    def run() -> client.Load:
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
        load = client.Load(seconds=1.0)
        load.statuses["200"] = round(float(line.split()[2]))
        return load

    return run


_SCRIPT = r"""\set person random(1, 2000)
\set token random(1, 9000000000000000)
BEGIN;
SELECT person_id FROM sign_in WHERE digest = sha256(int8send(:person));
WITH first AS (
  INSERT INTO vote_repeat_BALLOT (ballot_id, token, city_id, content)
  SELECT BALLOT, sha256(int8send(:token)), 1, sha256(int8send(:token)) ON CONFLICT DO NOTHING RETURNING ballot_id
), cast_vote AS (
  INSERT INTO vote_BALLOT (ballot_id, voter, city_id, choice, via, district_id)
  SELECT BALLOT, sha256(int8send(:person)), 1, 1, 'web', 2 WHERE EXISTS (SELECT FROM first)
  ON CONFLICT (ballot_id, voter) DO UPDATE SET choice = excluded.choice, via = excluded.via, district_id = excluded.district_id
), kept AS (
  INSERT INTO vote_receipt_BALLOT (receipt, ballot_id, city_id)
  SELECT lpad((:token % 1000000000000)::text, 12, '0'), BALLOT, 1 WHERE EXISTS (SELECT FROM first) ON CONFLICT DO NOTHING
) SELECT count(*) FROM first;
COMMIT;
"""
