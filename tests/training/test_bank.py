"""The bank is drawn evenly from words and noise, and calibrated on clips that it does not hold."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from model.bank import load_bank
from model.labels import SILENCE
from tests.labels import COMMANDS
from tests.model.taught import random_bank
from tests.training.corpus import spoken, write_clip
from training.bank import Spoken, calibrate, main

RUN = ("NUMBERS", (1, 2)), ("N_RECORDED", 33), ("N_SYNTHETIC", 2), ("N_NOISE", 10), ("N_DRAWS", 1), ("N_MADE_SOUNDS", 1)


@pytest.fixture
def arguments(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of a small bank, from the corpus and three synthetic words, of which one is to be taught."""
    for name, number in RUN:
        monkeypatch.setattr(f"training.bank.{name}", number)
    for place, word in enumerate(("lamp", "fan", "happy")):
        (tmp_path / "speech" / word).mkdir(parents=True)
        write_clip(tmp_path / "speech" / word / "0.wav", spoken(place, 0, seed=9))
    return ["--data", str(corpus), "--speech", str(tmp_path / "speech"), "--out", str(tmp_path / "bank.npz")]


def test_the_command_line_writes_a_bank_with_as_much_of_each_word(arguments: list[str]) -> None:
    assert main(arguments) == 0

    bank = load_bank(Path(arguments[-1]))
    assert Counter(bank.words) == {**dict.fromkeys((*COMMANDS, "house"), 3), "lamp": 1, "fan": 1, SILENCE: 10}
    assert np.allclose(bank.embeddings.mean(axis=0), bank.mean, atol=0.1)
    assert set(bank.calibrations) == {1, 2}


def test_the_seed_fixes_the_bank(arguments: list[str]) -> None:
    banks = []
    for seed in ("0", "0", "1"):
        assert main([*arguments, "--seed", seed]) == 0
        banks.append(load_bank(Path(arguments[-1])).words)

    assert banks[0] == banks[1] != banks[2]


def test_the_command_line_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--speech", str(tmp_path), "--out", str(tmp_path / "bank.npz")]) == 1
    assert "no Speech Commands" in capsys.readouterr().err


def spare(difference: float) -> Spoken:
    """Two words by twenty speakers that differ in one feature, all of them unlike the bank's words."""
    generator = np.random.default_rng(0)
    features = generator.normal(0, 0.3, (40, 3, 576)).astype(np.float32)
    features[:20, :, 1] += difference
    return Spoken(
        words=np.repeat(["lamp", "fan"], 20),
        speakers=np.tile([f"{speaker:02d}" for speaker in range(20)], 2),
        features=features,
    )


def test_words_that_are_easily_told_apart_are_surer() -> None:
    alike, apart = (calibrate(random_bank(), spare(by), 3, random.Random(0)) for by in (0.3, 6.0))

    assert apart.slope > 2 * alike.slope > 0
