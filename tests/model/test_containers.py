"""Known containers are let through, joined files in parts; all others are refused with a reason."""

import pytest

from model.containers import MAX_CHANNELS, SAMPLE_RATES_HZ, Part, check_layout, needs_ffmpeg, split
from model.errors import NotAudio, UnreadableAudio, UnsupportedEncoding
from model.wav import MAX_CHUNKS
from tests.signals import encode, noise
from tests.wav import chunk, format_chunk, riff

SAMPLES = bytes(range(200)) * 20
PLAIN = riff(format_chunk(), chunk(b"data", SAMPLES))
MP3_FRAME = b"\xff\xfb\x90\x00"
TAG = b"ID3\x04\x00\x00"


def readable(clip: bytes) -> bytes:
    (part,) = split(clip)
    assert part.demuxer is None
    return part.content


def ogg_page(packet: bytes) -> bytes:
    return b"OggS" + bytes(22) + bytes([1, len(packet)]) + packet


def test_a_plain_wav_passes_unchanged() -> None:
    assert readable(PLAIN) == PLAIN


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF, len(SAMPLES) + 2])
def test_a_data_size_that_lies_becomes_that_of_the_data_that_is_there(size: int) -> None:
    lying = riff(format_chunk(), chunk(b"data", SAMPLES, size=size))

    assert readable(lying) == PLAIN


@pytest.mark.parametrize("size", [0, 1, 0xFFFFFFFF, len(PLAIN) + 1000])
def test_a_riff_size_that_lies_is_not_believed(size: int) -> None:
    lying = riff(format_chunk(), chunk(b"data", SAMPLES), size=size)

    assert readable(lying) == PLAIN


@pytest.mark.parametrize("extra", [b"even", b"odd"])
def test_other_chunks_before_and_behind_the_data_are_left_out(extra: bytes) -> None:
    clip = riff(
        chunk(b"JUNK", extra), format_chunk(), chunk(b"LIST", extra), chunk(b"data", SAMPLES), chunk(b"id3 ", extra)
    )

    assert readable(clip) == PLAIN


def test_a_wav_that_is_cut_off_in_its_data_keeps_what_came() -> None:
    cut = PLAIN[:-1000]

    assert readable(cut) == riff(format_chunk(), chunk(b"data", SAMPLES[:-1000]))


@pytest.mark.parametrize("n_bytes", [12, 19, 20, 35, 36, 43])
def test_a_wav_that_is_cut_off_before_its_data_is_unreadable(n_bytes: int) -> None:
    with pytest.raises(UnreadableAudio, match=r"'data' chunk|at least 16 bytes"):
        readable(PLAIN[:n_bytes])


def test_a_wav_may_have_many_chunks_before_its_samples() -> None:
    clip = riff(format_chunk(), *(MAX_CHUNKS - 2) * [chunk(b"JUNK", b"")], chunk(b"data", SAMPLES))

    assert readable(clip) == PLAIN


def test_a_wav_of_nothing_but_chunks_is_given_up_early() -> None:
    clip = riff(format_chunk(), *MAX_CHUNKS * [chunk(b"JUNK", b"")], chunk(b"data", SAMPLES))

    with pytest.raises(UnreadableAudio, match="over 1000 chunks before its samples"):
        readable(clip)


def test_of_a_long_format_chunk_only_what_is_known_is_kept() -> None:
    long_format = chunk(b"fmt ", format_chunk()[8:] + bytes(1_000_000))

    clip = readable(riff(long_format, chunk(b"data", SAMPLES)))

    assert clip == riff(format_chunk(), chunk(b"data", SAMPLES))


def test_a_wav_with_data_before_its_format_is_unreadable() -> None:
    with pytest.raises(UnreadableAudio, match="'fmt ' chunk must come first"):
        readable(riff(chunk(b"data", SAMPLES), format_chunk()))


