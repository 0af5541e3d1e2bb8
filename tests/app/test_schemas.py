"""A recognition becomes the JSON that the service promises."""

from app.schemas import SpottedEvent, Transcription
from model import detector
from model.decision import Decision
from model.recognizer import Recognition


def test_numbers_are_rounded_for_reading() -> None:
    ranking = (("go", 0.98765432), ("no", 0.01234567))
    decision = Decision(label="go", confidence=0.98765432, accepted=True, reason=None, ranking=ranking)
    event = detector.Event(label="go", confidence=0.98765432, start_seconds=0.123456, end_seconds=0.9999375)
    recognition = Recognition(decision=decision, events=(event, event), duration_seconds=0.9999375)

    answer = Transcription.of(recognition, top_k=2, model="heed-12-gru", elapsed_ms=2.98765)

    assert (answer.confidence, answer.duration_seconds, answer.elapsed_ms) == (0.9877, 1.0, 2.99)
    assert [alternative.confidence for alternative in answer.alternatives] == [0.9877, 0.0123]
    assert answer.events[0] == SpottedEvent(label="go", confidence=0.9877, start_seconds=0.123, end_seconds=1.0)
    assert answer.text == "go go"


def test_keys_stand_in_the_promised_order() -> None:
    keys = list(Transcription.model_fields)

    assert keys[:5] == ["text", "label", "confidence", "accepted", "reason"]
    assert keys[5:] == ["alternatives", "events", "duration_seconds", "model", "elapsed_ms"]
