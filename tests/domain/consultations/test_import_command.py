"""`participation import polis`, run as an operator runs it."""

import os
import subprocess
import sys
from pathlib import Path

from participation.kit.database import Database
from participation.settings import Settings
from tests.cast import assemble
from tests.consulting import SLUG, consulted
from tests.domain.consultations.test_polis import COMMENTS, MATRIX, folder


def command(settings: Settings, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | {
        "PARTICIPATION_DATABASE_URL": url,
        "PARTICIPATION_SECRET": settings.secret,
        "PARTICIPATION_KEYS": str(settings.keys),
    }
    return subprocess.run(
        [sys.executable, "-m", "participation", "import", "polis", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_an_operator_imports_twice_and_then_a_broken_file(
    real_database: Database, real_database_url: str, settings: Settings, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        await consulted(session, await assemble(session))
    here = str(folder(tmp_path, participants_votes=MATRIX))
    arguments = (here, "--project", SLUG, "--language", "en")
    first = command(settings, real_database_url, *arguments)
    assert (first.returncode, first.stderr) == (0, "")
    assert "3 comments and 5 reactions of 3 participants" in first.stdout
    again = command(settings, real_database_url, *arguments)
    assert again.returncode == 0
    assert "nothing was changed" in again.stdout
    folder(tmp_path, COMMENTS.replace("moderated", "judged"))
    broken = command(settings, real_database_url, *arguments)
    assert broken.returncode == 2
    why, _dot, now = broken.stderr.partition(" is missing. ")
    assert why == "participation: comments.csv, line 1, column moderated: This column"
    assert now.startswith("Nothing was imported.")
    assert now.count("\n") == 1
    missing = command(settings, real_database_url, here)
    assert missing.returncode == 2
    assert missing.stderr.count("\n") == 1
