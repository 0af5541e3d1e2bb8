"""Synthetic speech says every command and nonsense, and the errors say what is missing."""

import random
import shutil
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from model.audio import decode
from model.labels import UNKNOWN
from tests.labels import COMMANDS
from training.data.synthesize import REAL, is_held_out, main, nonsense, synthesize, synthetic_clips
from training.errors import DataError

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def test_nonsense_is_never_a_command_and_seldom_the_same() -> None:
    chance = random.Random(0)

    said = [nonsense(chance) for _ in range(3_000)]

    assert {text.removeprefix("[['").removesuffix("]]") for text in said}.isdisjoint(REAL)
    assert len(set(said)) > 2_000


def test_the_seed_fixes_what_is_said() -> None:
    said = [[nonsense(chance) for _ in range(20)] for chance in map(random.Random, (0, 0, 1))]

    assert said[0] == said[1]
    assert said[0] != said[2]


@needs_espeak
def test_every_command_is_spoken_in_many_voices_and_nonsense_is_unknown(tmp_path: Path) -> None:
    synthesize(tmp_path, COMMANDS, n_each=2, n_nonsense=3, seed=0)

    clips = synthetic_clips([tmp_path], COMMANDS)
    waveforms = [decode(clip.path.read_bytes()) for clip in clips]
    assert Counter(clip.word for clip in clips) == dict.fromkeys(COMMANDS, 2) | {UNKNOWN: 3}
    assert all(abs(waveform).max() > 0.05 for waveform in waveforms)
    assert len({len(waveform) for waveform in waveforms}) > 15


def test_every_fifth_word_is_held_out_whole_but_no_command() -> None:
    words = ["".join(pair) for pair in product("abcdefghijklmnopqrst", repeat=2)]

    held_out = [word for word in words if is_held_out(Path(word) / "af_sky-am_eric-3-100-0-0.ogg", COMMANDS)]

    assert len(held_out) == pytest.approx(len(words) / 5, rel=0.2)
    assert not any(is_held_out(Path(command) / "00001.wav", COMMANDS) for command in (*COMMANDS, UNKNOWN))


def test_held_out_voices_are_held_out_of_blends_and_commands_too(tmp_path: Path) -> None:
    names = ("af_sky-am_eric-3-100-0-0.ogg", "af_sky-am_adam-9-100-0-1.ogg", "bf_isabella-am_eric-1-90-0-2.ogg")
    (tmp_path / "yes").mkdir()
    for name in names:
        (tmp_path / "yes" / name).touch()

    assert [clip.path.name for clip in synthetic_clips([tmp_path], COMMANDS)] == [names[0]]


def test_a_folder_without_speech_is_an_error_that_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"python -m training\.data\.synthesize --out"):
        synthetic_clips([tmp_path], COMMANDS)


def test_without_espeak_the_command_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["--out", str(tmp_path)]) == 1
    assert "espeak-ng is not installed" in capsys.readouterr().err
