"""Make the short clips from which fuzzing starts, in every encoding that heed reads."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.recordings import encode_av

_WAV_SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")
_OTHERS = [
    *[("FLAC", subtype) for subtype in ("PCM_S8", "PCM_16", "PCM_24")],
    *[("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")],
]
_RECORDED = [
    *[("webm", "libopus"), ("matroska", "aac"), ("matroska", "pcm_s16le"), ("mp4", "aac"), ("mp4", "alac")],
    *[("mp4", "libopus"), ("3gp", "aac"), ("adts", "aac"), ("asf", "wmav2"), ("w64", "pcm_s16le"), ("caf", "alac")],
    *[("aiff", "pcm_s16be"), ("au", "pcm_mulaw"), ("wav", "adpcm_ima_wav"), ("wav", "adpcm_ms"), ("ogg", "flac")],
]
# rate, channels and samples: the shortest of which MP3 and Ogg still make more than one frame or page
_SHAPES = [(8_000, 1, 1_200), (48_000, 2, 5_000)]


def seed_clips(seed: int = 0) -> list[bytes]:
    """Clips of 0.1 to 0.15 s, in one channel and two; each encoding of WAV with a plain and an extensible header.

    Some more are near a limit, so that a small lie carries them over it: just over a minute, and eight channels.
    """
    encodings = [(container, subtype) for container in ("WAV", "WAVEX") for subtype in _WAV_SUBTYPES] + _OTHERS
    short = [
        encoded(sound(*shape, seed=seed), shape[0], container=container, subtype=subtype)
        for container, subtype in encodings
        for shape in _SHAPES
    ]
    long = encoded(np.zeros(61 * 8_000, np.float32), 8_000, container="FLAC")
    wide = [
        encoded(sound(48_000, 8, 6_000, seed=seed), 48_000, container=container, subtype=subtype)
        for container, subtype in [("WAVEX", "PCM_16"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
    ]
    return [*short, long, *wide]


def recorded_clips(seed: int = 0) -> list[bytes]:
    """Clips of 0.1 s in the containers and encodings that FFmpeg decodes for heed."""
    waveform = sound(48_000, 1, 5_000, seed=seed)[:, 0]
    fragmented = encode_av(waveform, container="mp4", codec="aac", movflags="frag_keyframe")
    return [fragmented, *(encode_av(waveform, container=container, codec=codec) for container, codec in _RECORDED)]


def encoded(waveform: NDArray[np.float32], sample_rate: int, *, container: str, subtype: str | None = None) -> bytes:
    """A sound file of ``(time,)`` or ``(time, channel)``."""
    file = io.BytesIO()
    soundfile.write(file, waveform, sample_rate, format=container, subtype=subtype)
    return file.getvalue()


def sound(sample_rate: int, n_channels: int, n_samples: int, *, seed: int = 0) -> NDArray[np.float32]:
    """A tone in some noise, different in each channel: ``(time, channel)``."""
    random = np.random.default_rng(seed)
    time = np.arange(n_samples)[:, None] / sample_rate
    tones = 0.4 * np.sin(2 * np.pi * random.uniform(200, 2_000, n_channels) * time)
    return (tones + random.normal(0, 0.05, (n_samples, n_channels))).clip(-1, 1).astype(np.float32)
