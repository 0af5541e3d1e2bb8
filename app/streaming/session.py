"""Keep what the client of one stream has set, and the listener that hears it so."""

from starlette import status

from app.models import Model
from app.streaming import answers
from app.streaming.answers import Form
from app.streaming.listener import Listener
from app.streaming.messages import Config, Refusal
from app.streaming.samples import refuse_file
from model.errors import UnknownWord
from model.spotter import Event


class Session:
    """One client's settings, which it may change at any time.

    Args:
        model: hears the stream.
        sample_rate: of the samples, in Hz, unless the client says otherwise.
    """

    def __init__(self, model: Model, *, sample_rate: float) -> None:
        self._model = model
        self._form = Form()
        self._is_fresh = True
        self.listener = Listener(model.recognizer, threshold=model.threshold, sample_rate=sample_rate)

    def set_up(self, config: Config) -> None:
        """Do what a client sets; other words begin the stream anew.

        Raises:
            Refusal: the model does not know one of the words, or has another name.
        """
        if config.model not in (None, self._model.name):
            message = f"there is no model {config.model!r}; this service has {self._model.name}"
            raise Refusal(status.WS_1008_POLICY_VIOLATION, message)
        self.listener.set_format(sample_rate=config.sample_rate, n_channels=config.channels)
        if config.threshold is not None:
            self.listener.threshold = config.threshold
        if config.phrase_list is not None:
            self._restrict(config.commands)
        if config.words is not None:
            self._form.words = config.words
        if config.max_alternatives is not None:
            self._form.max_alternatives = config.max_alternatives

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

    def _restrict(self, commands: tuple[str, ...] | None) -> None:
        try:
            recognizer = self._model.recognizer_of(commands)
        except UnknownWord as error:
            raise Refusal(status.WS_1008_POLICY_VIOLATION, str(error)) from error
        self.listener.set_recognizer(recognizer, threshold=self.listener.threshold)
