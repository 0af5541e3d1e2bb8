"""Clips in, recognitions out, on threads of their own: the event loop never waits for a network."""

import asyncio
import io
import logging
import wave
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import torch

from model.recognizer import Recognition, Recognizer

logger = logging.getLogger("uvicorn.error")


class Workers:
    """A pool of threads around one recognizer; a clip is decoded and heard by one of them from beginning to end.

    Each thread computes on one processor: as many clips at once as processors beats several processors per clip.
    """

    def __init__(self, recognizer: Recognizer, n_workers: int) -> None:
        self.recognizer = recognizer
        self.n_workers = n_workers
        self.is_warm = False
        self._pool = ThreadPoolExecutor(n_workers, "worker", initializer=torch.set_num_threads, initargs=(1,))

    async def recognize(self, clip: bytes, *, threshold: float, max_clip_seconds: float) -> Recognition:
        call = partial(self.recognizer.recognize, clip, threshold=threshold, max_clip_seconds=max_clip_seconds)
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def warm_up(self) -> None:
        """Hear a clip per thread, so that no client pays for first calls; if that fails the service is never ready."""
        try:
            await asyncio.gather(
                *[self.recognize(_silent_clip(), threshold=1.0, max_clip_seconds=2.0) for _ in range(self.n_workers)]
            )
        except Exception:
            logger.exception("The warm-up failed; /readyz keeps saying so")
            return
        self.is_warm = True
        logger.info("Ready: %s on %d worker(s)", self.recognizer.name, self.n_workers)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _silent_clip() -> bytes:
    """Over a second, in stereo and at another rate than the network's, so that every stage has work to do."""
    file = io.BytesIO()
    with wave.open(file, "wb") as clip:
        clip.setparams((2, 2, 44_100, 0, "NONE", ""))
        clip.writeframes(bytes(4 * 66_150))
    return file.getvalue()
