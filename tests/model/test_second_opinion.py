"""The second opinion is asked where the network is unsure, and then the mean of both counts."""

from pathlib import Path

import numpy as np
import pytest

from model.engines.protocol import Posteriors
from model.errors import CheckpointError
from model.labels import UNKNOWN
from model.second_opinion import SecondOpinion, load_head, load_second_opinion, save_head
from tests.labels import LABELS
from tests.model.heads import CountingEmbedding, head_for, random_head
from tests.signals import noise

ON, OFF = LABELS.index("on"), LABELS.index("off")
SECONDS = np.stack([noise(seed=seed) for seed in range(3)])


def sure_of(label: str, *confidences: float) -> Posteriors:
    """A row for each confidence; the other labels share the rest alike."""
    rows = [
        [confidence if name == label else (1 - confidence) / (len(LABELS) - 1) for name in LABELS]
        for confidence in confidences
    ]
    return np.array(rows, np.float32)


def test_it_is_asked_only_about_what_the_network_is_unsure_of() -> None:
    embedding, network = CountingEmbedding(), sure_of("on", 0.95, 0.6, 0.9)
    verified = SecondOpinion(head_for("off"), embedding, LABELS, sure=0.9).verify(network, SECONDS)

    assert embedding.n_waveforms == [1]
    assert np.array_equal(verified[[0, 2]], network[[0, 2]])


def test_where_it_is_asked_the_mean_counts() -> None:
    verified = SecondOpinion(head_for("off", confidence=0.8), CountingEmbedding(), LABELS).verify(
        sure_of("on", 0.6), SECONDS[:1]
    )

    rest = (0.2 / 11 + 0.4 / 11) / 2
    assert verified[0, OFF] == pytest.approx((0.8 + 0.4 / 11) / 2)
    assert verified[0, ON] == pytest.approx((0.2 / 11 + 0.6) / 2)
    assert verified[0, LABELS.index("go")] == pytest.approx(rest)


def test_a_sure_network_is_not_kept_waiting() -> None:
    embedding, network = CountingEmbedding(), sure_of("on", 0.95, 0.99)

    verified = SecondOpinion(head_for("off"), embedding, LABELS).verify(network, SECONDS[:2])

    assert verified is network
    assert embedding.n_waveforms == []


def test_zeros_need_no_second_opinion() -> None:
    embedding = CountingEmbedding()

    SecondOpinion(head_for("off"), embedding, LABELS).verify(sure_of("on", 0.5), np.zeros((1, 16_000), np.float32))

    assert embedding.n_waveforms == []


def test_a_word_that_the_network_does_not_know_counts_as_unknown() -> None:
    opinion = SecondOpinion(head_for("off", confidence=0.89), CountingEmbedding(), ("on", UNKNOWN, "_silence_"))

    verified = opinion.verify(np.array([[0.6, 0.3, 0.1]], np.float32), SECONDS[:1])

    assert verified[0].tolist() == pytest.approx([0.305, (0.3 + 0.98) / 2, 0.055])


def test_a_network_that_knows_another_word_has_no_second_opinion() -> None:
    assert load_second_opinion(("on", "stairs", UNKNOWN, "_silence_"), "always") is None


def test_switched_off_it_needs_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.second_opinion.SHIPPED_HEAD", Path("/nowhere.npz"))

    assert load_second_opinion(LABELS, "off") is None


def test_always_asks_about_what_the_network_is_sure_of() -> None:
    opinion = load_second_opinion(LABELS, "always")

    assert opinion is not None
    assert (opinion.verify(sure_of("on", 1.0), SECONDS[:1])[0, ON]) < 0.9


def test_a_head_on_disk_says_what_it_said_before(tmp_path: Path) -> None:
    head, embeddings = random_head(), CountingEmbedding().embed(SECONDS)
    save_head(head, tmp_path / "head.npz")

    read = load_head(tmp_path / "head.npz")

    assert read.labels == head.labels
    assert np.allclose(read.posteriors(embeddings), head.posteriors(embeddings), atol=0.01)
    assert np.allclose(read.posteriors(embeddings).sum(axis=1), 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no head at all"])
def test_what_is_no_head_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "head.npz").write_bytes(content)

    with pytest.raises(CheckpointError, match="can't be read as a second opinion"):
        load_head(tmp_path / "head.npz")


def test_a_head_of_another_version_is_refused(tmp_path: Path) -> None:
    arrays = {name: getattr(random_head(), name) for name in ("weight_1", "bias_1", "weight_2", "bias_2")}
    np.savez(tmp_path / "head.npz", metadata=np.array('{"format": "heed-second-opinion-0", "labels": []}'), **arrays)

    with pytest.raises(CheckpointError, match="not a second opinion of this version"):
        load_head(tmp_path / "head.npz")
