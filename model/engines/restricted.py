"""Run an engine that answers only some of its commands."""

from collections.abc import Sequence

import numpy as np

from model.audio import Waveform
from model.engines.protocol import Engine, Frames, Posteriors
from model.labels import UNKNOWN, is_command


class RestrictedEngine:
    """An engine for which all commands but a few count as ``_unknown_``, see :class:`model.engines.protocol.Engine`.

    Args:
        words: the commands that stay, in any order; each is one of the engine's.
    """

    def __init__(self, engine: Engine, words: Sequence[str]) -> None:
        commands = [label for label in engine.labels if is_command(label)]
        self._engine = engine
        self.name, self.threshold, self.framing = engine.name, engine.threshold, engine.framing
        self.labels = tuple(label for label in engine.labels if label not in commands or label in words)
        to_label = [label if label in self.labels else UNKNOWN for label in engine.labels]
        self._kept = np.array([[label == kept for kept in self.labels] for label in to_label], np.float32)

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """See :meth:`model.engines.protocol.Engine.infer`."""
        posteriors, frames = self._engine.infer(waveforms, past_frames)
        return posteriors @ self._kept, frames
