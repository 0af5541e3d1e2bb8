"""Define what an engine is: it runs front end and network."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.audio import Waveform
from model.framing import Framing

Posteriors = NDArray[np.float32]
Frames = NDArray[np.float32]


class Engine(Protocol):
    """Turns waveforms into frames and frames into posteriors.

    Attributes:
        labels: in the order of the posteriors.
        threshold: least confidence at which a command is accepted, in [0, 1].
        framing: how waveforms are cut into frames.
    """

    name: str
    labels: tuple[str, ...]
    threshold: float
    framing: Framing

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        """Compute the calibrated posteriors of a batch, and the frames that they come from.

        Args:
            past_frames: frames that an earlier call returned and that the waveforms go on from. The waveforms then
                begin with the samples that their first frame shares with the last of these.

        Shape: ``(batch, time)`` at 16 kHz in [-1, 1] and ``(batch, past_frame, mfcc)`` to ``(batch, label)``, rows that
        sum to 1, and ``(batch, frame, mfcc)``, the past frames followed by those of the waveforms.
        """
