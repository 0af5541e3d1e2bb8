"""No channel's speech is lost when channels are mixed, and a request may choose the channel."""

import numpy as np
import pytest

from model.audio import decode
from model.channels import Channel, mix, without_offset
from model.errors import NoSuchChannel
from tests.signals import Signal, encode, noise, tone

RATE = 16_000
SILENCE = np.zeros(RATE, np.float32)
HISS = noise(seed=5, amplitude=0.2)


def bursts(*, seed: int = 0, n_samples: int = RATE) -> Signal:
    """Noise that comes and goes like syllables do."""
    loudness = np.sin(2 * np.pi * 3 * np.arange(n_samples) / RATE).clip(0, 1)
    return noise(n_samples, seed=seed) * loudness.astype(np.float32)


def mixed(*channels: Signal, channel: Channel | None = None) -> Signal:
    return mix(np.stack(channels, axis=1), RATE, channel)


def test_two_channels_that_both_carry_speech_become_their_mean() -> None:
    left, right = bursts(seed=1), np.roll(bursts(seed=2), RATE // 6)

    assert np.allclose(mixed(left, right), (left + right) / 2)


def test_two_like_channels_become_their_mean() -> None:
    assert np.array_equal(mixed(HISS, HISS), HISS)


@pytest.mark.parametrize("gain", [-1.0, -0.8, -0.5])
def test_of_channels_that_cancel_one_is_heard(gain: float) -> None:
    speech = bursts()

    assert np.array_equal(mixed(speech, gain * speech), speech)


def test_channels_whose_speech_cancels_are_told_though_their_noise_does_not() -> None:
    speech, common = bursts(), noise(seed=9, amplitude=0.005)

    heard = mixed(speech + common, common - speech)

    assert abs(np.corrcoef(heard, speech)[0, 1]) > 0.95


@pytest.mark.parametrize("other", [SILENCE, HISS, tone(50)], ids=["silence", "hiss", "hum"])
def test_a_channel_that_carries_no_speech_is_left_out(other: Signal) -> None:
    speech = bursts()

    assert np.array_equal(mixed(speech, other), speech)
    assert np.array_equal(mixed(other, speech), speech)


@pytest.mark.parametrize("n_channels", range(3, 9))
def test_of_more_than_two_channels_the_one_with_speech_is_heard(n_channels: int) -> None:
    channels = [noise(seed=seed) for seed in range(n_channels)]
    channels[n_channels // 2] = bursts()

    assert np.array_equal(mixed(*channels), bursts())


def test_one_party_on_each_channel_of_a_call_are_both_heard() -> None:
    caller, called = bursts(seed=1), bursts(seed=2)
    left, right = np.concatenate([caller, 0.01 * HISS]), np.concatenate([0.01 * HISS, called])

    heard = mixed(left, right)

    assert np.corrcoef(heard[:RATE], caller)[0, 1] > 0.99
    assert np.corrcoef(heard[RATE:], called)[0, 1] > 0.99


@pytest.mark.parametrize(("channel", "number"), [("left", 0), ("right", 1), (0, 0), (1, 1), (2, 2)])
def test_a_channel_can_be_chosen_by_name_or_number(channel: Channel, number: int) -> None:
    channels = [noise(seed=seed) for seed in range(3)]

    assert np.array_equal(mixed(*channels, channel=channel), channels[number])


def test_the_mean_and_the_best_can_be_chosen() -> None:
    speech = bursts()

    assert np.array_equal(mixed(speech, HISS, channel="mean"), (speech + HISS) / 2)
    assert np.array_equal(mixed(speech, np.roll(speech, 99) + HISS, channel="best"), speech)


@pytest.mark.parametrize("channel", ["left", "right", "mean", "best", 0])
def test_a_mono_recording_has_one_channel_under_every_name(channel: Channel) -> None:
    assert np.array_equal(mixed(HISS, channel=channel), HISS)


@pytest.mark.parametrize(("n_channels", "has"), [(1, "one channel, 0"), (2, "2 channels, 0 to 1")])
def test_a_channel_that_is_not_there_is_refused_with_those_that_are(n_channels: int, has: str) -> None:
    clip = encode(np.stack([HISS] * n_channels, axis=1))

    with pytest.raises(NoSuchChannel, match=f"has no channel 5; it has {has}"):
        decode(clip, channel=5)


@pytest.mark.parametrize("offset", [0.02, -0.3, 0.5])
def test_a_large_offset_is_removed_from_each_channel(offset: float) -> None:
    speech = bursts() - bursts().mean()

    channels = without_offset(np.stack([speech + offset, speech], axis=1))

    assert np.abs(channels - speech[:, None]).max() < 1e-6


def test_a_small_offset_stays_so_that_ordinary_clips_do_not_change() -> None:
    channels = (bursts() + 0.005)[:, None]

    assert without_offset(channels) is channels
