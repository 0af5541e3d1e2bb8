"""Every encoding, rate and layout becomes the right waveform, and a waveform is fitted to a second."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.audio import SAMPLE_RATE, decode, fit
from tests.signals import encode, noise, tone
from tests.wav import chunk, format_chunk, riff

ENCODINGS = [
    *[("WAV", subtype) for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW")],
    *[("WAVEX", subtype) for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW")],
    *[("FLAC", subtype) for subtype in ("PCM_S8", "PCM_16", "PCM_24")],
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
]
ID3_TAG = b"ID3\x04\x00\x00\x00\x00\x02\x2c" + bytes(300)


def loudest_frequency(signal: NDArray[np.float32]) -> float:
    return float(np.abs(np.fft.rfft(signal)).argmax()) * SAMPLE_RATE / len(signal)


@pytest.mark.parametrize(("container", "subtype"), ENCODINGS)
def test_every_encoding_gives_back_its_signal(container: str, subtype: str) -> None:
    signal = tone(440)

    waveform = decode(encode(signal, container=container, subtype=subtype))

    assert waveform.dtype == np.float32
    assert len(waveform) == SAMPLE_RATE
    assert np.abs(waveform - signal)[800:-800].max() < 0.03


@pytest.mark.parametrize("sample_rate", [4_000, 8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_a_tone_keeps_its_frequency_and_length_at_every_rate(sample_rate: int) -> None:
    waveform = decode(encode(tone(1_000, sample_rate=sample_rate), sample_rate=sample_rate))

    assert len(waveform) == SAMPLE_RATE
    assert loudest_frequency(waveform) == 1_000
    assert np.abs(waveform - tone(1_000))[800:-800].max() < 0.01


def test_what_16_khz_can_not_hold_is_filtered_out_and_not_folded_back() -> None:
    waveform = decode(encode(tone(9_000, sample_rate=48_000), sample_rate=48_000))

    assert np.abs(waveform)[800:-800].max() < 0.001


@pytest.mark.parametrize("container", ["WAV", "WAVEX", "FLAC"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_channels_become_their_mean(container: str, n_channels: int) -> None:
    channels = np.stack([noise(seed=seed) for seed in range(n_channels)], axis=1)

    waveform = decode(encode(channels, container=container, subtype="PCM_24"))

    assert np.allclose(waveform, channels.mean(axis=1), atol=1e-6)


@pytest.mark.parametrize(("container", "subtype"), [("MP3", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("FLAC", None)])
def test_nothing_breaks_where_one_block_of_decoding_meets_the_next(container: str, subtype: str | None) -> None:
    signal = tone(440, seconds=3.5, sample_rate=48_000)

    waveform = decode(encode(signal, sample_rate=48_000, container=container, subtype=subtype))

    assert np.abs(waveform - tone(440, seconds=3.5))[800:-800].max() < 0.05


def test_samples_beyond_full_scale_are_clipped() -> None:
    waveform = decode(encode(4 * tone(), subtype="FLOAT"))

    assert waveform.max() == 1.0
    assert waveform.min() == -1.0


@pytest.mark.parametrize("container", ["MP3", "FLAC", "WAV"])
def test_an_id3_tag_is_skipped(container: str) -> None:
    clip = encode(tone(), container=container)

    assert np.array_equal(decode(ID3_TAG + clip), decode(clip))


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 1_000_000])
def test_a_wav_that_lies_about_its_length_is_read_as_far_as_its_data_goes(size: int) -> None:
    samples = (tone() * 32_767).astype("<i2")
    clip = riff(format_chunk(), chunk(b"LIST", b"odd"), chunk(b"data", samples.tobytes(), size=size), size=size)

    waveform = decode(clip)

    assert np.array_equal(waveform, samples / np.float32(32_768))


def test_an_odd_format_chunk_and_half_a_sample_at_the_end_are_forgiven() -> None:
    samples = (tone() * 32_767).astype("<i2")
    odd_format = chunk(b"fmt ", format_chunk()[8:] + b"\x00")

    waveform = decode(riff(odd_format, chunk(b"data", samples.tobytes() + b"\x01")))

    assert np.array_equal(waveform, samples / np.float32(32_768))


def test_flac_that_was_streamed_without_a_known_length_is_read_to_its_end() -> None:
    clip = encode(tone(seconds=2.5), container="FLAC")
    streamed = clip[:21] + bytes([clip[21] & 0xF0]) + bytes(4) + clip[26:]  # 36 bits of STREAMINFO, 0 for unknown

    assert np.array_equal(decode(streamed), decode(clip))


def test_an_mp3_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    clip = encode(noise(4 * SAMPLE_RATE), container="MP3")

    waveform = decode(clip[: len(clip) // 2])

    assert 1.5 < len(waveform) / SAMPLE_RATE < 2.0


@pytest.mark.parametrize("n_samples", [1, 4, 5, 15_999])
def test_a_short_waveform_stands_in_the_middle_of_zeros(n_samples: int) -> None:
    fitted = fit(np.ones(n_samples, np.float32))

    (inside,) = np.nonzero(fitted)
    assert len(fitted) == SAMPLE_RATE
    assert len(inside) == n_samples
    assert abs(inside[0] - (SAMPLE_RATE - 1 - inside[-1])) <= 1


def test_of_a_long_waveform_the_middle_stays() -> None:
    waveform = np.arange(10, dtype=np.float32)

    assert fit(waveform, 4).tolist() == [3, 4, 5, 6]
