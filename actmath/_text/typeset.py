"""Formulas that a console reads as text and a page as mathematics."""

from __future__ import annotations

import math
import re
from numbers import Integral, Real
from typing import Any

from sympy import Add, Basic, Expr, Mul, expand_mul, latex

from ..notation import latex_names
from .tables import Phrase, html_text

_INFINITY = re.compile(r"\boo\b")
#: Significant digits of a number in a table: as many as a reader compares.
_DIGITS = 6


def tex(value: object) -> str:
    r"""A formula or number in TeX, its symbols as the table of notation prints them.

    >>> from sympy import oo, sqrt
    >>> from actmath.notation import alpha
    >>> tex(sqrt(alpha)), tex(-oo)
    ('\\sqrt{\\alpha}', '-\\infty')
    """
    return str(latex(value, symbol_names=latex_names()))


def in_terms(expression: Expr) -> Expr:
    """Multiplied out into a sum, so that a line can end at each term; arguments stay as they are.

    >>> from sympy import exp
    >>> from actmath.notation import alpha, x
    >>> in_terms(alpha * (1 + x * (exp(2 * (x + 1)) - 1)))
    alpha*x*exp(2*x + 2) - alpha*x + alpha
    """
    terms = Add.make_args(expression)
    out = Add(*(expand_mul(term, deep=False) if isinstance(term, Mul) else term for term in terms))
    return out if out == expression else in_terms(out)


def typeset(value: Any) -> Phrase:
    r"""A SymPy expression: as Python writes it in a console, typeset on a page.

    >>> from sympy import oo, sqrt
    >>> typeset(-oo), typeset(sqrt(2)).html
    ('-∞', '\\(\\displaystyle \\sqrt{2}\\)')
    """
    return Phrase(_INFINITY.sub("∞", str(value)), rf"\(\displaystyle {html_text(tex(value))}\)")


def in_words(sentence: str, *parts: object) -> Phrase:
    r"""A sentence with a ``{}`` for each part; a part that is mathematics stays so on a page.

    >>> from sympy import sqrt
    >>> in_words("x = {} attracts", typeset(sqrt(2))).html
    'x = \\(\\displaystyle \\sqrt{2}\\) attracts'
    """
    plain = sentence.format(*map(str, parts))
    return Phrase(plain, html_text(sentence).format(*map(html_text, parts)))


def cell(value: object, digits: int = _DIGITS, error: float = 0.0) -> object:
    """What a table shows for a value: numbers cut to size, formulas typeset, words as they are.

    Args:
        value: a number, an array of one, a SymPy expression, a truth value, or words.
        digits: significant digits of a float.
        error: of a float, absolute: one that is not farther from zero is shown as 0.

    >>> cell(0.123456789, 3), cell(True), cell(float("inf")), cell(float("nan"))
    ('0.123', 'yes', '∞', '—')
    >>> cell(-5e-16, 3, error=1e-15), cell(-5e-15, 3, error=1e-15)
    ('0', '−5e−15')
    """
    if getattr(value, "shape", None) == ():
        # An array or a tensor of one number.
        value = value.item()  # type: ignore[attr-defined]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Basic):
        return typeset(value)
    if isinstance(value, Real) and not isinstance(value, Integral):
        return _number(float(value), digits, error)
    return value


def _number(value: float, digits: int, error: float) -> str:
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) <= error:
        return "0"
    # A minus sign, since a line may break after a hyphen.
    return f"{value:.{digits}g}".replace("-", "−")
