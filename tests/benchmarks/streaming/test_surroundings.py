"""Commands alone and close to each other are counted as a listener would."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hearing.material import Material
from benchmarks.streaming import surroundings
from benchmarks.streaming.surroundings import _cut, _repeated
from model.audio import Waveform
from tests.labels import COMMANDS, LABELS
from tests.signals import noise, tone
from training.data.clips import by_label


def test_both_tables_come_out(
    corpus: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["surroundings", "--data", str(corpus), "--model", str(model), "-n", "1"])

    status = surroundings.main()

    out = capsys.readouterr().out
    assert status == 0
    assert "| a command alone in | 1 s | 1.1 s | 1.5 s | 3 s |" in out
    assert "| words apart by | 0.1 s | 0.15 s | 0.2 s | 0.3 s | 0.5 s |" in out
    assert out.count("| with the second opinion |") == 2


def test_a_word_is_cut_to_its_sound() -> None:
    waveform = noise(amplitude=0.0003)
    waveform[4_000:8_000] += tone(seconds=0.25)

    assert len(_cut(waveform)) == pytest.approx(4_000, abs=500)


@pytest.mark.parametrize(("events", "expected"), [([], "0.00%"), (["nothing"] * 5, "0.00%")])
def test_words_that_are_not_heard_are_not_right(material: Material, events: list[str], expected: str) -> None:
    groups = by_label(material.clips, LABELS)
    commands = {command: groups[command] for command in COMMANDS}

    def heard(waveform: Waveform) -> list[str]:
        assert np.abs(waveform).max() <= 1
        return events

    assert _repeated(commands, material.cache, 3, 0.2, heard).startswith(expected)
