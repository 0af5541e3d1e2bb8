"""Nearly a hundred thousand real heartbeats for lesson 4, in one file, which ``python -m lessons.beats FOLDER`` makes.

The folder holds the MIT-BIH Arrhythmia Database at 125 values a second, a file ``mitbih-NUMBER.npz`` for each recording
with the fields ``ecg`` (int16, microvolts), ``beat_at`` (where each beat is marked) and ``beat`` (its letter).
"""

import argparse
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lessons.files import DATA

FILE = DATA / "heartbeats.npz"
RATE = 125  # values a second
N_VALUES, BEFORE = 28, 20  # a beat is 28 pairs of values, each averaged; ten pairs lie before its mark
STEP = 0.08  # millivolts between one stored value and the next: coarse, so that all beats fit into a megabyte
STRIP_SECONDS = 10

# No person is in both halves. They are those of P. de Chazal and others, 2004, without 202, who is the man of 201.
TRAINING = (
    101,
    106,
    108,
    109,
    112,
    114,
    115,
    116,
    118,
    119,
    122,
    124,
    201,
    203,
    205,
    207,
    208,
    209,
    215,
    220,
    223,
    230,
)
TEST = (100, 103, 105, 111, 113, 117, 121, 123, 200, 210, 212, 213, 214, 219, 221, 222, 228, 231, 232, 233, 234)
STRIPS = {100: 60, 117: 60, 215: 60, 219: 150, 228: 160}  # the drawn ones: recording, and seconds from its beginning

# the groups of the AAMI standard, by the letters of the database
GROUPS = {
    letter: group
    for group, letters in {"N": "NLRej", "S": "AaJS", "V": "VE", "F": "F", "Q": "Q"}.items()
    for letter in letters
}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The beats of half an hour; the first is left out, because no interval leads to it.

    Attributes:
        waves: ``(beat, 28)``, millivolts around the mark, with the median of the second around it taken off.
        intervals: ``(beat,)``, seconds from the beat before, called RR.
        groups: ``(beat,)``, one letter each: normal, supraventricular, ventricular, fused or Q for unknown.
        start: where the beat before the first is marked, in seconds.
    """

    waves: NDArray[np.float32]
    intervals: NDArray[np.float32]
    groups: NDArray[np.str_]
    start: float

    @cached_property
    def times(self) -> NDArray[np.float64]:
        """When each beat is marked, in seconds from the beginning of the recording."""
        return self.start + np.cumsum(self.intervals, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Ten seconds of a recording: the wave in millivolts, and where in the recording they begin, in seconds."""

    ecg: NDArray[np.float32]
    start: int


def read_beats() -> dict[int, Recording]:
    """Return the beats of all recordings, by number."""
    with np.load(FILE) as file:
        ends = np.cumsum(file["n_beats"])[:-1]
        parts = [np.split(file[field], ends) for field in ("wave", "interval", "group")]
        return {
            int(number): Recording(
                waves=(STEP * wave).astype(np.float32),
                intervals=(interval / RATE).astype(np.float32),
                groups=group.astype(str),
                start=float(start / RATE),
            )
            for number, start, wave, interval, group in zip(file["number"], file["start"], *parts, strict=True)
        }


def read_strips() -> dict[int, Strip]:
    """Return the drawn strips, by the number of their recording."""
    with np.load(FILE) as file:
        return {
            number: Strip(ecg=(ecg / 1000).astype(np.float32), start=start)
            for (number, start), ecg in zip(STRIPS.items(), file["strip"], strict=True)
        }


def cut_beats(ecg: NDArray[np.int16], marks: NDArray[np.int32]) -> NDArray[np.float32]:
    """Cut the wave around each mark out of a recording, and take its level off.

    Args:
        ecg: ``(time,)``, microvolts at 125 values a second.
        marks: ``(beat,)``, indices into it.

    Returns:
        ``(beat, 28)``, millivolts.
    """
    padded = np.pad(ecg / 1000, RATE, mode="edge")
    around = marks[:, None] + RATE
    level = np.median(padded[around + np.arange(-RATE // 2, RATE // 2)], axis=1)
    pairs = padded[around + np.arange(2 * N_VALUES) - BEFORE].reshape(-1, N_VALUES, 2)
    waves: NDArray[np.float32] = (pairs.mean(axis=2) - level[:, None]).astype(np.float32)
    return waves


def main(folder: Path) -> None:
    numbers = sorted(TRAINING + TEST)
    waves, intervals, groups, starts, strips = [], [], [], [], {}
    for number in numbers:
        with np.load(folder / f"mitbih-{number}.npz") as file:
            ecg, marks, letters = file["ecg"], file["beat_at"], file["beat"]
        waves.append(np.clip(np.round(cut_beats(ecg, marks[1:]) / STEP), -127, 127).astype(np.int8))
        intervals.append(np.diff(marks).astype(np.uint16))
        groups.append(np.array([GROUPS[letter] for letter in letters[1:]], "S1"))
        starts.append(marks[0])
        if number in STRIPS:
            first = STRIPS[number] * RATE
            strips[number] = ecg[first : first + STRIP_SECONDS * RATE]
    np.savez_compressed(
        FILE,
        number=np.array(numbers, np.uint8),
        n_beats=np.array([len(wave) for wave in waves], np.uint16),
        start=np.array(starts, np.uint16),
        strip=np.stack([strips[number] for number in STRIPS]),
        wave=np.concatenate(waves),
        interval=np.concatenate(intervals),
        group=np.concatenate(groups),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m lessons.beats", description="Make the heartbeats of lesson 4.")
    parser.add_argument("folder", type=Path, help="holds mitbih-NUMBER.npz for each recording")
    main(parser.parse_args().folder)
