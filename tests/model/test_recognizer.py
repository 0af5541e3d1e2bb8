"""The whole path from clip to decision, on networks of random weights and on one that hears loudness alone."""

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from model.audio import decode
from model.checkpoint import save
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import BATCH_SIZE, TorchEngine
from model.errors import AudioTooLong, CheckpointError, NotAudio, UnknownWord, WordTaken
from model.labels import is_command
from model.networks.config import CONFIGS
from model.networks.gated import GRUConfig
from model.recognizer import Recognizer
from model.second_opinion import SecondOpinion
from model.spotter import spot_recording
from tests.labels import LABELS
from tests.model.checkpoints import random_checkpoint
from tests.model.heads import CountingEmbedding, head_for
from tests.model.taught import EXAMPLES, always, plain_teacher, taught, teacher
from tests.model.tones import WORD_SECONDS, ToneEngine, stream
from tests.signals import Signal, encode, noise, tone

YES = LABELS.index("yes")


class Loudness(nn.Module):
    """Hears `yes`, and the louder the surer."""

    def forward(self, frames: Tensor) -> Tensor:
        logits = torch.zeros(len(frames), len(LABELS))
        logits[:, YES] = 0.1 * frames[:, :, 0].mean(dim=1) + 5.0
        return logits


class Unsure(ToneEngine):
    """Hears `go` in everything, but hardly more than `yes`."""

    def _heard(self, frames: Frames) -> Posteriors:
        return np.array([{"go": 0.5, "yes": 0.4, "_unknown_": 0.1}.get(label, 0.0) for label in LABELS], np.float32)


@pytest.fixture
def recognizer() -> Recognizer:
    return Recognizer(TorchEngine(random_checkpoint("attention")))


def batch(n_waveforms: int) -> Signal:
    return np.stack([noise(seed=seed) for seed in range(n_waveforms)])


def posteriors_of(rows: Sequence[dict[str, float]]) -> Signal:
    return np.array([[row.get(label, 0.0) for label in LABELS] for row in rows], np.float32)


