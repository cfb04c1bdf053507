"""``python -m actmath`` is the ``actmath`` command."""

from __future__ import annotations

import os
import signal
import sys

# By this a shell asks for completions.
_COMPLETION = "_ACTMATH_COMPLETE"


def main() -> None:
    """Run the command that is asked for.

    While its modules are loaded Ctrl-C ends the process at once, without a word: as an exception
    it would have a traceback, or become another error in the middle of an import.
    """
    usual = signal.getsignal(signal.SIGINT)
    # Where it is ignored, as behind nohup, it stays so.
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .cli._application import app
    from .cli._output import INTERRUPTED, WRONG

    signal.signal(signal.SIGINT, usual)
    try:
        app(prog_name="actmath")
    except KeyboardInterrupt:
        # Before a command is begun, or after it.
        sys.exit(INTERRUPTED)
    except (LookupError, ValueError):
        if _COMPLETION not in os.environ:
            raise
        print("COMP_WORDS and COMP_CWORD must be a command line to complete", file=sys.stderr)
        sys.exit(WRONG)


if __name__ == "__main__":
    main()
