"""Every metric of heed, with its name, unit and labels, for Prometheus.

Label values stay few, whatever clients send: known routes, methods and statuses, and the labels of the models.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.telemetry.shared_metrics import registry_of_all

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
ACCEPTED = "accepted"  # stands where a decision has no reason
OWN_REASON = {"_silence_": "silence", "_unknown_": "unknown"}  # labels that are a reason themselves
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
MAX_LABELS = 100  # of all models that were ever served; further ones count together
OTHER = "other"
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The metrics of one application. Labels are looked up once, because that takes longer than to count."""

    def __init__(self, labels: Sequence[str], *, model_name: str, model_path: Path) -> None:
        own = self._own = CollectorRegistry()
        by_request = ["route", "method", "status"]
        self._requests = cache(Counter("heed_http_requests", "Requests answered", by_request, registry=own).labels)
        self._durations = cache(
            Histogram(
                "heed_http_request_duration_seconds",
                "From a request's head to the end of its answer",
                ["route"],
                buckets=SECONDS,
                registry=own,
            ).labels
        )
        self.requests_in_flight = _level("heed_http_requests_in_flight", "Requests not answered yet", own)
        self.clips_waiting = _level("heed_clips_waiting", "Clips that wait for the recognizer", own)
        self.batch_clips = Histogram("heed_batch_clips", "Clips recognized together", buckets=BATCH_SIZES, registry=own)
        seconds = Counter("heed_audio_seconds", "Sound recognized", ["source"], registry=own)
        self.clip_seconds, self.stream_seconds = seconds.labels("clip"), seconds.labels("stream")
        self._decisions = cache(Counter("heed_decisions", "Clips decided on", ["label", "reason"], registry=own).labels)
        self._confidence = Histogram(
            "heed_decision_confidence", "Confidence of a clip's likeliest label", buckets=CONFIDENCES, registry=own
        )
        self.streams_open = _level("heed_streams_open", "Live streams", own)
        self._streams = cache(Counter("heed_streams", "Live streams that have ended", ["code"], registry=own).labels)
        self._commands = cache(
            Counter("heed_stream_commands", "Commands spotted in live streams", ["label"], registry=own).labels
        )
        info = Gauge("heed_model_info", "The model", ["name", "file", "sha256"], multiprocess_mode="max", registry=own)
        info.labels(model_name, model_path.name, hashlib.sha256(model_path.read_bytes()).hexdigest()).set(1)
        self._loads = Counter("heed_model_loads", "Files of HEED_MODELS that were loaded", ["outcome"], registry=own)
        for outcome in ("served", "refused"):
            self._loads.labels(outcome)
        self._labels: set[str] = set()
        self.begin_at_zero(labels)

    def begin_at_zero(self, labels: Iterable[str]) -> None:
        """Start each series at zero; one that starts with its first event would hide that event from every rate."""
        room = MAX_LABELS - len(self._labels)
        new = [label for label in labels if label not in self._labels][:room]
        self._labels.update(new)
        for label in new:
            if label in OWN_REASON:
                self._decisions(label, OWN_REASON[label])
            else:
                self._commands(label)
                self._decisions(label, ACCEPTED)
                self._decisions(label, "low_confidence")

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        self._requests(route, method if method in METHODS else "other", str(status)).inc()
        self._durations(route).observe(seconds)

    def decided(self, *, label: str, reason: str | None, confidence: float, seconds: float) -> None:
        self.clip_seconds.inc(seconds)
        self._decisions(label if label in self._labels else OTHER, reason or ACCEPTED).inc()
        self._confidence.observe(confidence)

    def spotted(self, labels: Iterable[str]) -> None:
        for label in labels:
            self._commands(label if label in self._labels else OTHER).inc()

    def stream_ended(self, code: int) -> None:
        self._streams(str(code) if 1000 <= code <= 1015 else "other").inc()  # a client may close with any up to 4999

    def model_loaded(self, *, is_refused: bool) -> None:
        self._loads.labels("refused" if is_refused else "served").inc()

    def text(self) -> bytes:
        """Write the metrics of all processes that count together, in Prometheus's format."""
        return generate_latest(registry_of_all() or self._own)


def _level(name: str, meaning: str, registry: CollectorRegistry) -> Gauge:
    """Make a gauge that is the sum over all living processes."""
    return Gauge(name, meaning, registry=registry, multiprocess_mode="livesum")
