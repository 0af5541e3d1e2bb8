"""Recognize the container of a clip by its first bytes, and split joined files into their parts.

libsndfile and FFmpeg open hundreds of containers, and their released versions have known faults in the rare ones. Only
what is recognized here reaches them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from model import mp3, ogg, wav
from model.alignment import to_full_bytes
from model.errors import NotAudio, UnreadableAudio, UnsupportedEncoding

READABLE = "WAV, MP3, FLAC, Ogg, WebM, Matroska, MP4, M4A, 3GP, AMR, AAC, WMA, AIFF, CAF, AU and W64"

SAMPLE_RATES_HZ = (4_000, 192_000)
MAX_CHANNELS = 8
MAX_PARTS = 64

_DEMUXERS = {  # of FFmpeg, by the first bytes
    b"\x1aE\xdf\xa3": "matroska",
    bytes.fromhex("3026b2758e66cf11"): "asf",
    bytes.fromhex("726966662e91cf11a5d628db04c10000"): "w64",
    b"caff\0": "caf",
    b".snd\0": "au",
    b"#!AMR": "amr",
}
_NAMES = {
    "matroska": "WebM or Matroska",
    "mov": "MP4 or M4A",
    "asf": "WMA",
    "aiff": "AIFF",
    "ogg": "Ogg",
    "wav": "WAV",
}
_NO_SOUND = (b"%PDF", b"PK\3\4", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MThd")
_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp")
_FLAC_START = b"fLaC\0\0\0\x22"
_MATROSKA_START = re.compile(rb"\x1aE\xdf\xa3.{1,60}?\x42\x82.(?:webm|matroska)", re.DOTALL)


class Part(NamedTuple):
    """A sound file, and the demuxer of FFmpeg that opens it, or None where libsndfile reads it."""

    content: bytes
    demuxer: str | None = None


def needs_ffmpeg(clip: bytes) -> bool:
    """Tell whether FFmpeg decodes a clip, and not libsndfile; this only looks at its beginning.

    Raises:
        NotAudio, UnsupportedEncoding, UnreadableAudio: those of :func:`split`.
    """
    start, container = _recognize(clip)
    return _demuxer(clip[start:] if start else clip, container) is not None


def name_of(beginning: bytes) -> str | None:
    """Name the container that some bytes begin, or None; samples are hardly ever taken for one."""
    container = "mp3" if beginning.startswith(b"ID3") else _container(beginning)
    is_sure = container not in ("mp3", "aac") or beginning.startswith(b"ID3") or _go_on(beginning, container)
    return _NAMES.get(container, container.upper()) if container and is_sure else None


def split(clip: bytes) -> Iterator[Part]:
    """Yield the sound files that a clip consists of, nearly always one, as bytes that are safe to decode.

    What stands before the first is left out. A WAV has a header made anew, whose sizes are those of the data.

    Raises:
        NotAudio: no known container.
        UnsupportedEncoding: a known container, but not a known encoding, rate or channel count in it.
        UnreadableAudio: a WAV without a whole format or data chunk, or too many parts.
    """
    start, container = _recognize(clip)
    clip = clip[start:] if start else clip
    demuxer = _demuxer(clip, container)
    for n_before, content in enumerate(_contents(clip, container)):
        if n_before == MAX_PARTS:
            raise UnreadableAudio(
                f"the file holds over {MAX_PARTS} recordings, one behind the other; send fewer at once"
            )
        if n_before and _demuxer(content, container) != demuxer:
            raise UnsupportedEncoding("the file goes on in another encoding; send its recordings one by one")
        yield Part(content, demuxer)


def check_layout(sample_rate: int, n_channels: int) -> None:
    """Check what a header says of rate and channels.

    Raises:
        UnsupportedEncoding: one of them is out of range.
    """
    low, high = SAMPLE_RATES_HZ
    if not low <= sample_rate <= high:
        raise UnsupportedEncoding(f"a sample rate of {sample_rate} Hz is not read; use {low} to {high} Hz")
    if not 1 <= n_channels <= MAX_CHANNELS:
        raise UnsupportedEncoding(f"{n_channels} channels are not read; use 1 to {MAX_CHANNELS}")


def _recognize(clip: bytes) -> tuple[int, str]:
    """Find where the sound file begins in a clip, behind tags, and name its container."""
    if clip.startswith(_NO_SOUND):
        raise NotAudio(f"this is no recording; send a sound file, such as {READABLE}")
    start = mp3.skip_tags(clip, 0)
    container = _container(clip[start:] if start else clip)
    if container in (None, "mp3"):  # four bytes look like a frame of MP3 easily; better where others follow
        first_frame = mp3.find_frames(clip)
        if first_frame is not None:
            return first_frame, "mp3"
    if container is not None:
        return start, container
    raise NotAudio(f"this is no sound file that heed knows; it reads {READABLE}")


def _container(clip: bytes) -> str | None:
    """Name a container: FFmpeg's demuxer, or one of wav, ogg, flac and mp3, which need a second look."""
    if wav.is_wav(clip):
        return "wav"
    if clip[:4] == b"OggS":
        return "ogg"
    if clip[:4] == b"fLaC":
        return "flac"
    if mp3.begins_frame(clip):
        return "mp3"
    if clip[:4] == b"FORM" and clip[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if clip[4:8] in _MP4_BOXES:
        return "mov"
    if _is_adts(clip):
        return "aac"
    return next((demuxer for beginning, demuxer in _DEMUXERS.items() if clip.startswith(beginning)), None)


def _is_adts(clip: bytes) -> bool:
    """Tell whether a clip begins with a frame of AAC that another one, or nothing, follows."""
    n_bytes = _adts_bytes(clip)
    following = clip[n_bytes : n_bytes + 2]
    return n_bytes > 7 and (not following or (following[0] == 0xFF and following[1:] == clip[1:2]))


def _adts_bytes(clip: bytes) -> int:
    """Read the length of the frame of AAC that a clip begins with, or 0."""
    if len(clip) < 7 or clip[0] != 0xFF or clip[1] & 0xF6 != 0xF0:
        return 0
    return (clip[3] & 3) << 11 | clip[4] << 3 | clip[5] >> 5


def _go_on(clip: bytes, container: str) -> bool:
    """Tell whether a second frame follows the first, of containers that begin with a few bits only."""
    return mp3.find_frames(clip) == 0 if container == "mp3" else 0 < _adts_bytes(clip) < len(clip)


def _demuxer(clip: bytes, container: str) -> str | None:
    match container:
        case "flac" | "mp3":
            return None
        case "wav":
            return "wav" if wav.format_of(clip).is_compressed else None
        case "ogg":
            return None if ogg.codec_of(clip) in (ogg.VORBIS, ogg.OPUS) else "ogg"
    return container


def _contents(clip: bytes, container: str) -> Iterator[bytes]:
    match container:
        case "wav":
            return _wavs(clip)
        case "ogg":
            return iter(ogg.split_links(clip))
        case "mp3":
            return iter(mp3.split_mp3s(clip))
        case "flac":
            return _cut(clip, _find_all(clip, _FLAC_START))
        case "matroska":
            return _cut(clip, [match.start() for match in _MATROSKA_START.finditer(clip)])
        case "mov":
            return _cut(clip, _file_types(clip))
    return iter([clip])


def _wavs(clip: bytes) -> Iterator[bytes]:
    for form, samples in wav.split_wavs(clip):
        check_layout(form.sample_rate, form.n_channels)
        yield wav.join_wav(*to_full_bytes(form, samples))


def _cut(clip: bytes, starts: list[int]) -> Iterator[bytes]:
    """Cut a clip into parts that begin here; the first begins at the beginning of the clip."""
    later = [start for start in starts if start]
    for start, end in zip([0, *later], [*later, len(clip)], strict=True):
        yield clip[start:end]


def _find_all(clip: bytes, sought: bytes) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(sought), clip)]


def _file_types(clip: bytes) -> list[int]:
    """Where the boxes are with which an MP4 begins."""
    starts, position = list[int](), 0
    for _ in range(1_000):
        size, name = int.from_bytes(clip[position : position + 4], "big"), clip[position + 4 : position + 8]
        if name == b"ftyp":
            starts.append(position)
        if size == 1:
            size = int.from_bytes(clip[position + 8 : position + 16], "big")
        if size < 8 or position + size >= len(clip):
            break
        position += size
    return starts
