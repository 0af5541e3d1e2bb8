"""Clips that FFmpeg decodes are decoded before they wait, and one that hangs delays no other kind of clip."""

import asyncio
from collections.abc import Iterator
from threading import Event
from time import monotonic

import numpy as np
import pytest
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

import app.decoding
from app.decoding import Decoding
from app.main import create_app
from app.queue import Clip
from app.refusals import Busy
from app.settings import Settings
from benchmarks.recordings import encode_av
from model.audio import decode
from model.containers import needs_ffmpeg
from model.errors import AudioTooLong, NotAudio
from tests.app.stubs import Hearing
from tests.signals import encode, noise, tone

WEBM = encode_av(tone(sample_rate=48_000), container="webm", codec="libopus")
WAV = encode(noise())


@pytest.fixture
def decoding() -> Iterator[Decoding]:
    decoding = Decoding(max_clip_seconds=2.0, max_waiting=1)
    yield decoding
    decoding.close()


def decoded(decoding: Decoding, content: bytes, *, is_gone: bool = False) -> bytes:
    return asyncio.run(decoding.decode(Clip(content, lambda: is_gone))).content


def test_a_clip_that_libsndfile_reads_stays_as_it_is(decoding: Decoding) -> None:
    assert decoded(decoding, WAV) is WAV


def test_a_clip_of_ffmpeg_becomes_one_that_libsndfile_reads(decoding: Decoding) -> None:
    wav = decoded(decoding, WEBM)

    assert not needs_ffmpeg(wav)
    assert np.array_equal(decode(wav), decode(WEBM))


def test_a_chosen_channel_becomes_the_only_one(decoding: Decoding) -> None:
    left, right = noise(seed=1), noise(seed=2)
    clip = Clip(encode(np.stack([left, right], axis=1), subtype="FLOAT"), lambda: False, "right")

    chosen = asyncio.run(decoding.decode(clip))

    assert chosen.channel is None
    assert np.array_equal(decode(chosen.content), right)


def test_what_is_wrong_with_a_clip_is_raised(decoding: Decoding) -> None:
    long = encode_av(tone(seconds=3, sample_rate=48_000), container="webm", codec="libopus")

    with pytest.raises(NotAudio):
        decoded(decoding, b"no sound")
    with pytest.raises(AudioTooLong):
        decoded(decoding, long)


def test_a_client_that_has_hung_up_costs_no_decoding(decoding: Decoding) -> None:
    with pytest.raises(ClientDisconnect):
        decoded(decoding, WEBM, is_gone=True)


def test_more_clips_than_may_wait_are_refused(decoding: Decoding) -> None:
    async def two() -> tuple[Clip | BaseException, Clip | BaseException]:
        clip = Clip(WEBM, lambda: False)
        return await asyncio.gather(decoding.decode(clip), decoding.decode(clip), return_exceptions=True)

    first, second = asyncio.run(two())

    assert isinstance(first, Clip)
    assert isinstance(second, Busy)


def test_a_clip_that_hangs_delays_no_clip_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()
    monkeypatch.setattr(app.decoding, "to_wav", lambda *_, **__: go_on.wait(timeout=2) and WAV)

    async def scenario(client: TestClient) -> float:
        hanging = asyncio.create_task(asyncio.to_thread(client.post, "/transcribe", content=WEBM))
        await asyncio.sleep(0.1)
        start = monotonic()
        await asyncio.to_thread(client.post, "/transcribe", content=WAV)
        seconds = monotonic() - start
        go_on.set()
        return seconds if (await hanging).status_code == 200 else float("inf")

    with TestClient(create_app(Settings(), Hearing("go", 0.9))) as client:
        assert asyncio.run(scenario(client)) < 1.0
