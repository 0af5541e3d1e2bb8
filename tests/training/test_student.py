"""The student answers with labels and words from the same features."""

import pytest
import torch

from model.networks.build import build
from model.networks.config import CONFIGS
from training.config import TrainConfig
from training.student import Student

FRAMES = torch.randn(5, 97, 40, generator=torch.Generator().manual_seed(0))


def fresh(network: str) -> Student:
    torch.manual_seed(0)
    return Student(build(TrainConfig(network=network).network_config), n_words=35).eval()


@pytest.mark.parametrize("network", CONFIGS)
def test_every_network_answers_with_labels_and_words(network: str) -> None:
    logits, word_logits = fresh(network)(FRAMES)

    assert (logits.shape, word_logits.shape) == ((5, 12), (5, 35))


@pytest.mark.parametrize("network", CONFIGS)
def test_the_label_head_is_the_one_of_the_network_that_ships(network: str) -> None:
    student = fresh(network)

    logits, _ = student(FRAMES)

    assert torch.equal(logits, student.network(FRAMES))


def test_the_word_teaches_the_features_that_the_label_is_read_from() -> None:
    student = fresh("gru")

    student(FRAMES)[1].square().sum().backward()

    taught = {name for name, weight in student.named_parameters() if weight.grad is not None and weight.grad.any()}
    assert {"word_head.weight", "word_head.bias"} < taught
    assert any(name.startswith("network.") for name in taught)
