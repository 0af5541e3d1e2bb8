"""Raw samples are read as their content type says, in either order of bytes."""

import numpy as np
import pytest

from app.refusals import UnsupportedContentType
from app.routers.raw_audio import to_sound_file
from model.audio import decode
from tests.signals import encode, tone

SAMPLES = tone() * 32_767
WAVEFORM = tone()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "content_type", ["audio/L16;rate=16000", "audio/l16; channels=1; rate=16000", 'AUDIO/L16; Rate="16000"']
)
def test_l16_is_read_in_the_order_of_bytes_that_makes_it_smooth(content_type: str, order: str) -> None:
    body = SAMPLES.astype(f"{order}i2").tobytes()

    assert np.abs(decode(to_sound_file(body, content_type)) - WAVEFORM).max() < 0.001


def test_l16_of_two_channels_and_another_rate_is_read() -> None:
    samples = np.stack([tone(sample_rate=44_100)] * 2, axis=1) * 32_767

    waveform = decode(to_sound_file(samples.astype(">i2").tobytes(), "audio/L16;rate=44100;channels=2"))

    assert np.abs(waveform - WAVEFORM)[800:-800].max() < 0.01


def test_basic_audio_is_mu_law_of_8_khz() -> None:
    body = encode(tone(sample_rate=8_000), sample_rate=8_000, container="RAW", subtype="ULAW")

    waveform = decode(to_sound_file(body, "audio/basic"))

    assert len(waveform) == 16_000
    assert np.abs(waveform - WAVEFORM)[800:-800].max() < 0.03


@pytest.mark.parametrize("container", ["WAV", "AU", "FLAC"])
@pytest.mark.parametrize("content_type", ["audio/L16;rate=8000", "audio/basic"])
def test_a_whole_sound_file_of_such_a_type_stays_as_it_is(container: str, content_type: str) -> None:
    clip = encode(tone(), container=container)

    assert to_sound_file(clip, content_type) is clip


@pytest.mark.parametrize(
    "options", ["", ";channels=1", ";rate=0", ";rate=fast", ";rate=16000;channels=0", ";rate=16000;channels=9"]
)
def test_l16_without_a_usable_rate_or_channels_is_told_an_example(options: str) -> None:
    with pytest.raises(UnsupportedContentType, match=r"as in audio/L16;rate=16000;channels=1"):
        to_sound_file(b"\0\0", f"audio/L16{options}")


@pytest.mark.parametrize("content_type", [None, "", "audio/wav", "application/octet-stream"])
def test_other_types_say_nothing_of_the_bytes(content_type: str | None) -> None:
    assert to_sound_file(b"\0\1", content_type) == b"\0\1"
