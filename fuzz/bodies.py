"""Draw bodies that may or may not be clips, with hypothesis."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy


def any_bytes(clips: Sequence[bytes]) -> SearchStrategy[bytes]:
    """Random bytes, clips cut off, and clips with up to eight bytes changed."""
    clip = st.sampled_from(clips)
    torn = st.builds(lambda content, share: content[: int(share * len(content))], clip, st.floats(0, 1))
    changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8)
    return st.one_of(st.binary(max_size=200), torn, st.builds(_changed, clip, changes))


def _changed(clip: bytes, changes: list[tuple[float, int]]) -> bytes:
    """Change every other byte in the first hundred, where headers are."""
    content = bytearray(clip)
    for place, (share, value) in enumerate(changes):
        content[int(share * (len(clip) if place % 2 else 100))] = value
    return bytes(content)
