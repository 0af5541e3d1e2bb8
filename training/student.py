"""The module that learns: a network with its label head, and beside it a head for words."""

from torch import Tensor, nn

from model.networks.build import Network


class Student(nn.Module):
    """A network, and a second head that reads the word from the same features as the label.

    The word head teaches the network to tell apart the words that count as ``_unknown_``. It does not ship.

    Shape: ``(batch, frame, mfcc)`` to the logits of labels ``(batch, label)`` and of words ``(batch, word)``.
    """

    def __init__(self, network: Network, n_words: int) -> None:
        super().__init__()
        self.network = network
        self.word_head = nn.Linear(network.n_features, n_words)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        features = self.network.features(frames)
        return self.network.classify(features), self.word_head(features)
