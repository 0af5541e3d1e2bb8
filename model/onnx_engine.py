"""Waveforms in, posteriors out, in ONNX Runtime: one file that holds front end, network and labels; no torch."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from model.audio import Waveform
from model.errors import CheckpointError

FORMAT = "heed-onnx-1"
BATCH_SIZE = 8


class OnnxEngine:
    """An exported recognizer. Calls from several threads at once are safe.

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

    def posteriors(self, waveforms: Waveform) -> NDArray[np.float32]:
        """Calibrated posteriors of a batch.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """
        starts = range(0, len(waveforms), BATCH_SIZE)
        parts = [self._session.run(None, {"waveforms": waveforms[start : start + BATCH_SIZE]})[0] for start in starts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
