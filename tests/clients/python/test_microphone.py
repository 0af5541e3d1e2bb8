"""A microphone is heard at its own rate; where there is none, the command says what would help."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from types import SimpleNamespace

import pytest

from heed_client.command_line import main
from heed_client.microphone import NoMicrophone, open_microphone
from tests.app.sound import bursts, pcm


class PortAudioError(Exception):
    """As sounddevice names its own."""


class Device:
    """What sounddevice opens: a microphone that hears one sound and then breaks."""

    def __init__(self, sound: bytes, sample_rate: float) -> None:
        self.sound, self.sample_rate = sound, sample_rate
        self.read_available = 0

    def query_devices(self, kind: str) -> dict[str, float]:
        assert kind == "input"
        return {"default_samplerate": self.sample_rate}

    @contextmanager
    def open(self, *, samplerate: int, channels: int, dtype: str) -> Iterator["Device"]:
        assert (channels, dtype) == (1, "int16")
        self.sample_rate = samplerate
        yield self

    def read(self, n_samples: int) -> tuple[memoryview, bool]:
        if len(self.sound) < 2 * n_samples:
            raise PortAudioError("Device unavailable")
        chunk, self.sound = self.sound[: 2 * n_samples], self.sound[2 * n_samples :]
        return memoryview(chunk), False


def plug_in(monkeypatch: pytest.MonkeyPatch, device: Device) -> None:
    sounddevice = SimpleNamespace(
        query_devices=device.query_devices, RawInputStream=device.open, PortAudioError=PortAudioError
    )
    monkeypatch.setitem(sys.modules, "sounddevice", sounddevice)


@pytest.mark.parametrize(("device_rate", "rate"), [(16_000.0, 16_000), (44_100.0, 44_100), (192_000.0, 96_000)])
def test_a_device_keeps_its_rate_up_to_what_the_service_takes(
    monkeypatch: pytest.MonkeyPatch, device_rate: float, rate: int
) -> None:
    plug_in(monkeypatch, Device(bytes(400_000), device_rate))

    with open_microphone() as microphone:
        chunks = [*islice(microphone, 3)]

    assert microphone.sample_rate == rate
    assert [len(chunk) for chunk in chunks] == [2 * (rate // 10)] * 3


def test_sound_that_has_gathered_comes_as_one_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(bytes(400_000), 16_000.0)
    plug_in(monkeypatch, device)

    with open_microphone() as microphone:
        device.read_available = 40_000
        chunk = next(iter(microphone))

    assert len(chunk) == 80_000


def test_the_command_hears_the_microphone_and_says_when_it_breaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    plug_in(monkeypatch, Device(pcm(bursts(1.0, 0.8, 2.0)), 16_000.0))

    status = main(["listen", "--url", url])

    out, err = capsys.readouterr()
    assert out.startswith("go\t")
    assert err.splitlines()[0] == "heed: listening; Ctrl-C ends"
    assert "no microphone can be heard here (Device unavailable); connect one" in err
    assert status == 1


def test_without_sounddevice_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(NoMicrophone, match=r"pip install 'heed-client\[microphone\]'"), open_microphone():
        pass


def test_without_portaudio_it_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("heed_client.microphone.import_module", fail)

    with pytest.raises(NoMicrophone, match="apt-get install libportaudio2"), open_microphone():
        pass
