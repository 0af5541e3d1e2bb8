"""Recognize clips on a thread of their own: those that wait while it is busy go to it as one batch."""

import asyncio
import io
import logging
import wave
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

from starlette.requests import ClientDisconnect

from app.refusals import Busy
from app.telemetry.metrics import Metrics
from model.channels import Channel
from model.recognizer import Recognition, Recognizer, Trace

T = TypeVar("T")

logger = logging.getLogger("uvicorn.error")


class Clip(NamedTuple):
    """A whole sound file, a way to ask whether the client that sent it has hung up, and the channel to hear."""

    content: bytes
    is_gone: Callable[[], bool]
    channel: Channel | None = None


class _Job(NamedTuple):
    clip: Clip
    recognizer: Recognizer
    threshold: float
    answer: asyncio.Future[Recognition]


class RecognitionQueue:
    """A queue, and a thread that recognizes the clips in it, so that the event loop never waits for a network.

    It never waits for a batch to fill: when the thread is idle a clip is recognized at once and alone. One thread is
    enough for a process, because a recognizer computes on one processor.
    """

    def __init__(
        self, recognizer: Recognizer, metrics: Metrics, *, max_clip_seconds: float, max_batch: int, max_waiting: int
    ) -> None:
        self.recognizer = recognizer
        self.metrics = metrics
        self.max_clip_seconds = max_clip_seconds
        self.max_batch = max_batch
        self.max_waiting = max_waiting
        self.is_warm = False
        self._waiting: deque[_Job] = deque()
        self._n_errands, self._errand = 0, asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "recognizer")
        self._work: asyncio.Task[None] | None = None

    async def recognize(self, clip: Clip, *, threshold: float, recognizer: Recognizer | None = None) -> Recognition:
        """Recognize a clip when its turn comes, by the queue's recognizer or another that shares its engine.

        It asks whether the client has hung up now and when the turn comes, so that no time goes to a clip whose answer
        nobody reads. The second question needs the first: after a long clip the server stops reading from its client,
        and so does not notice a hang-up, until it is asked for more.

        Raises:
            AudioError: the clip can't be answered.
            ClientDisconnect: the client has hung up.
            Busy: if too many clips wait already.
        """
        if clip.is_gone():
            raise ClientDisconnect
        self.refuse_if_full()
        job = _Job(clip, recognizer or self.recognizer, threshold, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        self.metrics.clips_waiting.inc()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())
        return await job.answer

    async def run(self, work: Callable[[], T], *, is_gone: Callable[[], bool]) -> T:
        """Do other work that needs the recognizer when its turn comes, which is between two batches.

        Raises:
            ClientDisconnect: the client has hung up.
            Busy: if too much waits already.
        """
        self.refuse_if_full()
        self._n_errands += 1
        try:
            async with self._errand:  # one at a time goes to the thread, so that those that wait can still be dropped
                if is_gone():
                    raise ClientDisconnect
                return await self._on_thread(work)
        finally:
            self._n_errands -= 1

    async def trace(
        self, clip: Clip, *, threshold: float, max_clip_seconds: float, recognizer: Recognizer | None = None
    ) -> Trace:
        """Recognize a clip alone and keep all that lies between; see :meth:`run` for what it raises."""
        recognizer = recognizer or self.recognizer
        trace = partial(recognizer.trace, clip.content, threshold=threshold, max_clip_seconds=max_clip_seconds)
        traced = await self.run(trace, is_gone=clip.is_gone)
        self.metrics.batch_clips.observe(1)
        return traced

    @property
    def n_waiting(self) -> int:
        return len(self._waiting) + self._n_errands

    def refuse_if_full(self, *, n_elsewhere: int = 0) -> None:
        """Refuse a clip that would not be recognized; worth asking before its body is read.

        Args:
            n_elsewhere: clips that wait for other models.

        Raises:
            Busy: if too much waits already.
        """
        if self.n_waiting + n_elsewhere >= self.max_waiting:
            detail = f"{self.max_waiting} clips wait already; ask again in a second"
            raise Busy(detail, retry_after_seconds=1)

    async def warm_up(self) -> None:
        """Recognize every kind of batch once, so that no client pays for first calls; if that fails it stays cold."""
        clips = [_silent_clip(1.5)] + self.max_batch * [_silent_clip(1.0)]
        try:
            await self._on_thread(partial(self._recognize_together, self.recognizer, clips, len(clips) * [1.0]))
        except Exception:
            logger.exception("The warm-up failed: %s can't be served", self.recognizer.name)
            return
        self.is_warm = True
        logger.info("Ready: %s", self.recognizer.name)

    async def beat(self) -> None:
        """Come round the thread once; where it is stuck this takes for ever."""
        await self._on_thread(lambda: None)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _work_off(self) -> None:
        """Recognize batch after batch until no clip waits."""
        while batch := self._next_batch():
            self.metrics.batch_clips.observe(len(batch))
            outcomes = await self._on_thread(partial(self._recognize, batch))
            for job, outcome in zip(batch, outcomes, strict=True):
                _settle(job, outcome)

    def _next_batch(self) -> list[_Job]:
        batch: list[_Job] = []
        n_before = len(self._waiting)
        while self._waiting and len(batch) < self.max_batch:
            if batch and self._waiting[0].recognizer is not batch[0].recognizer:
                break  # its turn is the next batch
            job = self._waiting.popleft()
            if job.clip.is_gone():
                _settle(job, ClientDisconnect())
            else:
                batch.append(job)
        if n_before:  # other models' queues count in the same gauge, so it can't be set
            self.metrics.clips_waiting.dec(n_before - len(self._waiting))
        return batch

    def _recognize(self, batch: Sequence[_Job]) -> list[Recognition | Exception]:
        """Recognize a batch; if it fails as a whole, each of its clips alone, so that one cannot fail the others."""
        try:
            clips, thresholds = [job.clip.content for job in batch], [job.threshold for job in batch]
            return self._recognize_together(batch[0].recognizer, clips, thresholds)
        except Exception as error:  # noqa: BLE001 # raised where the clip is awaited
            if len(batch) == 1:
                return [error]
            return [outcome for job in batch for outcome in self._recognize([job])]

    def _recognize_together(
        self, recognizer: Recognizer, clips: Sequence[bytes], thresholds: Sequence[float]
    ) -> list[Recognition | Exception]:
        return [*recognizer.recognize_batch(clips, thresholds=thresholds, max_clip_seconds=self.max_clip_seconds)]


def _settle(job: _Job, outcome: Recognition | Exception) -> None:
    if job.answer.done():  # the server cancelled the request
        return
    if isinstance(outcome, Exception):
        job.answer.set_exception(outcome)
    else:
        job.answer.set_result(outcome)


def _silent_clip(seconds: float) -> bytes:
    """Make a clip in stereo and at another rate than the network's, so that every stage has work to do."""
    file = io.BytesIO()
    with wave.open(file, "wb") as clip:
        clip.setparams((2, 2, 44_100, 0, "NONE", ""))
        clip.writeframes(bytes(4 * int(44_100 * seconds)))
    return file.getvalue()
