"""Load the engine that a file is for: ONNX Runtime for an export, PyTorch for a checkpoint."""

from pathlib import Path

from model.engines.protocol import Engine
from model.errors import CheckpointError


def load_engine(path: Path) -> Engine:
    """Load an export (``.onnx``) or a checkpoint (any other name).

    Raises:
        CheckpointError: the file is missing, torn, foreign or of another version, or PyTorch is not installed.
    """
    if path.suffix == ".onnx":
        from model.engines.onnx import OnnxEngine

        return OnnxEngine(path)
    try:  # here, because a service that runs the export must not need, nor wait for, torch
        from model.checkpoint import load
        from model.engines.torch import TorchEngine
    except ModuleNotFoundError as error:
        message = f"{path} needs {error.name}, which requirements.txt installs; an export (.onnx) does without"
        raise CheckpointError(message) from error
    return TorchEngine(load(path))
