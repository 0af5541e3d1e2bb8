"""Learn words from recordings, and say how well they are heard and which other words they resemble."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

import numpy as np

from app.models import Models
from app.words.entries import Entry, Recording, Source, new_id, of_wav, to_wav
from model.appraisal import left_out_recall, look_alikes
from model.audio import SAMPLE_RATE, WINDOW_SAMPLES, Waveform, decode, fit
from model.embedding import SHA256
from model.errors import AudioError, UnusableRecording
from model.recording import MAX_RECORDING_SECONDS, cut_word
from model.teaching import TaughtWord, Teacher
from model.voices import speak

LEAST_FOR_RECALL = 3  # recordings


class Text(NamedTuple):
    """A text that is to teach a word, and the language in which voices read it."""

    text: str
    language: str


class Take(NamedTuple):
    """A sound file that is to teach a word, and how errors name it."""

    name: str
    content: bytes


@contextmanager
def errors_naming(take: str) -> Iterator[None]:
    """Say of which sound file it is true what is wrong with one; an only one needs no name."""
    try:
        yield
    except (AudioError, UnusableRecording) as error:
        raise type(error)(f"{take}: {error}" if take else str(error)) from error


class Lessons:
    """Learns words by a teacher that is loaded when it is first needed. Several threads may call it at once."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._teacher: Teacher | None = None
        self._version = ""
        self._loading = Lock()

    @property
    def teacher(self) -> Teacher:
        """
        Raises:
            EmbeddingMissing: the speech embedding is not installed.
        """
        with self._loading:
            if self._teacher is None:
                self._teacher = Teacher.load()
                self._version = _version(self._teacher)
            return self._teacher

    def hear(self, takes: Sequence[Take]) -> list[Recording]:
        """Cut the words out of sound files.

        Raises:
            AudioError, UnusableRecording: a word can't be learned from one of them; the message names it.
        """
        recordings = []
        for take in takes:
            with errors_naming(take.name):
                waveform = decode(take.content, max_clip_seconds=MAX_RECORDING_SECONDS)
                recordings.append(self._recording(waveform, "recording"))
        return recordings

    def speak(self, text: Text) -> list[Recording]:
        """Let all voices speak a text; what one of them speaks badly is passed over.

        Raises:
            NoVoice: no voice can read the text.
            UnusableRecording: a word can't be learned from what any of them says.
        """
        recordings, failures = list[Recording](), list[UnusableRecording]()
        for waveform in speak(text.text, text.language):
            try:
                recordings.append(self._recording(waveform, "text"))
            except UnusableRecording as failure:
                failures.append(failure)
        if not recordings:
            raise failures[0]
        return recordings

    def learn(
        self, word: str, recordings: Sequence[Recording], *, text: str | None, others: Iterable[TaughtWord]
    ) -> Entry:
        """Learn a word, and compare it with other taught words and with those of the default model."""
        teacher, model = self.teacher, self._models.default
        taught = teacher.learn(word, np.concatenate([recording.features for recording in recordings]))
        posteriors = model.untaught.posteriors(np.stack([of_wav(recording.wav) for recording in recordings]))
        alikes = look_alikes(taught, others, teacher.bank, model.untaught.labels, posteriors)
        is_measured = len(recordings) >= LEAST_FOR_RECALL
        return Entry(
            word=word,
            text=text,
            taught_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            recordings=tuple(recordings),
            line=taught.line,
            teacher=self._version,
            recall=left_out_recall(taught, teacher.bank, model.threshold) if is_measured else None,
            look_alikes=tuple(alikes),
        )

    def remember(self, entry: Entry, sounds: Callable[[str], Mapping[str, bytes]]) -> TaughtWord:
        """Make a word of its entry; only one that another teacher has learned is learned anew, from its sounds."""
        teacher = self.teacher
        if entry.teacher == self._version:
            features = np.concatenate([recording.features for recording in entry.recordings])
            return TaughtWord(word=entry.word, features=features, line=entry.line)
        seconds = np.stack([of_wav(wav) for wav in sounds(entry.word).values()])
        return teacher.learn(entry.word, teacher.bank.features_of(teacher.embedding.embed(seconds)))

    def take_over(self, sounds: Mapping[str, tuple[Source, bytes]]) -> list[Recording]:
        """Make recordings of sound files that were exported, in which the word stands already as it was cut.

        Raises:
            AudioError, UnusableRecording: a word can't be learned from one of them; the message names it.
        """
        recordings = []
        for name, (source, content) in sounds.items():
            with errors_naming(name):
                waveform = decode(content, max_clip_seconds=MAX_RECORDING_SECONDS)
                is_cut = len(waveform) <= WINDOW_SAMPLES
                recordings.append(self._recording(waveform, source, fit(waveform) if is_cut else None))
        return recordings

    def _recording(self, waveform: Waveform, source: Source, second: Waveform | None = None) -> Recording:
        second = cut_word(waveform) if second is None else second
        return Recording(
            id=new_id(),
            source=source,
            seconds=round(len(waveform) / SAMPLE_RATE, 3),
            wav=to_wav(second),
            features=self.teacher.hear_second(second),
        )


def _version(teacher: Teacher) -> str:
    """Tell one teacher from another, by what it hears with and what it compares with."""
    return hashlib.sha256(SHA256.encode() + teacher.bank.mean.tobytes() + teacher.bank.embeddings.tobytes()).hexdigest()
