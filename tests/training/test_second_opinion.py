"""Embeddings in, a head out: that it learns, that what is saved says what was trained, and the command line."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.embedding import N_FEATURES, N_WINDOWS
from model.second_opinion import load_head
from tests.labels import LABELS
from training.second_opinion import HeadConfig, HeadLayers, main, train_head

CONFIG = HeadConfig(hidden_size=32, n_steps=200, batch_size=64)
N_INPUTS = N_WINDOWS * N_FEATURES


def examples(n: int = 600) -> tuple[Tensor, Tensor]:
    """Embeddings of which a twelfth of the features each stands for a label."""
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(len(LABELS), (n,), generator=generator)
    embeddings = torch.randn(n, N_INPUTS, generator=generator)
    embeddings.unflatten(1, (len(LABELS), -1))[torch.arange(n), targets] += 1.0
    return 20 * embeddings + 5, targets


def test_a_head_learns_what_its_embeddings_say() -> None:
    embeddings, targets = examples()

    layers = train_head((embeddings[:400], targets[:400]), CONFIG, seed=0)

    assert (layers(embeddings[400:]).argmax(dim=1) == targets[400:]).float().mean() > 0.95


def test_a_frequent_label_is_not_likelier_for_that() -> None:
    targets = torch.cat([torch.full((900,), 1), torch.arange(len(LABELS)).repeat(10)])
    embeddings = torch.randn(len(targets), N_INPUTS, generator=torch.Generator().manual_seed(0))

    layers = train_head((embeddings, targets), replace(CONFIG, weight_decay=10.0), seed=0)

    assert layers(torch.zeros(1, N_INPUTS)).softmax(dim=1).max() < 0.3


def test_the_seed_fixes_a_head() -> None:
    first, again, other = (train_head(examples(), CONFIG, seed).last.weight for seed in (0, 0, 1))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_head_says_what_its_layers_say_at_the_temperature(temperature: float) -> None:
    embeddings = examples()[0]
    layers = HeadLayers(embeddings.mean(dim=0), embeddings.std(dim=0), CONFIG).eval()

    head = layers.to_head(temperature)

    expected = (layers(embeddings) / temperature).softmax(dim=1).detach().numpy()
    assert head.posteriors(embeddings.numpy().reshape(-1, N_WINDOWS, N_FEATURES)) == pytest.approx(expected, abs=1e-4)


def test_the_command_line_writes_a_head_and_shows_its_figures(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.second_opinion.HeadConfig", lambda: HeadConfig(n_passes=1, n_steps=50))

    assert main(["--data", str(corpus), "--out", str(tmp_path / "head.npz")]) == 0

    head = load_head(tmp_path / "head.npz")
    assert head.posteriors(np.zeros((2, N_WINDOWS, N_FEATURES), np.float32)).sum(axis=1) == pytest.approx(1.0)
    assert "balanced accuracy" in capsys.readouterr().out


def test_the_command_line_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "head.npz")]) == 1
    assert "no Speech Commands" in capsys.readouterr().err
