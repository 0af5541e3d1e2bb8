"""Make recordings as browsers and telephones do, with FFmpeg."""

import io
from fractions import Fraction
from typing import cast

import av
from av.audio.stream import AudioStream

from model.audio import Waveform


def encode_av(
    signal: Waveform, *, container: str, codec: str, sample_rate: int = 48_000, layout: str = "mono", **options: str
) -> bytes:
    """A sound file of a signal at its rate, (time,); the options are those of FFmpeg's muxer."""
    file = io.BytesIO()
    with av.open(file, "w", container, options) as output:
        stream = cast(AudioStream, output.add_stream(codec, sample_rate, layout=layout))
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(signal[None], "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = sample_rate, 0, Fraction(1, sample_rate)
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()
