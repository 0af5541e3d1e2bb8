"""Find the format and the samples of a WAV, whatever its sizes claim, and write them behind a header made anew.

A WAV is a RIFF, its big-endian twin RIFX, or RF64 and BW64, whose chunk ``ds64`` holds sizes of 64 bits.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from model.errors import UnreadableAudio, UnsupportedEncoding

MAX_CHUNKS = 1_000  # before the samples; real files have a few
PCM, FLOAT, A_LAW, MU_LAW = 1, 3, 6, 7

_EXTENSIBLE = 0xFFFE
_GUID_END = bytes.fromhex("800000aa00389b71")  # behind a code that an extensible WAV shares
_COMPRESSED = {0x02: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x45: "G.726", 0x55: "MP3"}
_BITS = {FLOAT: (32, 64), A_LAW: (8,), MU_LAW: (8,), PCM: (8, *range(9, 33))}
_FORMAT_BYTES = 64  # of the longest format that is read; a chunk may claim the whole file
_ORDERS = {b"RIFF": "<", b"RIFX": ">", b"RF64": "<", b"BW64": "<"}
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)
_ANOTHER = re.compile(rb"RIF[FX].{4}WAVEfmt ", re.DOTALL)
_CHUNK_NAMES = (b"fmt ", b"data", b"fact", b"LIST", b"JUNK", b"bext", b"iXML", b"PEAK", b"cue ", b"smpl", b"id3 ")


class WavFormat(NamedTuple):
    """How samples are written: ``bits`` of each count, in the ``n_bytes`` that it takes (0 if they are compressed)."""

    order: str  # < or >, as in struct
    code: int
    n_channels: int
    sample_rate: int
    n_bytes: int
    bits: int
    chunk: bytes

    @classmethod
    def plain(cls, code: int, *, n_channels: int, sample_rate: int, n_bytes: int, order: str = "<") -> Self:
        """Describe samples that have no header yet."""
        block, bits = n_channels * n_bytes, 8 * n_bytes
        fields = (code, n_channels, sample_rate, sample_rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
        return cls(order, code, n_channels, sample_rate, n_bytes, bits, struct.pack(f"{order}HHIIHH", *fields))

    @property
    def is_compressed(self) -> bool:
        return self.code in _COMPRESSED


def is_wav(clip: bytes) -> bool:
    return clip[:4] in _ORDERS and clip[8:12] == b"WAVE"


def format_of(clip: bytes) -> WavFormat:
    """Read how a WAV's samples are written.

    Raises:
        UnreadableAudio: there is no whole format before the samples.
        UnsupportedEncoding: heed does not read such samples.
    """
    for name, start, size in _chunks(clip, 12):
        if name == b"data":
            raise UnreadableAudio("the WAV has its data before its format; the 'fmt ' chunk must come first")
        if name == b"fmt ":
            return _read_format(clip[start : start + min(size, _FORMAT_BYTES)], _ORDERS[clip[:4]])
    raise UnreadableAudio("the WAV ends before its samples; a whole file has a 'fmt ' and a 'data' chunk")


def split_wavs(clip: bytes) -> Iterator[tuple[WavFormat, bytes]]:
    """Yield format and samples of each WAV that a file holds, nearly always one.

    A length of 0, of 0xFFFFFFFF or beyond the end of the file is common in streamed recordings: such samples go on to
    the end.
    """
    while is_wav(clip):
        form, (start, end) = format_of(clip), _samples_of(clip)
        yield form, clip[start:end]
        clip = clip[_next_wav(clip, end) :]


def join_wav(form: WavFormat, samples: bytes) -> bytes:
    """Write a WAV of a format and its samples."""
    riff = b"RIFF" if form.order == "<" else b"RIFX"
    chunk = form.chunk + bytes(len(form.chunk) % 2)
    inside = 4 + 8 + len(chunk) + 8 + len(samples)
    header = struct.pack(f"{form.order}4sI4s4sI", riff, inside & 0xFFFFFFFF, b"WAVE", b"fmt ", len(chunk))
    return header + chunk + struct.pack(f"{form.order}4sI", b"data", len(samples)) + samples


def pcm16_of(clip: bytes) -> tuple[NDArray[np.int16], int] | None:
    """View the samples of a WAV of :func:`join_wav`, ``(time, channel)``, with their rate; None unless 16-bit PCM."""
    if not is_wav(clip) or ((form := format_of(clip)).code, form.n_bytes) != (PCM, 2):
        return None
    start, end = _samples_of(clip)
    n_samples = (end - start) // (2 * form.n_channels)
    values = np.frombuffer(clip, f"{form.order}i2", n_samples * form.n_channels, start)
    return values.reshape(n_samples, form.n_channels), form.sample_rate


def _read_format(chunk: bytes, order: str) -> WavFormat:
    if len(chunk) < 16:
        raise UnreadableAudio("the WAV's format chunk is cut short; it has at least 16 bytes")
    code, n_channels, sample_rate, _, block_align, bits = struct.unpack_from(f"{order}HHIIHH", chunk)
    n_bytes = -(-bits // 8)
    if n_bytes == 3 and block_align == 4 * n_channels:  # padded; a decoder would take the padding for sound
        n_bytes = 4
    valid_bits = bits
    if code == _EXTENSIBLE and len(chunk) >= 40:
        valid_bits, _, code = struct.unpack_from(f"{order}HIH", chunk, 18)
        if chunk[32:40] != _GUID_END:
            raise UnsupportedEncoding("an extensible WAV of an unknown kind is not read; save it as PCM, 16 bits")
    if code in _COMPRESSED:
        return WavFormat(order, code, n_channels, sample_rate, 0, bits, chunk)
    if bits not in _BITS.get(code, ()):
        raise UnsupportedEncoding(f"a WAV with format code {code} and {bits} bits is not read; save it as PCM, 16 bits")
    plain = WavFormat.plain(code, n_channels=n_channels, sample_rate=sample_rate, n_bytes=n_bytes, order=order)
    return plain._replace(bits=valid_bits) if code == PCM and 8 < valid_bits < bits else plain._replace(bits=bits)


def _chunks(clip: bytes, position: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and claimed size of one chunk after the other; there may be two million empty ones."""
    order = _ORDERS[clip[:4]]
    for _ in range(MAX_CHUNKS):
        if position + 8 > len(clip):
            return
        name, size = struct.unpack_from(f"{order}4sI", clip, position)
        yield name, position + 8, size
        position = _behind_padding(clip, position + 8 + size, size)
    raise UnreadableAudio(f"the WAV has over {MAX_CHUNKS} chunks before its samples; leave the others out")


