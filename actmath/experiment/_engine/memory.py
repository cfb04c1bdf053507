"""Memory that a step frees stays for the next one, where the C library is glibc."""

from __future__ import annotations

import ctypes

#: Numbers of the two settings in glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: Bytes that are kept at most, and the largest tensor that is kept, which glibc bounds so.
_KEPT, _LARGEST = 2**28, 2**25


def keep_freed_memory() -> bool:
    """Keep up to 256 MiB of freed memory from now on, as long as the process lives.

    By default glibc gives memory back once a few MB of it are free, and gets it again from the
    system, page by page: every step of a recurrent recipe did so, which was a third of its time.

    Returns:
        Whether it could; another C library is left as it is.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    # No C library to be asked so (Windows), or one without these settings (macOS, musl).
    except (TypeError, OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST) and mallopt(_TRIM_THRESHOLD, _KEPT))
