"""Write one line per event on standard error: JSON, or a readable form on a terminal.

heed's own lines about requests and streams come from :func:`event_log`, which is fast enough for one line per request.
Lines of uvicorn and Python's warnings get the same form through :func:`logging_config`.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

from structlog import contextvars, dev, make_filtering_bound_logger, processors, stdlib, wrap_logger
from structlog.typing import FilteringBoundLogger, Processor

MAX_TEXT = 256  # characters of a text that a client has chosen

_to_json = json.JSONEncoder(default=repr).encode  # made once; json.dumps makes one for each line


class _Lines:
    """Writes each line whole and at once, so that processes can share a file; a full disk stops no request."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(line + "\n")
            self._file.flush()

    debug = info = warning = error = write


class _NoQueries(logging.Filter):
    """Drops uvicorn's line for each WebSocket, because it holds the query, which may hold secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        return '"WebSocket %s"' not in str(record.msg)


def event_log(level: str) -> FilteringBoundLogger:
    """Make the logger of heed's own events; below the level its methods do nothing."""
    log: FilteringBoundLogger = wrap_logger(
        _Lines(sys.stderr),
        processors=[*_beginning(), *_form()],
        wrapper_class=make_filtering_bound_logger(level),
        context_class=dict,
    ).bind()
    return log


def logging_config(level: str) -> dict[str, Any]:
    """Make the configuration with which uvicorn sets up the logging of each of its processes.

    Other libraries log nothing below "info": websockets would log every header, API keys included.
    """
    others = "INFO" if level == "debug" else level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_queries": {"()": _NoQueries}},
        "formatters": {"line": {"()": _formatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_queries"]},
        },
        "root": {"handlers": ["stderr"], "level": others},
        "loggers": {
            "uvicorn": {"level": others},
            "python_multipart": {"level": "ERROR"},  # it warns of broken forms, which clients send
            "alembic": {"level": "WARNING"},  # it would describe itself when the first word is taught
        },
    }


def plain(text: str) -> str:
    """Shorten and escape a text that a client has chosen, so that it can't disturb the log."""
    text = text[:MAX_TEXT]
    return text if text.isascii() and text.isprintable() else ascii(text)


def _formatter() -> logging.Formatter:
    before: list[Processor] = [*_beginning(), _without_line_end]
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[stdlib.ProcessorFormatter.remove_processors_meta, *_form()]
    )


def _beginning() -> list[Processor]:
    return [contextvars.merge_contextvars, processors.add_log_level, processors.TimeStamper(fmt="iso", key="time")]


def _form() -> list[Processor]:
    if sys.stderr.isatty():
        return [dev.ConsoleRenderer(timestamp_key="time", exception_formatter=dev.plain_traceback)]
    return [processors.format_exc_info, _in_order, processors.JSONRenderer(lambda event, **_: _to_json(event))]


def _in_order(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put first what a reader looks for first."""
    return {"time": event.pop("time"), "level": event.pop("level"), "event": event.pop("event"), **event}


def _without_line_end(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["event"] = event["event"].rstrip()
    return event
