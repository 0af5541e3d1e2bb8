"""A checkpoint in, one ONNX file from waveform to posteriors out: ``python -m training.export --help``."""

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

from model.audio import WINDOW_SAMPLES
from model.checkpoint import Checkpoint, load, write_whole
from model.errors import HeedError
from model.onnx_engine import FORMAT
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT
from model.rnn import Attention
from training.graph_frontend import GraphFrontend
from training.graph_stem import GraphStem

OPSET = 17


class Posteriors(nn.Module):
    """Front end, network and calibrated softmax as one module.

    Shape: ``(batch, time)`` in [-1, 1] at 16 kHz to ``(batch, label)``.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        frontend, self.network = checkpoint.modules()
        self.frontend = GraphFrontend(frontend)
        if isinstance(self.network, Attention):
            self.network.stem = GraphStem(self.network.stem)
        self.temperature = checkpoint.temperature

    def forward(self, waveforms: Tensor) -> Tensor:
        logits: Tensor = self.network(self.frontend(waveforms))
        return (logits / self.temperature).softmax(dim=-1)


def export(checkpoint: Checkpoint, source_digest: str) -> bytes:
    """An ONNX model of a checkpoint for any batch size and length, with its labels and threshold as metadata.

    Args:
        source_digest: SHA-256 of the checkpoint's file, kept in the metadata.
    """
    file = io.BytesIO()
    whole = Posteriors(checkpoint).eval()
    with warnings.catch_warnings():
        # The successor of this exporter freezes the batch or the time axis of a GRU; what it warns of is its age.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole,
            (torch.zeros(1, WINDOW_SAMPLES),),
            file,  # type: ignore[arg-type] # the exporter takes a file too, its hints do not say so
            dynamo=False,
            opset_version=OPSET,
            input_names=["waveforms"],
            output_names=["posteriors"],
            dynamic_axes={"waveforms": {0: "batch", 1: "time"}, "posteriors": {0: "batch"}},
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
