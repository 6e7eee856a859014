"""Phones in earnest: Kannel carries messages in three scripts, a handset in a terminal, and one person on four channels."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.app import build
from participation.commands.phone import _drawn
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.consultations.models import Comment
from participation.domain.people.models import AccessCode
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Database, Session
from participation.kit.hashing import Secrets
from participation.settings import Settings
from tests.browsing import Browser
from tests.carrying import GRACE_ENDS, ask_with_delegates, bring, carried, seen
from tests.cast import Cast, assemble, resident
from tests.channels.test_me import enter
from tests.consulting import consulted
from tests.kannel import kannel
from tests.phoning import Handset, address
from tests.served import serve
from tests.slips import Slip, handed_out
from tests.stage import Clock
from tests.voting import Asked, ask, vote
from tests.world import World

RECEIPT = re.compile(r"(\d{4} \d{4} \d{4})$")


@dataclass
class Town:
    """A server on a port, with a vote on project 1 and a consultation on project 12."""

    world: World
    port: int
    asked: Asked
    slips: list[Slip]

    async def choices(self) -> list[int]:
        async with self.world.database.reading() as session:
            return sorted(await session.scalars(sa.text(f"select choice from vote_{self.asked.ballot.id}")))


@pytest.fixture
async def town(settings: Settings, real_database: Database) -> AsyncIterator[Town]:
    clock = Clock()
    app = build(settings, real_database, clock)
    world = World(settings, real_database, clock, app, Secrets(settings.secret))
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, settings.keys)
        await consulted(session, cast, number=12)
        slips = await handed_out(session, cast)
    async with serve(world) as served:
        yield Town(world, served.port, asked, slips)


def program(name: str) -> None:
    if shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        missing = f"no {name} on this machine"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


SAID = {
    "sw": ("KURA 1 1 {code}", "MAONI 12 Taa ziwe imara", "Tayari."),
    "ar": ("صوت ١ ٢ {code}", "رأي ١٢ نريد صفارات أعلى صوتًا", "تم."),
    "zh": ("投票 1 3 {code}", "意见 12 警报声音要大", "完成。"),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["get-url", "post-url"])
async def test_kannel_carries_votes_and_comments_in_three_scripts(town: Town, tmp_path: Path, way: str) -> None:
    program("bearerbox")
    query = "from=%p&id=%I" + ("&text=%b" if way == "get-url" else "")
    service = f'{way} = "http://127.0.0.1:{town.port}{address("kannel", "sms")}?{query}"'
    async with kannel(tmp_path, service) as handset:
        for place, (language, (vote, comment, done)) in enumerate(SAID.items()):
            number = f"+25471234567{place}"
            answer = await handset.say(number, vote.format(code=town.slips[place].code))
            assert answer.startswith(done), (language, answer)
            assert RECEIPT.search(answer)
            said = await handset.say(number, comment)
            assert said.startswith(done), (language, said)
            assert RECEIPT.search(said)
    assert await town.choices() == [1, 2, 3]
    async with town.world.database.reading() as session:
        rows = (await session.execute(sa.select(Comment.body, Comment.language, Comment.via))).all()
    assert sorted((body, language) for body, language, _via in rows) == sorted(
        (comment.split(" ", 2)[2], language) for language, (_vote, comment, _done) in SAID.items()
    )
    assert {row.via for row in rows} == {"sms"}


async def test_a_handset_in_a_terminal_talks_with_a_running_server(town: Town) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    environ |= {
        "PARTICIPATION_SECRET": town.world.settings.secret,
        "PARTICIPATION_GATEWAYS": str(town.world.settings.gateways),
    }
    command = (sys.executable, "-m", "participation", "phone", "--url", f"http://127.0.0.1:{town.port}")
    running = await asyncio.create_subprocess_exec(
        *command, env=environ, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    typed = f"*384*6*1*1*1#\n{town.slips[0].code}\n2\nsms HELP\nquit\n"
    out, _none = await asyncio.wait_for(running.communicate(typed.encode()), 60)
    assert running.returncode == 0
    shown = " ".join(line.strip("| ") for line in out.decode().splitlines())
    assert "Shall the market get lamps?" in shown
    assert re.search(r"\d{4} \d{4} \d{4}", shown)
    assert await town.choices() == [2]


def test_a_screen_is_drawn_in_a_frame() -> None:
    rows = list(_drawn("Tamarani\n1 Projects and a line that is far too long for it"))
    assert {len(row) for row in rows} == {36}
    assert rows[1] == f"| {'Tamarani':<32} |"


async def test_a_phone_without_gateways_says_so_in_one_line(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    environ |= {"PARTICIPATION_SECRET": "-" * 32, "PARTICIPATION_KEYS": str(tmp_path)}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "participation", "phone"), env=environ, stderr=asyncio.subprocess.PIPE
    )
    _out, said = await running.communicate()
    assert running.returncode == 2
    assert said.decode().count("\n") == 1


async def test_one_person_on_four_channels_has_one_vote_the_last_of_their_own(
    session: Session, app: object, cast: Cast, settings: Settings, visitor: Browser
) -> None:
    """By USSD, changed by SMS, then on the web; a delegate's comes on top of none of them."""
    asked = await ask_with_delegates(session, cast, settings.keys)
    slips = await handed_out(session, cast)
    await session.commit()
    phone = Handset(app)
    await phone.dial(f"3*1*{slips[0].code}")
    assert RECEIPT.search(await phone.dial("1*1*1*1"))
    assert RECEIPT.search(await phone.write("VOTE 1 2"))
    await enter(visitor, slips[0].code)
    await visitor.get(asked.page)
    await visitor.send({"choice": "3"})
    person = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == slips[0].serial))
    whose = Actor(cast.city.id, person, Via.WEB)
    assert await bring(session, asked, carried(asked, whose, Choice.FOR)) == [None]
    rows = await session.execute(sa.text(f"select choice, via from vote_{asked.ballot.id}"))
    assert [tuple(row) for row in rows] == [(3, "web")]
    for _other in range(12):
        somebody = await resident(session, cast.city.id, cast.harbour)
        await vote(session, asked, somebody, Choice.AGAINST)
    await counting.count(
        session, city=asked.city, ballot_id=asked.ballot.id, folder=asked.folder, at=GRACE_ENDS + timedelta(minutes=2)
    )
    view = await seen(session, asked)
    assert view.result is not None
    assert [view.result[name] for name in ("for", "against", "abstain")] == [0, 12, 1]
