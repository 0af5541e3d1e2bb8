"""Conversations of hostile clients on a stream, each with the code of the close that answers it."""

import json
from typing import NamedTuple

import numpy as np

from tests.hostile.flacs import silence

_EOF = '{"eof": 1}'
_NORMAL, _NOT_KNOWN, _NOT_TEXT, _REFUSED, _TOO_BIG = 1000, 1003, 1007, 1008, 1009


class Conversation(NamedTuple):
    messages: list[bytes | str]
    close_code: int
    max_cpu_seconds: float = 1.0


def hostile_streams() -> dict[str, Conversation]:
    noise = np.random.default_rng(0).bytes(2 << 20)
    rates = [0, 1, -1, 10**7, 2**31, float("nan"), float("inf"), "8000 Hz", [8_000]]
    return {
        "a FLAC of a silent hour as sound": Conversation([silence(3_600, 16_000, 1, container="FLAC")], _NOT_KNOWN),
        "2 MiB of noise": Conversation([noise, _EOF], _NORMAL),
        "2 MiB of noise at 8 kHz": Conversation(  # which are 131 s of sound
            ['{"config": {"sample_rate": 8000}}', noise, _EOF], _NORMAL, 2.0
        ),
        "a byte more than 2 MiB": Conversation([noise + b"\0"], _TOO_BIG),
        "1,000 empty chunks": Conversation([*(1_000 * [b""]), _EOF], _NORMAL),
        "1,001 chunks of one byte": Conversation([*(1_001 * [b"\x7f"]), _EOF], _NORMAL),
        "1,000 changes of the rate": Conversation(
            [*(500 * ['{"config": {"sample_rate": 8000}}', '{"config": {"sample_rate": 48000}}']), _EOF], _NORMAL
        ),
        **{
            f"a rate of {rate}": Conversation([json.dumps({"config": {"sample_rate": rate}})], _REFUSED)
            for rate in rates
        },
        "a threshold of 1e999": Conversation(['{"config": {"threshold": 1e999}}'], _REFUSED),
        "text that is no JSON": Conversation(["left"], _NOT_TEXT),
        "100,000 open brackets": Conversation([100_000 * "["], _NOT_TEXT),
        "100,000 open objects": Conversation([100_000 * '{"config":'], _NOT_TEXT),
        "a number of a million digits": Conversation(['{"eof": ' + 1_000_000 * "9" + "}"], _NOT_TEXT),
        "a list for its config": Conversation(['{"config": [1]}'], _NOT_KNOWN),
        "nothing that is known": Conversation(['{"__proto__": 1}'], _NOT_KNOWN),
    }
