"""Train the second opinion, a small head on the speech embedding: ``python -m training.second_opinion --help``."""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from model.embedding import N_FEATURES, N_WINDOWS, Embedding, Embeddings
from model.errors import HeedError
from model.second_opinion import Head, save_head
from training.calibrate import fit_temperature
from training.config import TrainConfig
from training.data.batches import plan_epoch, render
from training.data.dataset import TrainingData, read_data
from training.data.held_out import Examples
from training.errors import DataError
from training.report import report, table

VARIED = TrainConfig(unknown_share=0.6)  # more other words than a network is taught: to refuse them is its task
AS_RECORDED = replace(
    VARIED,
    speed=(1.0, 1.0),
    shift_ms=0.0,
    gain_db=(0.0, 0.0),
    room_probability=0.0,
    noise_probability=0.0,
    clip_probability=0.0,
    narrow_probability=0.0,
    offset_probability=0.0,
    torn_share=0.0,
)


@dataclass(frozen=True, kw_only=True)
class HeadConfig:
    """Numbers of the head's training."""

    hidden_size: int = 512
    n_passes: int = 4  # over the training data, in turn as recorded and varied
    n_steps: int = 4_000
    batch_size: int = 256
    learning_rate: float = 1e-3  # the peak of one cycle
    weight_decay: float = 0.01
    label_smoothing: float = 0.1
    dropout: tuple[float, float] = (0.3, 0.5)  # of the embedding, of the hidden layer


class HeadLayers(nn.Module):
    """The head while it learns: normalized embeddings, two layers, dropout before each.

    Shape: ``(batch, window * feature)`` to ``(batch, label)``.
    """

    def __init__(self, mean: Tensor, deviation: Tensor, config: HeadConfig) -> None:
        super().__init__()
        self.mean, self.deviation = mean, deviation
        self.first = nn.Linear(len(mean), config.hidden_size)
        self.last = nn.Linear(config.hidden_size, len(VARIED.labels))
        self.dropouts = nn.ModuleList(nn.Dropout(share) for share in config.dropout)

    def forward(self, embeddings: Tensor) -> Tensor:
        inputs = self.dropouts[0]((embeddings - self.mean) / self.deviation)
        logits: Tensor = self.last(self.dropouts[1](torch.relu(self.first(inputs))))
        return logits

    @torch.no_grad()
    def to_head(self, temperature: float) -> Head:
        """The head as the service reads it: the normalization stands in the first layer, the temperature in the last.

        Args:
            temperature: what the logits are divided by.
        """
        weight_1 = self.first.weight / self.deviation
        return Head(
            labels=VARIED.labels,
            weight_1=_array(weight_1),
            bias_1=_array(self.first.bias - weight_1 @ self.mean),
            weight_2=_array(self.last.weight / temperature),
            bias_2=_array(self.last.bias / temperature),
        )


def embed_passes(data: TrainingData, embedding: Embedding, n_passes: int, seed: int) -> Examples:
    """Embed what a network would learn from: speech, other words and silence, every other pass in noise.

    Shape: returns embeddings ``(example, window * feature)`` and targets ``(example,)``.
    """
    embeddings, targets = [], []
    for number in range(n_passes):
        config = VARIED if number % 2 else AS_RECORDED
        generator = torch.Generator().manual_seed(1_000_003 * seed + number)
        for clips in tqdm(plan_epoch(data.clips, data.synthetic, config, generator), f"pass {number + 1}"):
            waveforms, said, _ = render(clips, data.cache, data.noise, config, generator)
            embeddings.append(_flat(embedding.embed(waveforms.numpy())))
            targets.append(said)
    return torch.cat(embeddings), torch.cat(targets)


def train_head(examples: Examples, config: HeadConfig, seed: int) -> HeadLayers:
    """Fit a head to embeddings ``(example, window * feature)`` with targets ``(example,)``; ready to evaluate.

    Its posteriors are those of labels that are equally frequent, however frequent they are among the examples.

    References:
        A. Menon et al.: Long-tail learning via logit adjustment, 2021.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    embeddings, targets = examples
    layers = HeadLayers(embeddings.mean(dim=0), embeddings.std(dim=0).clamp(min=1e-6), config)
    optimizer = torch.optim.AdamW(layers.parameters(), weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, config.n_steps)
    log_prior = (targets.bincount(minlength=len(VARIED.labels)) / len(targets)).clamp(min=1e-6).log()
    criterion = nn.CrossEntropyLoss(label_smoothing=config.label_smoothing)
    for _ in tqdm(range(config.n_steps), "head"):
        rows = torch.randint(len(targets), (config.batch_size,), generator=generator)
        loss = criterion(layers(embeddings[rows]) + log_prior, targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return layers.eval()


def calibrated(layers: HeadLayers, embedding: Embedding, validation: Examples) -> Head:
    """The head with the temperature under which the labels of validation are likeliest."""
    waveforms, targets = validation
    with torch.inference_mode():
        logits = layers(_flat(embedding.embed(waveforms.numpy())))
    return layers.to_head(fit_temperature(logits, targets))


def _flat(embeddings: Embeddings) -> Tensor:
    return torch.from_numpy(embeddings.reshape(len(embeddings), N_WINDOWS * N_FEATURES))


def _array(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.numpy()
    return array


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.second_opinion", description="Train the second opinion.")
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--noise", type=Path, action="append", default=[], help="folder or tar of further noises")
    parser.add_argument(
        "--speech", type=Path, action="append", default=[], help="folder of folders of synthetic words, repeatable"
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write (.npz)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    config = HeadConfig()
    try:
        embedding = Embedding()
        data = read_data(options.data, options.noise, options.speech, VARIED)
        examples = embed_passes(data, embedding, config.n_passes, options.seed)
        head = calibrated(train_head(examples, config, options.seed), embedding, data.validation)
        save_head(head, options.out)
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    waveforms, targets = data.validation
    print(table(report(head.posteriors(embedding.embed(waveforms.numpy())), targets.numpy(), head.labels, 0.5)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
