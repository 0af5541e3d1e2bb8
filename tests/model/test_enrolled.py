"""A word that was taught competes with the words of the network."""

import numpy as np
import pytest

from model.audio import fit
from model.engines.protocol import Posteriors
from model.enrolled import LEAST_DOUBT, EnrolledWords, compete
from model.labels import SILENCE, UNKNOWN
from tests.labels import LABELS
from tests.model.taught import always, example, plain_teacher, taught, teacher
from tests.signals import noise

UNSURE = np.array([[0.7, 0.2, 0.1]], np.float32)
SHARED = 0.7 * 0.7 / (0.7 + 0.2) + LEAST_DOUBT * 0.2
NAMES = (UNKNOWN, "yes", SILENCE)


def posteriors_with(word: str, log_odds: float, posteriors: Posteriors = UNSURE) -> Posteriors:
    return EnrolledWords([always(word, log_odds)], plain_teacher(), NAMES).join(posteriors, noise()[None])


def test_a_taught_word_is_told_apart_from_all_other_examples() -> None:
    words = EnrolledWords([taught("seven")], teacher(), LABELS)
    sounds = [example(word) for word in ("seven", "left", "right", "stop", "go", "yes", "off")]

    log_odds = words.log_odds(np.stack([fit(sound) for sound in sounds]))[:, 0]

    assert log_odds[0] > 3
    assert log_odds[1:].max() < log_odds[0] - 2
    assert np.median(log_odds[1:]) < -1


def test_one_recording_is_enough_to_be_heard_in_another_speed() -> None:
    word = teacher().teach("seven", [example("seven")])

    log_odds = EnrolledWords([word], teacher(), LABELS).log_odds(fit(example("seven", 0.85))[None])

    assert log_odds[0, 0] > 1


def test_taught_words_follow_the_labels_of_the_network() -> None:
    words = EnrolledWords([always("lamp", 0.0), always("fan", 0.0)], plain_teacher(), NAMES)

    assert words.labels == (*NAMES, "lamp", "fan")


def test_a_taught_word_takes_its_share_from_the_unknown_words() -> None:
    (joint,) = posteriors_with("lamp", float(np.log(4.0)))

    assert joint[3] / joint[0] == pytest.approx(4.0 * SHARED / 0.7)
    assert joint[:3] / joint[:3].sum() == pytest.approx(UNSURE[0])
    assert joint.sum() == pytest.approx(1.0)


def test_a_network_that_is_sure_of_its_own_word_is_overruled_by_odds_of_a_thousand_alone() -> None:
    sure = np.array([[0.0, 1.0, 0.0]], np.float32)

    likeliest = [posteriors_with("lamp", float(np.log(odds)), sure).argmax() for odds in (20.0, 900.0, 1_100.0)]

    assert likeliest == [1, 1, 3]


def test_a_network_that_is_sure_of_silence_is_not_overruled() -> None:
    (joint,) = posteriors_with("lamp", 30.0, np.array([[0.0, 0.0, 1.0]], np.float32))

    assert joint.argmax() == 2


def test_a_network_without_words_of_its_own_leaves_all_unknown_words_to_taught_ones() -> None:
    joint = compete(np.array([[0.5, 0.5]], np.float32), np.array([[0.0]], np.float32), (UNKNOWN, SILENCE))

    assert joint[0].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_odds_of_any_size_leave_numbers() -> None:
    joint = compete(UNSURE, np.array([[1e9, -1e9]], np.float32), NAMES)

    assert np.isfinite(joint).all()
    assert joint[0, 3] == pytest.approx(1.0)


def test_a_rarer_word_needs_more_odds() -> None:
    words = EnrolledWords([always("lamp", float(np.log(5.0)))], plain_teacher(), NAMES)

    (joint,) = words.join(UNSURE, noise()[None], rarity=10.0)

    assert joint[3] / joint[0] == pytest.approx(0.5 * SHARED / 0.7)


def test_only_some_words_can_be_kept() -> None:
    words = EnrolledWords([always("lamp", 0.0), always("fan", 0.0)], plain_teacher(), NAMES)

    kept = words.restricted(["fan", "yes"], (UNKNOWN, "yes"))

    assert kept is not None
    assert kept.labels == (UNKNOWN, "yes", "fan")
    assert words.restricted(["yes"], NAMES) is None
