"""Teach the words that are kept for tests, with recordings of some speakers, with typed text, or with both."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.audio import Waveform
from model.bank import Features
from model.errors import UnusableRecording
from model.labels import UNKNOWN
from model.teaching import TaughtWord, Teacher
from model.voices import ENGLISH, speak
from training.data.clips import Clip
from training.data.speech_commands import TAUGHT

N_DRAWS = 10
N_OF_ONE_SPEAKER = 3


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One word as it was taught once, and which clips count, ``(clip,)``."""

    word: TaughtWord
    is_word: NDArray[np.bool_]
    is_other: NDArray[np.bool_]


class Class:
    """The clips of a split, and the words that are taught with them.

    Args:
        waveforms: ``(clip, time)`` at 16 kHz in [-1, 1].
    """

    def __init__(self, clips: list[Clip], waveforms: Waveform, teacher: Teacher) -> None:
        self.words = np.array([clip.word for clip in clips])
        self.speakers = np.array([clip.speaker for clip in clips])
        self._teacher = teacher
        of_taught = [int(place) for place in np.flatnonzero(np.isin(self.words, TAUGHT))]
        self.usable = {place: heard for place in of_taught for heard in _heard(waveforms[place], teacher)}

    def several_speakers(self, n_recordings: int) -> Iterator[Lesson]:
        """Teach each word ten times with a recording each of so many speakers; the others are heard."""
        for word in TAUGHT:
            for number in range(N_DRAWS):
                chance = random.Random(f"{word} {n_recordings} {number}")
                chosen = self.draw(word, n_recordings, chance)
                elsewhere = ~np.isin(self.speakers, self.speakers[chosen])
                yield self._lesson(word, self._features(chosen), elsewhere)

    def typed(self) -> Iterator[Lesson]:
        """Teach each word with what the installed voices make of its text; all speakers are heard."""
        for word, spoken in self._spoken.items():
            yield self._lesson(word, spoken, np.ones(len(self.words), bool))

    def typed_and_recorded(self) -> Iterator[Lesson]:
        """Teach each word ten times with its text and one recording; all other speakers are heard."""
        for word, spoken in self._spoken.items():
            for number in range(N_DRAWS):
                (place,) = self.draw(word, 1, random.Random(f"{word} typed {number}"))
                both = np.concatenate([spoken, self.usable[place]])
                yield self._lesson(word, both, self.speakers != self.speakers[place])

    def one_speaker(self) -> Iterator[Lesson]:
        """Teach each word with three recordings of one speaker, one speaker after another; that one's rest is heard."""
        for word in TAUGHT:
            for speaker in sorted(set(self.speakers)):
                chosen = [
                    place for place in self.usable if (self.words[place], self.speakers[place]) == (word, speaker)
                ]
                chosen = chosen[:N_OF_ONE_SPEAKER]
                heard_too = (self.speakers == speaker) & ~np.isin(np.arange(len(self.words)), chosen)
                if len(chosen) == N_OF_ONE_SPEAKER and (heard_too & (self.words == word)).any():
                    yield self._lesson(word, self._features(chosen), heard_too)

    def draw(self, word: str, n: int, chance: random.Random) -> list[int]:
        """Draw a recording each of ``n`` speakers."""
        places = [place for place in self.usable if self.words[place] == word]
        by_speaker = {self.speakers[place]: place for place in chance.sample(places, len(places))}
        return chance.sample(list(by_speaker.values()), n)

    @cached_property
    def _spoken(self) -> dict[str, Features]:
        """The features of each word as the installed voices speak it."""
        return {word: heard_of_text(word, self._teacher) for word in TAUGHT}

    def _features(self, chosen: Sequence[int]) -> Features:
        return np.concatenate([self.usable[place] for place in chosen])

    def _lesson(self, word: str, features: Features, counted: NDArray[np.bool_]) -> Lesson:
        return Lesson(
            word=self._teacher.learn(word, features),
            is_word=counted & (self.words == word),
            is_other=counted & (self.words != word) & (self.words != UNKNOWN),
        )


def heard_of_text(word: str, teacher: Teacher, language: str = ENGLISH) -> Features:
    """Compute what is learned from a word's text, less what is refused of the voices, ``(take, place, feature)``."""
    return np.concatenate([heard for take in speak(word, language) for heard in _heard(take, teacher)])


def _heard(waveform: Waveform, teacher: Teacher) -> Iterator[Features]:
    """Yield what is learned from a recording, unless it is refused."""
    try:
        yield teacher.hear(waveform)
    except UnusableRecording:
        return
