"""Clip bytes in, a 16 kHz mono waveform out; and that waveform fitted to the second that the network hears."""

import io

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from model.containers import check_layout, readable
from model.errors import (
    AudioTooLong,
    AudioTooShort,
    NoSamples,
    SamplesNotFinite,
    UnreadableAudio,
)

Waveform = NDArray[np.float32]

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = SAMPLE_RATE  # the network hears one second
MIN_CLIP_SECONDS = 0.1
MAX_CLIP_SECONDS = 60.0
FULL_LENGTH_RATE = 96_000  # samples a second, of all channels together, at which a clip may be as long as the limit
OPUS_RATE = 48_000  # at which Opus is decoded, whatever rate its header names


class _Stream(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file read from front to back: soundfile seeks after each block of others, which garbles MP3."""

    def seekable(self) -> bool:
        return False


def decode(clip: bytes, *, max_clip_seconds: float = MAX_CLIP_SECONDS) -> Waveform:
    """Decode a sound file to a mono waveform at 16 kHz.

    Reads WAV, FLAC, Ogg and MP3 (see :mod:`model.containers`) of 4 to 192 kHz and 1 to 8 channels; channels are
    averaged, other rates resampled with soxr. Decoding stops at the limit, whatever the header claims, so memory and
    time are bounded by the limit and not by the file.

    Args:
        clip: a whole sound file.
        max_clip_seconds: longest clip that is decoded; of more than two channels of 48 kHz less, in proportion.

    Shape: returns ``(time,)``, float32 in [-1, 1]; louder float samples are clipped.

    Raises:
        NotAudio, UnsupportedEncoding, UnreadableAudio: what the bytes are not.
        NoSamples, AudioTooShort, AudioTooLong, SamplesNotFinite: what is wrong with the sound.
    """
    try:
        with _Stream(io.BytesIO(readable(clip))) as sound:
            check_layout(sound.samplerate, sound.channels)
            sample_rate = sound.samplerate
            max_seconds = _max_seconds(sound, max_clip_seconds)
            waveform = _read_mono(sound, max_samples=int(max_seconds * sample_rate))
    except soundfile.SoundFileError as error:
        raise UnreadableAudio("the sound file is damaged or cut short; send a whole one") from error
    _check_length(waveform, sample_rate, max_seconds)
    if sample_rate != SAMPLE_RATE:
        waveform = np.clip(soxr.resample(waveform, sample_rate, SAMPLE_RATE), -1.0, 1.0)  # it overshoots
    return waveform


def fit(waveform: Waveform, n_samples: int = WINDOW_SAMPLES) -> Waveform:
    """Bring a waveform to a length: a shorter one stands in the middle of zeros, of a longer one the middle stays.

    Shape: ``(time,)`` to ``(n_samples,)``.
    """
    excess = len(waveform) - n_samples
    if excess >= 0:
        return waveform[excess // 2 : excess // 2 + n_samples]
    before = -excess // 2
    return np.pad(waveform, (before, -excess - before))


def _max_seconds(sound: soundfile.SoundFile, max_clip_seconds: float) -> float:
    """The limit for this layout: a minute of 8 channels of 192 kHz, in a file of 40 kB, took a second to decode."""
    rate: int = OPUS_RATE if sound.subtype == "OPUS" else sound.samplerate
    return max_clip_seconds * min(1.0, FULL_LENGTH_RATE / (rate * int(sound.channels)))


def _read_mono(sound: soundfile.SoundFile, max_samples: int) -> Waveform:
    """Read second by second, at most one beyond the limit, so that no false length or channel count takes memory."""
    blocks, n_samples = [np.empty(0, np.float32)], 0
    while n_samples <= max_samples:
        block = sound.read(sound.samplerate, dtype="float32", always_2d=True)
        if not len(block):
            break
        if not np.isfinite(block).all():
            raise SamplesNotFinite("some samples are NaN or infinite; all must be finite numbers")
        blocks.append(np.clip(block, -1.0, 1.0).mean(axis=1))  # clipped first: huge samples would overflow from here on
        n_samples += len(block)
    return np.concatenate(blocks)


def _check_length(waveform: Waveform, sample_rate: int, max_seconds: float) -> None:
    seconds = len(waveform) / sample_rate
    if not len(waveform):
        raise NoSamples("the sound file holds no samples; record at least 0.1 s")
    if seconds > max_seconds:
        raise AudioTooLong(
            f"the clip is longer than {max_seconds:g} s, the limit at its rate and channels; send a shorter one"
        )
    if seconds < MIN_CLIP_SECONDS:
        raise AudioTooShort(f"the clip lasts {seconds:.3f} s; a word needs at least {MIN_CLIP_SECONDS} s")
