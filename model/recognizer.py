"""The whole path of a clip, top to bottom: bytes, waveform, frames, posteriors, decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from model.audio import MAX_CLIP_SECONDS, SAMPLE_RATE, WINDOW_SAMPLES, Waveform, decode, fit
from model.decision import Decision, decide, silence_zeros
from model.detector import Event, WindowPosteriors
from model.digest import check_digest
from model.engines.load import load_engine
from model.engines.protocol import Engine, Frames, Posteriors
from model.enrolled import EnrolledWords
from model.errors import AudioError, UnknownWord, WordTaken
from model.labels import is_command
from model.restriction import Restriction
from model.second_opinion import Asked, SecondOpinion, load_second_opinion
from model.spotter import Spotter, spot_recording
from model.teaching import TaughtWord, Teacher

WEIGHTS = Path(__file__).parent / "weights"
SHIPPED = WEIGHTS / "heed.onnx"
SHIPPED_CHECKPOINT = WEIGHTS / "heed.safetensors"


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The decision on a clip, the commands in it in their order, and how long it was."""

    decision: Decision
    events: tuple[Event, ...]
    duration_seconds: float


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A recognition and what led to it.

    Attributes:
        waveform: ``(time,)`` at 16 kHz in [-1, 1].
        frames: the normalized MFCCs that the network read within the clip, ``(frame, mfcc)``.
        windows: the posteriors of the one second that a short clip is, or of each window of a longer one.
    """

    recognition: Recognition
    waveform: Waveform
    frames: Frames
    windows: list[WindowPosteriors]


class Recognizer:
    """Recognizes which command words a clip holds.

    A clip of up to one second goes through the network as it is. In a longer one commands are spotted, see
    :mod:`model.spotter`; the decision on it is its surest command, or else that on its best window, the one in which a
    command is likeliest.

    Several threads may call it at once.

    Args:
        engine: runs the front end and the network.
        second_opinion: verifies the words of which the network is unsure; None leaves the network alone.
        enrolled: words that were taught, for the labels that the network may answer; None if there are none.
        restriction: to the words of the network that may be answered; None if all may.
    """

    def __init__(
        self,
        engine: Engine,
        second_opinion: SecondOpinion | None = None,
        enrolled: EnrolledWords | None = None,
        restriction: Restriction | None = None,
    ) -> None:
        self.engine = engine
        self.second_opinion = second_opinion
        self.enrolled = enrolled
        self.restriction = restriction
        self.name = engine.name
        self.labels = (enrolled or restriction or engine).labels
        self.threshold = engine.threshold
        self._commands = [self.labels.index(label) for label in self.labels if is_command(label)]

    @classmethod
    def load(cls, path: Path = SHIPPED, *, second_opinion: Asked = "off") -> Self:
        """Load an export (``.onnx``) or a checkpoint (any other name); the shipped export by default.

        Args:
            second_opinion: when a second recognizer is asked too. A model that knows a word which that one does not
                know is never asked about.

        Raises:
            CheckpointError: the file is missing, torn, foreign, of another version or not the one that its folder's
                SHA256SUMS names, or PyTorch is not installed.
            EmbeddingMissing: a second opinion is asked for, and the speech embedding is not installed.
        """
        check_digest(path)
        engine = load_engine(path)
        return cls(engine, load_second_opinion(engine.labels, second_opinion))

    def restricted(self, words: Sequence[str]) -> "Recognizer":
        """Make a recognizer that answers only some of the commands; the others count as ``_unknown_``.

        Raises:
            UnknownWord: there are none, or this recognizer does not know one of them.
        """
        commands = [label for label in self.labels if is_command(label)]
        unknown = [word for word in words if word not in commands]
        if unknown or not words:
            wrong = f"there is no word {unknown[0]!r}" if unknown else "no word is named"
            raise UnknownWord(f"{wrong}; {self.name} knows {', '.join(commands)}")
        restriction = Restriction(self.engine.labels, words)
        enrolled = self.enrolled and self.enrolled.restricted(words, restriction.labels)
        return self._answering(enrolled, restriction)

    def taught(self, words: Sequence[TaughtWord], teacher: Teacher) -> "Recognizer":
        """Make a recognizer that answers these words too, and no others that this one was taught.

        Raises:
            WordTaken: this recognizer's network knows one of them, or two are the same.
        """
        names = [word.word for word in words]
        taken = [word for place, word in enumerate(names) if word in (*self.engine.labels, *names[:place])]
        if taken:
            raise WordTaken(f"{self.name} knows the word {taken[0]!r} already; teach another one")
        return self._answering(EnrolledWords(words, teacher, self.engine.labels) if words else None)

    def _answering(self, enrolled: EnrolledWords | None, restriction: Restriction | None = None) -> "Recognizer":
        """Make a recognizer of the same name that answers other words."""
        recognizer = Recognizer(self.engine, self.second_opinion, enrolled, restriction)
        recognizer.name = self.name
        return recognizer

    def spotter(self, *, threshold: float | None = None) -> Spotter:
        """Make a spotter for a stream; the threshold is the checkpoint's by default."""
        return Spotter(self.engine, self.second_opinion, self.enrolled, self.restriction, threshold=threshold)

    def recognize(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Recognition:
        """Decide which commands a sound file holds.

        Args:
            clip: a whole sound file, see :func:`model.audio.decode`.
            threshold: least confidence of an accepted command in [0, 1]; the checkpoint's by default.
            max_clip_seconds: longer clips are refused.

        Raises:
            AudioError: the clip can't be answered; the subclass and the message say why.
        """
        return self.trace(clip, threshold=threshold, max_clip_seconds=max_clip_seconds).recognition

    def recognize_waveform(self, waveform: Waveform, *, threshold: float | None = None) -> Recognition:
        """Decide which commands a decoded clip holds, ``(time,)`` at 16 kHz in [-1, 1]; see :meth:`recognize`."""
        return self._trace([waveform], [self.threshold if threshold is None else threshold])[0].recognition

    def trace(
        self, clip: bytes, *, threshold: float | None = None, max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> Trace:
        """Recognize a sound file and keep all that lies between; see :meth:`recognize`."""
        waveform = decode(clip, max_clip_seconds=max_clip_seconds)
        (trace,) = self._trace([waveform], [self.threshold if threshold is None else threshold])
        return trace

    def recognize_batch(
        self, clips: Sequence[bytes], *, thresholds: Sequence[float], max_clip_seconds: float = MAX_CLIP_SECONDS
    ) -> list[Recognition | AudioError]:
        """Decide on several sound files; what is wrong with one of them is its own outcome and no other's.

        Args:
            clips: whole sound files.
            thresholds: least confidence of an accepted command in [0, 1], one per clip.
            max_clip_seconds: longer clips are refused.
        """
        outcomes: list[Recognition | AudioError | None] = []
        waveforms, decoded_thresholds = [], []
        for clip, threshold in zip(clips, thresholds, strict=True):
            try:
                waveforms.append(decode(clip, max_clip_seconds=max_clip_seconds))
                decoded_thresholds.append(threshold)
                outcomes.append(None)
            except AudioError as error:
                outcomes.append(error)
        traces = iter(self._trace(waveforms, decoded_thresholds))
        return [next(traces).recognition if outcome is None else outcome for outcome in outcomes]

    def posteriors(self, waveforms: Waveform) -> Posteriors:
        """Compute the calibrated posteriors of a batch of seconds; a waveform of zeros is silence.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``, rows that sum to 1.
        """
        return self._infer(waveforms)[0]

    def _trace(self, waveforms: Sequence[Waveform], thresholds: Sequence[float]) -> list[Trace]:
        """Clips of up to one second go through the network together, a longer one by itself."""
        seconds = [fit(waveform) for waveform in waveforms if len(waveform) <= WINDOW_SAMPLES]
        inferred = iter(zip(*self._infer(np.stack(seconds)), strict=True) if seconds else ())
        return [
            self._trace_second(waveform, *next(inferred), threshold)
            if len(waveform) <= WINDOW_SAMPLES
            else self._trace_recording(waveform, threshold)
            for waveform, threshold in zip(waveforms, thresholds, strict=True)
        ]

    def _trace_second(self, waveform: Waveform, posteriors: Posteriors, frames: Frames, threshold: float) -> Trace:
        """Decide on a clip of up to a second, from its posteriors, ``(label,)``, and frames, ``(frame, mfcc)``."""
        decision = decide(posteriors.tolist(), self.labels, threshold)
        seconds = len(waveform) / SAMPLE_RATE
        whole = Event(label=decision.label, confidence=decision.confidence, start_seconds=0.0, end_seconds=seconds)
        return Trace(
            recognition=Recognition(decision=decision, events=(whole,) * decision.accepted, duration_seconds=seconds),
            waveform=waveform,
            frames=self._frames_within(waveform, frames),
            windows=[WindowPosteriors(end_seconds=seconds, posteriors=posteriors)],
        )

    def _trace_recording(self, waveform: Waveform, threshold: float) -> Trace:
        """Decide on a clip of more than a second."""
        events, windows, frames = spot_recording(
            self.engine, waveform, threshold, self.second_opinion, self.enrolled, self.restriction
        )
        settled = np.stack([window.posteriors for window in windows if window.is_settled])
        decision = self._surest(events) if events else self._why_none(settled, threshold)
        seconds = len(waveform) / SAMPLE_RATE
        return Trace(
            recognition=Recognition(decision=decision, events=tuple(events), duration_seconds=seconds),
            waveform=waveform,
            frames=frames,
            windows=windows,
        )

    def _frames_within(self, waveform: Waveform, frames: Frames) -> Frames:
        """Take the frames of a short clip, to a hop, from those of the second in whose middle it stands."""
        framing = self.engine.framing
        first = -(-((WINDOW_SAMPLES - len(waveform)) // 2) // framing.hop_samples)
        return frames[first : first + framing.n_frames(len(waveform))]

    def _infer(self, waveforms: Waveform) -> tuple[Posteriors, Frames]:
        posteriors, frames = self.engine.infer(waveforms)
        if self.second_opinion:
            posteriors = self.second_opinion.verify(posteriors, waveforms)
        if self.restriction:
            posteriors = self.restriction.fold(posteriors)
        if self.enrolled:
            posteriors = self.enrolled.join(posteriors, waveforms)
        return silence_zeros(posteriors, waveforms, self.labels), frames

    @staticmethod
    def _surest(events: Sequence[Event]) -> Decision:
        """Make the surest event the decision on its recording."""
        event = max(events, key=lambda event: event.confidence)
        return Decision(
            label=event.label, confidence=event.confidence, accepted=True, reason=None, ranking=event.ranking
        )

    def _why_none(self, posteriors: Posteriors, threshold: float) -> Decision:
        """Say why no command was accepted in any of the windows, ``(window, label)``."""
        best = decide(self._best(posteriors).tolist(), self.labels, threshold)
        return replace(best, accepted=False, reason=best.reason or "low_confidence")

    def _best(self, posteriors: Posteriors) -> Posteriors:
        """Choose the row in which a command is likeliest, if possible one in which nothing else is likelier."""
        is_command = np.isin(posteriors.argmax(axis=1), self._commands)
        best: Posteriors = posteriors[(is_command + posteriors[:, self._commands].max(axis=1)).argmax()]
        return best