@pytest.mark.parametrize(
    ("code", "bits"), [(1, 1), (1, 7), (1, 64), (3, 16), (6, 16), (0x22, 1), (0x161, 16), (0xFFFF, 16)]
)
def test_a_wav_of_another_encoding_is_refused_with_one_that_is_read(code: int, bits: int) -> None:
    clip = riff(format_chunk(code=code, bits=bits), chunk(b"data", SAMPLES))

    with pytest.raises(UnsupportedEncoding, match=rf"code {code} and {bits} bits is not read; save it as PCM, 16 bits"):
        readable(clip)


@pytest.mark.parametrize("code", [0x02, 0x11, 0x31, 0x45, 0x55])
def test_a_compressed_wav_goes_to_ffmpeg_with_its_format_as_it_is(code: int) -> None:
    form = format_chunk(code=code, bits=4) + chunk(b"fact", bytes(4))

    (part,) = split(riff(form, chunk(b"data", SAMPLES, size=0)))

    assert part.demuxer == "wav"
    assert part.content == riff(format_chunk(code=code, bits=4), chunk(b"data", SAMPLES))


@pytest.mark.parametrize("n_channels", [0, MAX_CHANNELS + 1, 65_535])
def test_a_channel_count_out_of_range_is_refused_with_the_range(n_channels: int) -> None:
    clip = riff(format_chunk(n_channels=n_channels), chunk(b"data", SAMPLES))

    with pytest.raises(UnsupportedEncoding, match=f"{n_channels} channels are not read; use 1 to 8"):
        readable(clip)


@pytest.mark.parametrize("sample_rate", [0, 3_999, 192_001, 0xFFFFFFFF])
def test_a_sample_rate_out_of_range_is_refused_with_the_range(sample_rate: int) -> None:
    clip = riff(format_chunk(sample_rate=sample_rate), chunk(b"data", SAMPLES))

    with pytest.raises(UnsupportedEncoding, match=f"{sample_rate} Hz is not read; use 4000 to 192000 Hz"):
        readable(clip)


@pytest.mark.parametrize("sample_rate", SAMPLE_RATES_HZ)
@pytest.mark.parametrize("n_channels", [1, MAX_CHANNELS])
def test_the_ends_of_the_ranges_are_read(sample_rate: int, n_channels: int) -> None:
    clip = riff(format_chunk(sample_rate=sample_rate, n_channels=n_channels), chunk(b"data", SAMPLES))

    check_layout(sample_rate, n_channels)

    assert readable(clip) == clip


@pytest.mark.parametrize("packet", [b"\x01vorbis", b"OpusHead"])
def test_ogg_passes_with_vorbis_or_opus_in_it(packet: bytes) -> None:
    assert readable(ogg_page(packet)) == ogg_page(packet)


@pytest.mark.parametrize("packet", [b"\x7fFLAC\x01\x00", b"Speex   "])
def test_ogg_goes_to_ffmpeg_with_flac_or_speex_in_it(packet: bytes) -> None:
    assert [*split(ogg_page(packet))] == [Part(ogg_page(packet), "ogg")]


@pytest.mark.parametrize("packet", [b"\x80theora", b"fishead\x00", b""])
def test_ogg_with_another_codec_is_refused(packet: bytes) -> None:
    with pytest.raises(UnsupportedEncoding, match="neither Vorbis, Opus, FLAC nor Speex"):
        readable(ogg_page(packet))


@pytest.mark.parametrize("header", [b"\xff\xfb\x90\x00", b"\xff\xf3\x88\xc4", b"\xff\xe3\x18\xc4"])
def test_mp3_passes_in_all_three_versions_of_mpeg(header: bytes) -> None:
    assert readable(header + SAMPLES) == header + SAMPLES


