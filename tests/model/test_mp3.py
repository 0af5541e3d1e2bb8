"""An MP3 is found behind whatever stands before it, and read to its end."""

import struct

import numpy as np
import pytest

from model.audio import SAMPLE_RATE, decode
from model.mp3 import find_frames, split_mp3s
from tests.signals import encode, tone

MP3 = encode(tone(), container="MP3")
ID3 = b"ID3\x03\0\0\0\0\x01\x48" + bytes(200)
APE_FOOTER = b"APETAGEX" + struct.pack("<IIII", 2000, 32, 0, 0x80000000) + bytes(8)
APE = b"APETAGEX" + struct.pack("<IIII", 2000, 32, 0, 0xA0000000) + bytes(8) + APE_FOOTER
RANDOM = np.random.default_rng(0).bytes(3_000)


@pytest.mark.parametrize(
    "before",
    [
        bytes(1),
        bytes(1_000),
        bytes(60_000),
        ID3 + ID3,
        ID3 + bytes(512),
        bytes(30) + ID3,
        APE,
        ID3 + APE,
        APE + ID3,
        b"ID3\x03\0\0\0\0\x7f\x7f" + bytes(100),  # a tag that claims more than it has
        RANDOM,
        b"\xff" * 300,
        b"\xff\xfb\x90\x00" + bytes(50),  # what looks like a frame
        MP3[300:370],  # a cut one
    ],
)
def test_a_second_is_found_behind_other_bytes(before: bytes) -> None:
    waveform = decode(before + MP3)

    assert np.array_equal(waveform, decode(MP3))


def test_an_mp3_that_begins_within_a_frame_is_read_from_the_next() -> None:
    waveform = decode(MP3[1_000:])

    assert 0.7 < len(waveform) / SAMPLE_RATE < 1.0


@pytest.mark.parametrize("between", [b"", ID3, APE, b"TAG" + bytes(125), bytes(100)])
def test_joined_mp3s_are_read_to_the_end(between: bytes) -> None:
    other = encode(tone(880), container="MP3")

    waveform = decode(MP3 + between + other + between + MP3)

    assert np.array_equal(waveform, np.concatenate([decode(MP3), decode(other), decode(MP3)]))


def test_joined_mp3s_of_different_rates_are_read_to_the_end() -> None:
    other = encode(tone(880, sample_rate=44_100), sample_rate=44_100, container="MP3")

    assert np.array_equal(decode(MP3 + other), np.concatenate([decode(MP3), decode(other)]))


def test_frames_of_various_lengths_without_a_count_are_read_to_the_end() -> None:
    quiet = encode(tone(seconds=3), container="MP3", compression_level=0.9, bitrate_mode="CONSTANT")
    loud = encode(tone(seconds=1), container="MP3", compression_level=0.1, bitrate_mode="CONSTANT")

    waveform = decode(without_count(loud) + without_count(quiet))

    assert len(waveform) / SAMPLE_RATE == pytest.approx(4.0, abs=0.3)


def test_damage_in_the_middle_does_not_end_an_mp3() -> None:
    damaged = MP3[:2_000] + RANDOM[:100] + MP3[2_100:]

    assert len(split_mp3s(damaged)) == 1
    assert len(decode(damaged)) > 0.8 * SAMPLE_RATE


@pytest.mark.parametrize("other", [b"", b"\xff", bytes(500_000), b"\xff\xfb\x90\x00" * 50_000, RANDOM * 100])
def test_bytes_without_frames_are_not_taken_for_an_mp3(other: bytes) -> None:
    assert find_frames(other) is None


def without_count(mp3: bytes) -> bytes:
    """Leave out the first frame, in which the encoder has written how many follow."""
    found = find_frames(mp3[4:])
    assert found is not None
    return mp3[4 + found :]
