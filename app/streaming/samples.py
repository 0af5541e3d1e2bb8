"""Refuse a sound file in a stream, which takes samples without a file around them."""

from starlette import status

from app.streaming.messages import Refusal
from model import containers, wav
from model.errors import AudioError


def refuse_file(beginning: bytes, *, sample_rate: float, n_channels: int) -> None:
    """Look at the first bytes of a stream; a WAV of the samples that the stream expects may pass, header and all.

    Raises:
        Refusal: a sound file begins here.
    """
    name = containers.name_of(beginning)
    if name and not (name == "WAV" and _holds(beginning, sample_rate, n_channels)):
        raise Refusal(
            status.WS_1003_UNSUPPORTED_DATA,
            f"these are the bytes of a {name} file; a stream takes bare samples (PCM, 16 bits, little-endian, "
            f"{sample_rate:g} Hz, channels: {n_channels}). Send a file to /transcribe instead",
        )


def _holds(beginning: bytes, sample_rate: float, n_channels: int) -> bool:
    try:
        form = wav.format_of(beginning)
    except AudioError:
        return False
    return (form.code, form.bits, form.order, form.sample_rate, form.n_channels) == (
        wav.PCM,
        16,
        "<",
        sample_rate,
        n_channels,
    )
