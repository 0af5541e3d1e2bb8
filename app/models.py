"""Map a model's name to its recognizer and the queue in which clips wait for it."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from reprlib import repr as shortened

from app.decoding import Decoding
from app.queue import Clip, RecognitionQueue
from app.refusals import UnknownModel
from app.settings import Settings
from app.telemetry.metrics import Metrics
from model.labels import is_command
from model.recognizer import Recognition, Recognizer, Trace
from model.teaching import TaughtWord, Teacher

N_RESTRICTED = 64  # sets of words that stay prepared
DEFAULT = "default"  # a model of this name answers where a request names none

Words = tuple[str, ...]


class Model:
    """A recognizer, its queue, and the least confidence of a command where a request names none.

    Args:
        path: the file from which the recognizer was loaded; the one that the settings name by default.

    Attributes:
        untaught: the recognizer without taught words.
        recognizer: the same with the words that it was taught; another one once they change.
    """

    def __init__(
        self, recognizer: Recognizer, settings: Settings, metrics: Metrics, *, path: Path | None = None
    ) -> None:
        self._metrics = metrics
        path = path or settings.model_path
        self.file, self.sha256 = path.name, hashlib.sha256(path.read_bytes()).hexdigest()
        self.untaught = recognizer
        self.name = recognizer.name
        self.threshold = settings.threshold_or(recognizer.threshold)
        self._set(recognizer)
        self.decoding = Decoding(max_clip_seconds=settings.max_clip_seconds, max_waiting=settings.max_waiting)
        self.queue = RecognitionQueue(
            recognizer,
            metrics,
            max_clip_seconds=settings.max_clip_seconds,
            max_batch=settings.max_batch,
            max_waiting=settings.max_waiting,
        )

    @property
    def labels(self) -> tuple[str, ...]:
        return self.recognizer.labels

    @property
    def commands(self) -> list[str]:
        return [label for label in self.labels if is_command(label)]

    def teach(self, words: Sequence[TaughtWord], teacher: Teacher | None) -> None:
        """Answer taught words from now on, these and no others, without those that the network knows itself."""
        taught = [word for word in words if word.word not in self.untaught.labels]
        self._set(self.untaught.taught(taught, teacher) if taught and teacher else self.untaught)

    def _set(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self._restricted = lru_cache(N_RESTRICTED)(recognizer.restricted)  # clips for the same words share a batch

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

    def close(self) -> None:
        self.decoding.close()
        self.queue.close()


class Models:
    """The models that a process serves, by name, and one that answers where a request names none.

    That is the one named ``default``, or else the first. A model may be put in the place of the first by its name; when
    it is removed the first is back.

    A model that was replaced or removed answers the requests that it has; its threads end when nothing refers to it
    any more.

    Attributes:
        refused: why a file can't be served, by its name.
    """

    def __init__(self, models: Sequence[Model]) -> None:
        self._first, self._others = models[0], {model.name: model for model in models[1:]}
        self.refused: dict[str, str] = {}
        self._taught: tuple[Sequence[TaughtWord], Teacher | None] = ((), None)
        self._arrange()

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Model]:
        return iter([*self._by_name.values()])

    @property
    def names(self) -> str:
        return ", ".join(self._by_name)

    def named(self, name: str | None) -> Model:
        """Find a model; the default where the name is empty or None.

        Raises:
            UnknownModel: there is no model of this name.
        """
        if not name:
            return self.default
        model = self._by_name.get(name)
        if model is None:
            raise UnknownModel(f"there is no model {shortened(name)}; this service has {self.names}")
        return model

    def put(self, model: Model) -> None:
        """Let a model answer from now on, taught words too, in the place of one of the same name."""
        model.teach(*self._taught)
        self._others[model.name] = model
        self._arrange()

    def remove(self, name: str) -> None:
        self._others.pop(name, None)
        self._arrange()

    def teach(self, words: Sequence[TaughtWord], teacher: Teacher | None) -> None:
        """Let all models answer taught words from now on, these and no others."""
        self._taught = (words, teacher)
        for model in {self._first, *self._others.values()}:
            model.teach(words, teacher)

    def _arrange(self) -> None:
        self._by_name = {self._first.name: self._first} | self._others
        self.default = self._by_name.get(DEFAULT) or self._by_name[self._first.name]

    @property
    def is_warm(self) -> bool:
        return all(model.queue.is_warm for model in self)

    async def warm_up(self) -> None:
        for model in self:
            await model.queue.warm_up()

    def refuse_if_full(self) -> None:
        """Refuse a clip before its body is read, and with it the model that it is for.

        Raises:
            Busy: too much waits already, in all queues together.
        """
        n_elsewhere = sum(model.queue.n_waiting for model in self if model is not self.default)
        self.default.queue.refuse_if_full(n_elsewhere=n_elsewhere)

    async def beat(self) -> None:
        """Come round every model's thread once; where one is stuck this takes for ever."""
        for model in self:
            await model.queue.beat()

    def close(self) -> None:
        for model in self:
            model.close()
