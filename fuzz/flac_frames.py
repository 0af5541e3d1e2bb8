"""Take a FLAC file apart into its head and frames, and seal frames with right checksums whatever was done to them."""

from itertools import pairwise

_SYNC = b"\xff\xf8"
_SMALLEST_FRAME = 9


def head_and_frames(clip: bytes) -> tuple[bytes, list[bytes]]:
    """The bytes before the first frame, and the frames; a sync code counts only if its checksum confirms it."""
    starts = [place for place in _places(clip) if header_length(clip[place : place + 16])]
    if not starts:
        return clip, []
    edges = [*starts, len(clip)]
    return clip[: starts[0]], [clip[start:end] for start, end in pairwise(edges)]


def sealed(frame: bytes, n_header: int) -> bytes:
    """The frame with both of its checksums, without which a decoder would throw it away."""
    if len(frame) < max(_SMALLEST_FRAME, n_header + 2):
        return frame
    header = frame[: n_header - 1]
    body = header + bytes([_crc(header, 8, 0x07)]) + frame[n_header:-2]
    return body + _crc(body, 16, 0x8005).to_bytes(2, "big")


def header_length(frame: bytes) -> int:
    """Where the CRC-8 becomes zero, as it does behind a header's own CRC; 0 if nowhere."""
    return next((n for n in range(6, min(len(frame), 16) + 1) if _crc(frame[:n], 8, 0x07) == 0), 0)


def _places(clip: bytes) -> list[int]:
    places, place = list[int](), clip.find(_SYNC)
    while place >= 0:
        places.append(place)
        place = clip.find(_SYNC, place + 1)
    return places


def _crc(content: bytes, n_bits: int, polynomial: int) -> int:
    table, mask, crc = _TABLES[n_bits, polynomial], (1 << n_bits) - 1, 0
    for byte in content:
        crc = (crc << 8 & mask) ^ table[crc >> n_bits - 8 ^ byte]
    return crc


def _table(n_bits: int, polynomial: int) -> list[int]:
    def entry(byte: int) -> int:
        crc = byte << n_bits - 8
        for _ in range(8):
            crc = crc << 1 ^ (polynomial if crc >> n_bits - 1 else 0)
            crc &= (1 << n_bits) - 1
        return crc

    return [entry(byte) for byte in range(256)]


_TABLES = {key: _table(*key) for key in [(8, 0x07), (16, 0x8005)]}
