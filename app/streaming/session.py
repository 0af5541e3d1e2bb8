"""Keep what the client of one stream has set, and the listener that hears it so."""

from collections.abc import Sequence

from starlette import status

from app.models import Models, Words
from app.parameters import split_phrase
from app.refusals import UnknownModel
from app.streaming import answers
from app.streaming.answers import Form
from app.streaming.listener import Listener
from app.streaming.messages import UNKNOWN_PHRASE, Config, Refusal
from app.streaming.samples import refuse_file
from model.detector import Event
from model.errors import UnknownWord


class Session:
    """One client's settings, which it may change at any time.

    Args:
        models: one of them hears the stream, at first the default.
        sample_rate: of the samples, in Hz, unless the client says otherwise.
    """

    def __init__(self, models: Models, *, sample_rate: float) -> None:
        self._models, self._model = models, models.default
        self._form = Form()
        self._commands: Words | None = None
        self._is_fresh = True
        self.listener = Listener(self._model.recognizer, threshold=self._model.threshold, sample_rate=sample_rate)

    def set_up(self, config: Config) -> None:
        """Do what a client sets; other words or another model begin the stream anew.

        Raises:
            Refusal: there is no such model, or it does not know one of the words.
        """
        if config.model is not None:
            self._choose(config.model)
        self.listener.set_format(sample_rate=config.sample_rate, n_channels=config.channels)
        if config.threshold is not None:
            self.listener.threshold = config.threshold
        if config.phrase_list is not None:
            self._restrict(config.phrase_list)
        if config.words is not None:
            self._form.words = config.words
        if config.max_alternatives is not None:
            self._form.max_alternatives = config.max_alternatives

    def keep_up(self) -> None:
        """Hear words that were taught since the last chunk."""
        self.listener.keep_up(self._model, self._commands)

    def check(self, chunk: bytes) -> None:
        """Look at the first bytes of a stream.

        Raises:
            Refusal: they are of a sound file.
        """
        if self._is_fresh and chunk:
            refuse_file(chunk, sample_rate=self.listener.sample_rate, n_channels=self.listener.n_channels)
            self._is_fresh = False

    def answer(self, events: list[Event]) -> str:
        """Answer a chunk."""
        return self.result(events) if events else answers.partial(self.listener)

    def result(self, events: list[Event]) -> str:
        return answers.result(events, self.listener, self._form)

    def reset(self) -> None:
        """Begin anew, with the same settings."""
        self._is_fresh = True
        self.listener.reset()

    def _choose(self, name: str) -> None:
        """Let another model hear what follows, with all its words and its own threshold."""
        if name == self._model.name:  # also where its file was replaced meanwhile: a stream keeps what it began with
            return
        try:
            self._model = self._models.named(name)
        except UnknownModel as error:
            raise Refusal(status.WS_1008_POLICY_VIOLATION, str(error)) from error
        self._commands = None
        self.listener.set_recognizer(self._model.recognizer, threshold=self._model.threshold)

    def _restrict(self, phrases: Sequence[str]) -> None:
        words = {word for phrase in phrases for word in split_phrase(phrase, self._model.commands)}
        commands = tuple(sorted(words - {UNKNOWN_PHRASE})) if phrases else None
        try:
            recognizer = self._model.recognizer_of(commands)
        except UnknownWord as error:
            raise Refusal(status.WS_1008_POLICY_VIOLATION, str(error)) from error
        self._commands = commands
        self.listener.set_recognizer(recognizer, threshold=self.listener.threshold)
