"""`participation codes issue`, `codes sheets` and `staff add`: slips and sheets once and for nobody else's eyes, the first administrator."""

import io
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from participation.channels.staff import commands
from participation.domain.ballots import operations as ballots
from participation.domain.ballots.models import Ballot
from participation.domain.people.models import AccessCode, Batch, Role, RoleGrant, StaffCredential
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.operations import add_staff
from participation.domain.places.queries import directory
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit import clock
from participation.kit.database import Database, Session
from participation.kit.errors import NotAllowed, NotFound
from participation.settings import Settings
from tests.cast import DAY, NOW, Cast, found
from tests.hiring import hired
from tests.slips import SECRETS
from tests.test_cli import SECRET
from tests.voting import QUESTIONS, project

PASSWORD = "four calm green boats"


@pytest.fixture
async def running(real_database: Database, real_database_url: str, tmp_path: Path) -> dict[str, str]:
    """An installation with one city, whose official is Omar; nobody administers it yet."""
    async with real_database.transaction() as session:
        city = await found(session)
        now = clock.now()
        person, _secret = await add_staff(
            session, city=city, login="omar", password=PASSWORD, roles=[], secrets=SECRETS, at=now
        )
        over = {"granted_at": now, "ends_at": now + 30 * DAY}
        session.add(RoleGrant(city_id=city.id, person_id=person, role="official", place_id=city.root.id, **over))
    return {
        "PARTICIPATION_DATABASE_URL": real_database_url,
        "PARTICIPATION_SECRET": SECRET,
        "PARTICIPATION_KEYS": str(tmp_path / "keys"),
        "PARTICIPATION_BASE_URL": "https://tamarani.example",
        "PATH": "/usr/bin:/bin",
    }


def run(environ: dict[str, str], *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "participation", *arguments], input=typed.encode(), capture_output=True, env=environ
    )


def issue(environ: dict[str, str], out: Path | str, **change: str) -> "subprocess.CompletedProcess[bytes]":
    given = {"district": "harbour", "count": "10", "handed-out-by": "the table", "by": "omar", **change}
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    return run(environ, "codes", "issue", *options, "--out", str(out))


async def test_slips_are_written_once_to_a_file_that_nobody_else_reads(
    running: dict[str, str], real_database: Database, tmp_path: Path
) -> None:
    out = tmp_path / "slips.pdf"
    done = issue(running, out)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"delete it" in done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    assert "https://tamarani.example/en/sign-in" in text
    async with real_database.reading() as session:
        batch = (await session.scalars(sa.select(Batch))).one()
        assert (batch.number, batch.printed, batch.activated_at) == (1, 10, None)
    again = issue(running, out)
    assert (again.returncode, again.stderr.count(b"\n")) == (2, 1)
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(AccessCode)) == 10


async def test_slips_can_go_straight_to_the_printer(running: dict[str, str]) -> None:
    done = issue(running, "-", count="3")
    assert done.returncode == 0
    assert len(PdfReader(io.BytesIO(done.stdout)).pages) == 1
    assert b"delete it" not in done.stderr


async def test_the_first_administrator_is_made_here(running: dict[str, str], real_database: Database) -> None:
    done = run(running, "staff", "add", "ada", "--role", "administrator", "--password-stdin", typed=PASSWORD + "\n")
    assert done.returncode == 0
    address = next(line for line in done.stdout.decode().splitlines() if line.startswith("otpauth://"))
    assert isinstance(pyotp.parse_uri(address), pyotp.TOTP)
    async with real_database.reading() as session:
        person = await session.scalar(sa.select(StaffCredential.person_id).where(StaffCredential.login == "ada"))
        roles = (await session.scalars(sa.select(RoleGrant.role).where(RoleGrant.person_id == person))).all()
        assert list(roles) == ["administrator"]
    twice = run(running, "staff", "add", "ada", "--role", "administrator", "--password-stdin", typed=PASSWORD + "\n")
    assert (twice.returncode, b"has this user name already" in twice.stderr) == (2, True)


