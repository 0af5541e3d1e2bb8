"""Map a model's name to its recognizer and the queue in which clips wait for it."""

from collections.abc import Sequence
from functools import lru_cache

from app.decoding import Decoding
from app.queue import Clip, RecognitionQueue
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.labels import SILENCE, UNKNOWN
from model.recognizer import Recognition, Recognizer, Trace

N_RESTRICTED = 64  # sets of words that stay prepared

Words = tuple[str, ...]


class Model:
    """A recognizer, its queue, and the least confidence of a command where a request names none."""

    def __init__(self, recognizer: Recognizer, settings: Settings, metrics: Metrics) -> None:
        self._metrics = metrics
        self.recognizer = recognizer
        self.name = recognizer.name
        self.labels = recognizer.labels
        self.commands = [label for label in self.labels if label not in (SILENCE, UNKNOWN)]
        self.threshold = settings.threshold_or(recognizer.threshold)
        self._restricted = lru_cache(N_RESTRICTED)(recognizer.restricted)  # clips for the same words share a batch
        self.decoding = Decoding(max_clip_seconds=settings.max_clip_seconds, max_waiting=settings.max_waiting)
        self.queue = RecognitionQueue(
            recognizer,
            metrics,
            max_clip_seconds=settings.max_clip_seconds,
            max_batch=settings.max_batch,
            max_waiting=settings.max_waiting,
        )

    async def recognize(self, clip: Clip, *, threshold: float | None = None, words: Words | None = None) -> Recognition:
        """Recognize a clip when its turn comes.

        Args:
            threshold: least confidence of an accepted command; the model's by default.
            words: the only commands that may be answered; all by default.

        Raises:
            UnknownWord: the model does not know one of the words.
            Others: those of :meth:`RecognitionQueue.recognize`.
        """
        threshold = self.threshold if threshold is None else threshold
        recognizer = self.recognizer_of(words)
        clip = await self.decoding.decode(clip)
        recognition = await self.queue.recognize(clip, threshold=threshold, recognizer=recognizer)
        self._count(recognition)
        return recognition

    async def trace(
        self, clip: Clip, *, threshold: float | None = None, words: Words | None = None, max_clip_seconds: float
    ) -> Trace:
        """Recognize a clip and keep all that lies between; see :meth:`recognize`."""
        threshold = self.threshold if threshold is None else threshold
        recognizer = self.recognizer_of(words)
        clip = await self.decoding.decode(clip)
        trace = await self.queue.trace(
            clip, threshold=threshold, max_clip_seconds=max_clip_seconds, recognizer=recognizer
        )
        self._count(trace.recognition)
        return trace

    def _count(self, recognition: Recognition) -> None:
        decision = recognition.decision
        self._metrics.decided(
            label=decision.label,
            reason=decision.reason,
            confidence=decision.confidence,
            seconds=recognition.duration_seconds,
        )

    def recognizer_of(self, words: Words | None) -> Recognizer:
        """Choose the recognizer that answers these words only.

        Raises:
            UnknownWord: the model does not know one of them.
        """
        return self.recognizer if words is None else self._restricted(words)


class Models:
    """The models that a process serves, by name; the first is the one that answers where a request names none."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._by_name = {model.name: model for model in models}
        self.default = models[0]

    @property
    def is_warm(self) -> bool:
        return all(model.queue.is_warm for model in self._by_name.values())

    async def warm_up(self) -> None:
        for model in self._by_name.values():
            await model.queue.warm_up()

    async def beat(self) -> None:
        """Come round every model's thread once; where one is stuck this takes for ever."""
        for model in self._by_name.values():
            await model.queue.beat()

    def close(self) -> None:
        for model in self._by_name.values():
            model.decoding.close()
            model.queue.close()
