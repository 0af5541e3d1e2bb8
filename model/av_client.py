"""Start the process that decodes with FFmpeg, and talk to it as model/av_protocol.py describes."""

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from model.av_protocol import BLOCK, Request, line
from model.containers import Part
from model.errors import UnreadableAudio, UnsupportedEncoding

ROOT = Path(__file__).parent.parent
START_SECONDS = 10.0  # for the process to be ready, which takes half a second on a busy machine
EXCESS_VALUES = 2**22  # in the block with which decoding passes its limit


class ProcessFailed(Exception):
    """The process crashed, hung or talks nonsense, and must be killed."""


class Block(NamedTuple):
    """Samples as FFmpeg decoded them; in a planar format all of one channel stand before the next."""

    sample_format: str
    sample_rate: int
    n_channels: int
    samples: bytes


class AvProcess:
    """A decoding process, and the socket to it.

    Raises:
        ProcessFailed: it does not start.
    """

    def __init__(self) -> None:
        self._socket, other_end = socket.socketpair()
        command = [sys.executable, "-m", "model.av_process"]
        with other_end:
            self._process = subprocess.Popen(  # noqa: S603 # nothing of it comes from outside
                command,
                cwd=ROOT,
                stdin=other_end.fileno(),
                stdout=other_end.fileno(),
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._file = self._socket.makefile("rb")
        self.pid, self.owner = self._process.pid, os.getpid()
        atexit.register(self.kill)
        self._socket.settimeout(START_SECONDS)
        if not self._file.readline():
            self.kill()
            raise ProcessFailed("the process of FFmpeg did not start; is the package av installed?")

    def decode(self, part: Part, *, max_seconds: float, max_values: int, deadline: float) -> list[Block]:
        """Decode one sound file.

        Raises:
            UnsupportedEncoding, UnreadableAudio: FFmpeg can't decode it.
            ProcessFailed: the process must be killed.
        """
        request = Request(
            n_bytes=len(part.content), demuxer=str(part.demuxer), max_seconds=max_seconds, max_values=max_values
        )
        try:
            self._hurry(deadline)
            self._socket.sendall(line(request))
            self._socket.sendall(part.content)
            blocks = [*self._blocks(deadline, max_values)]
            outcome = json.loads(self._file.readline())
        except (OSError, EOFError, ValueError) as error:
            raise ProcessFailed("FFmpeg's process crashed, or took too long") from error
        if "refused" in outcome:
            raise UnsupportedEncoding(outcome["refused"])
        if not blocks:
            raise UnreadableAudio("the sound file is damaged or cut short; send a whole one")
        return blocks

    def kill(self) -> None:
        atexit.unregister(self.kill)
        self._process.kill()
        self._process.wait()
        self._file.close()
        self._socket.close()

    def _blocks(self, deadline: float, max_values: int) -> Iterator[Block]:
        n_left = 8 * (max_values + EXCESS_VALUES)
        while True:
            self._hurry(deadline)
            name, sample_rate, n_channels, n_bytes = BLOCK.unpack(self._read(BLOCK.size))
            if not n_bytes:
                return
            n_left -= n_bytes
            if n_left < 0:
                raise ValueError("more samples than were asked for")
            yield Block(name.rstrip(b"\0").decode("ascii"), sample_rate, n_channels, self._read(n_bytes))

    def _read(self, n_bytes: int) -> bytes:
        content = self._file.read(n_bytes)
        if len(content) < n_bytes:
            raise EOFError
        return content

    def _hurry(self, deadline: float) -> None:
        self._socket.settimeout(max(deadline - monotonic(), 0.001))
