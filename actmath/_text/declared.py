"""What a declaration holds: the letters of its parameters."""

from __future__ import annotations

import keyword

from sympy import Symbol


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
