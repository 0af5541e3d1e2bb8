"""Compare the networks at the same number of parameters: accuracy, cost, how they learn and how they forget.

    python -m benchmarks.networks --data DIR --out FOLDER

Finished runs are kept, and broken ones go on. Times are medians of one clip again and again, from waveform to
posteriors in PyTorch on one thread; the networks take turns, so that other work on the machine affects all of them
alike. ``docs/networks.md`` explains the figures and pictures.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.clips import noise
from benchmarks.machine import describe
from benchmarks.networks import gradients
from benchmarks.networks.drawings import draw_gradients, draw_learning
from benchmarks.networks.equal import N_EPOCHS, NETWORKS, multiply_adds, n_parameters, train_all
from benchmarks.table import table
from benchmarks.timing import interleaved_ms
from model.audio import WINDOW_SAMPLES
from model.checkpoint import load
from model.engines.torch import TorchEngine
from model.errors import HeedError
from model.networks.build import build
from model.networks.config import NetworkConfig
from model.recognizer import Recognizer
from training.config import TrainConfig
from training.data.batches import targets_of
from training.data.cache import WaveformCache
from training.data.speech_commands import Split, read_split
from training.errors import DataError
from training.evaluate import score_split
from training.options import whole_number
from training.report import report
from training.run import CHECKPOINT
from training.run_log import FILE as METRICS

DOCS = Path(__file__).parent.parent / "docs" / "networks"
N_GRADIENT_CLIPS = 256
N_TIMED = 30  # rounds of ten
CARRIED = ("elman", "fastrnn", "gru", "lstm")  # their last state comes from the recurrence alone


@dataclass(frozen=True, kw_only=True)
class Score:
    """Shares in [0, 1] on one split; the interval is of 95 %."""

    balanced_accuracy: float
    interval: tuple[float, float]
    recalls: dict[str, float]

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.balanced_accuracy:.1f} % ({100 * low:.1f} to {100 * high:.1f})"

    @property
    def worst(self) -> str:
        label = min(self.recalls, key=self.recalls.__getitem__)
        return f"{label.strip('_')} {100 * self.recalls[label]:.1f} %"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """All figures of one network; gradients are by frame, of fresh and of trained weights."""

    name: str
    config: NetworkConfig
    learning_rate: float
    n_parameters: int
    multiply_adds: int
    milliseconds: float
    epochs: list[dict[str, float]]
    of_answer: dict[str, list[float]]
    of_last_state: dict[str, list[float]]
    scores: dict[Split, Score]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    splits: list[Split] = ["validation", "testing"] if options.testing else ["validation"]
    try:
        for split in splits:
            read_split(options.data, split)  # say now what is missing, not when all is trained
        train_all(options.data, options.out, options.epochs, options.jobs)
        networks = compare(options.data, options.out, splits)
        options.docs.mkdir(parents=True, exist_ok=True)
        draw(networks, options.docs)
        machine = describe("torch", "numpy")
        (options.docs / "networks.json").write_text(as_json(machine, networks))
    except (DataError, HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"stopped; every whole epoch is saved in {options.out}, the same command goes on", file=sys.stderr)
        return 130
    print(f"{machine}\n\n{as_table(networks, splits)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description="Compare the networks.")
    parser.add_argument("--data", type=Path, required=True, help="root of torchaudio.datasets.SPEECHCOMMANDS (v0.02)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--epochs", type=whole_number, default=N_EPOCHS, help=f"of every run (default: {N_EPOCHS})")
    parser.add_argument("--jobs", type=whole_number, default=1, help="runs side by side, a thread each (default: 1)")
    parser.add_argument("--testing", action="store_true", help="score the testing split too: once, when all is decided")
    parser.add_argument(
        "--docs", type=Path, default=DOCS, help="folder of pictures and figures (default: docs/networks)"
    )
    return parser


def compare(root: Path, out: Path, splits: list[Split]) -> list[Compared]:
    checkpoints = {name: load(out / name / CHECKPOINT) for name in NETWORKS}
    engines = {name: TorchEngine(checkpoint) for name, checkpoint in checkpoints.items()}
    one_clip = noise(WINDOW_SAMPLES)[None]
    times = interleaved_ms({name: partial(engine.infer, one_clip) for name, engine in engines.items()}, N_TIMED)
    waveforms, targets = spoken(root)
    found = []
    for name, engine in engines.items():
        frames = engine.frontend(waveforms)
        torch.manual_seed(checkpoints[name].origin["arguments"]["seed"])
        weights = {"fresh weights": build(engine.network.config), "trained": engine.network}
        compared = Compared(
            name=name,
            config=engine.network.config,
            learning_rate=checkpoints[name].origin["arguments"]["learning_rate"],
            n_parameters=n_parameters(engine.network.config),
            multiply_adds=multiply_adds(engine.network.config, frames.shape[1]),
            milliseconds=float(np.median(times[name])),
            epochs=[json.loads(line) for line in (out / name / METRICS).read_text().splitlines()],
            of_answer={key: gradients.of_answer(network, frames, targets) for key, network in weights.items()},
            of_last_state={
                key: gradients.of_last_state(network, frames, targets)
                for key, network in weights.items()
                if name in CARRIED
            },
            scores={split: score(engine, root, split) for split in splits},
        )
        found.append(compared)
    return found


def spoken(root: Path) -> tuple[Tensor, Tensor]:
    """Commands of the validation split, one after another from all of it: waveforms and targets."""
    clips = read_split(root, "validation")
    commands = [clip for clip in clips if clip.word in TrainConfig.commands]
    chosen = commands[:: max(1, len(commands) // N_GRADIENT_CLIPS)][:N_GRADIENT_CLIPS]
    cache = WaveformCache(clips, root / "heed-cache" / "validation")
    return cache.waveforms(chosen), targets_of([clip.word for clip in chosen], TrainConfig().labels)


def score(engine: TorchEngine, root: Path, split: Split) -> Score:
    posteriors, targets = score_split(Recognizer(engine), root, split)
    figures = report(posteriors, targets, engine.labels, engine.threshold)
    return Score(
        balanced_accuracy=figures.balanced_accuracy,
        interval=figures.balanced_accuracy_interval,
        recalls={entry.label: entry.recall for entry in figures.labels},
    )


def draw(networks: list[Compared], folder: Path) -> None:
    """Write learning.png, answer.png and state.png.

    Raises:
        OSError: a file can't be written.
    """
    accuracies, losses = (
        {compared.name: [epoch[key] for epoch in compared.epochs] for compared in networks}
        for key in ("balanced_accuracy", "loss")
    )
    draw_learning(accuracies, losses, folder / "learning.png")
    of_answers = {compared.name: compared.of_answer for compared in networks}
    of_states = {compared.name: compared.of_last_state for compared in networks if compared.of_last_state}
    for gradients_of, name in ((of_answers, "answer.png"), (of_states, "state.png")):
        by_weights = {
            weights: {network: of[weights] for network, of in gradients_of.items()}
            for weights in ("fresh weights", "trained")
        }
        draw_gradients(by_weights, folder / name)


def as_table(networks: list[Compared], splits: list[Split]) -> str:
    columns = ["network", "parameters", "multiply-adds", "ms", *splits, f"worst on {splits[-1]}"]
    rows = [
        (
            f"`{compared.name}`",
            f"{compared.n_parameters / 1e3:.1f} k",
            f"{compared.multiply_adds / 1e6:.1f} M",
            f"{compared.milliseconds:.1f}",
            *(str(compared.scores[split]) for split in splits),
            compared.scores[splits[-1]].worst,
        )
        for compared in networks
    ]
    return table(columns, rows)


def as_json(machine: str, networks: list[Compared]) -> str:
    """A line per network, numbers to four digits."""
    lines = (json.dumps(_short(asdict(compared))) for compared in networks)
    return f'{{"machine": {json.dumps(machine)}, "networks": [\n' + ",\n".join(lines) + "\n]}\n"


def _short(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _short(entry) for key, entry in value.items()}
    return [_short(entry) for entry in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    sys.exit(main())


if __name__ == "__main__":
    sys.exit(main())
