"""FLAC files that lie or swell, each with the error that answers it."""

import io
from collections.abc import Callable
from functools import cache

import numpy as np
import soundfile

from fuzz.seed_clips import encoded, sound
from model.errors import AudioTooLong, AudioTooShort, NoSamples, UnreadableAudio, UnsupportedEncoding
from tests.hostile.case import Hostile

_STREAMINFO = slice(8, 42)  # behind the magic and the header of its block
_PADDING, _APPLICATION, _VORBIS_COMMENT, _PICTURE = 1, 2, 4, 6


def hostile_flacs() -> dict[str, Hostile]:
    return _bombs() | _streaminfos() | _blocks()


def silence(seconds: int, sample_rate: int, n_channels: int, *, container: str, subtype: str | None = None) -> bytes:
    """Long silence in a small file, which an encoder makes second by second."""
    file, second = io.BytesIO(), np.zeros((sample_rate, n_channels), np.float32)
    with soundfile.SoundFile(file, "w", sample_rate, n_channels, format=container, subtype=subtype) as out:
        for _ in range(seconds):
            out.write(second)
    return file.getvalue()


@cache
def _plain() -> bytes:
    return encoded(sound(16_000, 1, 16_000), 16_000, container="FLAC")


def _bombs() -> dict[str, Hostile]:
    return {
        "FLAC of a silent hour": Hostile(lambda: silence(3_600, 16_000, 1, container="FLAC"), AudioTooLong),
        "FLAC of 10 s of 8 channels of 192 kHz": Hostile(
            lambda: silence(10, 192_000, 8, container="FLAC"), AudioTooLong
        ),
        "FLAC of 200 kHz": Hostile(
            lambda: encoded(sound(200_000, 1, 20_000), 200_000, container="FLAC"), UnsupportedEncoding
        ),
        "FLAC and 15 MB of noise": Hostile(lambda: _plain() + np.random.default_rng(0).bytes(15 << 20)),
        "FLAC head and 15 MB of noise": Hostile(
            lambda: _plain()[:42] + np.random.default_rng(0).bytes(15 << 20), UnreadableAudio
        ),
        "FLAC head and 15 MB of sync codes": Hostile(lambda: _plain()[:42] + b"\xff\xf8" * (15 << 19), UnreadableAudio),
        "FLAC in FLAC": Hostile(lambda: _plain()[:42] + _plain()),
    }


def _streaminfos() -> dict[str, Hostile]:
    """Bits: 16 smallest block, 16 largest, 24 and 24 frame sizes, 20 rate, 3 channels, 5 depth, 36 samples, 128 MD5."""

    def lying(offset: int, n_bits: int, value: int) -> Callable[[], bytes]:
        def make() -> bytes:
            fields = int.from_bytes(_plain()[_STREAMINFO], "big")
            shift = 34 * 8 - offset - n_bits
            fields = fields & ~((1 << n_bits) - 1 << shift) | value << shift
            return _plain()[: _STREAMINFO.start] + fields.to_bytes(34, "big") + _plain()[_STREAMINFO.stop :]

        return make

    return {
        "FLAC that claims 2^36 samples": Hostile(lying(108, 36, 2**36 - 1)),
        "FLAC that claims one sample": Hostile(lying(108, 36, 1), AudioTooShort),
        "FLAC that claims no rate": Hostile(lying(80, 20, 0), UnreadableAudio),
        "FLAC that claims 1 Hz": Hostile(lying(80, 20, 1), UnsupportedEncoding),
        "FLAC that claims 655,350 Hz": Hostile(lying(80, 20, 655_350), UnsupportedEncoding),
        "FLAC that claims 8 channels": Hostile(lying(100, 3, 7), UnreadableAudio),
        "FLAC that claims one bit": Hostile(lying(103, 5, 0), UnreadableAudio),
        "FLAC that claims 32 bits": Hostile(lying(103, 5, 31), UnreadableAudio),
        "FLAC that claims blocks of nothing": Hostile(lying(0, 32, 0)),
        "FLAC that claims blocks of 65,535": Hostile(lying(0, 32, 0xFFFFFFFF)),
        "FLAC of a wrong MD5": Hostile(lying(144, 128, 1)),
    }


def _blocks() -> dict[str, Hostile]:
    def with_block(kind: int, content: bytes, *, size: int | None = None, times: int = 1) -> Callable[[], bytes]:
        claimed = len(content) if size is None else size
        block = bytes([kind]) + claimed.to_bytes(3, "big") + content
        return lambda: _plain()[:4] + b"\0" + _plain()[5:42] + times * block + _plain()[42:]

    picture = b"\0\0\0\3" + b"\xff\xff\xff\xff"
    return {
        "FLAC of 15 MB of padding": Hostile(with_block(_PADDING, bytes(15 << 20))),
        "FLAC of padding that claims 16 MB": Hostile(with_block(_PADDING, b"", size=0xFFFFFF), UnreadableAudio),
        "FLAC of 100,000 empty paddings": Hostile(with_block(_PADDING, b"", times=100_000)),
        "FLAC of a picture whose name claims 4 GB": Hostile(with_block(_PICTURE, picture), UnreadableAudio),
        "FLAC of a comment that claims 4 GB": Hostile(
            with_block(_VORBIS_COMMENT, b"\xff\xff\xff\xff"), UnreadableAudio
        ),
        "FLAC of an application without a name": Hostile(with_block(_APPLICATION, b""), NoSamples),
        "FLAC of a block of no known kind": Hostile(with_block(126, bytes(9))),
        "FLAC of a block of the forbidden kind": Hostile(with_block(127, bytes(9))),
        "FLAC without a first block": Hostile(lambda: b"fLaC" + _plain()[42:], UnreadableAudio),
    }
