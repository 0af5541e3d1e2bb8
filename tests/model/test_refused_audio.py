"""A clip that can't be answered raises an error that says what would be right, and never any other error."""

import contextlib
import io
import tracemalloc

import numpy as np
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, decode
from model.errors import (
    AudioError,
    AudioTooLong,
    AudioTooShort,
    NoSamples,
    NotAudio,
    SamplesNotFinite,
    UnreadableAudio,
    UnsupportedEncoding,
)
from tests.signals import encode, noise
from tests.wav import format_chunk

REFUSED = [
    *[("WAV", subtype) for subtype in ("G721_32", "NMS_ADPCM_16")],
    *[(container, "PCM_16") for container in ("NIST", "VOC", "SVX", "IRCAM")],
    *[("MAT5", "DOUBLE"), ("XI", "DPCM_16")],
]
MAGICS = [
    b"",
    b"fLaC",
    b"fLaC\x00\x00\x00\x22",
    b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis",
    b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead",
    b"\xff\xfb\x90\x00",
    b"ID3\x04\x00\x00\x00\x00\x00\x05title" + b"\xff\xfb\x90\x00",
    b"RIFF\x00\x00\x00\x00WAVE",
    b"RIFF\x00\x00\x00\x00WAVE" + format_chunk() + b"data\x00\x00\x00\x00",
    b"RIFF\x00\x00\x00\x00WAVE" + format_chunk(code=3, bits=32) + b"data\xff\xff\xff\xff",
    b"RIFF\x00\x00\x00\x00WAVEfmt \x28\x00\x00\x00\xfe\xff",
]
quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def silent_hour() -> bytes:
    """An hour in 180 kB, which an encoder makes minute by minute."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", SAMPLE_RATE, 1, format="FLAC") as sound:
        for _ in range(60):
            sound.write(np.zeros(60 * SAMPLE_RATE, np.int16))
    return file.getvalue()


@pytest.mark.parametrize(("container", "subtype"), [("FLAC", None), ("OGG", "VORBIS"), ("OGG", "OPUS")])
@pytest.mark.parametrize("n_bytes", [60, 100, 1_000])
def test_a_file_that_was_cut_off_is_unreadable(container: str, subtype: str | None, n_bytes: int) -> None:
    clip = encode(noise(), container=container, subtype=subtype)

    with pytest.raises(UnreadableAudio, match="damaged or cut short; send a whole one") as caught:
        decode(clip[:n_bytes])

    assert isinstance(caught.value.__cause__, soundfile.SoundFileError)


@pytest.mark.parametrize(("container", "subtype"), REFUSED)
def test_what_is_not_allowed_never_reaches_libsndfile(
    container: str, subtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = encode(noise(), container=container, subtype=subtype)
    monkeypatch.setattr(soundfile.SoundFile, "__init__", lambda *_: pytest.fail("libsndfile was asked"))

    with pytest.raises((NotAudio, UnsupportedEncoding), match=r"heed knows; it reads|save it as PCM"):
        decode(clip)


def test_what_is_allowed_does_reach_libsndfile(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = encode(noise(), container="FLAC")
    monkeypatch.setattr(soundfile.SoundFile, "__init__", lambda *_: pytest.fail("libsndfile was asked"))

    with pytest.raises(pytest.fail.Exception, match="libsndfile was asked"):
        decode(clip)


@pytest.mark.parametrize(
    ("container", "sample_rate", "n_channels", "right"),
    [("FLAC", 3_999, 1, "4000 to 192000 Hz"), ("FLAC", 200_000, 1, "4000 to 192000 Hz"), ("OGG", 48_000, 9, "1 to 8")],
)
def test_a_layout_out_of_range_is_refused_in_every_container(
    container: str, sample_rate: int, n_channels: int, right: str
) -> None:
    clip = encode(np.stack([noise()] * n_channels, axis=1), sample_rate=sample_rate, container=container)

    with pytest.raises(UnsupportedEncoding, match=f"not read; use {right}"):
        decode(clip)


def test_a_wav_of_44_bytes_holds_no_samples() -> None:
    clip = encode(noise(0))

    with pytest.raises(NoSamples, match=r"no samples; record at least 0\.1 s"):
        decode(clip)

    assert len(clip) == 44


@pytest.mark.parametrize("sample_rate", [8_000, 16_000, 44_100])
def test_a_tenth_of_a_second_is_the_shortest_clip(sample_rate: int) -> None:
    shortest = sample_rate // 10

    assert len(decode(encode(noise(shortest), sample_rate=sample_rate))) == SAMPLE_RATE // 10
    with pytest.raises(AudioTooShort, match=r"lasts 0\.\d+ s; a word needs at least 0\.1 s"):
        decode(encode(noise(shortest - 1), sample_rate=sample_rate))


@pytest.mark.parametrize("sample_rate", [8_000, 44_100])
def test_the_limit_is_the_longest_clip(sample_rate: int) -> None:
    longest = 2 * sample_rate

    assert len(decode(encode(noise(longest), sample_rate=sample_rate), max_clip_seconds=2.0)) == 2 * SAMPLE_RATE
    with pytest.raises(AudioTooLong, match="longer than 2 s, the limit at its rate and channels; send a shorter one"):
        decode(encode(noise(longest + 1), sample_rate=sample_rate), max_clip_seconds=2.0)


@pytest.mark.parametrize(
    ("container", "subtype", "sample_rate", "n_channels", "longest"),
    [("WAV", "PCM_16", 48_000, 2, 1.0), ("FLAC", None, 192_000, 8, 0.0625), ("OGG", "OPUS", 8_000, 4, 0.5)],
    ids=["two channels of 48 kHz", "eight of 192 kHz", "Opus, which is always decoded at 48 kHz"],
)
def test_what_costs_more_to_decode_may_last_less(
    container: str, subtype: str | None, sample_rate: int, n_channels: int, longest: float
) -> None:
    length = round(2 * longest * sample_rate)
    channels = np.stack([noise(length + sample_rate // 10)] * n_channels, axis=1)
    longer = encode(channels, sample_rate=sample_rate, container=container, subtype=subtype)
    as_long = encode(channels[:length], sample_rate=sample_rate, container=container, subtype=subtype)

    assert len(decode(as_long, max_clip_seconds=2.0)) == SAMPLE_RATE * 2 * longest
    with pytest.raises(AudioTooLong, match=f"longer than {2 * longest:g} s, the limit at its rate and channels"):
        decode(longer, max_clip_seconds=2.0)


def test_an_hour_of_silence_is_refused_without_taking_its_memory() -> None:
    clip = silent_hour()

    tracemalloc.start()
    with pytest.raises(AudioTooLong):
        decode(clip)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(clip) < 200_000
    assert peak_bytes < 3 * MAX_CLIP_SECONDS * SAMPLE_RATE * 4


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_samples_that_are_not_finite_are_refused(subtype: str, value: float, n_channels: int) -> None:
    channels = np.stack([noise()] * n_channels, axis=1)
    channels[-1] = value

    with pytest.raises(SamplesNotFinite, match="all must be finite"):
        decode(encode(channels, subtype=subtype))


def test_inf_and_its_opposite_in_two_channels_do_not_cancel() -> None:
    channels = np.stack([noise(), noise()], axis=1)
    channels[5] = np.inf, -np.inf

    with pytest.raises(SamplesNotFinite):
        decode(encode(channels, subtype="FLOAT"))


@pytest.mark.parametrize("text", [b"", b"\x00", b"left", b"not a sound" * 1_000])
def test_text_and_nothing_are_not_audio(text: bytes) -> None:
    with pytest.raises(NotAudio, match="heed knows; it reads WAV"):
        decode(text)


@quick
@given(magic=st.sampled_from(MAGICS), rest=st.binary(max_size=400))
@example(magic=b"RIFF\x00\x00\x00\x00WAVE", rest=format_chunk(sample_rate=4_000) + b"data\xff\xff\xff\xff" + bytes(900))
def test_random_bytes_behind_a_magic_raise_nothing_but_audio_errors(magic: bytes, rest: bytes) -> None:
    with contextlib.suppress(AudioError):
        assert np.abs(decode(magic + rest)).max() <= 1.0


@quick
@given(
    encoding=st.sampled_from(
        [("WAV", "FLOAT"), ("WAVEX", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "OPUS"), ("MP3", None)]
    ),
    flips=st.lists(st.tuples(st.integers(0, 150), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_damage_in_a_header_raises_nothing_but_audio_errors(
    encoding: tuple[str, str | None], flips: list[tuple[int, int]]
) -> None:
    clip = bytearray(encode(noise(4_000), container=encoding[0], subtype=encoding[1]))
    for position, value in flips:
        clip[position] = value

    with contextlib.suppress(AudioError):
        assert np.abs(decode(bytes(clip))).max() <= 1.0
