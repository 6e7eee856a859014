"""Logs say what went wrong and where, and nothing that a person typed."""

import json
import subprocess
import sys

from participation.kit import logs

PROGRAM = """
import logging, structlog
from participation.kit import logs
logs.configure()
def register(code):
    raise ValueError(f"Key (code)=({code}) already exists")
try:
    register("1234")
except ValueError:
    structlog.get_logger().exception("sign_in_failed", city=1)
    logging.getLogger("a.library").exception("it failed")
structlog.get_logger().debug("not shown")
logging.getLogger("a.library").info("not shown")
"""


def test_a_line_is_json_and_a_trace_holds_no_values() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    ours, theirs = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["city"]) == ("sign_in_failed", "error", 1)
    assert (theirs["event"], theirs["logger"]) == ("it failed", "a.library")
    for line in (ours, theirs):
        assert "in register" in line["trace"]
        assert line["trace"].endswith("builtins.ValueError")
        assert "1234" not in line["trace"]


def test_the_cause_comes_before_what_it_caused() -> None:
    try:
        try:
            raise KeyError("a secret")
        except KeyError as error:
            raise RuntimeError("another") from error
    except RuntimeError as error:
        told = logs.trace(error)
    assert told.index("KeyError") < told.index("caused:") < told.index("RuntimeError")
