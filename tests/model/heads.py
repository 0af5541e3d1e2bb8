"""Make second opinions that say what a test wants, with and without the real embedding."""

import numpy as np

from model.audio import Waveform
from model.embedding import N_FEATURES, N_WINDOWS, Embedding, Embeddings
from model.second_opinion import Head
from tests.labels import LABELS


class CountingEmbedding(Embedding):
    """Embeds everything as ones, and notes how many waveforms it is given each time."""

    def __init__(self) -> None:
        self.n_waveforms: list[int] = []

    def embed(self, waveforms: Waveform) -> Embeddings:
        self.n_waveforms.append(len(waveforms))
        return np.ones((len(waveforms), N_WINDOWS, N_FEATURES), np.float32)


def head_for(label: str, *, confidence: float = 0.999, labels: tuple[str, ...] = LABELS) -> Head:
    """A head that hears one word in everything; the other labels share the rest alike."""
    rest = (1 - confidence) / (len(labels) - 1)
    odds = [confidence if name == label else rest for name in labels]
    return Head(
        labels=labels,
        weight_1=np.zeros((4, N_WINDOWS * N_FEATURES), np.float32),
        bias_1=np.zeros(4, np.float32),
        weight_2=np.zeros((len(labels), 4), np.float32),
        bias_2=np.log(np.array(odds, np.float32)),
    )


def random_head(seed: int = 0) -> Head:
    generator = np.random.default_rng(seed)
    return Head(
        labels=LABELS,
        weight_1=generator.normal(0, 0.05, (16, N_WINDOWS * N_FEATURES)).astype(np.float32),
        bias_1=generator.normal(0, 1, 16).astype(np.float32),
        weight_2=generator.normal(0, 1, (len(LABELS), 16)).astype(np.float32),
        bias_2=generator.normal(0, 1, len(LABELS)).astype(np.float32),
    )
