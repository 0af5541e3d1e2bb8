"""The command writes tables, figures and the picture of a small data set, and names what is missing."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.streaming import __main__ as streaming


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(streaming, "N_MIXES", 2)
    monkeypatch.setattr(streaming, "THRESHOLDS", (0.3, 0.9))
    monkeypatch.setattr(streaming, "SNRS_DB", (10.0, 0.0))
    monkeypatch.setattr(sys, "argv", ["streaming", *map(str, arguments)])
    return streaming.main()


def test_tables_figures_and_the_picture_come_out(
    corpus: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--data", corpus, "--model", model, "--recurrent", model, "--minutes", 0.1)
    written = ("--json", tmp_path / "figures.json", "--plot", tmp_path / "picture.png")

    status = run(monkeypatch, *given, *written)

    out = capsys.readouterr().out
    ways = json.loads((tmp_path / "figures.json").read_text())
    assert status == 0
    assert "| heed-12-gru, as it is | 0.500 |" in out
    assert "| heed-12-gru, second opinion, as it is | 0.500 |" in out
    assert "| heed-12-gru, state carried on, as it is | 0.500 |" in out
    assert [[point["threshold"] for point in way["points"]] for way in ways] == [[0.3, 0.5, 0.9]] * 3
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_model_that_is_missing_is_an_error(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--data", corpus, "--model", tmp_path / "none.onnx") == 1
    assert "none.onnx" in capsys.readouterr().err
