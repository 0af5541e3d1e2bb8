"""Compute the front end by matrix products alone, as an ONNX graph can hold it."""

import math

import torch
from torch import Tensor, nn

from model.frontend import Frontend


class GraphFrontend(nn.Module):
    """The same frames as :class:`model.frontend.Frontend`, without an FFT.

    ONNX has an STFT, but its runtimes take several times as long for it as for a product with the matrix of the Fourier
    transform. Two things keep that matrix small. It has only the bins that some mel band uses. And it has only one half
    of each window: with the phase taken at the middle, cosines are even and sines odd, so that the halves are added
    for the one and subtracted for the other. The normalization is folded into the cosine transform.

    Shape: ``(batch, time)`` in [-1, 1] at 16 kHz to ``(batch, frame, mfcc)``.
    """

    cosines: Tensor
    sines: Tensor
    bands: Tensor
    dct: Tensor
    offset: Tensor

    def __init__(self, frontend: Frontend) -> None:
        super().__init__()
        config, mel = frontend.config, frontend.mfcc.MelSpectrogram
        self.hop_samples, self.half_window = config.hop_samples, config.window_samples // 2
        self.skipped = (config.n_fft - config.window_samples) // 2  # zeros on either side of the window
        self.part_samples = math.gcd(config.hop_samples, config.window_samples)
        self.n_parts = config.window_samples // self.part_samples
        used = mel.mel_scale.fb.sum(dim=1).nonzero().flatten()
        first, end = int(used[0]), int(used[-1]) + 1
        after_middle = torch.arange(self.half_window, dtype=torch.float64)
        angle = 2 * math.pi / config.n_fft * after_middle[:, None] * torch.arange(first, end, dtype=torch.float64)
        window = mel.spectrogram.window.double()[self.half_window :, None]
        cosines = window * angle.cos()
        cosines[0] /= 2  # the middle sample stands in both halves
        self.register_buffer("cosines", cosines.float())  # (half, bin)
        self.register_buffer("sines", (window * angle.sin()).float())
        self.register_buffer("bands", mel.mel_scale.fb[first:end].clone())  # (bin, mel)
        self.register_buffer("dct", frontend.mfcc.dct_mat / frontend.deviation)  # (mel, mfcc)
        self.register_buffer("offset", -frontend.mean / frontend.deviation)

    def forward(self, waveforms: Tensor) -> Tensor:
        windows = self._windows(waveforms)  # (batch, frame, window)
        after = windows[:, :, self.half_window :]
        before = windows[:, :, 1 : self.half_window + 1].flip(2)  # a periodic window begins with a zero
        cosine = (after + before) @ self.cosines
        sine = (after - before) @ self.sines
        power = cosine.square() + sine.square()  # (batch, frame, bin)
        frames: Tensor = (power @ self.bands + 1e-6).log() @ self.dct + self.offset
        return frames

    def _windows(self, waveforms: Tensor) -> Tensor:
        """Put the windows together from parts that divide both hop and window."""
        stride = self.hop_samples // self.part_samples
        n_frames = (waveforms.shape[1] - 2 * self.skipped - 2 * self.half_window) // self.hop_samples + 1
        n_parts = (n_frames - 1) * stride + self.n_parts
        used = waveforms[:, self.skipped : self.skipped + n_parts * self.part_samples]
        parts = used.reshape(waveforms.shape[0], -1, self.part_samples)  # len() would fix the batch size in the graph
        ends = (n_frames - 1) * stride + 1
        return torch.cat([parts[:, place : place + ends : stride] for place in range(self.n_parts)], dim=2)
