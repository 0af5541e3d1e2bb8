"""An epoch holds every label equally often, and its batches hold varied waveforms with their targets."""

from collections import Counter
from dataclasses import replace

import pytest
import torch

from model.labels import SILENCE, UNKNOWN
from tests.labels import COMMANDS, LABELS
from tests.training.corpus import unwritten_clips
from training.config import TrainConfig
from training.data.batches import NO_WORD, plan_epoch, render, targets_of
from training.data.clips import Clip, label_of
from training.data.dataset import TrainingData
from training.data.noise import Noise
from training.data.speech_commands import NEVER_HEARD, WORDS

CONFIG = TrainConfig(batch_size=32, unknown_share=0.1, silence_share=0.1, torn_share=0.0)
STILL = replace(
    CONFIG,
    speed=(1.0, 1.0),
    shift_ms=0.0,
    gain_db=(0.0, 0.0),
    room_probability=0.0,
    clip_probability=0.0,
    narrow_probability=0.0,
    offset_probability=0.0,
)  # only noise varies the clips
UNEQUAL = unwritten_clips(
    dict(zip(COMMANDS, (7, 20, 30, 40, 50, 60, 70, 80, 90, 53), strict=True)) | {"cat": 300, "dog": 20, "bed": 20}
)  # 500 with a command


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def label_in(example: Clip | None) -> str:
    return SILENCE if example is None else label_of(example.word, LABELS)


def counts(plan: list[list[Clip | None]]) -> Counter[str]:
    return Counter(label_in(example) for batch in plan for example in batch)


def test_targets_are_indices_into_the_labels() -> None:
    assert targets_of([SILENCE, UNKNOWN, "yes", "go"], LABELS).tolist() == [0, 1, 2, 11]


def test_every_label_comes_equally_often_in_an_epoch() -> None:
    plan = plan_epoch(UNEQUAL, [], CONFIG, seeded())

    assert counts(plan) == dict.fromkeys(LABELS, 50)


def test_every_clip_of_a_rare_word_comes_and_comes_about_equally_often() -> None:
    plan = plan_epoch(UNEQUAL, [], CONFIG, seeded())

    times = Counter(example for batch in plan for example in batch if label_in(example) == "yes")
    assert len(times) == 7
    assert set(times.values()) == {7, 8}


def test_no_clip_of_a_frequent_word_comes_twice_in_an_epoch() -> None:
    plan = plan_epoch(UNEQUAL, [], CONFIG, seeded())

    times = Counter(example for batch in plan for example in batch if label_in(example) in ("on", "stop", UNKNOWN))
    assert set(times.values()) == {1}


def test_batches_are_nearly_full_and_mix_the_labels() -> None:
    plan = plan_epoch(UNEQUAL, [], CONFIG, seeded())

    assert {len(batch) for batch in plan} == {31, 32}
    assert min(len({label_in(example) for example in batch}) for batch in plan) > 6


def test_the_same_generator_plans_the_same_epoch_and_epochs_differ() -> None:
    generator = seeded()

    plans = [plan_epoch(UNEQUAL, [], CONFIG, of_plan) for of_plan in (generator, generator, seeded())]

    assert plans[0] == plans[2]
    assert plans[0] != plans[1]


@pytest.mark.parametrize("without", [(), NEVER_HEARD])
def test_an_epoch_holds_all_words_but_those_that_are_left_out(without: tuple[str, ...]) -> None:
    plan = plan_epoch(UNEQUAL, [], replace(CONFIG, unknown_share=1.0, without=without), seeded())

    said = {clip.word for batch in plan for clip in batch if clip}
    assert said == {clip.word for clip in UNEQUAL} - set(without)
    assert set(NEVER_HEARD) < set(WORDS)


def test_a_share_of_each_label_is_synthetic_where_there_is_synthetic_speech() -> None:
    made = unwritten_clips(dict.fromkeys((*COMMANDS, UNKNOWN), 3))
    synthetic = [replace(clip, speaker="made") for clip in made]

    plan = plan_epoch(UNEQUAL, synthetic, replace(CONFIG, synthetic_commands=0.2, synthetic_unknown=0.6), seeded())

    drawn = [example for batch in plan for example in batch if example]
    assert counts(plan) == dict.fromkeys(LABELS, 50)
    assert Counter(clip.word for clip in drawn if clip.speaker == "made") == dict.fromkeys(COMMANDS, 10) | {UNKNOWN: 30}


def test_few_clips_are_drawn_until_each_command_has_come_often_enough() -> None:
    clips = unwritten_clips(dict.fromkeys((*COMMANDS, "cat"), 3))

    plan = plan_epoch(clips, [], replace(CONFIG, min_draws=20, unknown_share=0.5, silence_share=0.25), seeded())

    assert counts(plan) == dict.fromkeys(COMMANDS, 20) | {UNKNOWN: 100, SILENCE: 50}


