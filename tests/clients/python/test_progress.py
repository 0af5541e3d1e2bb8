"""The progress of many files is shown at a terminal, and only where the answers do not show it."""

import sys

import pytest

from heed_client.progress import complain, with_progress


def at_terminals(monkeypatch: pytest.MonkeyPatch, *, stdout: bool, stderr: bool) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: stdout)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: stderr)


def test_the_bar_grows_to_its_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    at_terminals(monkeypatch, stdout=False, stderr=True)

    answers = [*with_progress("abcd", 4)]

    states = capsys.readouterr().err.split("\r\x1b[K")
    assert answers == [*"abcd"]
    assert states[1] == f"[{'#' * 10}{' ' * 30}] 1/4"
    assert states[-1] == f"[{'#' * 40}] 4/4\n"


@pytest.mark.parametrize(("stdout", "stderr"), [(True, True), (True, False), (False, False)])
def test_elsewhere_there_is_no_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdout: bool, stderr: bool
) -> None:
    at_terminals(monkeypatch, stdout=stdout, stderr=stderr)

    answers = [*with_progress("abcd", 4)]

    assert answers == [*"abcd"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("is_terminal", "line"), [(True, "\r\x1b[Kheed: wrong\n"), (False, "heed: wrong\n")])
def test_a_complaint_takes_the_place_of_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_terminal: bool, line: str
) -> None:
    at_terminals(monkeypatch, stdout=False, stderr=is_terminal)

    complain("wrong")

    assert capsys.readouterr().err == line
