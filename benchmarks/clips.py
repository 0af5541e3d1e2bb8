"""Make clips of the examples or from a seed, in every encoding that heed reads."""

import io
from pathlib import Path

import numpy as np
import soundfile

from model.audio import SAMPLE_RATE, Waveform, decode, fit

EXAMPLES = Path("examples")
EXAMPLE = EXAMPLES / "left.wav"
ENCODINGS = {
    "WAV, 8 bits": ("WAV", "PCM_U8"),
    "WAV, 16 bits": ("WAV", "PCM_16"),
    "WAV, 24 bits": ("WAV", "PCM_24"),
    "WAV, 32 bits": ("WAV", "PCM_32"),
    "WAV, float": ("WAV", "FLOAT"),
    "WAV, double": ("WAV", "DOUBLE"),
    "WAV, A-law": ("WAV", "ALAW"),
    "WAV, mu-law": ("WAV", "ULAW"),
    "WAV, extensible": ("WAVEX", "PCM_16"),
    "FLAC": ("FLAC", "PCM_16"),
    "Ogg Vorbis": ("OGG", "VORBIS"),
    "Ogg Opus": ("OGG", "OPUS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
}


def noise(n_samples: int, *, seed: int = 0) -> Waveform:
    """White noise, ``(time,)``; the network takes as long for it as for speech."""
    return np.random.default_rng(seed).normal(0, 0.1, n_samples).clip(-1, 1).astype(np.float32)


def varied(n_clips: int, *, seed: int = 0) -> Waveform:
    """The examples in turn, each moved, louder or quieter, and in some noise: ``(batch, time)`` of one second."""
    random = np.random.default_rng(seed)
    examples = [fit(decode(path.read_bytes())) for path in sorted(EXAMPLES.glob("*.wav"))]
    moved = [np.roll(examples[place % len(examples)], random.integers(-1600, 1600)) for place in range(n_clips)]
    waveforms = np.stack(moved) * random.uniform(0.2, 1.0, (n_clips, 1))
    noises = random.normal(0, 1, waveforms.shape) * random.uniform(0, 0.05, (n_clips, 1))
    return (waveforms + noises).clip(-1, 1).astype(np.float32)


def in_every_format() -> dict[str, bytes]:
    """An example in every container and encoding that heed reads, by the name of the format."""
    waveform = decode(EXAMPLE.read_bytes())
    return {name: encoded(waveform, container, subtype) for name, (container, subtype) in ENCODINGS.items()}


def wav(waveform: Waveform) -> bytes:
    return encoded(waveform, "WAV", "PCM_16")


def encoded(waveform: Waveform, container: str, subtype: str) -> bytes:
    """A sound file at 16 kHz of ``(time,)``."""
    file = io.BytesIO()
    soundfile.write(file, waveform, SAMPLE_RATE, format=container, subtype=subtype)
    return file.getvalue()
