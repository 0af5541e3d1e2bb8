"""A spoken example or a seed in, sound files out, and the bodies of the requests that carry them."""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from model.audio import SAMPLE_RATE, Waveform, decode, fit

EXAMPLES = Path("examples")
EXAMPLE = EXAMPLES / "left.wav"


class Body(NamedTuple):
    """What a request carries."""

    content_type: str
    content: bytes


def raw(clip: bytes) -> Body:
    return Body("audio/wav", clip)


def form(clip: bytes) -> Body:
    """The clip as the field ``file`` of a form, as curl -F and browsers send it."""
    boundary = "heed-benchmark-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="clip.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    )
    content = head.encode() + clip + f"\r\n--{boundary}--\r\n".encode()
    return Body(f"multipart/form-data; boundary={boundary}", content)


def noise(n_samples: int, *, seed: int = 0) -> Waveform:
    """White noise, ``(time,)``; what the network answers to it takes as long as what it answers to speech."""
    return np.random.default_rng(seed).normal(0, 0.1, n_samples).clip(-1, 1).astype(np.float32)


def varied(n_clips: int, *, seed: int = 0) -> Waveform:
    """The examples in turn, each moved, louder or quieter, and in some noise: ``(batch, time)`` of one second."""
    random = np.random.default_rng(seed)
    examples = [fit(decode(path.read_bytes())) for path in sorted(EXAMPLES.glob("*.wav"))]
    moved = [np.roll(examples[place % len(examples)], random.integers(-1600, 1600)) for place in range(n_clips)]
    waveforms = np.stack(moved) * random.uniform(0.2, 1.0, (n_clips, 1))
    noises = random.normal(0, 1, waveforms.shape) * random.uniform(0, 0.05, (n_clips, 1))
    return (waveforms + noises).clip(-1, 1).astype(np.float32)


def wav(waveform: Waveform) -> bytes:
    """A 16-bit WAV at 16 kHz."""
    file = io.BytesIO()
    soundfile.write(file, waveform, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()
