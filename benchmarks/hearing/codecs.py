"""Send speech through codecs, decoded as the service decodes it, and count the bits that it took."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from model.audio import SAMPLE_RATE, Waveform, decode, fit

TELEPHONE_RATE = 8_000
TELEPHONE_BAND_HZ = (300.0, 3_400.0)
# libsndfile maps a level of 0 to 1 onto the rates from the highest down to the lowest of an encoder at 16 kHz
MP3_KBITS = (160.0, 8.0)
OPUS_KBITS = (256.0, 6.0)


@dataclass(frozen=True, kw_only=True)
class Codec:
    """How libsndfile writes a clip.

    ``level`` is its compression level, and None its default; ``band_hz`` is the band that is kept before.
    """

    container: str
    subtype: str
    sample_rate: int = SAMPLE_RATE
    band_hz: tuple[float, float] | None = None
    level: float | None = None
    mode: str | None = None

    def encode(self, waveform: Waveform) -> bytes:
        sound = waveform if self.band_hz is None else _band(waveform, *self.band_hz)
        if self.sample_rate != SAMPLE_RATE:
            sound = soxr.resample(sound, SAMPLE_RATE, self.sample_rate)
        file = io.BytesIO()
        soundfile.write(
            file,
            np.clip(sound, -1.0, 1.0),
            self.sample_rate,
            format=self.container,
            subtype=self.subtype,
            compression_level=self.level,
            bitrate_mode=self.mode,
        )
        return file.getvalue()

    def through(self, waveforms: Waveform) -> Waveform:
        """Each clip through a file of its own, ``(clip, time)`` to the same; a delay of the codec stays."""
        return np.stack([fit(decode(self.encode(waveform))) for waveform in waveforms])

    def kbits(self, waveforms: Waveform) -> float:
        """Kilobits per second of all clips in one file, so that its header hardly counts."""
        return len(self.encode(waveforms.reshape(-1))) * 8 / (waveforms.size / SAMPLE_RATE) / 1000


def codecs() -> dict[str, Codec]:
    """By their names in the table."""
    return {
        "8 kHz": Codec(container="WAV", subtype="PCM_16", sample_rate=TELEPHONE_RATE),
        "telephone, 300 to 3400 Hz": Codec(
            container="WAV", subtype="PCM_16", sample_rate=TELEPHONE_RATE, band_hz=TELEPHONE_BAND_HZ
        ),
        "telephone, mu-law": Codec(
            container="WAV", subtype="ULAW", sample_rate=TELEPHONE_RATE, band_hz=TELEPHONE_BAND_HZ
        ),
        "mu-law, 16 kHz": Codec(container="WAV", subtype="ULAW"),
        "MP3, 64 kbit/s": _mp3(64),
        "MP3, 32 kbit/s": _mp3(32),
        "MP3, 16 kbit/s": _mp3(16),
        "Opus, 12 kbit/s": Codec(container="OGG", subtype="OPUS", level=_level(12, *OPUS_KBITS)),
    }


def _mp3(kbits: float) -> Codec:
    return Codec(container="MP3", subtype="MPEG_LAYER_III", level=_level(kbits, *MP3_KBITS), mode="CONSTANT")


def _level(kbits: float, highest: float, lowest: float) -> float:
    return (highest - kbits) / (highest - lowest)


def _band(waveform: Waveform, low_hz: float, high_hz: float) -> Waveform:
    """Filter ``(time,)`` by Butterworth filters of the fourth order at both ends, 24 dB an octave."""
    frequencies = np.fft.rfftfreq(len(waveform), 1 / SAMPLE_RATE)
    below = low_hz / frequencies.clip(min=1.0)
    gain = 1 / np.sqrt((1 + below**8) * (1 + (frequencies / high_hz) ** 8))
    return np.fft.irfft(gain * np.fft.rfft(waveform), len(waveform)).astype(np.float32)
