"""Send a waveform through a lossy codec and back, as recorders and calls do."""

import io
import random

import numpy as np
import soundfile

from model.audio import SAMPLE_RATE, Waveform, fit

# libsndfile's compression levels, which come to about 13 to 24 kbit/s of Opus and 10 to 22 kbit/s of MP3
CODECS = {"opus": ("OGG", "OPUS", (0.945, 1.0)), "mp3": ("MP3", "MPEG_LAYER_III", (0.94, 0.985))}


def coded(waveform: Waveform, codec: str, seed: int) -> Waveform:
    """Encode and decode at a low rate that the seed draws.

    Args:
        codec: a key of :data:`CODECS`.

    Shape: ``(time,)`` at 16 kHz in [-1, 1] to the same, the delay that a codec adds included.
    """
    container, subtype, levels = CODECS[codec]
    file = io.BytesIO()
    options = {"bitrate_mode": "CONSTANT"} if codec == "mp3" else {}
    level = random.Random(seed).uniform(*levels)  # noqa: S311 # nothing secret
    soundfile.write(file, waveform, SAMPLE_RATE, format=container, subtype=subtype, compression_level=level, **options)
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    return fit(np.clip(decoded[: len(waveform)], -1.0, 1.0), len(waveform))