@pytest.mark.parametrize("header", [b"\xff\xfd\x90\x00", b"\xff\xff\x90\x00", b"\xff\xf1\x50\x80", b"\xff\xfb\xf0\x00"])
def test_mpeg_layers_one_and_two_aac_and_broken_headers_are_no_mp3(header: bytes) -> None:
    with pytest.raises(NotAudio):
        readable(header + SAMPLES)


@pytest.mark.parametrize(
    "tag",
    [
        TAG + b"\x00\x00\x00\x00",
        TAG + b"\x00\x00\x02\x2c" + bytes(300),
        TAG + b"\x00\x00\x80\x04" + bytes(4) + encode(noise(), container="AIFF")[: 0x80 << 7],
        b"ID3\x04\x00\x10\x00\x00\x00\x05title" + b"3DI\x04\x00\x10\x00\x00\x00\x05",
    ],
    ids=["empty", "300 bytes", "AIFF where its length reads two ways", "with a footer"],
)
def test_an_id3_tag_is_cut_off(tag: bytes) -> None:
    assert readable(tag + MP3_FRAME) == MP3_FRAME


@pytest.mark.parametrize("container", ["VOC", "NIST", "IRCAM", "SVX"])
def test_no_unknown_container_passes_behind_an_id3_tag(container: str) -> None:
    hidden = TAG + b"\x00\x00\x00\x04" + bytes(4) + encode(noise(), container=container)

    with pytest.raises(NotAudio):
        readable(hidden)


@pytest.mark.parametrize("clip", [b"", b"R", b"RIFF", b"RIFF\x00\x00\x00\x00AVI ", b"ID3", b"<html>", bytes(9999)])
def test_anything_else_is_no_sound_file_and_the_answer_names_what_is(clip: bytes) -> None:
    with pytest.raises(NotAudio, match="no sound file that heed knows; it reads WAV, MP3, FLAC, Ogg, WebM"):
        readable(clip)


@pytest.mark.parametrize(
    ("beginning", "demuxer"),
    [
        (b"\x1aE\xdf\xa3", "matroska"),
        (b"\0\0\0\x20ftypM4A ", "mov"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "mov"),
        (b"FORM\0\0\0\0AIFC", "aiff"),
        (b"caff\0\1\0\0", "caf"),
        (b".snd\0\0\0\x18", "au"),
        (b"#!AMR-WB\n", "amr"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf"),
        (bytes.fromhex("726966662e91cf11a5d628db04c10000"), "w64"),
        (bytes.fromhex("fff15080011ffc00fff15080011ffc"), "aac"),
    ],
)
def test_what_libsndfile_does_not_read_goes_to_the_one_demuxer_that_its_first_bytes_name(
    beginning: bytes, demuxer: str
) -> None:
    assert needs_ffmpeg(beginning)
    assert [*split(beginning)] == [Part(beginning, demuxer)]


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG"])
def test_joined_files_are_split(container: str) -> None:
    clips = [encode(noise(seed=seed), container=container) for seed in range(3)]

    assert [part.content for part in split(b"".join(clips))] == [next(split(clip)).content for clip in clips]


def test_a_file_of_too_many_recordings_is_refused() -> None:
    with pytest.raises(UnreadableAudio, match="over 64 recordings, one behind the other; send fewer at once"):
        [*split(65 * PLAIN)]


def test_a_file_that_goes_on_in_another_encoding_is_refused() -> None:
    compressed = riff(format_chunk(code=0x31), chunk(b"data", SAMPLES))

    with pytest.raises(UnsupportedEncoding, match="goes on in another encoding; send its recordings one by one"):
        [*split(PLAIN + compressed)]


@pytest.mark.parametrize("beginning", [b"%PDF-1.7\n", b"PK\3\4", b"\x7fELF", b"\x89PNG", b"MThd"])
def test_other_files_are_refused_even_if_an_mp3_is_in_them(beginning: bytes) -> None:
    with pytest.raises(NotAudio, match="this is no recording; send a sound file, such as WAV"):
        readable(beginning + encode(noise(), container="MP3"))
