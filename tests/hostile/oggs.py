"""Ogg files that lie, swell or mix streams, each with the error that answers it."""

import struct
from collections.abc import Callable
from functools import cache, partial
from operator import add

import numpy as np

from fuzz.ogg_pages import page, pages, sealed
from fuzz.seed_clips import encoded, sound
from model.errors import AudioTooLong, NoSamples, UnreadableAudio, UnsupportedEncoding
from tests.hostile.case import Hostile
from tests.hostile.flacs import silence

_HEAD = 28  # of a page with one packet in one segment: where the packet starts
_FIRST = 2  # a page's flag: the first of its stream


def hostile_oggs() -> dict[str, Hostile]:
    return _bombs() | _vorbis_heads() | _opus_heads() | _structures()


@cache
def _plain(subtype: str) -> bytes:
    return encoded(sound(16_000, 1, 16_000), 16_000, container="OGG", subtype=subtype)


def _bombs() -> dict[str, Hostile]:
    def silent(*layout: int, subtype: str) -> Hostile:
        return Hostile(lambda: silence(*layout, container="OGG", subtype=subtype), AudioTooLong)

    return {
        "VORBIS of two silent minutes": silent(120, 16_000, 1, subtype="VORBIS"),
        "OPUS of two silent minutes": silent(120, 16_000, 1, subtype="OPUS"),
        "VORBIS of 5 s of 8 channels of 192 kHz": silent(5, 192_000, 8, subtype="VORBIS"),
        "OPUS of 20 s of 8 channels": silent(20, 48_000, 8, subtype="OPUS"),
    }


def _with_head(subtype: str, form: str, offset: int, value: int) -> Callable[[], bytes]:
    """The first packet with one field changed, under a right checksum."""

    def make() -> bytes:
        first, *rest = pages(_plain(subtype))
        changed = bytearray(first)
        struct.pack_into(form, changed, _HEAD + offset, value)
        return b"".join([sealed(bytes(changed)), *rest])

    return make


def _vorbis_heads() -> dict[str, Hostile]:
    cases = {
        "of version 1": ("<I", 7, 1, UnreadableAudio),
        "of no channel": ("<B", 11, 0, UnreadableAudio),
        "of 255 channels": ("<B", 11, 255, UnsupportedEncoding),
        "of 0 Hz": ("<I", 12, 0, UnreadableAudio),
        "of 1 Hz": ("<I", 12, 1, UnsupportedEncoding),
        "of 10 MHz": ("<I", 12, 10**7, UnsupportedEncoding),
        "of 2^31 Hz": ("<I", 12, 2**31, UnreadableAudio),
        "of blocks of one sample": ("<B", 28, 0x00, UnreadableAudio),
        "of blocks of 32,768": ("<B", 28, 0xFF, UnreadableAudio),
    }
    return {
        f"VORBIS {name}": Hostile(_with_head("VORBIS", form, offset, value), error)
        for name, (form, offset, value, error) in cases.items()
    }


def _opus_heads() -> dict[str, Hostile]:
    cases = {
        "of version 255": ("<B", 8, 255, UnreadableAudio),
        "of no channel": ("<B", 9, 0, UnreadableAudio),
        "of 255 channels": ("<B", 9, 255, UnreadableAudio),
        "that skips 65,535 samples": ("<H", 10, 65_535, NoSamples),
        "of 0 Hz": ("<I", 12, 0, None),
        "of 1 Hz": ("<I", 12, 1, None),
        "of 2^31 Hz": ("<I", 12, 2**31, None),
        "128 dB louder": ("<h", 16, 32_767, None),
        "128 dB quieter": ("<h", 16, -32_768, None),
        "of family 1 without a table": ("<B", 18, 1, UnreadableAudio),
        "of family 255": ("<B", 18, 255, UnreadableAudio),
    }
    return {
        f"OPUS {name}": Hostile(_with_head("OPUS", form, offset, value), error)
        for name, (form, offset, value, error) in cases.items()
    }


def _structures() -> dict[str, Hostile]:
    vorbis, opus = _plain("VORBIS"), _plain("OPUS")
    first, second, *rest = pages(vorbis)
    comment = page(b"\x03vorbis\xff\xff\xff\xff", number=1)
    others = {name: page(packet, flags=_FIRST) for name, packet in _OTHER_CODECS.items()}
    streams = b"".join(page(b"\x01vorbis" + bytes(23), serial=serial, flags=_FIRST) for serial in range(10_000))
    return {
        **{f"Ogg of {name}": Hostile(partial(add, page, vorbis), _ERRORS[name]) for name, page in others.items()},
        "Ogg of 10,000 streams": Hostile(lambda: streams, UnreadableAudio),
        "Ogg of Vorbis behind 10,000 streams": Hostile(lambda: first + streams + second + b"".join(rest)),
        "Ogg chained 500 times": Hostile(lambda: 500 * vorbis, UnreadableAudio),
        "Ogg of Opus behind Vorbis": Hostile(lambda: vorbis + opus),
        "Ogg of 15 MB of noise behind": Hostile(lambda: vorbis + np.random.default_rng(0).bytes(15 << 20)),
        "Ogg of 15 MB of noise between": Hostile(
            lambda: first + np.random.default_rng(0).bytes(15 << 20) + second + b"".join(rest)
        ),
        "Ogg of 500,000 empty pages": Hostile(lambda: first + 500_000 * page(b"", number=1), UnreadableAudio),
        "Ogg of a comment that claims 4 GB": Hostile(lambda: first + comment + b"".join(rest), UnreadableAudio),
        "Ogg of wrong checksums": Hostile(lambda: vorbis.replace(vorbis[22:26], bytes(4)), UnreadableAudio),
        "Ogg of one page": Hostile(lambda: first, UnreadableAudio),
        "Ogg of pages out of order": Hostile(lambda: b"".join([first, *reversed(rest), second]), UnreadableAudio),
        "Ogg that ends in 292,000 years": Hostile(lambda: b"".join([first, second, *map(_far, rest)])),
        "Ogg of heads alone": Hostile(lambda: b"".join(pages(opus)[:2]), UnreadableAudio),
    }


_OTHER_CODECS = {
    "Speex": b"Speex   " + bytes(72),
    "Theora": b"\x80theora" + bytes(35),
    "FLAC": b"\x7fFLAC\1\0",
    "nothing": b"",
}
_ERRORS = {
    "Speex": UnreadableAudio,
    "FLAC": UnreadableAudio,
    "Theora": UnsupportedEncoding,
    "nothing": UnsupportedEncoding,
}


def _far(page: bytes) -> bytes:
    """The page with the greatest position that there is."""
    return sealed(page[:6] + struct.pack("<q", 2**63 - 1) + page[14:])
