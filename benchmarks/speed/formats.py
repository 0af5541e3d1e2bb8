"""Time decoding a second of sound in each format, alone and within a request.

    python -m benchmarks.speed.formats

libsndfile decodes WAV, FLAC, Ogg and MP3 in the service's own process, FFmpeg the rest in another one. Requests are raw
bodies on one connection to one worker, whose second opinion is off.
"""

import argparse
from collections.abc import Mapping
from functools import partial

import numpy as np
import soxr
from numpy.typing import NDArray

from benchmarks.clips import EXAMPLE, in_every_format
from benchmarks.machine import describe
from benchmarks.recordings import encode_av
from benchmarks.requests import raw, request
from benchmarks.service import heed
from benchmarks.speed.connection import Connection
from benchmarks.table import table
from benchmarks.timing import interleaved_ms
from model.audio import SAMPLE_RATE, decode
from model.recognizer import SHIPPED

RECORDER_RATE = 48_000
RECORDED = {
    "WebM, Opus": ("webm", "libopus"),
    "MP4 or M4A, AAC": ("mp4", "aac"),
    "AAC": ("adts", "aac"),
    "WMA": ("asf", "wmav2"),
    "AIFF": ("aiff", "pcm_s16be"),
    "WAV, IMA ADPCM": ("wav", "adpcm_ima_wav"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.formats", description="Time every format.")
    parser.add_argument("--rounds", type=int, default=50, help="of 10 calls each (default: 50)")
    options = parser.parse_args()
    clips = in_every_format() | _recorded()
    with heed(SHIPPED, workers=1) as service, Connection(service.port) as connection:
        requests = {name: request("POST", "/transcribe", raw(clip)) for name, clip in clips.items()}
        decoding = interleaved_ms({name: partial(decode, clip) for name, clip in clips.items()}, options.rounds)
        asking = interleaved_ms(
            {name: partial(connection.ask, text) for name, text in requests.items()}, options.rounds
        )
    print(f"{describe('soundfile', 'av', 'soxr', 'numpy')}\n")
    rows = [(name, f"{len(clips[name]) / 1e3:.1f}", _median(decoding, name), _median(asking, name)) for name in clips]
    print(table(["one second as", "kB", "decode, ms", "POST /transcribe, ms"], rows))


def _recorded() -> dict[str, bytes]:
    """The example as browsers and telephones record it."""
    signal = soxr.resample(decode(EXAMPLE.read_bytes()), SAMPLE_RATE, RECORDER_RATE)
    return {
        name: encode_av(signal, container=container, codec=codec, sample_rate=RECORDER_RATE)
        for name, (container, codec) in RECORDED.items()
    }


def _median(times: Mapping[str, NDArray[np.float64]], name: str) -> str:
    return f"{np.median(times[name]):.2f}"


if __name__ == "__main__":
    main()
