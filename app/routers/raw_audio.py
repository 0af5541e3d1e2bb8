"""Read raw samples whose rate and channels stand in their content type: ``audio/L16`` and ``audio/basic``."""

from python_multipart.multipart import parse_options_header

from app.refusals import UnsupportedContentType
from model.containers import MAX_CHANNELS, SAMPLE_RATES_HZ
from model.raw_pcm import wav_of_basic, wav_of_l16

_FILES = (b"RIFF", b".snd", b"OggS", b"fLaC")  # whole sound files, which some clients send under these types too


def to_sound_file(body: bytes, content_type: str | None) -> bytes:
    """Put a header before raw samples; sound files stay as they are.

    Raises:
        UnsupportedContentType: the type says too little of the samples.
    """
    essence, options = parse_options_header(content_type)
    if not body or body.startswith(_FILES):
        return body
    match essence.lower():
        case b"audio/l16":
            rate = _number(options, b"rate", None, *SAMPLE_RATES_HZ)
            return wav_of_l16(body, sample_rate=rate, n_channels=_number(options, b"channels", 1, 1, MAX_CHANNELS))
        case b"audio/basic":
            return wav_of_basic(body)
    return body


def _number(options: dict[bytes, bytes], name: bytes, default: int | None, low: int, high: int) -> int:
    text = options.get(name, b"" if default is None else b"%d" % default)
    if not text.isdigit() or not low <= int(text) <= high:
        detail = f"audio/L16 needs a {name.decode()} of {low} to {high}, as in audio/L16;rate=16000;channels=1"
        raise UnsupportedContentType(detail)
    return int(text)
