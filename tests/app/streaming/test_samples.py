"""A sound file in a stream is refused by its name; samples never are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.streaming.messages import Refusal
from app.streaming.samples import refuse_file
from benchmarks.recordings import encode_av
from tests.app.sound import pcm
from tests.signals import encode, noise, tone

SOUND = tone(sample_rate=48_000)


def refuse(beginning: bytes, *, sample_rate: float = 16_000, n_channels: int = 1) -> None:
    refuse_file(beginning[:4_000], sample_rate=sample_rate, n_channels=n_channels)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (encode_av(SOUND, container="webm", codec="libopus"), "WebM or Matroska"),
        (encode_av(SOUND, container="mp4", codec="aac"), "MP4 or M4A"),
        (encode_av(SOUND, container="adts", codec="aac"), "AAC"),
        (encode(tone(), container="MP3"), "MP3"),
        (b"ID3" + bytes(30), "MP3"),
        (encode(tone(), container="FLAC"), "FLAC"),
        (encode(tone(), container="OGG", subtype="VORBIS"), "Ogg"),
        (encode(tone(), container="AIFF"), "AIFF"),
        (encode(tone(), container="CAF"), "CAF"),
        (encode(tone(), subtype="FLOAT"), "WAV"),
        (b"RIFF\0\0\0\0WAVE", "WAV"),
    ],
)
def test_a_sound_file_is_refused_by_name(file: bytes, name: str) -> None:
    with pytest.raises(Refusal, match=f"these are the bytes of a {name} file; a stream takes bare samples"):
        refuse(file)


def test_a_wav_of_the_samples_that_are_expected_may_pass() -> None:
    refuse(encode(tone()))
    refuse(encode(np.stack([tone(sample_rate=8_000)] * 2, axis=1), sample_rate=8_000), sample_rate=8_000, n_channels=2)


@pytest.mark.parametrize(("sample_rate", "n_channels"), [(8_000, 1), (16_000, 2)])
def test_a_wav_of_other_samples_is_refused(sample_rate: float, n_channels: int) -> None:
    with pytest.raises(Refusal, match="a WAV file"):
        refuse(encode(tone()), sample_rate=sample_rate, n_channels=n_channels)


@given(st.integers(0, 1_000), st.sampled_from([0.0, 0.001, 0.1, 1.0]), st.integers(0, 3_200))
def test_samples_are_never_taken_for_a_file(seed: int, amplitude: float, n_bytes: int) -> None:
    refuse(pcm(noise(1_600, seed=seed, amplitude=amplitude))[:n_bytes])


@pytest.mark.parametrize("beginning", [b"\xff\xf1\x50\x80", b"\xff\xfb\x90\x64", b"\xff\xf9\x4c\x80"])
def test_loud_samples_that_look_like_a_frame_are_heard(beginning: bytes) -> None:
    refuse(beginning + pcm(noise(1_600, amplitude=0.5)))
