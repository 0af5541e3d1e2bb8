"""Ogg and FLAC files come apart and go together again, and damage with right checksums is decoded."""

from fuzz import flac_frames, ogg_pages
from model.audio import decode
from tests.signals import encode, noise, tone


def test_pages_taken_apart_and_sealed_again_are_the_file() -> None:
    clip = encode(noise(), container="OGG", subtype="OPUS")

    parts = ogg_pages.pages(clip)

    assert len(parts) > 2
    assert b"".join(map(ogg_pages.sealed, parts)) == clip


def test_frames_taken_apart_and_sealed_again_are_the_file() -> None:
    clip = encode(noise(), container="FLAC")

    head, frames = flac_frames.head_and_frames(clip)

    assert len(frames) == 4
    assert head + b"".join(flac_frames.sealed(frame, flac_frames.header_length(frame)) for frame in frames) == clip


def test_a_sealed_frame_is_heard_with_its_damage() -> None:
    clip = encode(tone(), container="FLAC")
    head, (first, *rest) = flac_frames.head_and_frames(clip)
    place = flac_frames.header_length(first) + 2  # the lower byte of the sample that the prediction starts from
    damaged = first[:place] + bytes([first[place] ^ 1]) + first[place + 1 :]

    sealed = flac_frames.sealed(damaged, flac_frames.header_length(first))
    heard = decode(head + b"".join([sealed, *rest]))

    assert len(heard) == 16_000
    assert (heard != decode(clip)).any()


def test_a_made_page_has_the_length_that_it_claims() -> None:
    page = ogg_pages.page(bytes(600))

    assert page == ogg_pages.sealed(page)
    assert len(page) == 27 + 3 + 600