def _behind_padding(clip: bytes, position: int, size: int) -> int:
    """Find the next chunk: a byte of padding stands behind an odd one, but some programs leave it out."""
    if size % 2 == 0:
        return position
    here, padded = clip[position : position + 4], clip[position + 1 : position + 5]
    is_padded = padded in _CHUNK_NAMES or (here not in _CHUNK_NAMES and not here.isalnum())
    return position + is_padded


def _samples_of(clip: bytes) -> tuple[int, int]:
    """Find where a WAV's samples begin and end."""
    long_size = None
    for name, start, size in _chunks(clip, 12):
        if name == b"ds64" and size >= 16 and start + 16 <= len(clip):
            (long_size,) = struct.unpack_from("<Q", clip, start + 8)
        if name == b"data":
            size = long_size if size == 0xFFFFFFFF and long_size is not None else size
            if size not in _UNKNOWN_SIZES and start + size <= len(clip):
                return start, start + size
            another = _ANOTHER.search(clip, start)
            return start, another.start() if another else len(clip)
    raise UnreadableAudio("the WAV ends before its samples; a whole file has a 'fmt ' and a 'data' chunk")


def _next_wav(clip: bytes, position: int) -> int:
    """Find the WAV behind the samples, or behind chunks that follow them; where there is none, the end of the file."""
    order = _ORDERS[clip[:4]]
    for _ in range(MAX_CHUNKS):
        for start in (position, position + 1):
            if is_wav(clip[start : start + 12]):
                return start
        position += position % 2
        if position + 8 > len(clip):
            break
        position += 8 + int(struct.unpack_from(f"{order}I", clip, position + 4)[0])
    return len(clip)
