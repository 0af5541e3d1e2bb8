"""The samples of a WAV are found whatever its sizes, its byte order and its padding."""

import io
import struct

import numpy as np
import pytest
import soundfile

from model.audio import SAMPLE_RATE, decode
from model.wav import PCM as PCM_CODE
from model.wav import WavFormat, join_wav, pcm16_of, split_wavs
from tests.signals import encode, noise, tone
from tests.wav import chunk, format_chunk, riff

SAMPLES = (tone() * 32_767).astype("<i2")
PCM = SAMPLES.tobytes()
WAVEFORM = SAMPLES / np.float32(32_768)


def unpadded(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content


def rf64(magic: bytes, *behind: bytes) -> bytes:
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, len(PCM), len(SAMPLES), 0))
    samples = chunk(b"data", PCM, size=0xFFFFFFFF)
    return magic + riff(sizes, format_chunk(), samples, *behind)[4:]


@pytest.mark.parametrize("name", [b"bext", b"LIST", b"abcd"])
@pytest.mark.parametrize("content", [b"x", b"odd", bytes(603)])
def test_an_odd_chunk_without_its_byte_of_padding_is_skipped(name: bytes, content: bytes) -> None:
    before = riff(unpadded(name, content), format_chunk(), chunk(b"data", PCM))
    between = riff(format_chunk(), unpadded(name, content), chunk(b"data", PCM))

    assert np.array_equal(decode(before), WAVEFORM)
    assert np.array_equal(decode(between), WAVEFORM)


@pytest.mark.parametrize("padding", [b"\0", b" ", b"x"])
def test_any_byte_may_be_the_padding(padding: bytes) -> None:
    clip = riff(unpadded(b"LIST", b"odd") + padding, format_chunk(), chunk(b"data", PCM))

    assert np.array_equal(decode(clip), WAVEFORM)


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
def test_a_size_of_64_bits_ends_the_samples(magic: bytes) -> None:
    clip = rf64(magic, chunk(b"LIST", bytes(5_000)))

    assert np.array_equal(decode(clip), WAVEFORM)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_big_endian_wavs_are_read(subtype: str) -> None:
    signal = noise()

    clip = encode(signal, subtype=subtype, endian="BIG")

    assert clip[:4] == b"RIFX"
    assert np.abs(decode(clip) - signal).max() < 0.02


def test_a_stream_without_a_length_ends_where_another_wav_begins() -> None:
    streamed = riff(format_chunk(), chunk(b"data", PCM, size=0xFFFFFFFF))

    assert [samples for _, samples in split_wavs(streamed + streamed)] == [PCM, PCM]


def test_wavs_of_different_rates_and_channels_are_joined() -> None:
    stereo = np.stack([tone(880, sample_rate=48_000)] * 2, axis=1)

    waveform = decode(encode(tone(440)) + encode(stereo, sample_rate=48_000))

    assert np.array_equal(waveform[:SAMPLE_RATE], decode(encode(tone(440))))
    assert np.abs(waveform[SAMPLE_RATE:] - tone(880))[800:-800].max() < 0.01


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("n_channels", [1, 3])
def test_samples_of_16_bits_are_those_that_libsndfile_reads(order: str, n_channels: int) -> None:
    form = WavFormat.plain(PCM_CODE, n_channels=n_channels, sample_rate=8_000, n_bytes=2, order=order)
    clip = join_wav(form, np.random.default_rng(0).bytes(2 * n_channels * 1_000 + 1))

    samples, sample_rate = pcm16_of(clip) or (np.empty(0), 0)

    theirs, their_rate = soundfile.read(io.BytesIO(clip), dtype="int16", always_2d=True)
    assert np.array_equal(samples, theirs)
    assert sample_rate == their_rate


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_U8", "FLOAT", "ULAW"])
def test_other_samples_are_left_to_libsndfile(subtype: str) -> None:
    assert pcm16_of(encode(tone(), subtype=subtype)) is None
