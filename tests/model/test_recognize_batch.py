"""Each clip of a batch comes to what it comes to alone; only the network is shared."""

import pytest

from model.audio import Waveform
from model.engines.protocol import Frames, Posteriors
from model.engines.torch import TorchEngine
from model.errors import AudioTooLong, NotAudio
from model.framing import STEP_SAMPLES
from model.recognizer import Recognition, Recognizer
from model.windows import AFTER_SAMPLES, N_ROWS
from tests.model.checkpoints import random_checkpoint
from tests.signals import encode, noise

SHORT, LONG = (encode(noise(n_samples, seed=n_samples)) for n_samples in (8_000, 24_000))
WHOLE = [encode(noise(seed=seed)) for seed in range(3)]


class Counting(TorchEngine):
    """Notes how many seconds are heard at once."""

    def __init__(self) -> None:
        super().__init__(random_checkpoint("attention"))
        self.sizes: list[int] = []

    def infer(self, waveforms: Waveform, past_frames: Frames | None = None) -> tuple[Posteriors, Frames]:
        self.sizes.append(len(waveforms))
        return super().infer(waveforms, past_frames)


@pytest.fixture
def engine() -> Counting:
    return Counting()


def test_a_clip_in_a_batch_gets_the_answer_that_it_gets_alone(engine: Counting) -> None:
    recognizer, clips = Recognizer(engine), [WHOLE[0], LONG, SHORT, WHOLE[1]]

    outcomes = recognizer.recognize_batch(clips, thresholds=[0.1, 0.2, 0.3, 0.4])

    alone = [recognizer.recognize(clip, threshold=0.1 * (place + 1)) for place, clip in enumerate(clips)]
    answers = [outcome for outcome in outcomes if isinstance(outcome, Recognition)]
    assert [answer.duration_seconds for answer in answers] == [1.0, 1.5, 0.5, 1.0]
    assert [answer.decision.label for answer in answers] == [one.decision.label for one in alone]
    assert [answer.decision.reason for answer in answers] == [one.decision.reason for one in alone]
    confidences = [answer.decision.confidence for answer in answers]
    assert confidences == pytest.approx([one.decision.confidence for one in alone], abs=1e-5)


def test_what_is_wrong_with_a_clip_stands_in_its_place(engine: Counting) -> None:
    clips = [b"no sound", WHOLE[0], LONG, WHOLE[1]]

    outcomes = Recognizer(engine).recognize_batch(clips, thresholds=4 * [0.5], max_clip_seconds=1.2)

    assert [type(outcome) for outcome in outcomes] == [NotAudio, Recognition, AudioTooLong, Recognition]


def test_clips_of_up_to_a_second_share_one_run_of_the_network_and_longer_ones_have_their_own(
    engine: Counting,
) -> None:
    Recognizer(engine).recognize_batch([WHOLE[0], LONG, SHORT, WHOLE[1]], thresholds=4 * [0.5])

    n_looks = (24_000 + AFTER_SAMPLES) // STEP_SAMPLES
    assert engine.sizes == [3] + (1 + n_looks // N_ROWS) * [N_ROWS]


def test_bad_clips_alone_do_not_reach_the_network(engine: Counting) -> None:
    Recognizer(engine).recognize_batch([b"no sound", b""], thresholds=2 * [0.5])

    assert engine.sizes == []
