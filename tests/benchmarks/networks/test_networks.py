"""The networks have equal sizes, and the command compares them on a small data set."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmarks.networks import __main__ as networks
from benchmarks.networks import equal as equal_networks
from benchmarks.networks import gradients
from benchmarks.networks.equal import N_PARAMETERS, NETWORKS, multiply_adds, n_parameters, recipe, sized
from model.networks.attention import AttentionConfig
from model.networks.build import build
from model.networks.config import CONFIGS, NetworkConfig
from model.networks.elman import ElmanConfig, FastRNNConfig
from model.networks.gated import GRUConfig
from tests.training.corpus import write_corpus

N_FRAMES = 40


def frames_and_targets() -> tuple[Tensor, Tensor]:
    return torch.randn(4, N_FRAMES, 40, generator=torch.Generator().manual_seed(0)), torch.arange(4)


@pytest.mark.parametrize("name", NETWORKS)
def test_all_networks_have_the_same_number_of_parameters_within_three_percent(name: str) -> None:
    assert n_parameters(sized(NETWORKS[name])) == pytest.approx(N_PARAMETERS, rel=0.03)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_as_near_to_the_budget_as_a_state_more_or_less_lets_it_be(name: str) -> None:
    config = sized(NETWORKS[name])

    neighbours = [equal_networks._of_size(config, _size(config) + step) for step in (-1, 1)]

    distances = [abs(n_parameters(other) - N_PARAMETERS) for other in [config, *neighbours]]
    assert distances[0] == min(distances)


def _size(config: NetworkConfig) -> int:
    return config.stem_channels if isinstance(config, AttentionConfig) else config.hidden_size


@pytest.mark.parametrize("name", NETWORKS)
def test_a_name_begins_with_the_network_that_is_trained(name: str) -> None:
    assert type(NETWORKS[name]) is type(CONFIGS[recipe(name, 1).network]())


def test_multiply_adds_of_the_textbook_network_are_those_of_its_two_layers_on_every_frame() -> None:
    config = ElmanConfig(n_mfcc=5, hidden_size=7, n_labels=4)

    # the step before the last frame's output gives the state it reads; the state after it is not asked for
    assert multiply_adds(config, n_frames=10) == 9 * 12 * (7 + 4) + 12 * 4


def test_the_gradient_of_an_answer_has_its_greatest_share_at_one() -> None:
    shares = gradients.of_answer(build(GRUConfig(hidden_size=8)), *frames_and_targets())

    assert len(shares) == N_FRAMES
    assert max(shares) == 1
    assert min(shares) > 0


def test_the_textbook_network_forgets_and_the_residual_path_does_not() -> None:
    torch.manual_seed(0)
    elman, fastrnn = build(ElmanConfig()), build(FastRNNConfig())

    shares = [gradients.of_answer(network, *frames_and_targets())[0] for network in (elman, fastrnn)]

    assert shares[0] < 1e-6
    assert shares[1] > 1e-3


def test_a_mean_over_the_states_reaches_early_frames_that_the_last_state_has_forgotten() -> None:
    torch.manual_seed(0)
    network = build(GRUConfig(hidden_size=8))

    answer, last = (of(network, *frames_and_targets()) for of in (gradients.of_answer, gradients.of_last_state))

    assert answer[0] > 0.1
    assert last[0] < 1e-3


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data set, the runs of two networks and what is told of them; made in this process."""
    folder = tmp_path_factory.mktemp("compared")
    write_corpus(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        only(patch, "elman", "gru-bidirectional")
        patch.setattr(equal_networks, "ProcessPoolExecutor", lambda *_, **__: ThreadPoolExecutor(1))
        for network in ("elman", "gru"):
            patch.setitem(CONFIGS, network, CONFIGS[network])  # to be put back: a run sets its own sizes there
        assert networks.main(arguments(folder, "--epochs", "1", "--testing")) == 0
    return folder


def only(patch: pytest.MonkeyPatch, *names: str) -> None:
    for module in (equal_networks, networks):
        patch.setattr(module, "NETWORKS", {name: NETWORKS[name] for name in names})
    patch.setattr(equal_networks, "recipe", lambda *given: replace(recipe(*given), n_made_sounds=1))
    patch.setattr(networks, "N_TIMED", 1)


def arguments(folder: Path, *others: str) -> list[str]:
    return ["--data", str(folder / "data"), "--out", str(folder / "runs"), "--docs", str(folder / "docs"), *others]


def test_every_network_has_its_figures_and_pictures(compared: Path) -> None:
    figures = json.loads((compared / "docs" / "networks.json").read_text())["networks"]

    assert [of["name"] for of in figures] == ["elman", "gru-bidirectional"]
    assert [set(of["scores"]) for of in figures] == [{"validation", "testing"}] * 2
    assert [len(of["epochs"]) for of in figures] == [1, 1]
    assert {path.name for path in compared.glob("docs/*.png")} == {"learning.png", "answer.png", "state.png"}


def test_a_run_that_is_finished_is_kept(
    compared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only(monkeypatch, "elman")
    before = (compared / "runs" / "elman" / "state.safetensors").stat().st_mtime_ns

    status = networks.main(arguments(compared, "--epochs", "1"))

    assert status == 0
    assert (compared / "runs" / "elman" / "state.safetensors").stat().st_mtime_ns == before
    assert "| `elman` | 80.2 k | 7.7 M |" in capsys.readouterr().out


def test_a_run_by_another_recipe_is_named(compared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = networks.main(arguments(compared, "--epochs", "2"))

    assert status == 1
    assert f"{compared / 'runs' / 'elman'} holds a run" in capsys.readouterr().err


def test_a_missing_data_set_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = networks.main(arguments(tmp_path))

    assert status == 1
    assert f"no Speech Commands v0.02 in {tmp_path / 'data'}" in capsys.readouterr().err
