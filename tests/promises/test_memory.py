"""A web worker stays small: what is heavy is imported by the worker, by commands and by programs of their own."""

import subprocess
import sys

HEAVY = (
    "fpdf",
    "fontTools",
    "uharfbuzz",
    "segno",
    "numpy",
    "pandas",
    "pabutools",
    "pyxform",
    "openpyxl",
    "PIL",
    "pypdf",
    "lxml",
    "defusedxml",
    "participation.kit.examiners",
    "alembic",
    "typer",
    "rich",
    "pygments",
    "cryptography",
    "httpx",
    "babel.messages",
)


def test_a_web_worker_imports_nothing_heavy() -> None:
    program = f"import participation.server, participation.app, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


_SAID = """
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from babel.lists import format_list
from participation.kit import cldr
from participation.kit.languages import LANGUAGES
if sys.argv[1] == "small":
    cldr.forget_the_rest_of_the_world()
at = datetime(2027, 3, 1, 17, 5, tzinfo=timezone.utc)
for language in LANGUAGES:
    for zone in map(ZoneInfo, ("Africa/Nairobi", "America/Sao_Paulo", "Asia/Shanghai", "UTC")):
        print(*(say(at, language, zone) for say in (cldr.day, cldr.moment, cldr.hour, cldr.clock, cldr.full_day)))
    print(cldr.number(1234567.5, language), cldr.percent(0.004, language), format_list(["a", "b", "c"], locale=cldr.locale_of(language)))
"""


def test_what_a_web_worker_forgets_of_other_languages_changes_nothing_in_ours() -> None:
    said = [
        subprocess.run([sys.executable, "-c", _SAID, size], capture_output=True, text=True, check=True).stdout
        for size in ("small", "whole")
    ]
    assert said[0] == said[1]
    assert said[0].count("\n") == 50
