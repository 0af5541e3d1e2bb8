"""Write WAV files from header fields and samples, lies included, for the tests of broken and odd files."""

import struct


def chunk(name: bytes, content: bytes, *, size: int | None = None) -> bytes:
    """A RIFF chunk, padded to an even length; ``size`` is what it claims where that is not the truth."""
    claimed = len(content) if size is None else size
    return name + struct.pack("<I", claimed) + content + bytes(len(content) % 2)


def format_chunk(
    *, code: int = 1, n_channels: int = 1, sample_rate: int = 16_000, bits: int = 16, block_align: int | None = None
) -> bytes:
    if block_align is None:
        block_align = n_channels * bits // 8 & 0xFFFF
    fields = (code, n_channels, sample_rate, sample_rate * block_align & 0xFFFFFFFF, block_align, bits)
    return chunk(b"fmt ", struct.pack("<HHIIHH", *fields))


def riff(*chunks: bytes, size: int | None = None) -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content
