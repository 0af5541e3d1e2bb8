"""Compare what was said with what was spotted, as TensorFlow's streaming test does.

References:
    P. Warden: Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018; section 7.6, and
    ``tensorflow/examples/speech_commands/test_streaming_accuracy.cc``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from benchmarks.streaming.spotting import Spotted
from benchmarks.streaming.word_mix import Word

TOLERANCE_SECONDS = 1.5


@dataclass(frozen=True, kw_only=True)
class Matches:
    """Counts of words and events; ``n_matched`` words had an event within 1.5 s of their end.

    An event is correct if it is the first of its nearest word and has its label, wrong if it is another one of a word,
    and a false positive if it is near no word. ``delays`` of the correct ones are in seconds after the word's end.
    """

    n_words: int
    n_matched: int
    n_correct: int
    n_wrong: int
    n_false_positives: int
    delays: list[float]

    @classmethod
    def of(cls, words: list[Word], spotted: Iterable[Spotted]) -> Self:
        matched: set[Word] = set()
        n_wrong = n_false_positives = 0
        delays = []
        for event in spotted:
            word = min(words, key=lambda candidate: abs(candidate.end_seconds - event.seconds))
            delay = event.seconds - word.end_seconds
            if abs(delay) > TOLERANCE_SECONDS:
                n_false_positives += 1
            elif event.label != word.label or word in matched:
                n_wrong += 1
                matched.add(word)
            else:
                delays.append(delay)
                matched.add(word)
        return cls(
            n_words=len(words),
            n_matched=len(matched),
            n_correct=len(delays),
            n_wrong=n_wrong,
            n_false_positives=n_false_positives,
            delays=delays,
        )

    def __add__(self, other: Self) -> Self:
        return type(self)(
            n_words=self.n_words + other.n_words,
            n_matched=self.n_matched + other.n_matched,
            n_correct=self.n_correct + other.n_correct,
            n_wrong=self.n_wrong + other.n_wrong,
            n_false_positives=self.n_false_positives + other.n_false_positives,
            delays=self.delays + other.delays,
        )
