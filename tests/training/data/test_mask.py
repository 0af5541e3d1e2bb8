"""Masks hide whole frames and whole coefficients, at most as many as allowed."""

from dataclasses import replace

import torch
from torch import Tensor

from training.config import TrainConfig
from training.data.augment import mask

CONFIG = TrainConfig()


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def widths(masked: Tensor) -> Tensor:
    """Count the True places in each row of ``(batch, place)``, which must stand side by side."""
    edges = torch.nn.functional.pad(masked.int(), (1, 1)).diff(dim=1)
    assert (edges == 1).sum(dim=1).max() <= 1
    return masked.sum(dim=1)


def test_a_mask_is_at_most_as_wide_as_allowed_and_all_widths_occur() -> None:
    masked = mask(torch.ones(2_000, 97, 40), replace(CONFIG, n_masks=1), seeded()) == 0

    in_time, in_mfcc = widths(masked.all(dim=2)), widths(masked.all(dim=1))
    assert in_time.unique().tolist() == list(range(CONFIG.max_mask_frames + 1))
    assert in_mfcc.unique().tolist() == list(range(CONFIG.max_mask_mfcc + 1))
    assert masked.all(dim=2).any(dim=0).all()
    assert masked.all(dim=1).any(dim=0).all()


def test_a_mask_hides_whole_frames_and_whole_coefficients_and_nothing_else() -> None:
    masked = mask(torch.ones(100, 97, 40), CONFIG, seeded()) == 0

    in_time, in_mfcc = masked.all(dim=2), masked.all(dim=1)
    assert torch.equal(masked, in_time[:, :, None] | in_mfcc[:, None, :])
    assert in_time.sum(dim=1).max() <= CONFIG.n_masks * CONFIG.max_mask_frames
    assert in_mfcc.sum(dim=1).max() <= CONFIG.n_masks * CONFIG.max_mask_mfcc


def test_without_masks_frames_stay_as_they_are() -> None:
    frames = torch.randn(2, 97, 40, generator=seeded())

    assert torch.equal(mask(frames, replace(CONFIG, n_masks=0), seeded()), frames)
