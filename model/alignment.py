"""Move samples that fill their bytes only in part, such as 20 bits in 3 bytes, to where decoders look for them."""

import numpy as np
from numpy.typing import NDArray

from model.wav import PCM, WavFormat


def to_full_bytes(form: WavFormat, samples: bytes) -> tuple[WavFormat, bytes]:
    """Write samples of 9 to 31 bits as 32 bits; samples of whole bytes stay as they are.

    The specification puts them at the high end of their bytes. Programs that put them at the low end are told by this:
    the high bits are all like the sign, and the low ones are not all zero.
    """
    unused = 8 * form.n_bytes - form.bits
    if form.code != PCM or unused == 0:
        return form, samples
    integers = _as_int32(form, samples)
    peak = max(int(integers.max(initial=0)), -1 - int(integers.min(initial=0)))
    is_low = peak < 2 ** (31 - unused) and bool((integers & ((1 << 32 - form.bits) - 1)).any())
    wide = WavFormat.plain(PCM, n_channels=form.n_channels, sample_rate=form.sample_rate, n_bytes=4)
    return wide, (integers << (unused if is_low else 0)).astype("<i4").tobytes()


def _as_int32(form: WavFormat, samples: bytes) -> NDArray[np.int32]:
    """Read integers of 2 to 4 bytes into the high end of 32 bits."""
    n_samples = len(samples) // form.n_bytes
    octets = np.frombuffer(samples, np.uint8, n_samples * form.n_bytes).reshape(n_samples, form.n_bytes)
    little_endian = np.zeros((n_samples, 4), np.uint8)
    little_endian[:, 4 - form.n_bytes :] = octets if form.order == "<" else octets[:, ::-1]
    return little_endian.view("<i4").reshape(-1).astype(np.int32)
