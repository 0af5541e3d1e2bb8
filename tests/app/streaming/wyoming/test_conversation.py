"""What a Wyoming client asks is answered as the same question over HTTP or WebSocket is."""

import numpy as np
import pytest
from starlette.testclient import TestClient
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.wake import Detect

from app.main import create_app
from app.settings import Settings
from app.version import VERSION
from model.recognizer import Recognizer
from tests.app.sound import bursts
from tests.app.streaming.wyoming.talk import Service, answers, said
from tests.app.stubs import Ears, Hearing
from tests.labels import LABELS
from tests.signals import encode, noise

GO = encode(bursts(0.3, 1.0, 0.5))
SILENCE = encode(np.zeros(16_000, np.float32))
NOT_DETECTED = Event("not-detected")
START = AudioStart(rate=16_000, width=2, channels=1)


class Unknown(Ping):
    def event(self) -> Event:
        return Event("select-program", {"name": "heed"})


def detections(received: list[Event]) -> list[tuple[str, int]]:
    return [(event.data["name"], event.data["timestamp"]) for event in received if event.type == "detection"]


def test_a_description_names_the_model_and_each_command_as_a_wake_word() -> None:
    (answer,) = answers(Describe())

    info = Info.from_event(answer)
    (asr,), (wake,) = info.asr, info.wake
    assert (asr.name, asr.version, asr.models[0].name, asr.models[0].languages) == ("heed", VERSION, "ears", ["en"])
    assert [model.name for model in wake.models] == [label for label in LABELS if label[0] != "_"]
    assert {model.installed for model in (*asr.models, *wake.models)} == {True}
    assert wake.models[0].phrase == "yes"


def test_a_ping_brings_its_text_back() -> None:
    assert answers(Ping(text="é"), Ping()) == [Event("pong", {"text": "é"}), Event("pong", {"text": None})]


@pytest.mark.parametrize("clip", [GO, GO[:16_044], SILENCE, encode(noise())], ids=["long", "short", "silent", "noise"])
def test_a_transcript_is_the_text_that_http_answers(clip: bytes) -> None:
    http = TestClient(create_app(Settings(), Recognizer(Ears()))).post("/transcribe", content=clip)

    (transcript,) = answers(Transcribe(language="en"), *said(clip))

    assert transcript == Event("transcript", {"text": http.json()["text"]})


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32"])
@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
@pytest.mark.parametrize("n_channels", [1, 2, 8])
def test_sound_of_any_layout_is_heard(rate: int, n_channels: int, subtype: str) -> None:
    signal = np.repeat(bursts(0.3, 1.0, 0.5), rate // 8_000)[::2]
    clip = encode(np.stack(n_channels * [signal], axis=1), sample_rate=rate, subtype=subtype)

    transcript, *live = answers(Transcribe(), *said(clip), Detect(), *said(clip))

    assert transcript.data == {"text": "go"}
    assert [name for name, _ in detections(live)] == ["go"]


def test_one_connection_answers_one_sound_after_another() -> None:
    received = answers(Transcribe(), *said(GO), *said(SILENCE), Detect(), *said(SILENCE), Transcribe(), *said(GO))

    assert [event.data.get("text") for event in received] == ["go", "", None, "go"]
    assert received[2] == NOT_DETECTED


@pytest.mark.parametrize("n_samples", [1, 333, 1024, 10**6])
def test_however_sound_is_cut_the_same_is_detected_and_then_not_the_contrary(n_samples: int) -> None:
    received = answers(Detect(), *said(GO, n_samples=max(n_samples, 7)))

    assert received == answers(Detect(), *said(GO))
    assert [event.type for event in received] == ["detection"]


def test_a_detection_tells_the_end_of_its_word_on_the_clients_clock() -> None:
    (_, *chunks), (_, *later) = said(GO), said(GO, timestamp=1_000_000)

    here, there = detections(answers(Detect(), *chunks)), detections(answers(Detect(), *later))

    assert abs(here[0][1] - 1_300) < 300
    assert there == [("go", here[0][1] + 1_000_000)]


def test_a_detection_comes_while_its_sound_goes_on() -> None:
    *without_end, _ = said(encode(bursts(0.3, 1.0, 2.0)))

    received = answers(Detect(), *without_end)

    assert [event.type for event in received] == ["detection"]


@pytest.mark.parametrize(
    ("names", "heard"), [(None, ["go"]), ([], ["go"]), (["GO", "stop"], ["go"]), (["stop", "on"], [])]
)
def test_only_the_named_words_are_detected(names: list[str] | None, heard: list[str]) -> None:
    received = answers(Detect(names=names), *said(GO))

    assert [name for name, _ in detections(received)] == heard
    assert (NOT_DETECTED in received) == (not heard)


def test_an_event_that_heed_does_not_know_is_dropped() -> None:
    assert answers(Unknown(), Ping(text="still here")) == [Event("pong", {"text": "still here"})]


@pytest.mark.parametrize(
    ("events", "text", "code"),
    [
        ([Detect(names=["go", "banana"])], "there is no word 'banana'; ears knows yes, no, up, down, left,", 1008),
        ([Detect(names="go")], "detect: names must be a list of words, not 'go'", 1008),  # type: ignore[arg-type]
        ([Transcribe(name="whisper")], "there is no model 'whisper'; this service has ears", 1008),
        ([START], "nothing was asked about this sound; send transcribe or detect, then audio-start,", 1008),
        ([Detect(), AudioStop()], "audio-stop came before any sound; send transcribe or detect, then", 1008),
        ([Detect(), AudioStart(4_000, 2, 1)], "audio-start: rate must be a whole number from 8000 to 96000,", 1008),
        ([Detect(), AudioStart(16_000, 5, 1)], "audio-start: width must be the bytes of a sample, 1 to 4, not 5", 1008),
        ([Detect(), AudioChunk(16_000, 2, 9, b"")], "audio-chunk: channels must be a whole number from 1 to 8,", 1008),
        ([Detect(), START, AudioChunk(8_000, 2, 1, b"")], "rate, width and channels can't change within a", 1008),
        ([Transcribe(), START, AudioStop()], "the sound file holds no samples", 1007),
        ([Transcribe(), *said(GO[:1_044])], "the clip lasts 0.031 s; a word needs at least 0.1 s", 1007),
        ([Transcribe(), *said(encode(np.zeros(16_000 * 61, np.float32)))], "the clip is longer than 60 s; send", 1007),
    ],
)
def test_a_mistake_is_explained_and_ends_the_connection(events: list[Eventable], text: str, code: int) -> None:
    *others, last = answers(*events, Ping(text="never answered"))

    assert others == []
    assert last.type == "error"
    assert last.data["text"].startswith(text)
    assert last.data["code"] == str(code)


def test_the_threshold_of_the_service_holds() -> None:
    service = Service(Settings(threshold=0.9), Hearing("go", 0.8))

    received = answers(Transcribe(), *said(GO[:16_044]), service=service)

    assert received == [Event("transcript", {"text": ""})]
