"""A checkpoint in, one ONNX file from waveforms to posteriors out: ``python -m training.export --help``."""

import argparse
import hashlib
import io
import json
import sys
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from model.attention import Attention
from model.audio import WINDOW_SAMPLES
from model.checkpoint import Checkpoint, load, write_whole
from model.errors import HeedError
from model.onnx_engine import FORMAT
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT
from model.rnn import Elman
from training.graph_elman import GraphElman
from training.graph_frontend import GraphFrontend
from training.graph_stem import GraphStem

OPSET = 17


class Look(nn.Module):
    """Front end, network and calibrated softmax as one module: :meth:`model.engine.Engine.look` as a graph.

    Shape: ``(batch, time)`` in [-1, 1] at 16 kHz and ``(batch, past_frame, mfcc)``, which may hold no frame, to
    ``(batch, label)`` and ``(batch, frame, mfcc)``.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        frontend, network = checkpoint.modules()
        self.frontend = GraphFrontend(frontend)
        if isinstance(network, Attention):
            network.stem = GraphStem(network.stem)
        self.network = GraphElman(network) if isinstance(network, Elman) else network
        self.temperature = checkpoint.temperature

    def forward(self, waveforms: Tensor, past_frames: Tensor) -> tuple[Tensor, Tensor]:
        frames = torch.cat([past_frames, self.frontend(waveforms)], dim=1)
        logits: Tensor = self.network(frames)
        return (logits / self.temperature).softmax(dim=-1), frames


def export(checkpoint: Checkpoint, source_digest: str) -> bytes:
    """An ONNX model of a checkpoint, labels and threshold as metadata, for any batch, length and number of past frames.

    Args:
        source_digest: SHA-256 of the checkpoint's file, kept in the metadata.
    """
    file = io.BytesIO()
    look = Look(checkpoint).eval()
    with warnings.catch_warnings():
        # The successor of this exporter freezes the batch or the time axis of a GRU; what it warns of is its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            look,
            (torch.zeros(1, WINDOW_SAMPLES), torch.zeros(1, 1, checkpoint.frontend_config.n_mfcc)),
            file,  # type: ignore[arg-type] # the exporter takes a file too, its hints do not say so
            dynamo=False,
            opset_version=OPSET,
            input_names=["waveforms", "past_frames"],
            output_names=["posteriors", "frames"],
            dynamic_axes={
                "waveforms": {0: "batch", 1: "time"},
                "past_frames": {0: "batch", 1: "past_frame"},
                "posteriors": {0: "batch"},
                "frames": {0: "batch", 1: "frame"},
            },
        )
    model = onnx.load_from_string(file.getvalue())
    onnx.helper.set_model_props(
        model,
        {
            "format": FORMAT,
            "name": checkpoint.name,
            "labels": json.dumps(checkpoint.labels),
            "threshold": json.dumps(checkpoint.threshold),
            "checkpoint_sha256": source_digest,
        },
    )
    exported: bytes = model.SerializeToString()
    return exported


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Export a checkpoint to ONNX.")
    parser.add_argument("--model", type=Path, default=SHIPPED_CHECKPOINT, help="checkpoint (default: the shipped one)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="ONNX file (default: the shipped one)")
    options = parser.parse_args(arguments)
    try:
        checkpoint = load(options.model)
        digest = hashlib.sha256(options.model.read_bytes()).hexdigest()
        write_whole(options.out, export(checkpoint, digest))
    except (HeedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, SHA-256 of its checkpoint {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