async def test_a_wrong_argument_leaves_no_file_behind(running: dict[str, str], tmp_path: Path) -> None:
    done = issue(running, tmp_path / "slips.pdf", district="atlantis")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"district: " in done.stderr
    assert not (tmp_path / "slips.pdf").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"district": "atlantis"}, "district: "),
        ({"district": "quay"}, "district: "),
        ({"district": "tamarani"}, "district: "),
        ({"count": "0"}, "count: "),
        ({"count": "20001"}, "count: "),
        ({"handed_out_by": " "}, "handed_out_by: "),
    ],
)
async def test_what_cannot_be_printed_is_named(
    session: Session, settings: Settings, cast: Cast, change: dict[str, str], says: str
) -> None:
    said: dict[str, str | list[str]] = {"district": "harbour", "count": "9", "handed_out_by": "the table", **change}
    out = io.BytesIO()
    with pytest.raises(commands.WrongArgument, match=says):
        await commands.issue_codes(
            session,
            settings,
            city=None,
            said=said,
            login="omar",
            to=out,
            at=NOW,
            progress=lambda done, total: None,
        )
    assert out.getvalue() == b""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"roles": ["king"]}, "role: "),
        ({"password": "short"}, "password: "),
        ({"login": "a"}, "login: "),
        ({"place": "atlantis"}, "place: "),
        ({"ends": "soon"}, "ends_at: "),
    ],
)
async def test_what_cannot_be_given_is_named(
    session: Session, settings: Settings, cast: Cast, change: dict[str, Any], says: str
) -> None:
    given: dict[str, Any] = {
        "login": "ada",
        "password": PASSWORD,
        "roles": ["official"],
        "place": None,
        "ends": None,
        **change,
    }
    with pytest.raises(commands.WrongArgument, match=says):
        await commands.add_staff(session, settings, city=None, at=NOW, **given)


async def test_whoever_prints_has_to_hold_the_role(session: Session, settings: Settings, cast: Cast) -> None:
    await hired(session, cast, NewRole(Role.MODERATOR, cast.city.root.id, NOW + DAY))

    async def print_as(login: str, city: str | None = None) -> None:
        await commands.issue_codes(
            session,
            settings,
            city=city,
            said={"district": "harbour", "count": "1", "handed_out_by": "x"},
            login=login,
            to=io.BytesIO(),
            at=NOW,
            progress=lambda done, total: None,
        )

    for login, city, refusal in (
        ("rehema", None, NotAllowed),
        ("nobody", None, NotFound),
        ("rehema", "elsewhere", NotFound),
    ):
        with pytest.raises(refusal):
            await print_as(login, city)


async def test_sheets_with_choice_codes_are_written_once_and_vote(
    running: dict[str, str], real_database: Database, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        city = (await directory(session)).cities[0]
        about = await project(session, city)
        official = Actor(city.id, None, Via.WEB, grants=(Grant("official", city.root.id),))
        step, folder = about.steps[0], tmp_path / "keys"
        now = clock.now()
        step.opens_at, step.closes_at = now + DAY, now + 9 * DAY
        rule = {"questions": QUESTIONS, "threshold": 50, "quorum": 0, "binding": False, "districts": []}
        common = {"city": city, "project": about, "step": step, "actor": official, "at": now}
        await ballots.draft(session, **rule, **common)  # type: ignore[arg-type]
        await ballots.announce(session, folder=folder, **common)  # type: ignore[arg-type]
    out = tmp_path / "sheets.pdf"
    options = ["--project", "lamps", "--language", "sw", "--count", "6", "--by", "omar", "--out", str(out)]
    done = run(running, "codes", "sheets", *options)
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    assert b"delete it" in done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(PdfReader(out).pages) == 2
    again = run(running, "codes", "sheets", *options)
    assert again.returncode == 2
    wrong = run(running, "codes", "sheets", *options[:2], "--language", "xx", *options[4:-1], str(tmp_path / "b.pdf"))
    assert (wrong.returncode, wrong.stderr.count(b"\n")) == (2, 1)
    async with real_database.reading() as session:
        assert (await session.execute(sa.select(Ballot.sheets))).scalars().all() == [6]
