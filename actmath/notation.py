"""Every symbol of the book, once, with its TeX, its meaning and the domain SymPy assumes for it."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Symbol


@dataclass(frozen=True)
class Notation:
    """One row of the table of notation: the SymPy symbol, how it is printed, what it means."""

    symbol: Symbol
    tex: str
    meaning: str
    domain: str
    torch_name: str | None = None


_ROWS: list[Notation] = []


def _declare(
    name: str,
    tex: str,
    meaning: str,
    *,
    positive: bool | None = None,
    nonnegative: bool | None = None,
    torch_name: str | None = None,
) -> Symbol:
    symbol = Symbol(name, real=True, positive=positive, nonnegative=nonnegative)
    domain = "> 0" if positive else "≥ 0" if nonnegative else "real"
    _ROWS.append(Notation(symbol, tex, meaning, domain, torch_name))
    return symbol


x = _declare("x", "x", "argument of an activation; the net input of a unit")
mu = _declare("mu", r"\mu", "mean of a unit's input")
nu = _declare("nu", r"\nu", "variance of a unit's input", positive=True)
omega = _declare("omega", r"\omega", "sum of a unit's incoming weights")
tau = _declare("tau", r"\tau", "sum of the squares of a unit's incoming weights", positive=True)
alpha = _declare(
    "alpha", r"\alpha", "shape: minus the value to which the unit saturates", torch_name="alpha"
)
lam = _declare(
    "lam",
    r"\lambda",
    "output scale: slope for positive arguments",
    positive=True,
    torch_name="scale",
)
a = _declare("a", "a", "slope for negative arguments", torch_name="negative_slope")
lower = _declare("lower", r"\ell", "lower end of an interval", torch_name="lower")
upper = _declare("upper", "u", "upper end of an interval", torch_name="upper")
c = _declare("c", "c", "scale of the noise of a noisy unit", nonnegative=True)
p = _declare("p", "p", "learned steepness of the noise of a noisy unit")
xi = _declare("xi", r"\xi", "a standard normal draw")
s = _declare("s", "s", "deviation of the noise at a unit's input", nonnegative=True)

TABLE: tuple[Notation, ...] = tuple(_ROWS)


def latex_names() -> dict[Symbol, str]:
    """How ``sympy.latex`` should print each symbol: ``latex(expr, symbol_names=latex_names())``."""
    return {row.symbol: row.tex for row in TABLE}
