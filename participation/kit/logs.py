"""What operators read: one JSON object a line on stderr, without anybody's words, addresses or codes."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

# structlog's colours for a console, which we do without, would bring along rich and Pygments: 5 MB of a web worker's 120.
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _rich is None:
    del sys.modules["rich"]
else:
    sys.modules["rich"] = _rich


def configure() -> None:
    """Our own events from `info` on, those of libraries from `warning` on."""
    structlog.configure(
        processors=[_with_time, structlog.processors.add_log_level, _with_trace, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def trace(error: BaseException) -> str:
    """Where it happened and what kind of error, but not its text: a database's errors quote the values of the statement."""
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        kind = type(cause)
        chain.append("".join(traceback.format_tb(cause.__traceback__)) + f"{kind.__module__}.{kind.__qualname__}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\ncaused:\n".join(reversed(chain))


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[1]:
            entry["trace"] = trace(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def _with_time(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}


def _with_trace(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """`exc_info=True`, as `log.exception` sets it, or an exception."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else sys.exc_info()[1] if told else None
    return event if error is None else {**event, "trace": trace(error)}
