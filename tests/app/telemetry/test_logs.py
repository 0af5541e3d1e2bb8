"""Each event is one line, whatever is in it: JSON, or a readable form on a terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.telemetry.logs import event_log, plain

SECRET = "s3cret"


def logged(code: str, level: str = "info") -> list[str]:
    """The lines that code makes the loggers of a process write; not of this one, whose loggers are pytest's."""
    begin = "import logging.config; from app.telemetry.logs import logging_config\n"
    begin += "log = logging.getLogger('uvicorn.error')\n"
    set_up = f"logging.config.dictConfig(logging_config({level!r}))\n"
    command = [sys.executable, "-c", begin + set_up + code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()


def test_an_event_is_a_line_of_json_that_begins_with_time_level_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    event_log("info").info("request", path="/\n\x1b[2J\u2028", status=200)

    (line,) = capsys.readouterr().err.splitlines()
    fields = json.loads(line)
    assert list(fields)[:3] == ["time", "level", "event"]
    assert (fields["event"], fields["level"], fields["path"]) == ("request", "info", "/\n\x1b[2J\u2028")


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    event_log("warning").info("request")

    assert capsys.readouterr().err == ""


def test_a_terminal_gets_no_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    event_log("info").info("request", status=200)

    line = capsys.readouterr().err
    assert ("request" in line, "200" in line, "{" in line) == (True, True, False)


def test_what_others_log_is_in_the_same_form() -> None:
    (line,) = logged("log.info('Started server process [%d]', 7)")

    fields = json.loads(line)
    assert (fields["event"], fields["level"]) == ("Started server process [7]", "info")


def test_a_traceback_is_a_field_of_its_one_line() -> None:
    (line,) = logged("try: 1 / 0\nexcept ZeroDivisionError: log.exception('Exception in ASGI application\\n')")

    assert json.loads(line)["event"] == "Exception in ASGI application"
    assert "Traceback" in json.loads(line)["exception"]


def test_a_warning_is_a_line() -> None:
    (line,) = logged("import warnings; logging.captureWarnings(True); warnings.warn('old')")

    assert json.loads(line)["level"] == "warning"


def test_the_line_of_a_web_socket_with_its_query_is_dropped() -> None:
    code = f"""log.info('%s - "WebSocket %s" [accepted]', '127.0.0.1', '/stream?key={SECRET}')"""

    assert logged(code) == []


@pytest.mark.parametrize("logger", ["uvicorn.error", "websockets", "python_multipart"])
def test_at_level_debug_others_stay_quiet(logger: str) -> None:
    code = f"logging.getLogger({logger!r}).debug('< Authorization: Bearer {SECRET}')"

    assert logged(code, "debug") == []


def test_a_full_disk_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115 # what can only fail is closed below
    monkeypatch.setattr(sys, "stderr", full)

    event_log("info").info("request")

    with pytest.raises(OSError, match="No space left"):
        full.close()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("/labels", "/labels"), ("/\r\nx", r"'/\r\nx'"), ("\x9b2J", r"'\x9b2J'"), (300 * "a", 256 * "a")],
)
def test_what_a_client_chose_is_short_and_printable(text: str, shown: str) -> None:
    assert plain(text) == shown
