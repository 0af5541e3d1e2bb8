"""The command writes tables, figures and pictures of a small data set, and names what is missing."""

import json
import sys
from pathlib import Path

import pytest
import soundfile

from benchmarks.hearing import __main__ as robustness
from tests.signals import noise


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    (tmp_path / "sounds" / "rain").mkdir(parents=True)
    soundfile.write(tmp_path / "sounds" / "rain" / "one.wav", noise(32_000, seed=5), 16_000)
    return tmp_path / "sounds"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["robustness", *map(str, arguments)])
    return robustness.main()


def test_tables_figures_and_pictures_come_out(
    corpus: Path,
    model: Path,
    sounds: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ("--data", corpus, "--noise", sounds, "--model", model, "--without", f"rain={model}", "--limit", 12)
    without = ("--without", f"words never heard={model}")
    written = ("--json", tmp_path / "figures.json", "--plots", tmp_path / "plots")

    status = run(monkeypatch, *given, *without, *written)

    out = capsys.readouterr().out
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert status == 0
    assert all(
        name in out for name in ("| rain |", "| babble |", "| Opus, 12 kbit/s |", "| speech: words never heard |")
    )
    assert {row["noise"] for row in figures["noises"]} == {"noise_0", "noise_1", "rain", "babble", "made pink noise"}
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        "calibration.png",
        "refusal.png",
        "robustness.png",
    ]


def test_a_data_set_that_is_missing_is_an_error(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--data", tmp_path, "--model", model) == 1
    assert "no Speech Commands v0.02" in capsys.readouterr().err


def test_a_model_for_a_class_is_named_after_an_equals_sign(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--data", corpus, "--without", "rain")

    assert "rain is not of the form CLASS=MODEL" in capsys.readouterr().err
