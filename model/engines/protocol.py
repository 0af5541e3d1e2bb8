"""What runs front end and network: waveforms in, posteriors out, and for streams the frames, to be handed back."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.audio import Waveform

Posteriors = NDArray[np.float32]
Frames = NDArray[np.float32]


class Engine(Protocol):
    """One of :mod:`model.engines.onnx`, :mod:`model.engines.torch` and :mod:`model.engines.recurrent`."""

    name: str
    labels: tuple[str, ...]
    threshold: float

    def posteriors(self, waveforms: Waveform) -> Posteriors:
        """Calibrated posteriors of a batch.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] to ``(batch, label)``; rows sum to 1.
        """

    def look(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """Posteriors of frames of which the first are known already and only the rest is computed.

        Args:
            past_frames: the last frames of an earlier look. Waveforms that go on from them begin with the samples that
                the next frame shares with the last one, see :mod:`model.windows`.

        Shape: ``(batch, time)`` and ``(batch, past_frame, mfcc)`` to ``(batch, label)`` and ``(batch, frame, mfcc)``,
        the past frames followed by those of the waveforms.
        """
