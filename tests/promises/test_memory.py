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
