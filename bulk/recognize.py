"""Recognize the clips of a shard: one row a clip, in the order in which they were read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from bulk.clips import Clip, batches_of
from bulk.shards import Shard
from model.detector import Event
from model.errors import AudioError
from model.recognizer import Recognition, Recognizer
from model.second_opinion import Asked

EVENT = {"label": pa.string(), "confidence": pa.float32(), "start_seconds": pa.float32(), "end_seconds": pa.float32()}
SCHEMA = pa.schema(
    {
        "path": pa.string(),
        "text": pa.string(),
        "label": pa.string(),
        "confidence": pa.float32(),
        "reason": pa.string(),
        "events": pa.list_(pa.struct(EVENT)),
        "seconds": pa.float32(),
        "error": pa.string(),
    }
)


class ShardRecognizer:
    """Recognizes whole shards; several threads may call it at once."""

    def __init__(self, model: Path, second_opinion: Asked) -> None:
        self.recognizer = Recognizer.load(model, second_opinion=second_opinion)

    def __call__(self, shard: Shard) -> pa.Table:
        rows = [row for clips in batches_of(shard) for row in self._rows(clips)]
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def _rows(self, clips: Sequence[Clip]) -> list[dict[str, Any]]:
        outcomes = iter(self._recognize([clip.content for clip in clips if isinstance(clip.content, bytes)]))
        return [_row(clip.path, next(outcomes) if isinstance(clip.content, bytes) else clip.content) for clip in clips]

    def _recognize(self, clips: Sequence[bytes]) -> Sequence[Recognition | Exception]:
        """Recognize a batch; if it fails as a whole, each of its clips alone, so that one cannot fail the others."""
        try:
            return self.recognizer.recognize_batch(clips, thresholds=len(clips) * [self.recognizer.threshold])
        except Exception as error:  # noqa: BLE001 # it becomes the clip's row
            if len(clips) == 1:
                return [error]
            return [outcome for clip in clips for outcome in self._recognize([clip])]


def _row(path: str, outcome: Recognition | Exception) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        # the messages of heed's errors are sentences; those of others often need their class to be understood
        error = str(outcome) if isinstance(outcome, AudioError) else f"{type(outcome).__name__}: {outcome}"
        return {"path": path, "error": error}
    return {
        "path": path,
        "text": " ".join(event.label for event in outcome.events),
        "label": outcome.decision.label,
        "confidence": outcome.decision.confidence,
        "reason": outcome.decision.reason,
        "events": [_event(event) for event in outcome.events],
        "seconds": outcome.duration_seconds,
    }


def _event(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in EVENT}
