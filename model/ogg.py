"""Split an Ogg file into its links, and name the codec of a link. Recorders append one file to another: RFC 3533."""

from collections.abc import Iterator

from model.errors import UnsupportedEncoding

VORBIS, OPUS, FLAC, SPEEX = "vorbis", "opus", "flac", "speex"

_PACKETS = {b"\x01vorbis": VORBIS, b"OpusHead": OPUS, b"\x7fFLAC": FLAC, b"Speex   ": SPEEX}
_BEGINS = 0x02  # the flag of a page with which a stream begins
_HEADER_BYTES = 27


def codec_of(link: bytes) -> str:
    """Name the codec that the first page begins.

    Raises:
        UnsupportedEncoding: heed does not read it.
    """
    n_segments = link[26] if len(link) >= _HEADER_BYTES else 0
    packet = link[_HEADER_BYTES + n_segments :][:8]
    for beginning, codec in _PACKETS.items():
        if packet.startswith(beginning):
            return codec
    raise UnsupportedEncoding("this Ogg file begins neither Vorbis, Opus, FLAC nor Speex; save it as one of these")


def split_links(clip: bytes) -> list[bytes]:
    """Split a file where a stream begins behind the pages of another.

    Streams that begin together, one page behind the other, are one link.
    """
    starts, was_begin = [0], True
    for position in _pages(clip):
        is_begin = bool(clip[position + 5] & _BEGINS)
        if is_begin and not was_begin:
            starts.append(position)
        was_begin = is_begin
    return [clip[start:end] for start, end in zip(starts, [*starts[1:], len(clip)], strict=True)]


def _pages(clip: bytes) -> Iterator[int]:
    """Where pages begin; behind damage, the next one that can be found."""
    position = 0
    while (position := clip.find(b"OggS\0", position)) >= 0 and position + _HEADER_BYTES <= len(clip):
        yield position
        lengths = clip[position + _HEADER_BYTES : position + _HEADER_BYTES + clip[position + 26]]
        position += _HEADER_BYTES + len(lengths) + sum(lengths)
