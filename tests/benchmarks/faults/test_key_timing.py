"""A difference of medians is told where there is one, and not where there is none."""

import numpy as np

from benchmarks.faults.key_timing import difference, pairs_of


def test_a_shift_is_told_from_noise() -> None:
    random = np.random.default_rng(0)
    disturbance = random.exponential(20, 2000)
    one, other = (100 + disturbance + random.normal(0, 1, 2000) for _ in range(2))

    same, shifted = difference(one, other), difference(one, other + 10)

    assert not same.is_told
    assert shifted.is_told
    assert shifted.low < 10 < shifted.high


def test_each_pair_but_the_control_compares_keys_of_one_length() -> None:
    keys = ["0123456789abcdef", "fedcba9876543210"]

    pairs = pairs_of(keys)

    assert all(len(one or "") == len(other or "") for (_, one), (_, other) in pairs[:-1])
    assert pairs[-1][0] == ("none", None)
    assert all(one != other for (_, one), (_, other) in pairs)
