"""What the package says in a sentence of its own, told from what crashes inside of it."""

from __future__ import annotations

import dis
from pathlib import Path

# What the package raises to say that something cannot be had, or is not there.
_KINDS = (ValueError, NotImplementedError, ArithmeticError)
# A sentence has at least so many words.
_FEWEST_WORDS = 3
_PACKAGE = str(Path(__file__).parents[2])


def is_sentence(error: BaseException) -> bool:
    """Did the package itself raise this, in words, to say what cannot be had?

    The traceback ends where the error began. A sentence began in a ``raise`` of a file of the
    package; what Python, NumPy, SymPy or mpmath raised for it, as ``max() arg is an empty
    sequence``, began elsewhere, or in no ``raise``, and is a crash whatever its words.

    >>> from ...activation import Activation
    >>> try:
    ...     Activation("f", "tan(x")
    ... except ValueError as error:
    ...     print(is_sentence(error))
    True
    >>> try:
    ...     max([])
    ... except ValueError as error:
    ...     print(is_sentence(error))
    False
    """
    return (
        isinstance(error, _KINDS)
        and len(str(error).split()) >= _FEWEST_WORDS
        and _is_raised_here(error)
    )


def _is_raised_here(error: BaseException) -> bool:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return False
    code = last.tb_frame.f_code
    # The instruction that was running: a call would be one of another's function.
    running = dis.opname[code.co_code[last.tb_lasti]]
    return code.co_filename.startswith(_PACKAGE) and running == "RAISE_VARARGS"
