"""Taught words are tested on other recordings than they were taught with, and against other words."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hearing import lessons as module
from benchmarks.hearing.lessons import N_DRAWS, Class, Lesson
from benchmarks.hearing.own_words import Heard, of_one, of_several
from model.audio import Waveform
from model.bank import Features
from model.embedding import N_FEATURES, N_WINDOWS, Embeddings
from model.errors import NoSpeech
from model.labels import SILENCE, UNKNOWN
from model.teaching import Teacher
from tests.labels import LABELS
from tests.model.heads import CountingEmbedding
from tests.model.taught import always, random_bank
from tests.signals import noise
from training.data.clips import Clip
from training.data.speech_commands import TAUGHT

N_SPEAKERS = 12
WORDS = (*TAUGHT, "stairs", UNKNOWN)


NAMED = np.array([[0.0, 0.05 * (place + 1)] for place in range(len(WORDS) + 1)], np.float32)


class Recordings(Teacher):
    """Hears in a waveform what its first samples say, and refuses one that begins with a full scale."""

    def hear(self, recording: Waveform) -> Features:
        if recording[0] == 1.0:
            raise NoSpeech("full scale")
        return BANK.features_of(embeddings_of(recording[None]))


def embeddings_of(waveforms: Waveform) -> Embeddings:
    """One feature is set in all windows: the one that the second sample names."""
    named = np.eye(N_FEATURES, dtype=np.float32)[(100 * waveforms[:, 1]).round().astype(int)]
    return np.repeat(named[:, None], N_WINDOWS, axis=1)


BANK = replace(  # each word ten times, as clearly as in the recordings, and noise
    random_bank(), words=10 * (*WORDS, SILENCE), embeddings=np.tile(embeddings_of(NAMED), (10, 1, 1))
)


def clips_of(words: Sequence[str], n_takes: int = 1) -> tuple[list[Clip], Waveform]:
    """A recording of each word by each speaker; the first speaker's are refused."""
    clips, waveforms = [], []
    for place, word in enumerate(words):
        for number in range(N_SPEAKERS * n_takes):
            clips.append(Clip(path=None, word=word, speaker=f"speaker {number % N_SPEAKERS}"))  # type: ignore[arg-type]
            waveforms.append(noise(16, seed=number))
            waveforms[-1][:2] = number == 0, 0.05 * (place + 1)
    return clips, np.stack(waveforms)


def taught_class(n_takes: int = 1) -> tuple[Class, Heard]:
    clips, waveforms = clips_of(WORDS, n_takes)
    unknown = np.tile(np.array([label == UNKNOWN for label in LABELS], np.float32), (len(clips), 1))
    taught = Class(clips, waveforms, Recordings(CountingEmbedding(), BANK))
    return taught, Heard(posteriors=unknown, features=BANK.features_of(embeddings_of(waveforms)))


def test_a_word_is_tested_by_other_speakers_than_it_was_taught_by() -> None:
    taught, _ = taught_class()

    lessons = list(taught.several_speakers(3))

    assert {int(lesson.is_word.sum()) for lesson in lessons} == {N_SPEAKERS - 3}
    assert {int(lesson.is_other.sum()) for lesson in lessons} == {(N_SPEAKERS - 3) * len(TAUGHT)}


def test_what_is_easily_told_apart_is_heard_without_false_accepts() -> None:
    taught, heard = taught_class()

    lessons = list(taught.several_speakers(3))

    confidences = [heard.confidences(lesson.word, LABELS) for lesson in lessons]
    cells = of_several(lessons, confidences, taught.words, 0.5)

    assert [cell.split("%")[0] for cell in cells] == ["100.0", "100.0", "0.00"]


def test_one_speaker_is_tested_on_what_the_same_one_said_besides() -> None:
    taught, heard = taught_class(n_takes=5)

    lessons = list(taught.one_speaker())
    confidences = [heard.confidences(lesson.word, LABELS) for lesson in lessons]

    assert len(lessons) == N_SPEAKERS * len(TAUGHT)
    assert {int(lesson.is_word.sum()) for lesson in lessons} == {2}
    assert of_one(lessons, confidences, 0.5)[2] == "0.00%"


def voices_saying(word: str, language: str) -> list[Waveform]:
    """Two English voices say a word as clearly as all speakers do; what the third says is refused."""
    assert language == "en"
    return [np.array([first, NAMED[WORDS.index(word), 1]], np.float32) for first in (0.0, 0.0, 1.0)]


def test_a_typed_word_is_tested_by_all_speakers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "speak", voices_saying)
    taught, _ = taught_class()

    lessons = list(taught.typed())

    assert [lesson.word.word for lesson in lessons] == list(TAUGHT)
    assert {lesson.word.n_recordings for lesson in lessons} == {2}
    assert {int(lesson.is_word.sum()) for lesson in lessons} == {N_SPEAKERS}


def test_with_a_recording_beside_the_text_its_speaker_is_not_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "speak", voices_saying)
    taught, _ = taught_class()

    lessons = list(taught.typed_and_recorded())

    assert len(lessons) == N_DRAWS * len(TAUGHT)
    assert {lesson.word.n_recordings for lesson in lessons} == {3}
    assert {int(lesson.is_word.sum()) for lesson in lessons} == {N_SPEAKERS - 1}


def test_a_recording_that_the_teacher_refuses_teaches_nothing() -> None:
    taught, _ = taught_class()

    assert {str(taught.speakers[place]) for place in taught.usable} == {f"speaker {n}" for n in range(1, N_SPEAKERS)}


def test_one_other_word_in_a_hundred_may_pass() -> None:
    confidences = np.linspace(0, 1, 201, dtype=np.float32)
    words, is_other = np.array(200 * ["stairs"] + ["bed"]), np.arange(201) < 200
    lesson = Lesson(word=always("bed", 0.0), is_word=~is_other, is_other=is_other)

    at_share, at_threshold, accepted = of_several([lesson], [confidences], words, 0.985)

    assert at_share.startswith("100.0%")
    assert at_threshold.startswith("100.0%")
    assert accepted == "1.50%"
