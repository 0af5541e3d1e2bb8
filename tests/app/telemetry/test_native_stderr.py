"""C libraries are silenced, Python and crashes are not."""

import subprocess
import sys

BEGIN = "import ctypes, sys; from app.telemetry import native_stderr\n"
SILENCE = "native_stderr.silence_native_stderr()\n"


def said(code: str) -> str:
    return subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=30).stderr


def test_what_c_writes_is_not_seen_and_what_python_writes_is() -> None:
    text = said(SILENCE + "ctypes.CDLL(None).perror(b'a note of C'); print('a line of the log', file=sys.stderr)")

    assert text == "a line of the log\n"


def test_a_crash_still_shows_where_it_was() -> None:
    text = said(SILENCE + "ctypes.string_at(0)")

    assert "Segmentation fault" in text
    assert "string_at" in text


def test_a_system_whose_c_names_it_otherwise_keeps_its_notes() -> None:
    text = said("native_stderr.STDERR = 'no_such_variable'\n" + SILENCE + "ctypes.CDLL(None).perror(b'a note of C')")

    assert text.startswith("a note of C")
