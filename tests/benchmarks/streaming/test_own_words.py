"""Taught words in streams are counted as a listener would."""

import numpy as np
import pytest

from benchmarks.streaming.own_words import Pupil, alone, false_accepts, heard_alone, spot
from model.detector import Event
from model.recognizer import Recognizer
from tests.signals import noise
from training.data.clips import Clip


class Listening:
    """A recognizer and spotter at once that hears a word in the first chunk of every stream."""

    def __init__(self, label: str) -> None:
        self.label = label

    def spotter(self) -> "Listening":
        self.heard = False
        return self

    def spot(self, chunk: np.ndarray) -> list[Event]:
        events = [] if self.heard else [Event(label=self.label, confidence=1, start_seconds=0, end_seconds=0.1)]
        self.heard = True
        return events


def hearing(label: str) -> Recognizer:
    return Listening(label)  # type: ignore[return-value]


@pytest.mark.parametrize(("label", "expected"), [("bed", 0.5), ("cat", 0.5), ("stairs", 0.0)])
def test_a_word_alone_must_be_the_only_event(label: str, expected: float) -> None:
    clips = [Clip(path=None, word=word, speaker="") for word in ("bed", "cat", "right", "bed")]  # type: ignore[arg-type]
    waveforms = np.stack([noise(seed=seed) for seed in range(4)])

    share = heard_alone(Pupil(recognizer=hearing(label), left=[0, 1, 2]), clips, waveforms)

    assert (share.value, share.n) == (expected, 2)


def test_an_hour_counts_each_taught_word_by_itself() -> None:
    (row,) = false_accepts(hearing("happy"), {"hum": iter([noise(160_000)])})

    assert row[0] == "hum"
    assert row[1].startswith("60.00")  # once in 10 s, of six words


def test_a_command_is_no_false_accept_of_a_taught_word() -> None:
    (row,) = false_accepts(hearing("stop"), {"hum": iter([noise(160_000)])})

    assert row[1].startswith("0.00")


def test_a_word_stands_alone_in_faint_noise() -> None:
    stream = alone(noise(), np.random.default_rng(0))

    events, seconds, _ = spot(hearing("bed"), [stream])
    assert np.abs(stream[:16_000]).max() < 0.01
    assert (len(events), seconds) == (1, 3.5)
