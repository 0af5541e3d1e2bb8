"""Find where the frames of an MP3 begin, behind tags, zeros or a cut frame, and where another MP3 follows."""

import re
from struct import pack
from typing import NamedTuple

SEARCHED_BYTES = 128 * 1024  # without a frame: about where players give up too
MAX_TAGS = 16
MAX_CANDIDATES = 1_000  # places that look like a header, in one search
MAX_RUNS = 256  # of frames in one file, between which something else stands
CHECKED_FRAMES = 3  # that must follow one another, if the file goes on so long

_HEADER = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_ID3_BYTES, _ID3V1_BYTES, _APE_BYTES = 10, 128, 32
_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2 and 2.5
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MONO = 3
_VBRI_AT = 36
_UNKNOWN = 2**32
_LONG_ENOUGH = 5  # index of a bitrate at which a frame has room for a count


class _Frame(NamedTuple):
    n_bytes: int
    kind: tuple[int, bool]  # rate, and whether it is mono; within one MP3 they stay
    info_at: int  # where an encoder may write how many frames follow


class _Run(NamedTuple):
    end: int
    n_frames: int
    is_constant: bool  # whether all frames are equally long


def begins_frame(clip: bytes) -> bool:
    """Tell whether a clip begins like a frame; one in some thousand random ones does."""
    return _frame(clip, 0) is not None


def find_frames(clip: bytes) -> int | None:
    """Find the first frame that others follow, behind whatever stands before it, as players do."""
    position = skip_tags(clip, 0)
    found = _search(clip, position)
    return _search(clip, _ID3_BYTES) if found is None and position else found  # a tag may claim too much


def skip_tags(clip: bytes, position: int) -> int:
    """Find the end of the tags that stand here, ID3 or APE, one behind the other."""
    for _ in range(MAX_TAGS):
        beginning = clip[position : position + _APE_BYTES]
        if beginning[:3] == b"ID3" and len(beginning) >= _ID3_BYTES:
            flags, a, b, c, d = beginning[5:10]  # the length has 7 bits a byte, and leaves out a footer
            position += _ID3_BYTES + (a << 21 | b << 14 | c << 7 | d) + (_ID3_BYTES if flags & 0x10 else 0)
        elif beginning[:8] == b"APETAGEX" and len(beginning) == _APE_BYTES:  # its length leaves out the header
            is_header = bool(beginning[23] & 0x20)
            position += _APE_BYTES + (int.from_bytes(beginning[12:16], "little") if is_header else 0)
        elif beginning[:3] == b"TAG":
            position += _ID3V1_BYTES
        else:
            break
    return position


def split_mp3s(clip: bytes) -> list[bytes]:
    """Split a file that begins with a frame where another MP3 begins, and leave out what stands between them."""
    parts, start, run = list[bytes](), 0, _follow(clip, 0)
    n_frames, is_constant = run.n_frames, run.is_constant
    for _ in range(MAX_RUNS):
        following = _search(clip, skip_tags(clip, run.end))
        if following is None:
            break
        if _is_another(clip, start, run.end, following):
            parts.append(_counted(clip[start : run.end], n_frames, is_constant))
            start, n_frames, is_constant = following, 0, True
        run = _follow(clip, following)
        n_frames, is_constant = n_frames + run.n_frames, is_constant and run.is_constant
    return [*parts, _counted(clip[start:], n_frames, is_constant)]


def _is_another(clip: bytes, start: int, end: int, following: int) -> bool:
    """Tell whether an MP3 that began at ``start`` is over where its frames end, or is only damaged there."""
    before, after = _frame(clip, start), _frame(clip, following)
    has_tag = skip_tags(clip, end) != end
    is_counted = _n_announced(clip, start) is not None and following == end
    differs = before is None or after is None or before.kind != after.kind
    return has_tag or is_counted or differs or _n_announced(clip, following) is not None


def _follow(clip: bytes, start: int) -> _Run:
    """Follow frames of one kind to where they end, or to where there are as many as the first announces."""
    first, position, n_frames, is_constant = _frame(clip, start), start, 0, True
    announced = _n_announced(clip, start)
    while first is not None and (frame := _frame(clip, position)) is not None and frame.kind == first.kind:
        if n_frames and (n_frames - 1 == announced or _is_info(clip, position, frame)):
            break
        is_constant = is_constant and abs(frame.n_bytes - first.n_bytes) <= 1  # a frame may have a byte of padding
        position, n_frames = position + frame.n_bytes, n_frames + 1
    return _Run(position, n_frames, is_constant)


def _counted(mp3: bytes, n_frames: int, is_constant: bool) -> bytes:
    """Put a frame that announces the others before those that vary in length.

    Without it a decoder reckons from the first one's how many there are, and libsndfile stops there.
    """
    if is_constant or _n_announced(mp3, 0) is not None:
        return mp3
    header = bytearray(mp3[:4])
    header[1] |= 1  # no checksum
    header[2] = header[2] & 0x0C | _LONG_ENOUGH << 4
    frame = _frame(bytes(header), 0)
    if frame is None:
        return mp3
    info = bytes(header).ljust(frame.info_at, b"\0") + b"Xing" + pack(">II", 1, n_frames)
    return info.ljust(frame.n_bytes, b"\0") + mp3


def _search(clip: bytes, start: int) -> int | None:
    for n_seen, match in enumerate(_HEADER.finditer(clip, start, start + SEARCHED_BYTES)):
        if n_seen == MAX_CANDIDATES:
            break
        if _leads_on(clip, match.start()):
            return match.start()
    return None


def _leads_on(clip: bytes, position: int) -> bool:
    """Tell whether frames of one kind follow one another from here, two at the end of the file."""
    first = _frame(clip, position)
    for n_seen in range(CHECKED_FRAMES):
        if n_seen == CHECKED_FRAMES - 1 and position + 4 > len(clip):
            return True
        frame = _frame(clip, position)
        if first is None or frame is None or frame.kind != first.kind:
            return False
        position += frame.n_bytes
    return True


def _frame(clip: bytes, position: int) -> _Frame | None:
    if len(clip) < position + 4:
        return None
    header = int.from_bytes(clip[position : position + 4], "big")
    sync, version, layer, padding = header >> 21, header >> 19 & 3, header >> 17 & 3, header >> 9 & 1
    bitrate, rate = header >> 12 & 15, header >> 10 & 3
    if sync != 0x7FF or version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return None
    is_first, is_mono, hz = version == 3, header >> 6 & 3 == _MONO, _RATES[version][rate]
    n_bytes = (144_000 if is_first else 72_000) * _KBITS[is_first][bitrate] // hz + padding
    n_side = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}[is_first, is_mono]
    return _Frame(n_bytes, (hz, is_mono), position + 4 + n_side)


def _is_info(clip: bytes, position: int, frame: _Frame) -> bool:
    return clip.startswith((b"Xing", b"Info"), frame.info_at) or clip.startswith(b"VBRI", position + _VBRI_AT)


def _n_announced(clip: bytes, position: int) -> int | None:
    """Read how many frames an encoder says that it wrote behind this one; a number without end where it only may."""
    frame = _frame(clip, position)
    if frame is None or not _is_info(clip, position, frame):
        return None
    if clip.startswith(b"VBRI", position + _VBRI_AT):
        return int.from_bytes(clip[position + _VBRI_AT + 14 : position + _VBRI_AT + 18], "big")
    flags, count = clip[frame.info_at + 7 : frame.info_at + 8], clip[frame.info_at + 8 : frame.info_at + 12]
    return int.from_bytes(count, "big") if flags and flags[0] & 1 else _UNKNOWN
