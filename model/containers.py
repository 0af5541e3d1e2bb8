"""Bytes in, the same sound as bytes that are safe to decode out: known container, encoding, rate and channels.

libsndfile opens some thirty containers, and its released versions have known faults in the rare ones. Only what is
recognized here reaches it.
"""

import struct
from collections.abc import Iterator

from model.errors import NotAudio, UnreadableAudio, UnsupportedEncoding

READABLE = (
    "WAV (PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, A-law, mu-law), FLAC, Ogg (Vorbis or Opus) and MP3"
)

SAMPLE_RATES_HZ = (4_000, 192_000)
MAX_CHANNELS = 8
MAX_WAV_CHUNKS = 1_000  # before the samples; real files have a few

_FORMAT_BYTES = 40  # of the longest format that is read; a chunk may claim the whole file
_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_WAV_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _A_LAW: (8,), _MU_LAW: (8,)}


def readable(clip: bytes) -> bytes:
    """Check container and encoding of a clip against what heed reads.

    Returns:
        The bytes to decode, without an ID3 tag. For a WAV these are a header made anew, its sizes those of the data
        that is there: a length of 0, of 0xFFFFFFFF or beyond the end of the file is common in streamed recordings.

    Raises:
        NotAudio: no known container.
        UnsupportedEncoding: a known container, but not a known encoding, rate or channel count in it.
        UnreadableAudio: a WAV without a whole format or data chunk.
    """
    clip = _without_tag(clip)
    if clip[:4] == b"RIFF" and clip[8:12] == b"WAVE":
        return _plain_wav(clip)
    if clip[:4] == b"fLaC" or _is_mp3(clip):
        return clip
    if clip[:4] == b"OggS":
        _check_ogg(clip)
        return clip
    raise NotAudio(f"the first bytes are of no container that heed reads; it reads {READABLE}")


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


def _without_tag(clip: bytes) -> bytes:
    """Cut off an ID3 tag: libsndfile would skip it and open whatever stands behind, known here or not."""
    if clip[:3] != b"ID3" or len(clip) < 10:
        return clip
    flags, a, b, c, d = clip[5:10]  # the length has 7 bits a byte and leaves out the footer, which a flag announces
    return clip[10 + (a << 21 | b << 14 | c << 7 | d) + (10 if flags & 0x10 else 0) :]


def _plain_wav(clip: bytes) -> bytes:
    format_chunk = None
    for name, start, size in _wav_chunks(clip):
        if name == b"data":
            if format_chunk is None:
                raise UnreadableAudio("the WAV has its data before its format; the 'fmt ' chunk must come first")
            available = len(clip) - start
            length = size if 0 < size <= available else available
            return _wav_header(format_chunk, length) + clip[start : start + length]
        if name == b"fmt ":
            format_chunk = clip[start : start + min(size, _FORMAT_BYTES)]
            _check_wav_format(format_chunk)
    raise UnreadableAudio("the WAV ends before its samples; a whole file has a 'fmt ' and a 'data' chunk")


def _wav_chunks(clip: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and claimed size of one chunk after the other; there may be two million empty ones."""
    position = 12
    for _ in range(MAX_WAV_CHUNKS):
        if position + 8 > len(clip):
            return
        name, size = struct.unpack_from("<4sI", clip, position)
        yield name, position + 8, size
        position += 8 + size + size % 2  # chunks are padded to an even length
    raise UnreadableAudio(f"the WAV has over {MAX_WAV_CHUNKS} chunks before its samples; leave the others out")


def _check_wav_format(chunk: bytes) -> None:
    if len(chunk) < 16:
        raise UnreadableAudio("the WAV's format chunk is cut short; it has at least 16 bytes")
    code, n_channels, sample_rate, _, block_align, bits = struct.unpack_from("<HHIIHH", chunk)
    if code == _EXTENSIBLE and len(chunk) >= 26:
        (code,) = struct.unpack_from("<H", chunk, 24)
    if bits not in _WAV_BITS.get(code, ()):
        raise UnsupportedEncoding(f"a WAV with format code {code} and {bits} bits is not read; heed reads {READABLE}")
    if bits == 24 and block_align == 4 * n_channels:  # libsndfile would take each padding byte for sound
        raise UnsupportedEncoding("a WAV of 24 bits padded to 32 is not read; write 24 bits in 3 bytes, or 32 in 4")
    check_layout(sample_rate, n_channels)


def _wav_header(format_chunk: bytes, length: int) -> bytes:
    format_chunk += bytes(len(format_chunk) % 2)
    inside = 4 + 8 + len(format_chunk) + 8 + length
    return struct.pack("<4sI4s4sI", b"RIFF", inside, b"WAVE", b"fmt ", len(format_chunk)) + (
        format_chunk + struct.pack("<4sI", b"data", length)
    )


def _check_ogg(clip: bytes) -> None:
    n_segments = clip[26] if len(clip) > 26 else 0
    packet = clip[27 + n_segments : 27 + n_segments + 8]
    if not packet.startswith((b"\x01vorbis", b"OpusHead")):
        raise UnsupportedEncoding(f"this Ogg file starts neither Vorbis nor Opus; heed reads {READABLE}")


def _is_mp3(clip: bytes) -> bool:
    if len(clip) < 4:
        return False
    header = int.from_bytes(clip[:4], "big")
    sync, version, layer = header >> 21, header >> 19 & 3, header >> 17 & 3
    bitrate, rate = header >> 12 & 15, header >> 10 & 3
    return sync == 0x7FF and version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3
