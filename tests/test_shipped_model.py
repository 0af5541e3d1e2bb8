"""The shipped model is the one that its card describes, and it recognizes the examples and real speech over HTTP."""

import hashlib
import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from model.checkpoint import load
from model.recognizer import SHIPPED, SHIPPED_CHECKPOINT, Recognizer
from tests.labels import COMMANDS, LABELS
from tests.signals import encode, noise
from training.data.cache import WaveformCache
from training.data.held_out import held_out
from training.data.noise import Noise, background_noise
from training.data.speech_commands import read_split

ROOT = Path(__file__).parent.parent
DATA = os.environ.get("HEED_DATA", "")
CARD = (ROOT / "MODEL_CARD.md").read_text()


def stated_accuracy() -> float:
    """Balanced accuracy on testing, as the model card states it."""
    stated = re.search(r"Balanced accuracy on testing: \*\*([\d.]+) %\*\*", CARD)
    assert stated is not None
    return float(stated[1]) / 100


needs_data = pytest.mark.skipif(not DATA, reason="HEED_DATA names no root of Speech Commands")


@needs_data
def test_the_service_reaches_its_stated_accuracy_on_real_testing_clips() -> None:
    clips = read_split(Path(DATA), "testing")
    cache = WaveformCache(clips, Path(DATA) / "heed-cache" / "testing")
    waveforms, targets = held_out(clips, cache, Noise(background_noise(Path(DATA), "testing")), LABELS)

    with TestClient(create_app(Settings(), Recognizer.load())) as client:
        answers = [client.post("/transcribe", files={"file": encode(waveform.numpy())}) for waveform in waveforms]

    heard = np.array([LABELS.index(answer.json()["label"]) for answer in answers])
    recalls = [(heard[targets.numpy() == label] == label).mean() for label in range(len(LABELS))]
    assert np.mean(recalls) == pytest.approx(stated_accuracy(), abs=0.003)


WORDS = sorted((ROOT / "examples").glob("*.wav"))
WORDS.remove(SENTENCE := ROOT / "examples" / "commands.wav")


def test_the_words_of_an_example_that_holds_several_are_heard_in_their_order() -> None:
    events = Recognizer.load().recognize(SENTENCE.read_bytes()).events

    assert [event.label for event in events] == ["go", "left", "stop", "yes"]
    assert [round(event.start_seconds) for event in events] == [0, 2, 5, 7]


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_an_example_is_heard_as_its_name(path: Path) -> None:
    decision = Recognizer.load().recognize(path.read_bytes()).decision

    assert (decision.label if decision.accepted else None) == (path.stem if path.stem in COMMANDS else None)


def test_the_card_names_the_shipped_file_by_its_digest() -> None:
    digest = hashlib.sha256(SHIPPED_CHECKPOINT.read_bytes()).hexdigest()

    assert f"SHA-256 `{digest}`" in CARD


def test_the_card_states_the_temperature_and_threshold_of_the_shipped_file() -> None:
    checkpoint = load(SHIPPED_CHECKPOINT)

    stated = re.search(r"temperature ([\d.]+), and threshold ([\d.]+)", CARD)

    assert stated is not None
    assert (float(stated[1]), float(stated[2])) == (round(checkpoint.temperature, 3), checkpoint.threshold)


def test_the_shipped_export_is_that_of_the_shipped_checkpoint() -> None:
    metadata = {entry.key: entry.value for entry in onnx.load(SHIPPED).metadata_props}
    waveforms = np.stack([noise(seed=seed, amplitude=10.0 ** -(seed % 4)) for seed in range(20)])

    exported, reference = (Recognizer.load(path).posteriors(waveforms) for path in (SHIPPED, SHIPPED_CHECKPOINT))

    assert metadata["checkpoint_sha256"] == hashlib.sha256(SHIPPED_CHECKPOINT.read_bytes()).hexdigest()
    assert np.abs(exported - reference).max() < 1e-4


@needs_data
def test_engines_agree_on_real_clips() -> None:
    clips = read_split(Path(DATA), "testing")
    waveforms = WaveformCache(clips, Path(DATA) / "heed-cache" / "testing").waveforms(clips[::7]).numpy()

    exported, reference = (Recognizer.load(path).posteriors(waveforms) for path in (SHIPPED, SHIPPED_CHECKPOINT))

    assert np.abs(exported - reference).max() < 1e-4
    assert (exported.argmax(axis=1) == reference.argmax(axis=1)).all()
