"""A microphone is recorded at 16 kHz; where there is none, the error says what would help."""

import sys
from itertools import islice
from types import SimpleNamespace, TracebackType

import numpy as np
import pytest

from model.errors import MicrophoneError
from model.microphone import record
from tests.signals import Signal, tone


class PortAudioError(Exception):
    """As sounddevice names its own."""


class Device:
    """What sounddevice opens: a microphone that hears one sound and then breaks."""

    def __init__(self, sound: Signal, sample_rate: float) -> None:
        self.sound, self.sample_rate = sound, sample_rate
        self.is_open = False

    def query_devices(self, kind: str) -> dict[str, float]:
        return {"default_samplerate": self.sample_rate}

    def open(self, *, samplerate: int, channels: int, dtype: str) -> "Device":
        assert (samplerate, channels, dtype) == (self.sample_rate, 1, "float32")
        return self

    def __enter__(self) -> "Device":
        self.is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    def read(self, n_samples: int) -> tuple[Signal, bool]:
        if len(self.sound) < n_samples:
            raise PortAudioError("Device unavailable")
        chunk, self.sound = self.sound[:n_samples], self.sound[n_samples:]
        return chunk[:, None], False


@pytest.fixture(params=[8_000, 16_000, 44_100, 48_000])
def device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Device:
    device = Device(tone(440, seconds=2.0, sample_rate=request.param), request.param)
    sounddevice = SimpleNamespace(
        query_devices=device.query_devices, InputStream=device.open, PortAudioError=PortAudioError
    )
    monkeypatch.setitem(sys.modules, "sounddevice", sounddevice)
    return device


def test_a_microphone_of_any_rate_is_heard_at_16_khz(device: Device) -> None:
    waveform = np.concatenate([*islice(record(), 30)])

    expected = tone(440, seconds=2.0)[: len(waveform)]
    assert waveform.dtype == np.float32
    assert 1.3 < len(waveform) / 16_000 <= 1.5
    assert np.abs(waveform - expected)[200:].max() < 0.01


def test_who_stops_listening_closes_the_microphone(device: Device) -> None:
    chunks = record()
    next(chunks)
    was_open = device.is_open

    chunks.close()

    assert was_open
    assert not device.is_open


def test_a_microphone_that_fails_says_so(device: Device) -> None:
    with pytest.raises(MicrophoneError, match=r"connect one, or record a file \(Device unavailable\)"):
        list(record())


def test_without_sounddevice_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(MicrophoneError, match=r"scripts/venv requirements-live\.txt"):
        next(record())


def test_without_portaudio_it_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("model.microphone.import_module", fail)

    with pytest.raises(MicrophoneError, match="apt-get install libportaudio2"):
        next(record())
