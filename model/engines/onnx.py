"""Waveforms in, posteriors and frames out, in ONNX Runtime: one file that holds all of it and the labels; no torch."""

import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else the import alone tells Microsoft of the process; later is too late
import onnxruntime

from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.errors import CheckpointError

FORMAT = "heed-onnx-2"
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
        self._n_mfcc: int = self._session.get_inputs()[1].shape[2]

    def posteriors(self, waveforms: Waveform) -> Posteriors:
        """See :meth:`model.engines.protocol.Engine.posteriors`."""
        (posteriors,) = self._run(["posteriors"], waveforms, None)
        return posteriors

    def look(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """See :meth:`model.engines.protocol.Engine.look`."""
        posteriors, frames = self._run(["posteriors", "frames"], waveforms, past_frames)
        return posteriors, frames

    def _run(self, outputs: list[str], waveforms: Waveform, past_frames: Frames | None) -> list[NDArray[np.float32]]:
        if past_frames is None:
            past_frames = np.empty((len(waveforms), 0, self._n_mfcc), np.float32)
        parts = []
        for start in range(0, len(waveforms), BATCH_SIZE):
            batch = slice(start, start + BATCH_SIZE)
            inputs = {"waveforms": waveforms[batch], "past_frames": past_frames[batch]}
            parts.append(self._session.run(outputs, inputs))
        return parts[0] if len(parts) == 1 else [np.concatenate(part) for part in zip(*parts, strict=True)]
