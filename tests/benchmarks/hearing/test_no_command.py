"""The kinds of sound without a command are all there, and within their limits."""

from pathlib import Path

import torch
from torch import Generator

from benchmarks.hearing.material import Material
from benchmarks.hearing.no_command import held_out_words, last_bits, no_command, single_clicks
from tests.signals import encode, noise


def test_every_kind_is_seconds_within_full_scale(material: Material) -> None:
    recordings = {"rain": [torch.from_numpy(noise(40_000))]}

    kinds = list(no_command(material, {"hum": [torch.from_numpy(noise(20_000))]}, recordings))

    assert {waveforms.shape[1] for _, _, waveforms in kinds} == {16_000}
    assert {waveforms.dtype for _, _, waveforms in kinds} == {torch.float32}
    assert max(float(waveforms.abs().max()) for _, _, waveforms in kinds) <= 1.0
    assert len({kind for _, kind, _ in kinds}) == len(kinds)


def test_words_never_heard_are_apart_from_those_of_training(material: Material) -> None:
    trained, never = (material.other_words(never_heard=never_heard) for never_heard in (False, True))

    assert len(never) == 2 * len(trained)  # bed and house are left out, cat is not
    assert not (never[:, None] == trained[None]).all(dim=2).any()


def test_of_synthetic_words_only_those_kept_out_of_training_are_heard(tmp_path: Path) -> None:
    for name in ("near/ride/af_sky-am_eric", "near/ride/af_sky-am_adam", "commands/yes/am_adam-af_sky"):
        path = tmp_path / f"{name}-5-100-0-0.ogg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(noise(), container="OGG"))

    kinds = [(kind, len(waveforms)) for _, kind, waveforms in held_out_words(tmp_path)]

    assert kinds == [("near", 1)]


def test_a_single_click_is_one_short_run_in_digital_silence() -> None:
    waveforms = single_clicks(100, Generator().manual_seed(0))

    lengths = (waveforms != 0).sum(dim=1)
    n_runs = ((waveforms != 0).int().diff(dim=1) == 1).sum(dim=1)
    assert set(lengths.tolist()) <= set(range(1, 33))
    assert n_runs.tolist() == [1] * 100


def test_last_bits_are_of_one_step_of_16_bits() -> None:
    samples = (last_bits(2, Generator().manual_seed(0)) * 32_767).round().int()

    assert set(samples.flatten().tolist()) == {-1, 0, 1}
