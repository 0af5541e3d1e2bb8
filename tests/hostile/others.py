"""MP3 files that lie, and files that are no sound at all, each with the error that answers it."""

import io
import zipfile
from functools import cache

import numpy as np

from fuzz.seed_clips import encoded, sound
from model.errors import AudioTooLong, NotAudio, UnreadableAudio
from tests.hostile.case import Hostile
from tests.hostile.flacs import silence

_TAG = b"ID3\4\0\0"


def hostile_others() -> dict[str, Hostile]:
    return _mp3s() | _no_sounds() | _polyglots()


@cache
def _mp3(sample_rate: int = 16_000, n_channels: int = 1) -> bytes:
    return encoded(sound(sample_rate, n_channels, sample_rate), sample_rate, container="MP3")


def _noise(n_bytes: int) -> bytes:
    return np.random.default_rng(0).bytes(n_bytes)


def _mp3s() -> dict[str, Hostile]:
    frame = b"\xff\xe3\x18\xc4" + bytes(68)  # 8 kbit/s at 8 kHz: the longest sound for its bytes
    other_rate, other_channels = _mp3(44_100), _mp3(16_000, 2)
    return {
        "MP3 of two silent minutes": Hostile(lambda: silence(120, 16_000, 1, container="MP3"), AudioTooLong),
        "MP3 of four hours of the smallest frames": Hostile(lambda: 200_000 * frame, AudioTooLong),
        "MP3 of changing rates": Hostile(lambda: _mp3() + other_rate),
        "MP3 of changing channels": Hostile(lambda: _mp3() + other_channels),
        "MP3 of changing everything, 100 times": Hostile(
            lambda: 100 * (_mp3() + other_rate + other_channels), UnreadableAudio
        ),
        "MP3 of free format": Hostile(lambda: 1_000 * (b"\xff\xfb\x00\xc4" + bytes(413)), NotAudio),
        "MP3 of layer I": Hostile(lambda: 100 * (b"\xff\xff\x90\xc4" + bytes(413)), NotAudio),
        "MP3 of layer II": Hostile(lambda: 100 * (b"\xff\xfd\x90\xc4" + bytes(413)), NotAudio),
        "MP3 of one frame": Hostile(lambda: frame, UnreadableAudio),
        "MP3 of headers alone": Hostile(lambda: b"\xff\xfb\x90\x00" * (15 << 18), UnreadableAudio),
        "MP3 and 15 MB of noise": Hostile(lambda: _mp3() + _noise(15 << 20)),
        "MP3 head and 15 MB of zeros": Hostile(lambda: b"\xff\xfb\x90\x00" + bytes(15 << 20), UnreadableAudio),
        "MP3 whose Xing head claims 4 G frames": Hostile(_with_xing),
        "MP3 behind a tag of 15 MB": Hostile(lambda: _TAG + b"\x07\x40\x00\x00" + bytes(15 << 20) + _mp3()),
        "MP3 behind a tag that claims 256 MB": Hostile(lambda: _TAG + b"\x7f\x7f\x7f\x7f" + _mp3()),
        "MP3 behind two tags": Hostile(lambda: 2 * (_TAG + bytes(4)) + _mp3()),
        "a tag alone": Hostile(lambda: _TAG + b"\0\0\0\5title", NotAudio),
        "AAC of frames without a length": Hostile(lambda: 100 * (b"\xff\xf1\x50\x80" + bytes(413)), NotAudio),
    }


def _with_xing() -> bytes:
    place = max(_mp3().find(b"Xing"), _mp3().find(b"Info"))
    return _mp3()[: place + 4] + b"\0\0\0\3" + b"\xff" * 8 + _mp3()[place + 16 :]


def _no_sounds() -> dict[str, Hostile]:
    files = {
        "one byte": b"R",
        "text": b"left right left right",
        "JSON": b'{"file": "left.wav"}',
        "HTML": b"<!doctype html><script>alert(1)</script>",
        "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "a playlist": b"#EXTM3U\n/etc/passwd\nhttp://127.0.0.1/\n",
        "a program": b"\x7fELF\2\1\1" + bytes(9) + _noise(4_000),
        "a picture": b"\x89PNG\r\n\x1a\n" + _noise(4_000),
        "MIDI": b"MThd\0\0\0\6\0\1\0\1\0\x60",
    }
    return {name: Hostile(content.__bytes__, NotAudio) for name, content in files.items()} | {
        "MP4 of noise": Hostile(lambda: b"\0\0\0\x20ftypM4A " + _noise(4_000), UnreadableAudio),
        "WebM of noise": Hostile(lambda: b"\x1aE\xdf\xa3" + _noise(4_000), UnreadableAudio),
        "ZIP": Hostile(_zip, NotAudio),
        "15 MB of zeros": Hostile(lambda: bytes(15 << 20), NotAudio),
        "15 MB of noise": Hostile(lambda: _noise(15 << 20), NotAudio),
    }


def _polyglots() -> dict[str, Hostile]:
    """Two files in one; the one that comes first in the bytes decides."""
    wav = encoded(sound(16_000, 1, 16_000), 16_000, container="WAV")
    return {
        "WAV that is a ZIP too": Hostile(lambda: wav + _zip()),
        "WAV that is an MP3 too": Hostile(lambda: wav + _mp3()),
        "PDF that is an MP3 too": Hostile(lambda: b"%PDF-1.7\n" + _mp3(), NotAudio),
        "program that is a WAV too": Hostile(lambda: b"\x7fELF" + wav, NotAudio),
    }


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../left.wav", bytes(1 << 20))
    return file.getvalue()
