"""Recordings from the field, which no decoder of a WAV alone would read rightly, are heard as what they say."""

from pathlib import Path

import pytest

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
}


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_a_recording_is_heard_as_what_it_says(recognizer: Recognizer, name: str, words: str) -> None:
    recognition = recognizer.recognize((CASES / name).read_bytes())

    assert " ".join(event.label for event in recognition.events) == words
