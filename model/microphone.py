"""Record from the default microphone."""

from collections.abc import Generator
from importlib import import_module
from types import ModuleType

import numpy as np
import soxr

from model.audio import SAMPLE_RATE, Waveform
from model.errors import MicrophoneError

CHUNKS_PER_SECOND = 20


def record() -> Generator[Waveform]:
    """Yield chunks of 50 ms, ``(time,)``, mono in [-1, 1] at 16 kHz, without end.

    The device runs at its own rate, because many devices have no other.

    Raises:
        MicrophoneError: sounddevice or PortAudio is not installed, or there is no microphone, or it fails.
    """
    sounddevice = _sounddevice()
    try:
        sample_rate = round(sounddevice.query_devices(kind="input")["default_samplerate"])
        resampler = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32")
        with sounddevice.InputStream(samplerate=sample_rate, channels=1, dtype="float32") as stream:
            while True:
                chunk, _ = stream.read(sample_rate // CHUNKS_PER_SECOND)
                yield np.clip(resampler.resample_chunk(chunk[:, 0]), -1.0, 1.0)
    except sounddevice.PortAudioError as error:
        raise MicrophoneError(f"no microphone can be heard here; connect one, or record a file ({error})") from error


def _sounddevice() -> ModuleType:
    try:
        return import_module("sounddevice")
    except ModuleNotFoundError as error:
        raise MicrophoneError("a microphone needs sounddevice: scripts/venv requirements-live.txt") from error
    except OSError as error:
        message = f"a microphone needs PortAudio (Debian: apt-get install libportaudio2): {error}"
        raise MicrophoneError(message) from error
