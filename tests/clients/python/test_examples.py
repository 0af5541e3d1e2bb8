"""The Python examples of the client's pages run as they stand."""

import re
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from model.recognizer import Recognizer
from tests.app.serving import serving

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("page", "word"), [("docs/client.md", "go"), ("clients/python/README.md", "left")])
def test_the_example_prints_the_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: str, word: str
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    monkeypatch.chdir(ROOT)

    with serving(create_app(Settings(), Recognizer.load())) as server:
        exec(example.replace("localhost:8000", f"127.0.0.1:{server.config.port}"), {})

    assert word in capsys.readouterr().out.split()
