"""The Python examples of the documentation run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def example(page: str) -> str:
    """The first Python example of a page."""
    code: str = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)[0]
    return code


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_example_prints_the_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    monkeypatch.chdir(ROOT)

    exec(compile(example(page), page, "exec"), {})

    assert "left" in capsys.readouterr().out


def test_the_spotter_of_the_example_finds_the_four_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)

    exec(compile(example("docs/index.md"), "index.md", "exec"), {})

    assert re.findall(r"Event\(label='(\w+)'", capsys.readouterr().out) == ["go", "left", "stop", "yes"]
