"""What a declaration holds: values of the kind that is wanted, and the letters of parameters."""

from __future__ import annotations

import keyword

from sympy import Symbol


def check_type(value: object, kind: type, what: str) -> None:
    """Raise TypeError, with what was expected and what was got, for a value of another kind.

    >>> check_type(5, str, "a name")
    Traceback (most recent call last):
    ...
    TypeError: a name must be a str, got 5
    """
    if not isinstance(value, kind):
        raise TypeError(f"{what} must be a {kind.__name__}, got {value!r}")


def letter_of(name: str, positive: bool) -> Symbol:
    """The letter of ``notation`` with that name if it serves the parameter, else one of its own."""
    # Here: only a parameter that is given by name looks into the table.
    from ..notation import TABLE, auxiliary

    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"a parameter's name must be an identifier, got {name!r}")
    # The table's letters for shapes are those that PyTorch has a word for; others mean more.
    letters = {row.symbol.name: row.symbol for row in TABLE if row.torch_name is not None}
    letter = letters.get(name)
    # A letter that is positive by assumption serves positive parameters only.
    if letter is not None and (positive or not letter.is_nonnegative):
        return letter
    return auxiliary(name, real=True, positive=positive or None)
