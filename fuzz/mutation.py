"""Damage a clip so that it still looks whole to the code that must judge it.

Chunks, pages and frames are taken apart, damaged and put together again. Where a container has a checksum, it is made
right afterwards, or decoders would throw the damage away unseen.
"""

import struct
from collections.abc import Callable, Sequence
from random import Random

from fuzz import flac_frames, ogg_pages

Mutation = Callable[[Random, bytes], bytes]

_BYTES = (0, 1, 2, 3, 4, 8, 16, 24, 32, 64, 127, 128, 192, 254, 255)
_NUMBERS = (
    0,
    1,
    2,
    3,
    8,
    9,
    255,
    256,
    3_999,
    4_000,
    192_000,
    192_001,
    0x7FFF,
    0x8000,
    0xFFFF,
    2**31 - 1,
    2**31,
    2**32 - 1,
)
_FLOATS = (float("nan"), float("inf"), float("-inf"), 3.4e38, 1e-45)
_CHUNK_NAMES = (b"data", b"fmt ", b"fact", b"LIST", b"JUNK", b"PEAK", b"smpl", b"bext", b"RIFF", b"\0\0\0\0")


def mutated(random: Random, clips: Sequence[bytes]) -> bytes:
    """One of the clips, damaged one to six times over, more often few times than many."""
    clip = random.choice(clips)
    for _ in range(1 + min(random.randrange(6), random.randrange(6), random.randrange(6))):
        clip = _splice(random, clip, random.choice(clips)) if random.random() < 0.05 else damaged(random, clip)
    return clip


def damaged(random: Random, clip: bytes) -> bytes:
    """The clip with one change, half of the time of one of its chunks, pages or frames."""
    if not clip:
        return random.randbytes(random.randrange(64))
    by_kind = [_damage_chunks, _damage_pages, _damage_flac, _damage_mp3]
    kind = {b"RIFF": 0, b"OggS": 1, b"fLaC": 2}.get(clip[:4], 3)
    return random.choice([by_kind[kind], _damage_bytes])(random, clip)


def _damage_bytes(random: Random, clip: bytes) -> bytes:
    """Change bytes, more often in the headers, which stand in front, than behind them."""
    place = random.randrange(min(len(clip), 120) if random.random() < 0.6 else len(clip)) if clip else 0
    length = random.choice((1, 1, 2, 4, 8, 64, 1_000))
    number = struct.pack(random.choice("<>") + "I", random.choice(_NUMBERS))
    new: bytes = random.choice(
        [
            bytes([random.choice(_BYTES)]),
            bytes([clip[place] ^ 1 << random.randrange(8)]) if clip else b"",
            number,
            number[:2],
            struct.pack("<f", random.choice(_FLOATS)),
            random.randbytes(length),
        ]
    )
    return random.choice(
        [
            clip[:place] + new + clip[place + len(new) :],
            clip[:place] + new + clip[place + len(new) :],
            clip[:place] + new + clip[place:],
            clip[:place] + clip[place + length :],
            clip[: place + length] + clip[place:],
            clip[:place],
        ]
    )


def _damage_chunks(random: Random, clip: bytes) -> bytes:
    """Damage the chunks of a WAV, split by the sizes that they claim."""
    parts, place = [clip[:12]], 12
    while place + 8 <= len(clip):
        size = int.from_bytes(clip[place + 4 : place + 8], "little")
        parts.append(clip[place : place + 8 + size + size % 2])
        place += len(parts[-1])
    made = struct.pack("<4sI", random.choice(_CHUNK_NAMES), random.choice(_NUMBERS)) + random.randbytes(
        random.randrange(40)
    )
    return b"".join(_damage_parts(random, parts, made))


def _damage_pages(random: Random, clip: bytes) -> bytes:
    parts = ogg_pages.pages(clip)
    made = ogg_pages.page(
        random.randbytes(random.randrange(600)), serial=random.choice(_NUMBERS), flags=random.randrange(8)
    )
    return b"".join(ogg_pages.sealed(part) for part in _damage_parts(random, parts, made))


def _damage_flac(random: Random, clip: bytes) -> bytes:
    head, frames = flac_frames.head_and_frames(clip)
    if not frames or random.random() < 0.4:  # blocks of metadata stand in the head, with no checksum over them
        return _damage_bytes(random, head) + b"".join(frames)
    n_headers = [flac_frames.header_length(frame) for frame in frames]
    damaged_frames = _damage_parts(random, frames, random.choice(frames))
    return head + b"".join(
        flac_frames.sealed(frame, n_header)
        for frame, n_header in zip(damaged_frames, n_headers + n_headers, strict=False)
    )


def _damage_mp3(random: Random, clip: bytes) -> bytes:
    """Damage a part between two sync codes, or put a tag in front."""
    if random.random() < 0.1:
        size = random.choice([bytes(4), bytes([0, 0, 1, 0]), random.randbytes(4)])
        return b"ID3\x04\0" + random.randbytes(1) + size + clip
    start, *rest = clip.split(b"\xff\xfb" if b"\xff\xfb" in clip else b"\xff\xe3")
    parts = [start, *(clip[:2] + part for part in rest)]
    return b"".join(_damage_parts(random, parts, clip[:2] + random.randbytes(random.randrange(400))))


def _damage_parts(random: Random, parts: list[bytes], made: bytes) -> list[bytes]:
    """Change one part inside, double it, leave it out, move it or cut it short, or put a made one in."""
    place = random.randrange(len(parts)) if parts else 0
    part, before, after = b"".join(parts[place : place + 1]), parts[:place], parts[place + 1 :]
    choices = [
        [*before, _damage_bytes(random, part), *after],
        [*before, _damage_bytes(random, part), *after],
        [*before, part, part, *after],
        [*before, *after],
        [*before, *after, part],
        [*before, part[: random.randrange(len(part) + 1)], *after],
        [*before, made, part, *after],
    ]
    return random.choice(choices)


def _splice(random: Random, clip: bytes, other: bytes) -> bytes:
    return clip[: random.randrange(len(clip) + 1)] + other[random.randrange(len(other) + 1) :]
