"""``python -m app`` starts, or says in one line why not."""

from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from app.__main__ import main
from model.checkpoint import save
from tests.model.checkpoints import random_checkpoint


def test_a_bad_setting_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEED_PORT", "high")
    monkeypatch.setenv("HEED_WORKERS", "0")

    code = main([])

    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    assert "HEED_PORT" in error
    assert "HEED_WORKERS" in error


@pytest.mark.parametrize("content", [None, b"", b"no checkpoint at all"])
def test_a_missing_or_foreign_checkpoint_is_one_line_and_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path if content is None else tmp_path / "model.safetensors"
    path.write_bytes(content) if content is not None else path.rmdir()
    monkeypatch.setenv("HEED_MODEL", str(path))

    code = main([])

    error = capsys.readouterr().err
    assert code == 1
    assert error.count("\n") == 1
    assert str(path) in error
    assert "HEED_MODEL" in error


def test_options_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--port", "80"])

    assert "--port" in capsys.readouterr().err


def test_the_service_listens_where_the_settings_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    save(random_checkpoint(), tmp_path / "model.safetensors")
    monkeypatch.setenv("HEED_MODEL", str(tmp_path / "model.safetensors"))
    monkeypatch.setenv("HEED_PORT", "8123")
    started: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: started.update(options, app=app))

    code = main([])

    assert code == 0
    assert isinstance(started["app"], FastAPI)
    assert (started["host"], started["port"], started["log_level"]) == ("127.0.0.1", 8123, "info")
