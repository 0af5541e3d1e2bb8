"""Take an Ogg file apart into pages, and seal pages with right checksums whatever was done to them."""

import struct
import zlib

HEADER_BYTES = 27
CHECKSUM = slice(22, 26)

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def pages(clip: bytes) -> list[bytes]:
    """Split at each ``OggS``; bytes before the first are lost."""
    return [b"OggS" + rest for rest in clip.split(b"OggS")[1:]]


def page(content: bytes, *, serial: int = 1, number: int = 0, granule: int = 0, flags: int = 0) -> bytes:
    """A page of whole packets, at most 65,025 bytes; ``flags`` are 1 continued, 2 first, 4 last of its stream."""
    lacing = [255] * (len(content) // 255) + [len(content) % 255]
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(lacing))
    return sealed(header + bytes(lacing) + content)


def sealed(page: bytes) -> bytes:
    """The page with its checksum, without which a decoder would not look at it."""
    if len(page) < HEADER_BYTES:
        return page
    blank = page[:22] + bytes(4) + page[26:]
    return page[:22] + struct.pack("<I", _checksum(blank)) + page[26:]


def _checksum(page: bytes) -> int:
    """CRC-32 from the highest bit down; zlib computes it from the lowest up, and inverts it at both ends."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
