"""Decode the clips that FFmpeg reads before they wait for the recognizer, so that no batch waits for them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.requests import ClientDisconnect

from app.queue import Clip
from app.refusals import Busy
from model.audio import to_wav
from model.containers import needs_ffmpeg


class Decoding:
    """A thread that decodes what FFmpeg reads, which may hang for up to two seconds, and clips of a chosen channel.

    The recognizer's own thread decodes all others within a batch.
    """

    def __init__(self, *, max_clip_seconds: float, max_waiting: int) -> None:
        self.max_clip_seconds = max_clip_seconds
        self.max_waiting = max_waiting
        self._n_waiting, self._turn = 0, asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "decoder")

    async def decode(self, clip: Clip) -> Clip:
        """Turn a clip into one that the recognizer's thread decodes in no time.

        Raises:
            AudioError: the clip can't be answered.
            ClientDisconnect: the client has hung up.
            Busy: if too many clips wait already.
        """
        if clip.channel is None and not needs_ffmpeg(clip.content):
            return clip
        if self._n_waiting >= self.max_waiting:
            detail = f"{self.max_waiting} clips wait already; ask again in a second"
            raise Busy(detail, retry_after_seconds=1)
        self._n_waiting += 1
        try:
            async with self._turn:  # one at a time goes to the thread, so that those that wait can still be dropped
                if clip.is_gone():
                    raise ClientDisconnect
                return clip._replace(content=await self._on_thread(clip), channel=None)
        finally:
            self._n_waiting -= 1

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def _on_thread(self, clip: Clip) -> bytes:
        work = partial(to_wav, clip.content, max_clip_seconds=self.max_clip_seconds, channel=clip.channel)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
