"""Export a checkpoint as one ONNX graph from waveforms to posteriors."""

import io
import json
import warnings
from dataclasses import asdict

import onnx
import torch
from torch import Tensor, nn

from model.audio import WINDOW_SAMPLES
from model.checkpoint import Checkpoint
from model.engines.onnx import FORMAT
from model.networks.attention import Attention
from model.networks.elman import Elman
from training.export.frontend import GraphFrontend
from training.export.recurrent import GraphElman
from training.export.stem import GraphStem

OPSET = 17


class ExportedGraph(nn.Module):
    """Front end, network and calibrated softmax as one module: :meth:`model.engines.protocol.Engine.infer` as a graph.

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
    """Export a checkpoint as an ONNX model that takes any batch, length and number of past frames.

    Its metadata hold the labels, the threshold and the framing.

    Args:
        source_digest: SHA-256 of the checkpoint's file, kept in the metadata.
    """
    model = onnx.load_from_string(_traced(checkpoint))
    onnx.helper.set_model_props(
        model,
        {
            "format": FORMAT,
            "name": checkpoint.name,
            "labels": json.dumps(checkpoint.labels),
            "threshold": json.dumps(checkpoint.threshold),
            "framing": json.dumps(asdict(checkpoint.frontend_config.framing)),
            "checkpoint_sha256": source_digest,
        },
    )
    exported: bytes = model.SerializeToString()
    return exported


def _traced(checkpoint: Checkpoint) -> bytes:
    """Trace the whole graph of a checkpoint, without metadata."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        # This exporter warns that it is old, but its successor fixes the batch or the time axis of a GRU.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            ExportedGraph(checkpoint).eval(),
            (torch.zeros(1, WINDOW_SAMPLES), torch.zeros(1, 1, checkpoint.frontend_config.n_mfcc)),
            file,  # type: ignore[arg-type] # it takes a file too, though its hints do not say so
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
    return file.getvalue()
