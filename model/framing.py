"""Say which samples each frame sees, so that a stream can be cut where its frames begin."""

from dataclasses import dataclass

from model.audio import SAMPLE_RATE

STEP_SAMPLES = SAMPLE_RATE // 10  # a stream's window slides on every 100 ms


@dataclass(frozen=True, kw_only=True)
class Framing:
    """How a front end cuts a waveform into frames, in samples at 16 kHz.

    Attributes:
        window_samples: how many samples one frame sees.
        hop_samples: from the start of one frame to the start of the next; a whole number of them makes a step.

    Raises:
        ValueError: a number is not positive, or the hop does not divide the 100 ms of a step.
    """

    window_samples: int
    hop_samples: int

    def __post_init__(self) -> None:
        if self.window_samples <= 0 or self.hop_samples <= 0 or STEP_SAMPLES % self.hop_samples:
            raise ValueError(f"{self} must be positive, and a step of {STEP_SAMPLES} samples a whole number of hops")

    def n_frames(self, n_samples: int) -> int:
        """Count the frames of a waveform: whole windows only, none reaches over an edge."""
        return max(0, 1 + (n_samples - self.window_samples) // self.hop_samples)

    def overlap_samples(self, n_samples: int) -> int:
        """Count the samples at the end of a waveform that the next frame, the first one after it, sees too."""
        return n_samples - self.n_frames(n_samples) * self.hop_samples
