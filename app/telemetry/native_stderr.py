"""Keep libmpg123's warnings about broken MP3s out of the log, which clients could fill with them."""

import ctypes
import faulthandler
from contextlib import suppress

STDERR = "stderr"  # a variable of glibc; macOS has none of that name, and there the warnings stay


def silence_native_notes() -> None:
    """Point C's ``stderr`` to no file, because libmpg123 can't be told to be quiet.

    Python, faulthandler and glibc's last words write to file descriptor 2, which stays what it was. C no longer reports
    a crash, so faulthandler does.
    """
    faulthandler.enable(2)
    libc = ctypes.CDLL(None)
    with suppress(ValueError):
        stderr = ctypes.c_void_p.in_dll(libc, STDERR)
        libc.fopen.restype = ctypes.c_void_p
        stderr.value = libc.fopen(b"/dev/null", b"w")
