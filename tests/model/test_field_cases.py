"""Recordings from the field, in forms that are easily read or heard wrongly, are heard as what they say."""

from pathlib import Path

import pytest

from model.raw_pcm import wav_of_l16
from model.recognizer import Recognizer

CASES = Path(__file__).parent.parent / "field_cases"
WORDS = {
    "recorder-left.webm": "left",
    "recorder-stop.m4a": "stop",
    "call-yes-gsm610.wav": "yes",
    "mac-right.aiff": "right",
    "big-down-rf64.wav": "down",
    "left-ogg-flac.oga": "left",
    "mp3-left-1000-zeros-before.mp3": "left",
    "mp3-stop-id3-padding-not-counted.mp3": "stop",
    "wav-left-odd-bext-no-pad.wav": "left",
    "wav-stop-24-in-32-align-4.wav": "stop",
    "wav-yes-float32-of-int16-range-0.wav": "yes",
    "wav-no-float32-of-int16-range-1.wav": "no",
    "wav-left-int32-of-int16-range.wav": "left",
    "stereo-left-antiphase.wav": "left",
    "stereo-yes-other-channel-hiss.wav": "yes",
    "chained-left-stop.opus": "left stop",
    "cut-off-right.flac": "right",
    "dc-on-0-quiet.wav": "on",
    "telephone-off-1-8khz-1.4s.wav": "off",
    "telephone-right-9-8khz-1.4s.wav": "right",
    "telephone-stop-4-8khz-1.4s.wav": "stop",
    "mp3-right-9-no-lame-header.mp3": "right",
    "fast-on-off-on-off.wav": "on off on off",
    "three-times-go.wav": "go go go",
}


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load(second_opinion="unsure")  # as it is served


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_a_recording_is_heard_as_what_it_says(recognizer: Recognizer, name: str, words: str) -> None:
    recognition = recognizer.recognize((CASES / name).read_bytes())

    assert " ".join(event.label for event in recognition.events) == words


def test_raw_samples_are_heard_as_what_they_say(recognizer: Recognizer) -> None:
    samples = (CASES / "raw-left-16khz.pcm").read_bytes()

    recognition = recognizer.recognize(wav_of_l16(samples, sample_rate=16_000, n_channels=1))

    assert [event.label for event in recognition.events] == ["left"]
