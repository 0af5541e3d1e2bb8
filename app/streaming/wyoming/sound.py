"""Hear the sound between an audio-start and its audio-stop: as a clip that is transcribed, or live."""

import io
import wave
from collections.abc import Callable, Sequence

from wyoming.asr import Transcript
from wyoming.event import Eventable
from wyoming.wake import Detection, NotDetected

from app.models import Model, Words
from app.queue import Clip
from app.refusals import Busy
from app.streaming.listener import Listener
from app.streaming.streams import Streams
from app.streaming.wyoming.events import Format
from app.streaming.wyoming.widths import To16Bits
from model.detector import Event
from model.errors import AudioTooLong


class Held:
    """Counts the bytes of all clips of a process that are not answered yet, against a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._n_bytes = 0

    def take(self, n_bytes: int) -> None:
        """
        Raises:
            Busy: all clips together have too many.
        """
        if self._n_bytes + n_bytes > self._max_bytes:
            text = f"clips hold {self._n_bytes} bytes of {self._max_bytes} already; try again in a second"
            raise Busy(text, retry_after_seconds=1)
        self._n_bytes += n_bytes

    def give_back(self, n_bytes: int) -> None:
        self._n_bytes -= n_bytes


class ClipSound:
    """Waits until the sound is whole, and recognizes it like any other clip.

    Attributes:
        seconds, n_commands: how much was recognized, and how many commands in it.
    """

    def __init__(self, model: Model, held: Held, is_gone: Callable[[], bool], form: Format) -> None:
        self.form = form
        self.seconds, self.n_commands = 0.0, 0
        self._model, self._held, self._is_gone = model, held, is_gone
        self._samples = bytearray()

    async def hear(self, chunk: bytes, _: float | None) -> Sequence[Eventable]:
        max_seconds = self._model.queue.max_clip_seconds
        if len(self._samples) + len(chunk) > max_seconds * self.form.bytes_per_second:
            raise AudioTooLong(f"the clip is longer than {max_seconds:g} s; send a shorter one")
        self._held.take(len(chunk))
        self._samples += chunk
        return []

    async def finish(self) -> Sequence[Eventable]:
        recognition = await self._model.recognize(Clip(self._wav(), self._is_gone))
        self.seconds, self.n_commands = recognition.duration_seconds, len(recognition.events)
        return [Transcript(text=" ".join(event.label for event in recognition.events))]

    def close(self) -> None:
        self._held.give_back(len(self._samples))

    def _wav(self) -> bytes:
        file = io.BytesIO()
        with wave.open(file, "wb") as clip:
            clip.setparams((self.form.channels, self.form.width, self.form.rate, 0, "NONE", ""))
            clip.writeframesraw(self._samples)
        return file.getvalue()


class LiveSound:
    """Detects commands while they are said.

    Attributes:
        seconds, n_commands: how much was heard, and how many commands in it.
    """

    def __init__(self, model: Model, words: Words | None, streams: Streams, form: Format) -> None:
        self.form = form
        self._model, self._words, self._streams = model, words, streams
        self._listener = Listener(model.recognizer_of(words), threshold=model.threshold, sample_rate=form.rate)
        self._listener.set_format(n_channels=form.channels)
        self._to_16_bits = To16Bits(form.width)
        self._starts_at = form.timestamp

    @property
    def seconds(self) -> float:
        return self._listener.seconds

    @property
    def n_commands(self) -> int:
        return self._listener.n_commands

    async def hear(self, chunk: bytes, timestamp: float | None) -> Sequence[Eventable]:
        if self._starts_at is None:
            self._starts_at = timestamp or 0.0
        self._listener.keep_up(self._model, self._words)
        return self._detections(await self._streams.listen(self._listener, self._to_16_bits.convert(chunk)))

    async def finish(self) -> Sequence[Eventable]:
        last = self._detections(await self._streams.finish(self._listener))
        return last if self.n_commands else [NotDetected()]

    def close(self) -> None:
        pass

    def _detections(self, events: Sequence[Event]) -> list[Detection]:
        """Tell when each word ended, on the client's clock."""
        start = self._starts_at or 0.0
        return [Detection(name=event.label, timestamp=round(start + 1000 * event.end_seconds)) for event in events]
