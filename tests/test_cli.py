"""The `participation` command answers a mistake in one line, and says what is wrong with an installation."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from participation.doctor import examine
from participation.domain.consultations.spoken.models import Recording
from participation.kit.database import Database
from tests.cast import DAY, NOW, found
from tests.translation_server import translation_server

SECRET = "a secret of the tests, long enough to be one"


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PARTICIPATION_", "PORT"))}
    return subprocess.run(
        [sys.executable, "-m", "participation", *arguments], capture_output=True, text=True, env=bare | environ
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("vote",),
        ("serve", "--nonsense"),
        ("serve", "--port", "eighty"),
        ("serve", "--port", "99999"),
        ("migrate", "twice"),
        ("record",),
        ("record", "verify"),
        ("codes", "issue", "--count", "many"),
        ("staff", "add", "ada"),
        ("import", "polis", "/nowhere"),
        ("import", "texts", "sirens"),
        ("export", "texts", "sirens", "--language", "sw"),
        ("city", "add", "/nowhere"),
        ("city", "host", "tamarani"),
    ],
)
def test_a_bad_argument_gets_one_line_and_status_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("participation: ")
    assert done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        *("demo", "serve", "worker", "migrate", "doctor", "city add", "codes issue", "staff add", "import polis"),
        *("import texts", "export texts", "export site", "city host", "record verify", "record copy", "record new-key"),
    ],
)
def test_every_command_says_what_it_does(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Usage: participation {command}" in done.stdout


def test_serve_refuses_to_start_without_a_secret() -> None:
    done = run("serve", PORT="0")
    assert done.returncode == 2
    done = run("serve")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "PARTICIPATION_SECRET" in done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken_is_said_in_one_line_before_anything_is_started(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(
            command,
            PORT=str(port),
            PARTICIPATION_SECRET=SECRET,
            PARTICIPATION_DATA=str(tmp_path / "postgres"),
            PARTICIPATION_KEYS=str(tmp_path / "keys"),
        )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"port {port}: Address already in use" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    done = run("migrate", PARTICIPATION_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x", PARTICIPATION_SECRET=SECRET)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "The database does not answer" in done.stderr


def test_the_doctor_says_what_is_set_missing_and_wrong(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    done = run(
        "doctor",
        PARTICIPATION_SECRETS="a slip of the pen",
        PARTICIPATION_BASE_URL="http://city.example",
        PARTICIPATION_DATA=str(tmp_path / "postgres"),
        PARTICIPATION_KEYS=str(tmp_path / "keys"),
        PARTICIPATION_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x",
    )
    assert done.returncode == 1
    told = {tuple(line.split(maxsplit=1)) for line in done.stdout.splitlines()}
    assert ("wrong", "PARTICIPATION_SECRETS is set, and nothing reads it.") in told
    for state, beginning in (
        ("missing", "PARTICIPATION_SECRET:"),
        ("wrong", "Base URL http://city.example is not https"),
        ("wrong", f"The key folder {tmp_path / 'keys'} is open to other accounts"),
        ("wrong", "The database does not answer"),
    ):
        assert any(found == state and text.startswith(beginning) for found, text in told), (beginning, done.stdout)


def test_a_doctor_with_a_good_database_says_so(real_database_url: str, tmp_path: Path) -> None:
    done = run(
        "doctor",
        PARTICIPATION_SECRET=SECRET,
        PARTICIPATION_KEYS=str(tmp_path / "keys"),
        PARTICIPATION_DATABASE_URL=real_database_url,
    )
    assert "and its tables are up to date." in done.stdout


async def test_the_doctor_says_which_gateways_lead_nowhere(
    real_database: Database, real_database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "gateways.toml"
    path.write_text(
        "".join(
            f'[[gateway]]\nname = "{name}"\nsecret = "{"s" * 20}"\nallow = ["192.0.2.1"]\n{more}\n'
            for name, more in (
                ("lost", 'dialect = "kannel"\ncity = "atlantis"'),
                ("whose", 'dialect = "kannel"'),
                ("calls", 'dialect = "twilio"\ncity = "tamarani"'),
                ("mute", 'dialect = "africastalking"\ncity = "tamarani"\nkeys = { username = "city" }'),
                ("written", 'dialect = "africastalking"\ncity = "tamarani"\nnumber = "22384"'),
                ("dialled", 'dialect = "africastalking"\ncity = "tamarani"\nnumber = "*384*6#"'),
                ("endless", 'dialect = "dmark"\ncity = "tamarani"\ncap = 9'),
                ("right", 'dialect = "dmark"\ncity = "tamarani"'),
            )
        )
    )
    path.chmod(0o600)
    environ = {"PARTICIPATION_GATEWAYS": str(path), "PARTICIPATION_DATA": str(tmp_path / "none")}

    async def told(**more: str) -> set[str]:
        return {str(one) for one in await asyncio.to_thread(examine, environ | more) if "Gateway " in one.text}

    anyway = {
        "wrong    Gateway calls: without `token` among its `keys` nothing that it asks is believed.",
        "wrong    Gateway mute: without `username` and `api_key` among its `keys` no text message is answered.",
        "wrong    Gateway written: without `username` and `api_key` among its `keys` no text message is answered.",
        "good     Gateway dialled: africastalking, for what is dialled; no text message is answered.",
        "wrong    Gateway endless: `cap` without `price` never stops anything.",
        "good     Gateway right: dmark.",
    }
    assert anyway | {"good     Gateway lost: kannel.", "good     Gateway whose: kannel."} == await told()
    async with real_database.transaction() as session:
        city = await found(session)
        await found(session, "nyanza", "nyanza.example")
    assert await told(PARTICIPATION_DATABASE_URL=real_database_url) == anyway | {
        "wrong    Gateway lost: there is no city atlantis among nyanza, tamarani.",
        "wrong    Gateway whose: `city` has to say which it is for: nyanza, tamarani.",
    }
    async with real_database.transaction() as session:
        there = {"state": "kept", "gateway": "calls", "remote": b"its name", "said_at": NOW - 900 * DAY, "next_at": NOW}
        session.add(Recording(city_id=city.id, language="sw", seconds=9, **there))
    found_there = await asyncio.to_thread(examine, environ | {"PARTICIPATION_DATABASE_URL": real_database_url})
    assert any("lie at a telephone company since 2024-" in one.text for one in found_there)


def test_the_doctor_says_which_program_is_missing_for_anything_to_be_heard(tmp_path: Path) -> None:
    def examined() -> str:
        return run(
            "doctor", PARTICIPATION_SECRET=SECRET, PARTICIPATION_DATA=str(tmp_path / "none"), PATH=str(tmp_path)
        ).stdout

    assert "missing  ffmpeg is not installed: recordings cannot be taken" in examined()
    for name in ("ffmpeg", "espeak-ng"):
        (tmp_path / name).touch(mode=0o755)
        told = (
            "missing  espeak-ng is not installed" if name == "ffmpeg" else "good     espeak-ng reads texts aloud in 10"
        )
        assert told in examined()


async def test_the_doctor_looks_whether_the_translation_server_speaks(tmp_path: Path) -> None:
    def examined(**environ: str) -> str:
        return run("doctor", PARTICIPATION_SECRET=SECRET, PARTICIPATION_DATA=str(tmp_path / "none"), **environ).stdout

    async with translation_server() as server:
        told = await asyncio.to_thread(examined, PARTICIPATION_TRANSLATE_URL=server.url)
        assert "good     The translation server speaks 5 languages." in told
    told = await asyncio.to_thread(examined, PARTICIPATION_TRANSLATE_URL=server.url)
    assert "wrong    The translation server does not answer as it should: ConnectError." in told
    told = await asyncio.to_thread(examined, PARTICIPATION_TRANSLATE_URL="ftp://elsewhere")
    assert "wrong    PARTICIPATION_TRANSLATE_URL must be http:// or https:// and a host." in told
    told = await asyncio.to_thread(examined, PARTICIPATION_TRANSLATE_KEY="a-secret-key")
    assert "wrong    PARTICIPATION_TRANSLATE_KEY is set without PARTICIPATION_TRANSLATE_URL." in told
    assert "a-secret-key" not in told