@pytest.mark.parametrize("network", CONFIGS)
def test_posteriors_sum_to_one(network: str) -> None:
    posteriors = Recognizer(TorchEngine(random_checkpoint(network))).posteriors(batch(5))

    assert posteriors.shape == (5, 12)
    assert posteriors.dtype == np.float32
    assert (posteriors >= 0).all()
    assert np.allclose(posteriors.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("network", CONFIGS)
def test_a_waveform_alone_gets_the_posteriors_that_it_gets_in_a_batch(network: str) -> None:
    recognizer, waveforms = Recognizer(TorchEngine(random_checkpoint(network))), batch(3)

    alone = np.concatenate([recognizer.posteriors(waveform[None]) for waveform in waveforms])

    assert np.allclose(recognizer.posteriors(waveforms), alone, atol=1e-6)


@pytest.mark.parametrize("n_more", [0, 1, BATCH_SIZE])
def test_batches_of_any_size_keep_their_order(recognizer: Recognizer, n_more: int) -> None:
    waveforms = batch(5)
    many = np.concatenate([np.repeat(waveforms[:1], BATCH_SIZE + n_more - 5, axis=0), waveforms])

    assert np.allclose(recognizer.posteriors(many)[-5:], recognizer.posteriors(waveforms), atol=1e-6)


def test_zeros_are_silence_whatever_the_network_says(recognizer: Recognizer) -> None:
    waveforms = batch(3)
    waveforms[1] = 0

    posteriors = recognizer.posteriors(waveforms)

    assert posteriors[1].tolist() == [1.0] + [0.0] * 11
    assert (posteriors[[0, 2], 0] < 1).all()


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_a_silent_clip_is_answered_as_silence(recognizer: Recognizer, seconds: float) -> None:
    decision = recognizer.recognize(encode(0 * tone(seconds=seconds)), threshold=0.0).decision

    assert (decision.label, decision.confidence, decision.reason) == ("_silence_", 1.0, "silence")
    assert not decision.accepted


def test_a_temperature_above_one_flattens_and_keeps_the_order() -> None:
    sharp, flat = (Recognizer(TorchEngine(random_checkpoint(temperature=temperature))) for temperature in (0.1, 10.0))

    sharp_posteriors, flat_posteriors = sharp.posteriors(batch(3)), flat.posteriors(batch(3))

    assert (flat_posteriors.max(axis=1) < sharp_posteriors.max(axis=1)).all()
    assert (flat_posteriors.argsort(axis=1) == sharp_posteriors.argsort(axis=1)).all()
    assert np.allclose(flat_posteriors, 1 / 12, atol=0.02)


def test_the_whole_path_is_decode_then_posteriors_then_decision(recognizer: Recognizer) -> None:
    clip = encode(noise(8_000), sample_rate=8_000, container="FLAC")

    recognition = recognizer.recognize(clip)

    (posteriors,) = recognizer.posteriors(decode(clip)[None])
    assert dict(recognition.decision.ranking) == dict(zip(LABELS, posteriors.tolist(), strict=True))
    assert recognition.duration_seconds == 1.0


def test_a_clip_of_up_to_a_second_holds_one_event_as_long_as_itself_or_none() -> None:
    recognizer, clip = Recognizer(ToneEngine()), encode(stream(("yes", 0.2), seconds=0.8))

    recognition = recognizer.recognize(clip)

    (event,) = recognition.events
    assert (event.label, event.confidence) == ("yes", recognition.decision.confidence)
    assert (event.start_seconds, event.end_seconds) == (0.0, 0.8)
    assert recognizer.recognize(clip, threshold=1.0).events == ()


def test_a_longer_clip_holds_its_commands_in_their_order() -> None:
    waveform = stream(("yes", 0.5), ("no", 2.0), ("yes", 3.5), seconds=4.25)

    recognition = Recognizer(ToneEngine()).recognize(encode(waveform))

    assert [event.label for event in recognition.events] == ["yes", "no", "yes"]
    assert (recognition.decision.accepted, recognition.decision.reason) == (True, None)
    assert recognition.duration_seconds == 4.25


@pytest.mark.parametrize("seconds", [1.001, 1.05, 1.37, 2.004])
def test_a_word_at_the_very_end_is_heard_and_does_not_reach_beyond_it(seconds: float) -> None:
    waveform = stream(("no", seconds - WORD_SECONDS), seconds=seconds)

    (event,) = Recognizer(ToneEngine()).recognize(encode(waveform)).events

    assert event.label == "no"
    assert seconds - WORD_SECONDS - 0.05 < event.start_seconds < event.end_seconds <= len(waveform) / 16_000


def test_a_longer_clip_is_answered_by_the_look_in_which_a_command_is_likeliest(recognizer: Recognizer) -> None:
    waveform = noise(40_000)

    recognition = recognizer.recognize(encode(waveform, subtype="FLOAT"), threshold=1.0)

    _, looks, _ = spot_recording(recognizer.engine, waveform, threshold=1.0)
    commands = np.stack([look.posteriors for look in looks])[:, 2:]
    likeliest = dict(recognition.decision.ranking)
    assert max(likeliest[label] for label in LABELS[2:]) == pytest.approx(commands.max(), abs=1e-6)


def test_of_looks_with_a_likely_command_one_in_which_nothing_is_likelier_comes_first(recognizer: Recognizer) -> None:
    looks = posteriors_of(
        [{"_silence_": 0.99, "yes": 0.01}, {"_unknown_": 0.6, "go": 0.4}, {"stop": 0.3, "up": 0.2, "on": 0.2}]
    )

    best = recognizer._best(looks)

    assert best.tolist() == looks[2].tolist()


def test_a_longer_clip_without_an_event_is_not_accepted(recognizer: Recognizer) -> None:
    recognition = recognizer.recognize(encode(noise(40_000)), threshold=1.0)

    assert recognition.events == ()
    assert not recognition.decision.accepted
    assert recognition.decision.reason is not None


def test_the_threshold_of_the_call_comes_before_that_of_the_checkpoint(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = encode(noise(amplitude=0.003), subtype="FLOAT")
    monkeypatch.setattr(recognizer.engine, "network", Loudness())

    assert recognizer.recognize(quiet).decision.reason == "low_confidence"
    assert recognizer.recognize(quiet, threshold=0.0).decision.accepted
    assert recognizer.recognize(encode(noise()), threshold=1.0).decision.reason == "low_confidence"


def test_the_words_are_those_of_the_checkpoint() -> None:
    labels = ("_silence_", "_unknown_", "cat", "dog", "bird")
    recognizer = Recognizer(TorchEngine(random_checkpoint(config=GRUConfig(hidden_size=8, n_labels=5), labels=labels)))

    decision = recognizer.recognize(encode(noise(40_000))).decision

    assert {label for label, _ in decision.ranking} == set(labels)
    assert recognizer.name == "heed-5-gru"


def test_several_threads_get_the_answers_that_one_gets(recognizer: Recognizer) -> None:
    clips = [encode(noise(16_000 + 1_600 * seed, seed=seed)) for seed in range(12)]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(recognizer.recognize, clips))

    assert together == [recognizer.recognize(clip) for clip in clips]


def test_what_is_wrong_with_a_clip_reaches_the_caller(recognizer: Recognizer) -> None:
    with pytest.raises(NotAudio):
        recognizer.recognize(b"left")
    with pytest.raises(AudioTooLong, match=r"longer than 0\.5 s"):
        recognizer.recognize(encode(noise()), max_clip_seconds=0.5)


def test_a_recognizer_from_a_file_equals_the_one_that_was_saved(recognizer: Recognizer, tmp_path: Path) -> None:
    save(random_checkpoint("attention"), tmp_path / "model.safetensors")

    loaded = Recognizer.load(tmp_path / "model.safetensors")

    assert (loaded.name, loaded.labels, loaded.threshold) == ("heed-12-attention", LABELS, 0.5)
    assert np.array_equal(loaded.posteriors(batch(2)), recognizer.posteriors(batch(2)))


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nowhere"):
        Recognizer.load(tmp_path / "nowhere")


def test_a_checkpoint_without_torch_names_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(random_checkpoint(), tmp_path / "model.safetensors")
    monkeypatch.delitem(sys.modules, "model.engines.torch")
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(CheckpointError, match=r"needs torch, which requirements\.txt installs"):
        Recognizer.load(tmp_path / "model.safetensors")


def test_a_word_that_the_second_opinion_refuses_is_reported_below_the_threshold() -> None:
    differs = SecondOpinion(head_for("_unknown_"), CountingEmbedding(), LABELS)
    recognizer = Recognizer(ToneEngine(), differs)

    decision = recognizer.recognize_waveform(stream(("yes", 0.7), seconds=2.0), threshold=0.8).decision

    assert not decision.accepted
    assert max(confidence for label, confidence in decision.ranking if is_command(label)) < 0.8


def test_a_clip_of_a_second_asks_the_second_opinion_where_the_network_is_unsure() -> None:
    agrees = SecondOpinion(head_for("yes"), CountingEmbedding(), LABELS)
    alone, verified = (Recognizer(Unsure(), opinion).recognize_waveform(noise()) for opinion in (None, agrees))

    assert alone.decision.label == "go"
    assert verified.decision.label == "yes"


def test_a_restricted_recognizer_keeps_its_second_opinion() -> None:
    recognizer = Recognizer(Unsure(), SecondOpinion(head_for("yes"), CountingEmbedding(), LABELS))

    decision = recognizer.restricted(["yes", "no"]).recognize_waveform(noise()).decision

    assert decision.label == "yes"


@pytest.mark.parametrize(("words", "message"), [(["lamp"], "there is no word 'lamp'"), ([], "no word is named")])
def test_a_word_that_it_does_not_know_is_refused_with_those_it_does(words: list[str], message: str) -> None:
    with pytest.raises(UnknownWord, match=f"{message}; heed-12-gru knows yes, no, up"):
        Recognizer(TorchEngine(random_checkpoint())).restricted(words)


@pytest.mark.parametrize("word", ["_silence_", "_unknown_"])
def test_what_is_no_command_is_no_word(word: str) -> None:
    with pytest.raises(UnknownWord, match=word):
        Recognizer(TorchEngine(random_checkpoint())).restricted([word])


class Puzzled(ToneEngine):
    """Takes every second for another word."""

    def infer(self, waveforms: Signal, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        posteriors = np.tile(np.array([label == "_unknown_" for label in LABELS], np.float32), (len(waveforms), 1))
        return posteriors, super().infer(waveforms, past_frames)[1]


def test_a_taught_word_is_answered_like_any_other() -> None:
    recognizer = Recognizer(Puzzled()).taught([always("lamp", 4.0), always("fan", 1.0)], plain_teacher())

    decision = recognizer.recognize_waveform(noise()).decision

    assert recognizer.labels == (*LABELS, "lamp", "fan")
    assert (decision.label, decision.accepted) == ("lamp", True)
    assert [label for label, _ in decision.ranking[:3]] == ["lamp", "fan", "_unknown_"]


def test_zeros_are_silence_whatever_was_taught() -> None:
    recognizer = Recognizer(Puzzled()).taught([always("lamp", 9.0)], plain_teacher())

    assert recognizer.recognize_waveform(np.zeros(8_000, np.float32)).decision.label == "_silence_"


@pytest.mark.parametrize(("words", "label"), [(["lamp", "yes"], "lamp"), (["fan"], "fan"), (["yes"], "_unknown_")])
def test_taught_words_can_be_restricted_with_the_others(words: list[str], label: str) -> None:
    recognizer = Recognizer(Puzzled()).taught([always("lamp", 4.0), always("fan", 1.0)], plain_teacher())

    restricted = recognizer.restricted(words)

    assert set(restricted.labels) == {"_silence_", "_unknown_", *words}
    assert restricted.recognize_waveform(noise()).decision.label == label


def test_words_can_be_forgotten() -> None:
    recognizer = Recognizer(Puzzled()).taught([always("lamp", 4.0)], plain_teacher())

    assert recognizer.taught([], plain_teacher()).labels == LABELS


@pytest.mark.parametrize("words", [("yes",), ("lamp", "lamp"), ("_unknown_",)])
def test_a_word_that_is_there_already_can_not_be_taught(words: tuple[str, ...]) -> None:
    with pytest.raises(WordTaken, match=f"knows the word '{words[0]}' already"):
        Recognizer(Puzzled()).taught([always(word, 0.0) for word in words], plain_teacher())


def test_a_taught_word_is_heard_among_the_commands_of_a_recording() -> None:
    recognizer = Recognizer.load().taught([taught("seven")], teacher())

    recognition = recognizer.recognize((EXAMPLES / "commands.wav").read_bytes())

    assert [event.label for event in recognition.events] == ["go", "left", "seven", "stop", "yes"]
    assert recognition.events[2].start_seconds == pytest.approx(3.4, abs=0.6)
    assert len(recognition.decision.ranking) == len(LABELS) + 1
