"""``python -m lessons`` executes what it is asked to, and says what went wrong."""

import pytest

from lessons import __main__ as command
from lessons.execute import parse


def test_a_lesson_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["fibbonacci"])

    assert "there is no lesson 'fibbonacci'; there are order, fibonacci" in capsys.readouterr().err


def test_a_lesson_that_fails_is_named_with_the_cell_and_its_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "read", lambda _: parse("# %%\nprint(1 / 0)\n"))

    code = command.main(["fibonacci"])

    message = capsys.readouterr().err
    assert code == 1
    assert message.startswith("lesson fibonacci: ")
    assert "print(1 / 0)" in message
    assert "ZeroDivisionError" in message


def test_a_lesson_that_ends_is_named_with_its_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "read", lambda _: parse("# %%\nprint(1)\n"))

    code = command.main(["formula"])

    assert code == 0
    assert capsys.readouterr().out.startswith("lesson formula: ")
