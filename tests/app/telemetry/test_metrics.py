"""/metrics counts what has happened, under labels that no client can multiply."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.recognizer import SHIPPED, Recognizer
from tests.app.sound import bursts, chunks_of, pcm
from tests.app.stubs import Ears, Hearing
from tests.signals import encode, tone

CLIP = encode(tone())  # a second


def numbers(client: TestClient) -> dict[tuple[str, ...], float]:
    """Each value by its name and the values of its labels, in the order of their names."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def client_of(recognizer: Recognizer) -> TestClient:
    return TestClient(create_app(Settings(), recognizer))


def test_requests_are_counted_by_route_method_and_status() -> None:
    client = client_of(Hearing("left", 0.89))

    for content in (CLIP, CLIP, b""):
        client.post("/transcribe?top_k=1", content=content)
    client.get("/page/style.css")
    counted = numbers(client)

    assert counted["heed_http_requests_total", "POST", "/transcribe", "200"] == 2
    assert counted["heed_http_requests_total", "POST", "/transcribe", "400"] == 1
    assert counted["heed_http_requests_total", "GET", "/page/{name}", "200"] == 1
    assert counted["heed_http_request_duration_seconds_count", "/transcribe"] == 3
    assert counted["heed_http_requests_in_flight",] == 1  # the one that asks


def test_unknown_paths_and_methods_share_one_series() -> None:
    client = client_of(Hearing("left", 0.89))

    for number in range(5):
        client.request(f"BREW{number}", f"/pot/{number}")

    found = {key: value for key, value in numbers(client).items() if key[0] == "heed_http_requests_total"}
    assert found == {("heed_http_requests_total", "other", "unmatched", "404"): 5}


def test_the_documentation_is_a_route_like_others() -> None:
    client = client_of(Hearing("left", 0.89))

    client.get("/openapi.json")

    assert numbers(client)["heed_http_requests_total", "GET", "/openapi.json", "200"] == 1


@pytest.mark.parametrize(
    ("label", "confidence", "reason"),
    [("left", 0.89, "accepted"), ("left", 0.4, "low_confidence"), ("_silence_", 0.9, "silence")],
)
def test_decisions_are_counted_by_label_and_reason(label: str, confidence: float, reason: str) -> None:
    client = client_of(Hearing(label, confidence))

    client.post("/transcribe", content=CLIP)
    client.post("/inspect", content=CLIP)
    counted = numbers(client)

    assert counted["heed_decisions_total", label, reason] == 2
    assert counted["heed_audio_seconds_total", "clip"] == 2.0
    assert counted["heed_decision_confidence_sum",] == pytest.approx(2 * confidence)
    assert (counted["heed_batch_clips_count",], counted["heed_batch_clips_sum",]) == (2, 2)
    assert counted["heed_clips_waiting",] == 0


def test_every_decision_that_can_come_is_there_from_the_start() -> None:
    counted = numbers(client_of(Hearing("left", 0.89)))

    decisions = [key for key in counted if key[0] == "heed_decisions_total"]
    assert len(decisions) == 10 * 2 + 2
    assert not any(counted[key] for key in decisions)


def test_a_stream_is_counted_while_it_is_open_and_when_it_ends() -> None:
    client = client_of(Recognizer(Ears()))

    with client.websocket_connect("/stream") as socket:
        for chunk in chunks_of(pcm(bursts(0.5, 1.0, 1.5)), 32_000):
            socket.send_bytes(chunk)
            socket.receive_text()
        during = numbers(client)
        socket.send_text(json.dumps({"eof": 1}))
        socket.receive_text()
    after = numbers(client)

    assert (during["heed_streams_open",], after["heed_streams_open",]) == (1, 0)
    assert after["heed_stream_commands_total", "go"] == 1
    assert after["heed_audio_seconds_total", "stream"] == pytest.approx(3.0)
    assert after["heed_streams_total", "1000"] == 1


def test_a_stream_s_own_close_codes_share_one_series(recognizer: Recognizer) -> None:
    metrics = Metrics(recognizer.labels, model_name=recognizer.name, model_path=SHIPPED)

    for code in range(3000, 5000):
        metrics.stream_ended(code)

    assert b'heed_streams_total{code="other"} 2000.0' in metrics.text()


def test_the_model_is_named_with_its_file_and_digest() -> None:
    counted = numbers(client_of(Hearing("left", 0.89)))

    ((key, value),) = [item for item in counted.items() if item[0][0] == "heed_model_info"]
    assert (key[1:3], len(key[3]), value) == (("heed.onnx", "heed-12-gru"), 64, 1)


def test_the_answer_is_of_the_type_that_prometheus_reads(client: TestClient) -> None:
    answer = client.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_applications_in_one_process_count_each_for_itself() -> None:
    busy, idle = client_of(Hearing("left", 0.89)), client_of(Hearing("left", 0.89))

    busy.post("/transcribe", content=CLIP)

    assert numbers(idle)["heed_batch_clips_count",] == 0
