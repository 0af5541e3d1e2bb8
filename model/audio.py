"""Clip bytes in, a 16 kHz mono waveform out; and that waveform fitted to the second that the network hears."""

import io

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from model.av_decoder import AvDecoder
from model.channels import Channel, mix, without_offset
from model.containers import check_layout, split
from model.errors import (
    AudioTooLong,
    AudioTooShort,
    NoSamples,
    SamplesNotFinite,
    UnreadableAudio,
)
from model.full_scale import to_full_scale
from model.wav import FLOAT, WavFormat, join_wav, pcm16_of

Waveform = NDArray[np.float32]
_Channels = tuple[NDArray[np.float32], int, float]  # (time, channel), their rate, and how many seconds may be read

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = SAMPLE_RATE  # the network hears one second
MIN_CLIP_SECONDS = 0.1
MAX_CLIP_SECONDS = 60.0
FULL_LENGTH_RATE = 96_000  # samples a second, of all channels together, at which a clip may be as long as the limit
OPUS_RATE = 48_000  # at which Opus is decoded, whatever rate its header names

_AV_DECODER = AvDecoder()  # it starts its process when a clip first needs it


class _Stream(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file read from front to back: soundfile seeks after each block of others, which garbles MP3."""

    def seekable(self) -> bool:
        return False


def decode(clip: bytes, *, max_clip_seconds: float = MAX_CLIP_SECONDS, channel: Channel | None = None) -> Waveform:
    """Decode a sound file to a mono waveform at 16 kHz.

    Reads the containers of :mod:`model.containers` at 4 to 192 kHz with 1 to 8 channels, joined files to their end.
    Other rates are resampled with soxr. Decoding stops at the limit, whatever the header claims, so memory and time are
    bounded by the limit and not by the file.

    Args:
        clip: a whole sound file.
        max_clip_seconds: longest clip that is decoded; of more than two channels of 48 kHz less, in proportion.
        channel: which channel to hear, see :func:`model.channels.mix`.

    Shape: returns ``(time,)``, float32 in [-1, 1]; see :func:`model.full_scale.to_full_scale` for louder samples.

    Raises:
        NotAudio, UnsupportedEncoding, UnreadableAudio: what the bytes are not.
        NoSamples, AudioTooShort, AudioTooLong, SamplesNotFinite, SamplesOutOfRange: what is wrong with the sound.
        NoSuchChannel: the clip does not have the channel.
    """
    waveforms, seconds = list[Waveform](), 0.0
    for content in _readable_parts(clip, max_clip_seconds):
        waveform, sample_rate = _decode_part(content, max_clip_seconds, channel)
        seconds += len(waveform) / sample_rate
        if seconds > max_clip_seconds:
            raise AudioTooLong(f"the clip is longer than {max_clip_seconds:g} s; send a shorter one")
        waveforms.append(_resample(waveform, sample_rate))
    _check_length(seconds)
    return waveforms[0] if len(waveforms) == 1 else np.concatenate(waveforms)


def to_wav(clip: bytes, *, max_clip_seconds: float = MAX_CLIP_SECONDS, channel: Channel | None = None) -> bytes:
    """Decode a sound file like :func:`decode`, and write the waveform as a WAV, of which nothing more can go wrong."""
    waveform = decode(clip, max_clip_seconds=max_clip_seconds, channel=channel)
    form = WavFormat.plain(FLOAT, n_channels=1, sample_rate=SAMPLE_RATE, n_bytes=4)
    return join_wav(form, waveform.astype("<f4").tobytes())


def fit(waveform: Waveform, n_samples: int = WINDOW_SAMPLES) -> Waveform:
    """Bring a waveform to a length: a shorter one stands in the middle of zeros, of a longer one the middle stays.

    Shape: ``(time,)`` to ``(n_samples,)``.
    """
    excess = len(waveform) - n_samples
    if excess >= 0:
        return waveform[excess // 2 : excess // 2 + n_samples]
    before = -excess // 2
    return np.pad(waveform, (before, -excess - before))


def _readable_parts(clip: bytes, max_clip_seconds: float) -> list[bytes]:
    """Split a clip into sound files that libsndfile reads; what it does not read FFmpeg has decoded to WAVs."""
    parts = [*split(clip)]
    if any(part.demuxer for part in parts):
        max_values = int(max_clip_seconds * FULL_LENGTH_RATE)
        parts = [*split(_AV_DECODER.to_wav(parts, max_seconds=max_clip_seconds, max_values=max_values))]
    return [part.content for part in parts]


def _decode_part(clip: bytes, max_clip_seconds: float, channel: Channel | None) -> tuple[Waveform, int]:
    """Decode one sound file to mono at its own rate."""
    pcm16 = pcm16_of(clip)  # most clips; libsndfile would take four times as long
    channels, sample_rate, max_seconds = (
        _to_float(*pcm16, max_clip_seconds) if pcm16 else _read_file(clip, max_clip_seconds)
    )
    if len(channels) / sample_rate > max_seconds:
        raise AudioTooLong(
            f"the clip is longer than {max_seconds:g} s, the limit at its rate and channels; send a shorter one"
        )
    return mix(without_offset(channels), sample_rate, channel), sample_rate


def _to_float(samples: NDArray[np.int16], sample_rate: int, max_clip_seconds: float) -> _Channels:
    max_seconds = _max_seconds(sample_rate, samples.shape[1], max_clip_seconds)
    read = samples[: int(max_seconds * sample_rate) + 1]
    return np.multiply(read, 1 / 2**15, dtype=np.float32), sample_rate, max_seconds


def _read_file(clip: bytes, max_clip_seconds: float) -> _Channels:
    """Read a sound file by libsndfile."""
    file = io.BytesIO(clip)
    try:
        with _Stream(file) as sound:
            check_layout(sound.samplerate, sound.channels)
            sample_rate = int(sound.samplerate)
            rate = OPUS_RATE if sound.subtype == "OPUS" else sample_rate
            max_seconds = _max_seconds(rate, int(sound.channels), max_clip_seconds)
            channels = _read(sound, file, max_samples=int(max_seconds * sample_rate))
    except soundfile.SoundFileError as error:
        raise UnreadableAudio("the sound file is damaged or cut short; send a whole one") from error
    return to_full_scale(channels), sample_rate, max_seconds


def _max_seconds(rate: int, n_channels: int, max_clip_seconds: float) -> float:
    """The limit for this layout: a minute of 8 channels of 192 kHz, in a file of 40 kB, took a second to decode."""
    return max_clip_seconds * min(1.0, FULL_LENGTH_RATE / (rate * n_channels))


def _read(sound: soundfile.SoundFile, file: io.BytesIO, *, max_samples: int) -> NDArray[np.float32]:
    """Read second by second, at most one beyond the limit, so that no false length or channel count takes memory.

    Shape: returns ``(time, channel)``.
    """
    blocks, n_samples = list[NDArray[np.float32]](), 0
    while n_samples <= max_samples:
        block, is_last = _read_block(sound, file)
        if not np.isfinite(block).all():
            raise SamplesNotFinite("some samples are NaN or infinite; all must be finite numbers")
        blocks.append(block)
        n_samples += len(block)
        if is_last:
            break
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)


def _read_block(sound: soundfile.SoundFile, file: io.BytesIO) -> tuple[NDArray[np.float32], bool]:
    """Read a second, and tell whether it is the last; of a FLAC whose end is missing, what is there."""
    block = np.full((sound.samplerate, sound.channels), np.nan, np.float32)
    try:
        read: NDArray[np.float32] = sound.read(out=block)
    except soundfile.SoundFileError:
        n_read = int(np.isfinite(block[:, 0]).sum())
        if not n_read or file.read(1):  # damaged before its end
            raise
        return block[:n_read], True
    return read, len(read) < sound.samplerate


def _resample(waveform: Waveform, sample_rate: int) -> Waveform:
    if sample_rate != SAMPLE_RATE:
        waveform = soxr.resample(waveform, sample_rate, SAMPLE_RATE)
    return np.clip(waveform, -1.0, 1.0)  # resampling overshoots, and so does a waveform without its offset


def _check_length(seconds: float) -> None:
    if not seconds:
        raise NoSamples("the sound file holds no samples; record at least 0.1 s")
    if seconds < MIN_CLIP_SECONDS:
        raise AudioTooShort(f"the clip lasts {seconds:.3f} s; a word needs at least {MIN_CLIP_SECONDS} s")
