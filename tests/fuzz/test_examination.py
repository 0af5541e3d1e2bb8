"""The examination tells each planted fault of a decoder."""

from collections.abc import Callable

import numpy as np
import pytest

from fuzz import examination
from fuzz.examination import Tally, examine

SECOND = np.zeros(16_000, np.float32)


def held(n_bytes: int) -> object:
    return np.ones(n_bytes, np.uint8).sum() and SECOND


def raised(_: bytes) -> object:
    raise KeyError("planted")


def spun(_: bytes) -> object:
    return sum(range(10_000_000)) and SECOND


@pytest.mark.parametrize(
    ("decode", "outcome"),
    [
        (raised, "raised KeyError: 'planted'"),
        (lambda _: SECOND * np.nan, "a wrong waveform"),
        (lambda _: SECOND + 2, "a wrong waveform"),
        (lambda _: SECOND[:100], "a wrong waveform"),
        (lambda _: SECOND.astype(np.float64), "a wrong waveform"),
    ],
    ids=["foreign error", "NaN", "too loud", "too short", "other type"],
)
def test_what_is_wrong_with_an_answer_is_told(
    decode: Callable[[bytes], object], outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "decode", decode)

    seen = examine(b"")

    assert (seen.outcome, seen.is_good) == (outcome, False)


def test_memory_that_was_given_back_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "decode", lambda _: held(250_000_000))

    seen = examine(b"")

    assert seen.memory_mb > 200
    assert not seen.is_good


def test_the_processors_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "decode", spun)
    monkeypatch.setattr(examination, "MAX_CPU_S", 0.001)

    seen = examine(b"")

    assert seen.outcome == "a waveform"
    assert not seen.is_good


def test_tallies_add_up() -> None:
    one, other = Tally(), Tally()
    one.add(examine(b""))
    other.add(examine(b"RIFF"))

    one.merge(other)

    assert one.outcomes == {"NotAudio": 2}
    assert one.slowest_cpu_s >= other.slowest_cpu_s
