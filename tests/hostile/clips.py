"""The whole hostile set: lies, bombs and disguises with their answers, and files cut off anywhere."""

from fuzz.flac_frames import head_and_frames
from fuzz.ogg_pages import pages
from fuzz.seed_clips import encoded, sound
from tests.hostile.case import Hostile
from tests.hostile.flacs import hostile_flacs
from tests.hostile.oggs import hostile_oggs
from tests.hostile.others import hostile_others
from tests.hostile.wavs import hostile_wavs

_HEADER_BYTES = 64
_WHOLE = {
    "WAV": "PCM_16",
    "WAVEX": "FLOAT",
    "FLAC": "PCM_16",
    "VORBIS": "VORBIS",
    "OPUS": "OPUS",
    "MP3": "MPEG_LAYER_III",
}


def hostile_clips() -> dict[str, Hostile]:
    return hostile_wavs() | hostile_flacs() | hostile_oggs() | hostile_others()


def truncated() -> dict[str, bytes]:
    """Cut off at every byte of the header, and at and beside each boundary of pages and frames."""
    cut = dict[str, bytes]()
    for name, subtype in _WHOLE.items():
        container = "OGG" if name == subtype else name
        clip = encoded(sound(16_000, 1, 16_000), 16_000, container=container, subtype=subtype)
        places = {*range(1, _HEADER_BYTES), *(edge + beside for edge in _edges(clip) for beside in (-1, 0, 1))}
        cut |= {f"{name} of {place} bytes": clip[:place] for place in sorted(places)}
    return cut


def _edges(clip: bytes) -> list[int]:
    head, frames = head_and_frames(clip) if clip.startswith(b"fLaC") else (b"", pages(clip))
    edges = [len(head)] if head else []
    for frame in frames:
        edges.append((edges[-1] if edges else 0) + len(frame))
    return edges or [len(clip) // 2, len(clip)]
