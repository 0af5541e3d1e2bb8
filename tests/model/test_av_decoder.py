"""FFmpeg decodes in a process of its own: whatever happens there, one clip is refused and the next is heard."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import numpy as np
import pytest

from benchmarks.recordings import encode_av
from model.audio import SAMPLE_RATE, decode
from model.av_decoder import AvDecoder
from model.containers import split
from model.errors import AudioTooLong, UnreadableAudio, UnsupportedEncoding
from tests.signals import encode, noise, tone


def to_wav(decoder: AvDecoder, clip: bytes) -> bytes:
    return decoder.to_wav(split(clip), max_seconds=60, max_values=60 * 96_000)


WEBM = encode_av(tone(sample_rate=48_000), container="webm", codec="libopus")


@pytest.fixture
def decoder() -> Iterator[AvDecoder]:
    decoder = AvDecoder()
    yield decoder
    decoder.close()


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"),
        ("matroska", "pcm_s16le"),
        ("matroska", "flac"),
        ("matroska", "aac"),
        ("mp4", "aac"),
        ("ipod", "alac"),
        ("mov", "pcm_s24be"),
        ("adts", "aac"),
        ("asf", "wmav2"),
        ("caf", "pcm_f32be"),
        ("aiff", "pcm_s16be"),
        ("au", "pcm_mulaw"),
        ("w64", "pcm_f64le"),
        ("wav", "adpcm_ima_wav"),
        ("wav", "adpcm_ms"),
        ("ogg", "flac"),
    ],
)
def test_every_container_gives_back_its_signal(container: str, codec: str) -> None:
    clip = encode_av(tone(sample_rate=48_000), container=container, codec=codec)

    waveform = decode(clip)

    spectrum = np.abs(np.fft.rfft(waveform[2_000:14_000]))
    assert len(waveform) == pytest.approx(SAMPLE_RATE, abs=1_500)
    assert spectrum[1:].argmax() == 329  # 440 Hz in three quarters of a second
    assert waveform[2_000:14_000].std() == pytest.approx(0.354, abs=0.01)


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "7.1"])
@pytest.mark.parametrize(("container", "codec"), [("webm", "libopus"), ("caf", "pcm_s16le")])
def test_up_to_eight_channels_are_decoded(container: str, codec: str, layout: str) -> None:
    waveform = decode(
        encode_av(tone(sample_rate=48_000), container=container, codec=codec, layout=layout), channel="mean"
    )

    assert np.abs(waveform).max() > 0.05


def test_fragments_as_a_browser_records_them_are_decoded() -> None:
    clip = encode_av(
        tone(sample_rate=48_000), container="mp4", codec="aac", movflags="empty_moov+frag_every_frame+default_base_moof"
    )

    assert len(decode(clip)) == pytest.approx(SAMPLE_RATE, abs=1_500)


def test_joined_recordings_are_decoded_to_the_end() -> None:
    assert len(decode(WEBM + WEBM)) == 2 * len(decode(WEBM))


def test_a_recording_that_was_cut_off_is_decoded_as_far_as_it_goes() -> None:
    waveform = decode(WEBM[: len(WEBM) // 2])

    assert 0.2 < len(waveform) / SAMPLE_RATE < 0.8


@pytest.mark.parametrize("n_bytes", [8, 40, 200])
def test_a_recording_without_any_sound_left_is_unreadable(n_bytes: int) -> None:
    with pytest.raises(UnreadableAudio, match="damaged or cut short; send a whole one"):
        decode(WEBM[:n_bytes])


def test_the_limit_of_seconds_holds() -> None:
    with pytest.raises(AudioTooLong, match="longer than 2 s"):
        decode(encode_av(tone(seconds=5, sample_rate=48_000), container="webm", codec="libopus"), max_clip_seconds=2.0)


def test_a_codec_that_is_not_listed_is_refused_before_it_decodes() -> None:
    clip = encode_av(tone(sample_rate=48_000), container="matroska", codec="ac3")

    with pytest.raises(UnsupportedEncoding, match="does not read; save it as WAV or MP3"):
        decode(clip)


def test_a_rate_out_of_range_is_refused() -> None:
    clip = encode(noise(), sample_rate=3_000, container="AIFF")

    with pytest.raises(UnsupportedEncoding, match="3000 Hz is not read; use 4000 to 192000 Hz"):
        decode(clip)


def test_integers_in_a_float_file_are_scaled() -> None:
    waveform = decode(encode(30_000 * tone(), container="AIFF", subtype="FLOAT"))

    assert np.abs(waveform).max() == pytest.approx(15_000 / 32_768, abs=0.01)


def test_the_process_starts_at_the_first_need_and_stays(decoder: AvDecoder) -> None:
    assert decoder.pid is None

    to_wav(decoder, WEBM)
    first = decoder.pid
    to_wav(decoder, WEBM)

    assert first is not None
    assert decoder.pid == first


def test_the_service_itself_never_imports_ffmpeg() -> None:
    script = "import sys, model.audio; sys.exit('av' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU])
def test_a_process_that_dies_is_replaced(decoder: AvDecoder, fate: signal.Signals) -> None:
    to_wav(decoder, WEBM)
    died = decoder.pid
    os.kill(died or 0, fate)

    with pytest.raises(UnreadableAudio, match="can't be decoded"):
        to_wav(decoder, WEBM)

    assert to_wav(decoder, WEBM)
    assert decoder.pid != died


def test_a_process_that_hangs_is_replaced_within_two_seconds(decoder: AvDecoder) -> None:
    to_wav(decoder, WEBM)
    os.kill(decoder.pid or 0, signal.SIGSTOP)
    start = monotonic()

    with pytest.raises(UnreadableAudio, match="can't be decoded"):
        to_wav(decoder, WEBM)

    assert monotonic() - start < 2
    assert to_wav(decoder, WEBM)


def test_several_threads_share_the_process(decoder: AvDecoder) -> None:
    signals = [tone(frequency, sample_rate=48_000) for frequency in (200, 400, 800, 1_600)]
    clips = [encode_av(signal, container="webm", codec="libopus") for signal in signals]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda clip: to_wav(decoder, clip), 4 * clips))

    assert together == 4 * [to_wav(decoder, clip) for clip in clips]
