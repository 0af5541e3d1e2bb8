"""WAV files that lie, and other containers in disguise, each with the error that answers it."""

import struct
from collections.abc import Callable

import numpy as np

from fuzz.seed_clips import encoded, sound
from model.errors import (
    AudioTooLong,
    AudioTooShort,
    NoSamples,
    NotAudio,
    SamplesNotFinite,
    SamplesOutOfRange,
    UnreadableAudio,
    UnsupportedEncoding,
)
from tests.hostile.case import Hostile
from tests.wav import chunk, format_chunk, riff

_SECOND = (8_000 * sound(16_000, 1, 16_000)).astype("<i2").tobytes()
_DATA = chunk(b"data", _SECOND)
_TWO_GB = 0x7FFFFFFF
_FOUR_GB = 0xFFFFFFFF
_JUNK = chunk(b"JUNK", b"")


def hostile_wavs() -> dict[str, Hostile]:
    return _formats() | _sizes() | _chunks() | _samples() | _disguises()


def _formats() -> dict[str, Hostile]:
    def lying(**fields: int) -> Callable[[], bytes]:
        return lambda: riff(format_chunk(**fields), _DATA)

    def wide(bits: int) -> Callable[[], bytes]:
        return lambda: riff(_extensible(1, bits=bits), _DATA)

    rates = {rate: Hostile(lying(sample_rate=rate), UnsupportedEncoding) for rate in (0, 1, 10**7, 2**31, _FOUR_GB)}
    channels = {n: Hostile(lying(n_channels=n), UnsupportedEncoding) for n in (0, 9, 255, 65_535)}
    bits = {n: Hostile(lying(bits=n), UnsupportedEncoding) for n in (0, 1, 64, 255, 65_535)}
    codes = {0: "no", 0x92: "AC-3", 0x161: "WMA", 0xFFFF: "development"}
    others = {f"WAV of {codes[code]} format": Hostile(lying(code=code, bits=4), UnsupportedEncoding) for code in codes}
    compressed = {2: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM"}  # with a format that says too little, and noise
    others |= {f"WAV of {compressed[code]} format": Hostile(lying(code=code, bits=4)) for code in compressed}
    others["WAV of MP3 format"] = Hostile(lying(code=0x55, bits=4), UnreadableAudio)
    aligns = {n: Hostile(lying(block_align=n)) for n in (0, 1, 3, 65_535)}
    return (
        {f"WAV of {rate} Hz": case for rate, case in rates.items()}
        | {f"WAV of {n} channels": case for n, case in channels.items()}
        | {f"WAV of {n} bits": case for n, case in bits.items()}
        | others
        | {f"WAV of blocks of {n} bytes": case for n, case in aligns.items()}
        | {"WAV of 24 bits in blocks of 4": Hostile(lying(bits=24, block_align=4))}
        | {"WAV of 12 bits": Hostile(lying(bits=12))}
        | {"extensible WAV of ADPCM": Hostile(lambda: riff(_extensible(2), _DATA), UnreadableAudio)}
        | {"extensible WAV of itself": Hostile(lambda: riff(_extensible(0xFFFE), _DATA), UnsupportedEncoding)}
        | {f"extensible WAV of 16 bits in {n}": Hostile(wide(n), UnsupportedEncoding) for n in (48, 65_535)}
        | {
            "extensible WAV of no known GUID": Hostile(
                lambda: riff(_extensible(1, bytes(14)), _DATA), UnsupportedEncoding
            )
        }
        | {
            "extensible WAV cut short": Hostile(
                lambda: riff(chunk(b"fmt ", _extensible(1)[8:32]), _DATA), UnsupportedEncoding
            )
        }
    )


def _extensible(code: int, guid_end: bytes = bytes.fromhex("000000001000800000aa00389b71"), *, bits: int = 16) -> bytes:
    form = b"\xfe\xff" + format_chunk(bits=bits)[10:]
    return chunk(b"fmt ", form + struct.pack("<HHIH", 22, 16, 4, code) + guid_end)


def _sizes() -> dict[str, Hostile]:
    def claiming(size: int) -> Callable[[], bytes]:
        return lambda: riff(format_chunk(), chunk(b"data", _SECOND, size=size))

    fact = chunk(b"fact", struct.pack("<I", _FOUR_GB))
    endless = chunk(b"fmt ", format_chunk()[8:], size=_TWO_GB)
    return {
        "WAV whose data claim 2 GB": Hostile(claiming(_TWO_GB)),
        "WAV whose data claim 4 GB": Hostile(claiming(_FOUR_GB)),
        "WAV whose data claim nothing": Hostile(claiming(0)),
        "WAV whose data claim one byte": Hostile(claiming(1), NoSamples),
        "WAV whose data claim a hundred samples": Hostile(claiming(200), AudioTooShort),
        "WAV that claims 2 GB": Hostile(lambda: riff(format_chunk(), _DATA, size=_TWO_GB)),
        "WAV whose fact claims 4 G samples": Hostile(lambda: riff(format_chunk(), fact, _DATA)),
        "WAV whose format claims 2 GB": Hostile(lambda: riff(endless, _DATA), UnreadableAudio),
        "WAV whose format has 15 MB": Hostile(
            lambda: riff(chunk(b"fmt ", format_chunk()[8:] + bytes(15 << 20)), _DATA)
        ),
        "WAV whose chunk claims 4 GB": Hostile(
            lambda: riff(chunk(b"JUNK", b"", size=_FOUR_GB), _DATA), UnreadableAudio
        ),
        "WAV of a minute and more": Hostile(lambda: riff(format_chunk(), chunk(b"data", 61 * _SECOND)), AudioTooLong),
        "WAV of a minute in 8 channels": Hostile(
            lambda: riff(
                format_chunk(code=7, bits=8, n_channels=8, sample_rate=32_000), chunk(b"data", bytes(15 << 20))
            ),
            AudioTooLong,
        ),
    }


def _chunks() -> dict[str, Hostile]:
    def nested() -> bytes:
        inside = b""
        for _ in range(2_000):
            inside = chunk(b"LIST", b"INFO" + inside)
        return riff(format_chunk(), inside, _DATA)

    other = format_chunk(n_channels=2, sample_rate=48_000)
    return {
        "WAV of LIST in LIST, 2,000 deep": Hostile(nested),
        "WAV of 100,000 empty chunks": Hostile(lambda: riff(format_chunk(), 100_000 * _JUNK, _DATA), UnreadableAudio),
        "WAV of 2,000,000 empty chunks": Hostile(lambda: riff(2_000_000 * _JUNK), UnreadableAudio),
        "WAV of 100,000 empty chunks behind": Hostile(lambda: riff(format_chunk(), _DATA, 100_000 * _JUNK)),
        "WAV of an odd chunk without padding": Hostile(lambda: riff(format_chunk(), b"JUNK\x01\x00\x00\x00!", _DATA)),
        "WAV of two formats": Hostile(lambda: riff(format_chunk(), other, _DATA)),
        "WAV of two sounds": Hostile(lambda: riff(format_chunk(), _DATA, _DATA)),
        "WAV of samples before their format": Hostile(lambda: riff(_DATA, format_chunk()), UnreadableAudio),
        "WAV in a WAV": Hostile(lambda: riff(format_chunk(), riff(format_chunk(), _DATA), _DATA)),
    }


def _samples() -> dict[str, Hostile]:
    def of(value: float, subtype: str) -> Callable[[], bytes]:
        waveform = sound(16_000, 1, 16_000)
        waveform[8_000:] = value
        return lambda: encoded(waveform, 16_000, container="WAV", subtype=subtype)

    refused = {
        f"WAV of {value}, {subtype.lower()}": Hostile(of(value, subtype), SamplesNotFinite)
        for value in (np.nan, np.inf, -np.inf)
        for subtype in ("FLOAT", "DOUBLE")
    }
    return refused | {
        "WAV of the largest floats": Hostile(of(3.4e38, "FLOAT"), SamplesOutOfRange),
        "WAV of the smallest floats": Hostile(of(1e-45, "FLOAT")),
        "WAV of doubles beyond floats": Hostile(
            lambda: riff(format_chunk(code=3, bits=64), chunk(b"data", np.full(16_000, 1e300).tobytes())),
            SamplesNotFinite,
        ),
    }


def _disguises() -> dict[str, Hostile]:
    """Containers that libsndfile would open, of which heed gives some to FFmpeg and refuses the others."""
    read = ("AIFF", "AU", "CAF", "W64", "RF64")
    others = (
        "NIST",
        "VOC",
        "SVX",
        "IRCAM",
        "MAT4",
        "MAT5",
        "PAF",
        "PVF",
        "HTK",
        "AVR",
        "MPC2K",
        "WVE",
    )
    subtypes = {"WVE": "ALAW"}

    def written(container: str) -> Callable[[], bytes]:
        rate = 8_000 if container == "WVE" else 16_000
        return lambda: encoded(
            sound(rate, 1, rate), rate, container=container, subtype=subtypes.get(container, "PCM_16")
        )

    return {
        **{container: Hostile(written(container)) for container in read},
        **{container: Hostile(written(container), NotAudio) for container in others},
        "RIFX of little-endian sizes": Hostile(lambda: b"RIFX" + riff(format_chunk(), _DATA)[4:], UnsupportedEncoding),
        "AVI": Hostile(lambda: b"RIFF" + struct.pack("<I", 4 + len(_DATA)) + b"AVI " + _DATA, NotAudio),
        "AIFF behind an ID3 tag": Hostile(lambda: b"ID3\4\0\0\0\0\0\0" + written("AIFF")()),
    }
