"""Waveform in, normalized MFCC frames out."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torchaudio.transforms import MFCC

from model.audio import SAMPLE_RATE
from model.framing import Framing


@dataclass(frozen=True, kw_only=True)
class FrontendConfig:
    """Numbers of the MFCC, in the units of their names."""

    n_mfcc: int = 40
    n_mels: int = 80
    f_min_hz: float = 20.0
    f_max_hz: float = 7600.0
    window_ms: int = 30
    hop_ms: int = 10
    n_fft: int = 512

    @property
    def window_samples(self) -> int:
        return SAMPLE_RATE * self.window_ms // 1000

    @property
    def hop_samples(self) -> int:
        return SAMPLE_RATE * self.hop_ms // 1000

    @property
    def framing(self) -> Framing:
        """A frame sees ``n_fft`` samples: torchaudio puts the shorter window into the middle of them."""
        return Framing(window_samples=self.n_fft, hop_samples=self.hop_samples)


class Frontend(nn.Module):
    """MFCCs of log mel energies, normalized per coefficient with statistics of the training data.

    Two things differ from torchaudio's defaults. ``log_mels=True``: in decibels one ``top_db`` floor would hold for the
    whole batch, and a clip's frames would depend on its neighbours. ``center=False``: a frame sees only samples that
    are there, not their mirror image, so that frames of a stream equal frames of a recording.

    Shape: ``(batch, time)`` in [-1, 1] to ``(batch, frame, mfcc)``, one frame per ``hop_ms``.

    References:
        S. Davis, P. Mermelstein: Comparison of Parametric Representations for Monosyllabic Word Recognition in
        Continuously Spoken Sentences, 1980.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: FrontendConfig) -> None:
        super().__init__()
        self.config = config
        self.mfcc = MFCC(
            SAMPLE_RATE,
            n_mfcc=config.n_mfcc,
            log_mels=True,
            melkwargs={
                "n_fft": config.n_fft,
                "win_length": config.window_samples,
                "hop_length": config.hop_samples,
                "f_min": config.f_min_hz,
                "f_max": config.f_max_hz,
                "n_mels": config.n_mels,
                "center": False,
            },
        )
        self.register_buffer("mean", torch.zeros(config.n_mfcc))
        self.register_buffer("deviation", torch.ones(config.n_mfcc))

    def forward(self, waveforms: Tensor) -> Tensor:
        return self.normalize(self.coefficients(waveforms))

    def coefficients(self, waveforms: Tensor) -> Tensor:
        """Compute the frames without normalizing them."""
        frames: Tensor = self.mfcc(waveforms).transpose(1, 2)  # (batch, frame, mfcc)
        return frames

    def normalize(self, coefficients: Tensor) -> Tensor:
        return (coefficients - self.mean) / self.deviation

    def normalize_by(self, mean: Tensor, deviation: Tensor) -> None:
        """Set the statistics that frames are normalized with.

        Shape: both ``(mfcc,)``; ``deviation`` is positive.
        """
        self.mean.copy_(mean.view_as(self.mean))  # copy_ alone would spread a single number over all
        self.deviation.copy_(deviation.view_as(self.deviation))
