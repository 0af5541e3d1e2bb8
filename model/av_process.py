"""Decode clips with FFmpeg in a process of its own, which model/av_client.py starts.

python -m model.av_process
"""

import io
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.plane import AudioPlane

from model.av_protocol import BLOCK, END, Outcome, Request, line

CODECS = (
    *("aac", "alac", "opus", "vorbis", "flac", "speex", "mp3", "mp3float", "amrnb", "amrwb", "gsm_ms"),
    *("wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless"),
    *("adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms", "g726", "pcm_alaw", "pcm_mulaw"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
# FFmpeg already opens decoders while it looks at a file, and opens files that this one names: both are bounded here.
OPTIONS = {"codec_whitelist": ",".join(CODECS), "protocol_whitelist": "none"}
STATM = Path("/proc/self/statm")
SAMPLE_BYTES = {"u8": 1, "s16": 2, "s32": 4, "flt": 4, "dbl": 8}

_LAYOUTS: list[AudioLayout] = []  # a layout that a file makes up lives on: PyAV 18.1.0 would free it twice

MAX_CHANNELS = 8
MAX_BAD_PACKETS = 100
CPU_SECONDS = 3
FREE_BYTES = 128 * 2**20  # of address space, besides the clip


class Refused(Exception):
    """The clip is not decoded; the message says why."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, whose end closes the socket
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(line({}))
    sink.flush()
    while asked := source.readline():
        request: Request = json.loads(asked)
        clip = source.read(request["n_bytes"])
        _limit(free_bytes=FREE_BYTES + 2 * len(clip))
        outcome: Outcome = {}
        try:
            for block in _blocks(clip, request):
                sink.write(block)
        except Refused as refusal:
            outcome = {"refused": str(refusal)}
        except (av.FFmpegError, ValueError, MemoryError) as error:
            outcome = {"failed": repr(error)}
        sink.write(END + line(outcome))
        sink.flush()


def _blocks(clip: bytes, request: Request) -> Iterator[bytes]:
    """Decode the first stream of sound until one of the limits is passed."""
    seconds, n_values = 0.0, 0
    for frame in _frames(clip, request["demuxer"]):
        if "(" in frame.layout.name:
            _LAYOUTS.append(frame.layout)
        yield _block(frame)
        seconds += frame.samples / frame.sample_rate
        n_values += frame.samples * frame.layout.nb_channels
        if seconds > request["max_seconds"] or n_values > request["max_values"]:
            return


def _frames(clip: bytes, demuxer: str) -> Iterator[AudioFrame]:
    """Decode packet by packet, and leave out damaged ones as players do."""
    n_bad = 0
    with av.open(io.BytesIO(clip), "r", demuxer, OPTIONS, metadata_errors="replace") as container:
        if not container.streams.audio:
            raise Refused("the file holds no sound; send a recording with sound")
        stream = container.streams.audio[0]
        if stream.codec_context.name not in CODECS:
            raise Refused("the sound in this file is encoded in a way that heed does not read; save it as WAV or MP3")
        stream.codec_context.thread_count = 1
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                n_bad += 1
                if n_bad > MAX_BAD_PACKETS:
                    raise


def _block(frame: AudioFrame) -> bytes:
    """Write a frame; of planes, all of one channel before the next."""
    n_channels, name = frame.layout.nb_channels, frame.format.name
    if not 1 <= n_channels <= MAX_CHANNELS:
        raise Refused(f"{n_channels} channels are not read; use 1 to {MAX_CHANNELS}")
    n_planes = n_channels if frame.format.is_planar else 1
    n_bytes = frame.samples * SAMPLE_BYTES[name.removesuffix("p")] * n_channels // n_planes
    planes = [AudioPlane(frame, number) for number in range(n_planes)]  # frame.planes of PyAV 18.1.0 reads past eight
    samples = b"".join(bytes(plane)[:n_bytes] for plane in planes)
    return BLOCK.pack(name.encode(), frame.sample_rate, n_channels, len(samples)) + samples


def _limit(*, free_bytes: int) -> None:
    """Bound the processor time and the address space that the next clip takes beyond what this process has already."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_soft(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS)
    with suppress(OSError), STATM.open() as statm:  # Linux alone has this file, and bounds address space
        _set_soft(resource.RLIMIT_AS, int(statm.read().split()[0]) * resource.getpagesize() + free_bytes)


def _set_soft(limit: int, value: int) -> None:
    resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


if __name__ == "__main__":
    main()
    os._exit(0)  # before the layouts are freed
