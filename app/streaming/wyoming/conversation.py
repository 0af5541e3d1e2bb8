"""Answer the events of one connection of the Wyoming protocol."""

from collections.abc import Callable, Sequence
from functools import partial

from starlette import status
from wyoming.event import Event, Eventable
from wyoming.ping import Pong

from app.models import Models
from app.parameters import normalized
from app.streaming.messages import Refusal
from app.streaming.streams import Streams
from app.streaming.wyoming.events import Detect, Format, Ping, Transcribe, said
from app.streaming.wyoming.info import info
from app.streaming.wyoming.sound import ClipSound, Held, LiveSound

ORDER = "send transcribe or detect, then audio-start, audio-chunk and audio-stop"


class Conversation:
    """Listen to one client's sound as it has asked.

    Args:
        is_gone: tells whether the client has hung up.

    Attributes:
        seconds, n_commands: how much sound was answered, and how many commands were in it.
    """

    def __init__(self, models: Models, streams: Streams, held: Held, *, is_gone: Callable[[], bool]) -> None:
        self._models, self._streams, self._held, self._is_gone = models, streams, held, is_gone
        self._listen_to: Callable[[Format], ClipSound | LiveSound] | None = None
        self._sound: ClipSound | LiveSound | None = None
        self.seconds, self.n_commands = 0.0, 0

    async def answer(self, event: Event) -> Sequence[Eventable]:
        """Answer an event; one that heed does not know is dropped, as the protocol asks.

        Raises:
            Refusal, HeedError, RequestRefused: the event can't be answered.
            ClientDisconnect: the client has hung up.
        """
        match event.type:
            case "describe":
                return [info(self._models)]
            case "ping":
                return [Pong(text=said(event, Ping).text)]
            case "transcribe":
                self._transcribe(said(event, Transcribe))
            case "detect":
                self._detect(said(event, Detect))
            case "audio-start":
                self._start(said(event, Format))
            case "audio-chunk":
                return await self._hear(said(event, Format), event.payload or b"")
            case "audio-stop":
                return await self._stop()
        return []

    def close(self) -> None:
        """Let go of the sound that the client has sent, if any."""
        if self._sound is not None:
            self.seconds += self._sound.seconds
            self.n_commands += self._sound.n_commands
            self._sound.close()
            self._sound = None

    def _transcribe(self, order: Transcribe) -> None:
        model = self._models.named(order.name)
        self._listen_to = partial(ClipSound, model, self._held, self._is_gone)

    def _detect(self, order: Detect) -> None:
        words = tuple(sorted({normalized(name) for name in order.names or ()})) or None
        model = self._models.default
        model.recognizer_of(words)  # refuses words that it does not know
        self._listen_to = partial(LiveSound, model, words, self._streams)

    def _start(self, form: Format) -> ClipSound | LiveSound:
        if self._listen_to is None:
            raise Refusal(status.WS_1008_POLICY_VIOLATION, f"nothing was asked about this sound; {ORDER}")
        self.close()
        self._sound = self._listen_to(form)
        return self._sound

    async def _hear(self, form: Format, chunk: bytes) -> Sequence[Eventable]:
        sound = self._sound or self._start(form)
        if form.layout != sound.form.layout:
            text = "rate, width and channels can't change within a sound; send audio-stop and audio-start in between"
            raise Refusal(status.WS_1008_POLICY_VIOLATION, text)
        return await sound.hear(chunk, form.timestamp)

    async def _stop(self) -> Sequence[Eventable]:
        if self._sound is None:
            raise Refusal(status.WS_1008_POLICY_VIOLATION, f"audio-stop came before any sound; {ORDER}")
        answers = await self._sound.finish()
        self.close()
        return answers
