"""Have FFmpeg decode what libsndfile does not read, in a process that may crash, hang or run out of memory alone.

The process starts when a clip first needs it, and serves one clip after the other. If it fails, only the clip that it
failed with is refused, and the next one has a new process.
"""

import os
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.av_client import AvProcess, Block, ProcessFailed
from model.containers import Part, check_layout
from model.errors import UnreadableAudio
from model.wav import FLOAT, WavFormat, join_wav

DECODE_SECONDS = 1.5  # for a clip of a minute, which takes 0.1 s; a longer one has more in proportion

_FULL_SCALES = {"u8": 2**7, "s16": 2**15, "s32": 2**31, "flt": 1, "dbl": 1}
_NUMBERS = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "flt": np.float32, "dbl": np.float64}


class AvDecoder:
    """Decodes in a process that it starts when it must; threads wait for one another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: AvProcess | None = None

    @property
    def pid(self) -> int | None:
        """The process's number, or None where there is none yet."""
        return self._process.pid if self._process else None

    def to_wav(self, parts: Iterable[Part], *, max_seconds: float, max_values: int) -> bytes:
        """Decode sound files to a WAV of floats, or to several, one behind the other, where rate or channels change.

        Args:
            parts: the sound files of a clip, each with its demuxer.
            max_seconds, max_values: decoding stops once it has passed one of these; values are samples of all channels.

        Raises:
            UnsupportedEncoding: a codec, rate or channel count that heed does not read, or no sound at all.
            UnreadableAudio: FFmpeg can't decode it, or not in time.
        """
        with self._lock:
            process = self._running()
            deadline = monotonic() + DECODE_SECONDS * max(1.0, max_seconds / 60)
            decode = partial(process.decode, max_seconds=max_seconds, max_values=max_values, deadline=deadline)
            try:
                blocks = [block for part in parts for block in decode(part)]
            except ProcessFailed as error:
                self.close()
                raise UnreadableAudio("the sound file can't be decoded; it is damaged, or far too large") from error
        runs = groupby(blocks, lambda block: (block.sample_rate, block.n_channels))
        return b"".join(_wav(sample_rate, n_channels, [*run]) for (sample_rate, n_channels), run in runs)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None

    def _running(self) -> AvProcess:
        if self._process is not None and self._process.owner != os.getpid():
            self._process = None  # a fork of the process that started it, and must not talk into its conversation
        if self._process is None:
            self._process = AvProcess()
        return self._process


def _wav(sample_rate: int, n_channels: int, blocks: list[Block]) -> bytes:
    check_layout(sample_rate, n_channels)
    form = WavFormat.plain(FLOAT, n_channels=n_channels, sample_rate=sample_rate, n_bytes=4)
    return join_wav(form, b"".join(_floats(block).tobytes() for block in blocks))


def _floats(block: Block) -> NDArray[np.float32]:
    """Read a block's samples, ``(time, channel)``, at full scale."""
    name = block.sample_format.removesuffix("p")
    numbers: NDArray[Any] = np.frombuffer(block.samples, _NUMBERS[name])
    if block.sample_format.endswith("p"):
        numbers = numbers.reshape(block.n_channels, -1).T
    if name == "u8":
        numbers = numbers.astype(np.int16) - 128
    with np.errstate(over="ignore"):  # a double beyond the floats becomes infinite, and is refused as such
        floats: NDArray[np.float32] = (numbers / _FULL_SCALES[name]).astype("<f4")
    return floats
