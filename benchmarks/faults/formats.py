"""A spoken example in, the same clip in every container and encoding that heed reads out."""

import io

import soundfile

from benchmarks.clips import EXAMPLE
from model.audio import SAMPLE_RATE, Waveform, decode

ENCODINGS = {
    "WAV, 8 bits": ("WAV", "PCM_U8"),
    "WAV, 16 bits": ("WAV", "PCM_16"),
    "WAV, 24 bits": ("WAV", "PCM_24"),
    "WAV, 32 bits": ("WAV", "PCM_32"),
    "WAV, float": ("WAV", "FLOAT"),
    "WAV, double": ("WAV", "DOUBLE"),
    "WAV, A-law": ("WAV", "ALAW"),
    "WAV, mu-law": ("WAV", "ULAW"),
    "WAV, extensible": ("WAVEX", "PCM_16"),
    "FLAC": ("FLAC", "PCM_16"),
    "Ogg Vorbis": ("OGG", "VORBIS"),
    "Ogg Opus": ("OGG", "OPUS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
}


def in_every_format() -> dict[str, bytes]:
    """Clips by the name of their format; each is heard, whatever it is heard to say."""
    waveform = decode(EXAMPLE.read_bytes())
    return {name: encoded(waveform, container, subtype) for name, (container, subtype) in ENCODINGS.items()}


def encoded(waveform: Waveform, container: str, subtype: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, waveform, SAMPLE_RATE, format=container, subtype=subtype)
    return file.getvalue()
