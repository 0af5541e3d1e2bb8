"""A framing counts frames and the samples that they share, and refuses numbers that no stream could follow."""

import numpy as np
import pytest

from model.framing import Framing


@pytest.mark.parametrize(("window", "hop"), [(512, 160), (512, 320), (400, 100), (160, 160), (100, 160)])
@pytest.mark.parametrize("n_samples", [1, 511, 512, 16_000, 23_457])
def test_frames_are_the_whole_windows_of_a_waveform(window: int, hop: int, n_samples: int) -> None:
    framing = Framing(window_samples=window, hop_samples=hop)

    starts = np.arange(0, n_samples, hop)
    assert framing.n_frames(n_samples) == np.sum(starts + window <= n_samples)


@pytest.mark.parametrize(("window", "hop", "overlap"), [(512, 160, 480), (512, 320, 320), (160, 160, 0)])
def test_the_overlap_begins_where_the_next_frame_does(window: int, hop: int, overlap: int) -> None:
    framing = Framing(window_samples=window, hop_samples=hop)

    assert framing.overlap_samples(16_000) == overlap
    assert framing.n_frames(16_000) * hop == 16_000 - overlap


@pytest.mark.parametrize(("window", "hop"), [(0, 160), (512, 0), (512, -160), (512, 240)])
def test_a_hop_that_does_not_divide_a_step_is_refused(window: int, hop: int) -> None:
    with pytest.raises(ValueError, match="must be positive, and a step of 1600 samples a whole number of hops"):
        Framing(window_samples=window, hop_samples=hop)
