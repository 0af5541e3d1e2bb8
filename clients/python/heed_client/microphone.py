"""Record from the default microphone, with the extra package sounddevice."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

CHUNKS_PER_SECOND = 10
HIGHEST_RATE = 96_000  # that the service takes


class NoMicrophone(Exception):
    """sounddevice or PortAudio is not installed, or there is no microphone, or it fails."""


class Microphone:
    """An open microphone: chunks of 16-bit samples without end, at the device's own rate."""

    def __init__(self, device: Any, sample_rate: int) -> None:
        self._device = device
        self.sample_rate = sample_rate

    def __iter__(self) -> Iterator[bytes]:
        """Yield 100 ms, or all that has gathered if the service was slow, so that listening never falls behind."""
        while True:
            n_samples = max(self.sample_rate // CHUNKS_PER_SECOND, self._device.read_available)
            samples, _ = self._device.read(n_samples)
            yield bytes(samples)


@contextmanager
def open_microphone() -> Iterator[Microphone]:
    sounddevice = _sounddevice()
    try:
        sample_rate = min(round(sounddevice.query_devices(kind="input")["default_samplerate"]), HIGHEST_RATE)
        with sounddevice.RawInputStream(samplerate=sample_rate, channels=1, dtype="int16") as device:
            yield Microphone(device, sample_rate)
    except sounddevice.PortAudioError as error:
        raise NoMicrophone(f"no microphone can be heard here ({error}); connect one, or pipe sound in") from error


def _sounddevice() -> ModuleType:
    try:
        return import_module("sounddevice")
    except ModuleNotFoundError as error:
        raise NoMicrophone("a microphone needs sounddevice: pip install 'heed-client[microphone]'") from error
    except OSError as error:
        message = f"a microphone needs PortAudio (Debian: apt-get install libportaudio2): {error}"
        raise NoMicrophone(message) from error
