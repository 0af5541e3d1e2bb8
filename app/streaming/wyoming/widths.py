"""Turn samples of 1 to 4 bytes into the 16 bits that a stream listens to."""

import numpy as np

BYTES_OF_16_BITS = 2


class To16Bits:
    """Keeps the upper two bytes of each sample; half a sample waits for the next chunk.

    Samples of one byte are unsigned, as in a WAV.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._torn = b""

    def convert(self, chunk: bytes) -> bytes:
        if self._width == BYTES_OF_16_BITS:
            return chunk
        chunk = self._torn + chunk
        n_whole = len(chunk) - len(chunk) % self._width
        self._torn = chunk[n_whole:]
        samples = np.frombuffer(chunk[:n_whole], np.uint8).reshape(-1, self._width)  # (time, byte)
        if self._width == 1:
            return ((samples.astype("<i2") - 128) << 8).tobytes()
        return samples[:, -BYTES_OF_16_BITS:].tobytes()
