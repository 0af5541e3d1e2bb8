"""The heartbeats of lesson 4 are whole, keep people apart, and can be made again from recordings."""

from pathlib import Path

import numpy as np
import pytest

from lessons import beats
from lessons.beats import RATE, STRIPS, TEST, TRAINING, cut_beats, main, read_beats, read_strips


def test_no_recording_is_in_both_halves_and_202_the_man_of_201_in_neither() -> None:
    assert not set(TRAINING) & set(TEST)
    assert 201 in TRAINING
    assert 202 not in TRAINING + TEST


def test_every_recording_of_both_halves_ships() -> None:
    assert set(read_beats()) == set(TRAINING + TEST)


def test_the_halves_hold_the_ventricular_beats_that_the_database_names_but_for_first_beats() -> None:
    recordings = read_beats()

    counts = [sum(np.sum(recordings[number].groups == "V") for number in half) for half in (TRAINING, TEST)]

    assert counts == [3788, 3200]


def test_a_beat_is_highest_near_its_mark() -> None:
    waves = read_beats()[100].waves

    assert np.median(waves.argmax(axis=1)) in (9, 10)
    assert 0.5 < np.median(waves.max(axis=1)) < 2.0


@pytest.mark.parametrize("number", STRIPS)
def test_a_strip_holds_the_beats_of_its_recording_at_their_times(number: int) -> None:
    recording, strip = read_beats()[number], read_strips()[number]
    places = ((recording.times - strip.start) * RATE).round().astype(int)
    inside = (places > RATE) & (places < len(strip.ecg) - RATE)

    waves = cut_beats((1000 * strip.ecg).astype(np.int16), places[inside])

    assert inside.sum() > 5
    assert waves == pytest.approx(recording.waves[inside], abs=0.042)


def test_the_level_of_the_recording_is_taken_off_a_beat() -> None:
    ecg = np.full(1000, 700, np.int16)
    ecg[500:502] += 1000

    wave = cut_beats(ecg, np.array([500], np.int32))[0]

    assert wave.shape == (28,)
    assert wave[10] == pytest.approx(1.0)
    assert np.delete(wave, 10) == pytest.approx(0.0)


def test_what_is_made_from_recordings_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecg = np.random.default_rng(0).integers(-500, 500, 200 * RATE).astype(np.int16)
    for number in TRAINING + TEST:
        np.savez(
            tmp_path / f"mitbih-{number}.npz",
            ecg=ecg,
            beat_at=np.array([100, 200, 325]),
            beat=np.array(["N", "L", "V"]),
        )
    monkeypatch.setattr(beats, "FILE", tmp_path / "heartbeats.npz")

    main(tmp_path)

    recording = read_beats()[101]
    assert recording.intervals == pytest.approx([0.8, 1.0])
    assert recording.times == pytest.approx([1.6, 2.6])
    assert list(recording.groups) == ["N", "V"]
    assert recording.waves == pytest.approx(cut_beats(ecg, np.array([200, 325])), abs=0.041)
