"""Nothing in, quiet C libraries out: libmpg123 notes what is odd in an MP3, and clients could fill the log with it."""

import ctypes
import faulthandler


def silence_native_notes() -> None:
    """Give C's ``stderr`` another file; it is a variable of glibc, and libmpg123 can't be told otherwise.

    Python, faulthandler and glibc's last words write to file descriptor 2, which stays what it was. C says nothing of a
    crash any more, so faulthandler does.
    """
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    ctypes.c_void_p.in_dll(libc, "stderr").value = libc.fopen(b"/dev/null", b"w")
    faulthandler.enable(2)