def test_a_label_that_is_only_recorded_or_only_synthetic_is_taken_from_there() -> None:
    clips, synthetic = (unwritten_clips(dict.fromkeys(words, 4)) for words in (COMMANDS, ("yes", UNKNOWN)))
    made = [replace(clip, speaker="made") for clip in synthetic]

    plan = plan_epoch(clips, made, replace(CONFIG, synthetic_commands=0.25, unknown_share=1.0), seeded())

    drawn = Counter(clip.word for batch in plan for clip in batch if clip and clip.speaker == "made")
    assert drawn == {"yes": 1, UNKNOWN: 40}


def test_torn_commands_are_unknown_and_other_words_are_not_torn(data: TrainingData) -> None:
    clips = sorted(data.clips, key=lambda clip: clip.word not in COMMANDS)[-40:]
    config = replace(STILL, noise_probability=0.0, torn_share=1.0)

    waveforms, targets, words = render([*clips], data.cache, data.noise, config, seeded())

    whole = (waveforms == data.cache.waveforms(clips)).all(dim=1)
    assert (targets == LABELS.index(UNKNOWN)).all()
    assert whole.tolist() == [clip.word not in COMMANDS for clip in clips]
    assert (words == NO_WORD).tolist() == [clip.word in COMMANDS for clip in clips]


def test_spliced_commands_are_unknown_and_keep_their_beginning(data: TrainingData) -> None:
    clips = sorted(data.clips, key=lambda clip: clip.word not in COMMANDS)[-40:]
    config = replace(STILL, noise_probability=0.0, spliced_share=1.0)

    waveforms, targets, words = render([*clips], data.cache, data.noise, config, seeded())

    before = data.cache.waveforms(clips)
    assert (targets == LABELS.index(UNKNOWN)).all()
    assert (words == NO_WORD).tolist() == [clip.word in COMMANDS for clip in clips]
    assert torch.equal(waveforms[:, :2_000], before[:, :2_000])
    assert (waveforms != before).any(dim=1).tolist() == [clip.word in COMMANDS for clip in clips]


def test_a_word_without_another_is_not_spliced(data: TrainingData) -> None:
    clips = [clip for clip in data.clips if clip.word == "yes"]
    config = replace(STILL, noise_probability=0.0, spliced_share=1.0)

    _, targets, _ = render([*clips], data.cache, data.noise, config, seeded())

    assert (targets == LABELS.index("yes")).all()


def test_babble_is_behind_as_many_clips_as_asked(data: TrainingData) -> None:
    config = replace(STILL, noise_probability=1.0, babble_share=0.5)
    clips, nothing = data.clips[:40], Noise([[torch.zeros(16_000)]])

    waveforms, _, _ = render([*clips], data.cache, nothing, config, seeded())

    changed = (waveforms != data.cache.waveforms(clips)).any(dim=1)
    assert 8 < changed.sum() < 32


def test_unknown_words_are_drawn_anew_each_epoch() -> None:
    plans = [plan_epoch(UNEQUAL, [], CONFIG, seeded(seed)) for seed in (0, 1)]

    unknown = [{example for batch in plan for example in batch if label_in(example) == UNKNOWN} for plan in plans]
    assert len(unknown[0] & unknown[1]) < 25


def test_a_rendered_batch_holds_waveforms_with_their_targets(data: TrainingData) -> None:
    first, last = data.clips[0], data.clips[-1]

    waveforms, targets, words = render([first, None, last, None], data.cache, data.noise, CONFIG, seeded())

    assert [WORDS[word] for word in words[:2]] == [first.word, last.word]
    assert words[2:].tolist() == [NO_WORD, NO_WORD]
    assert (waveforms.dtype, waveforms.shape) == (torch.float32, (4, 16_000))
    assert waveforms.abs().max() <= 1.0
    assert [LABELS[target] for target in targets] == [label_in(first), label_in(last), SILENCE, SILENCE]


def test_where_nothing_varies_rendering_gives_the_recordings(data: TrainingData) -> None:
    plain = replace(
        CONFIG, speed=(1.0, 1.0), shift_ms=0.0, gain_db=(0.0, 0.0), room_probability=0.0, noise_probability=0.0
    )

    waveforms, _, _ = render([*data.clips[:5]], data.cache, data.noise, plain, seeded())

    assert torch.equal(waveforms, data.cache.waveforms(data.clips[:5]))


@pytest.mark.parametrize("n_silent", [0, 3])
def test_a_batch_may_hold_only_silence_or_no_silence(data: TrainingData, n_silent: int) -> None:
    examples = [None] * n_silent + data.clips[: 3 - n_silent]

    waveforms, targets, _ = render(examples, data.cache, data.noise, CONFIG, seeded())

    assert waveforms.shape == (3, 16_000)
    assert (targets == LABELS.index(SILENCE)).sum() == n_silent


def test_the_same_seed_renders_alike_and_another_does_not(data: TrainingData) -> None:
    examples = [*data.clips[:3], None]

    rendered = [render(examples, data.cache, data.noise, CONFIG, seeded(seed))[0] for seed in (0, 0, 1)]

    assert torch.equal(rendered[0], rendered[1])
    assert not torch.equal(rendered[0], rendered[2])
