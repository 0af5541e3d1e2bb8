"""Run an exported recognizer in ONNX Runtime: one file holds the whole path, and torch is not needed."""

import json
import os
from pathlib import Path

import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the import alone would report to its maker, so this stands before it
import onnxruntime

from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.errors import CheckpointError
from model.framing import Framing

FORMAT = "heed-onnx-3"
BATCH_SIZE = 8


class OnnxEngine:
    """An exported recognizer, see :class:`model.engines.protocol.Engine`. Several threads may call it at once.

    Raises:
        CheckpointError: no such file, torn, or not an export of this version of heed.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # workers share the cores, not operators
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), options, ["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has no class for all its errors
            raise CheckpointError(f"{path} can't be read as an ONNX file: {error}") from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        if metadata.get("format") != FORMAT:
            raise CheckpointError(f"{path} is no export of this version of heed, which writes the format {FORMAT!r}")
        self.name = metadata["name"]
        self.labels: tuple[str, ...] = tuple(json.loads(metadata["labels"]))
        self.threshold = float(metadata["threshold"])
        self.framing = Framing(**json.loads(metadata["framing"]))
        self._n_mfcc: int = self._session.get_inputs()[1].shape[2]

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """See :meth:`model.engines.protocol.Engine.infer`."""
        if past_frames is None:
            past_frames = np.empty((len(waveforms), 0, self._n_mfcc), np.float32)
        parts = []
        for start in range(0, len(waveforms), BATCH_SIZE):
            batch = slice(start, start + BATCH_SIZE)
            inputs = {"waveforms": waveforms[batch], "past_frames": past_frames[batch]}
            parts.append(self._session.run(["posteriors", "frames"], inputs))
        posteriors, frames = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        return posteriors, frames
