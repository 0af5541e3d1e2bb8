"""The store keeps words whole, in their order and within its limits, and tells what has changed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from app.refusals import TooManyWords, WordChanged, WordExists
from app.words.entries import Entry, Recording, new_id
from app.words.store import MAX_WORDS, Store
from model.appraisal import LookAlike
from model.bank import N_PLACES, N_USED
from model.embedding import N_FEATURES
from model.logistic import Line


def entry(word: str, *, n_recordings: int = 1) -> Entry:
    generator = np.random.default_rng(len(word))
    features = generator.normal(size=(1, N_PLACES, N_USED * N_FEATURES)).astype(np.float32)
    line = Line(features[0, 0], 0.5)
    recordings = [
        Recording(id=new_id(), source="recording", seconds=1.0, wav=bytes([place]), features=features)
        for place in range(n_recordings)
    ]
    return Entry(
        word=word,
        text=None,
        taught_at=datetime(2026, 1, 1),  # UTC, as the database keeps it
        recordings=tuple(recordings),
        line=line,
        teacher="teacher",
        recall=0.9,
        look_alikes=(LookAlike("left", 0.5),),
    )


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


def words_in(store: Store) -> list[str]:
    news = store.news(0, {})
    return list(news.revisions) if news else []


def test_a_word_is_read_as_it_was_kept(store: Store) -> None:
    kept = entry("lamp", n_recordings=3)
    store.put(kept)

    news = store.news(0, {})

    assert news
    read = news.entries["lamp"]
    assert [recording.id for recording in read.recordings] == [recording.id for recording in kept.recordings]
    assert np.array_equal(read.recordings[2].features, kept.recordings[2].features)
    assert np.array_equal(read.line.weights, kept.line.weights)
    assert (read.line.intercept, read.recall, read.look_alikes) == (0.5, 0.9, (LookAlike("left", 0.5),))
    assert (read.taught_at, store.sounds("lamp")[kept.recordings[1].id]) == (kept.taught_at, b"\1")


def test_only_what_has_changed_is_read_again(store: Store) -> None:
    store.put(entry("lamp"), entry("fan"))
    first = store.news(0, {})
    assert first

    store.put(entry("fan"))
    second = store.news(first.revision, first.revisions)

    assert second
    assert (list(second.revisions), list(second.entries)) == (["lamp", "fan"], ["fan"])
    assert store.news(second.revision, second.revisions) is None


def test_a_word_that_was_removed_is_gone_with_its_recordings(store: Store) -> None:
    store.put(entry("lamp"))

    store.remove("lamp")

    assert (words_in(store), store.sounds("lamp")) == ([], {})


def test_words_are_kept_all_or_none(store: Store) -> None:
    many = [entry(f"word {number}") for number in range(MAX_WORDS)]
    store.put(*many[1:])

    with pytest.raises(TooManyWords, match="would make 201 taught words, and heed keeps 200"):
        store.put(entry("lamp"), entry("fan"))

    assert len(words_in(store)) == MAX_WORDS - 1
    store.put(many[0])


def test_a_word_that_changed_meanwhile_is_not_replaced(store: Store) -> None:
    store.put(entry("lamp"))
    news = store.news(0, {})
    assert news
    store.put(entry("lamp", n_recordings=2))

    with pytest.raises(WordChanged, match="'lamp' was changed or forgotten meanwhile"):
        store.replace(entry("lamp"), word="lamp", revision=news.revisions["lamp"])

    assert len(store.sounds("lamp")) == 2


def test_a_word_takes_no_other_word_s_name(store: Store) -> None:
    store.put(entry("lamp"), entry("fan"))

    with pytest.raises(WordExists, match="'fan' is taught already"):
        store.replace(replace(entry("lamp"), word="fan"), word="lamp", revision=1)

    assert words_in(store) == ["fan", "lamp"]
