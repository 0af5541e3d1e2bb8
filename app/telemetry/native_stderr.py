"""Keep libmpg123's warnings about broken MP3s, with which clients could fill it, out of the log."""

import ctypes
import faulthandler
from contextlib import suppress

STDERR = "stderr"  # a variable of glibc; macOS has none of that name, and there the warnings stay


def silence_native_stderr() -> None:
    """Point C's ``stderr``, a variable of glibc, at another file; libmpg123 has no setting that would silence it.

    Python, faulthandler and glibc's own last message write to file descriptor 2, which stays as it was. Since C code
    can't report a crash any more, faulthandler does.
    """
    faulthandler.enable(2)
    libc = ctypes.CDLL(None)
    with suppress(ValueError):
        stderr = ctypes.c_void_p.in_dll(libc, STDERR)
        libc.fopen.restype = ctypes.c_void_p
        stderr.value = libc.fopen(b"/dev/null", b"w")
