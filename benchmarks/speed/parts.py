"""Export a checkpoint as a whole and in its parts, for latency.py to time each."""

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from model.audio import WINDOW_SAMPLES
from model.checkpoint import Checkpoint
from model.engines.onnx import OnnxEngine
from training.export.graph import OPSET, ExportedGraph, export

Array = NDArray[np.float32]


class Parts:
    """Front end and network of a checkpoint as modules, as ONNX graphs of their own, and the export as a whole.

    Args:
        folder: where the files are written.
    """

    def __init__(self, checkpoint: Checkpoint, folder: Path) -> None:
        self.frontend, self.network = checkpoint.modules()
        exported = ExportedGraph(checkpoint).eval()
        self.graph_frontend = exported.frontend
        self.waveform = torch.zeros(1, WINDOW_SAMPLES)
        self.frames = self.frontend(self.waveform)
        self.frontend_session = _session(self.graph_frontend, self.waveform, folder / "frontend.onnx")
        self.network_session = _session(exported.network, self.frames, folder / "network.onnx")
        self.path = folder / "whole.onnx"
        self.path.write_bytes(export(checkpoint, source_digest=""))
        self.engine = OnnxEngine(self.path)

    def multiply_adds(self) -> tuple[int, int]:
        """Of front end and network, on one second."""
        return _multiply_adds(self.graph_frontend, self.waveform), _multiply_adds(self.network, self.frames)


def run(session: onnxruntime.InferenceSession, inputs: Array) -> Array:
    outputs: Array = session.run(None, {"inputs": inputs})[0]
    return outputs


def _session(module: nn.Module, example: Tensor, path: Path) -> onnxruntime.InferenceSession:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in training.export
        torch.onnx.export(
            module,
            (example,),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=["inputs"],
            output_names=["outputs"],
            dynamic_axes={"inputs": {0: "batch", 1: "time"}, "outputs": {0: "batch"}},
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


def _multiply_adds(module: nn.Module, inputs: Tensor) -> int:
    """Those of matrix products and convolutions; a recurrent layer of MKL-DNN's would hide its own."""
    with warnings.catch_warnings(), torch.inference_mode(), FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")  # of the flag itself
        with torch.backends.mkldnn.flags(enabled=False):
            module(inputs)
    return int(counter.get_total_flops()) // 2
