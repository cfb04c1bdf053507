"""Every symbol of the book, once, with its TeX, its meaning and the domain SymPy assumes for it.

A symbol that has a meaning comes from the table. What has none, such as the name of a step of a
computation or of a coordinate in a certificate, is made by ``auxiliary``, and ``stand_in`` lends a
symbol a sharper assumption for the length of a computation. No other file makes symbols.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Dummy, Expr, IndexedBase, MatrixSymbol, Symbol


@dataclass(frozen=True)
class Notation:
    """One row of the table of notation: the SymPy symbol, how it is printed, what it means."""

    symbol: Expr
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


def _count(name: str, meaning: str) -> Symbol:
    symbol = Symbol(name, integer=True, positive=True)
    _ROWS.append(Notation(symbol, name, meaning, "1, 2, …"))
    return symbol


def _matrix(name: str, columns: Expr | int, meaning: str) -> MatrixSymbol:
    symbol = MatrixSymbol(name, n, columns)
    _ROWS.append(Notation(symbol, name, meaning, f"real, n×{columns}"))
    return symbol


def _array(name: str, meaning: str, *, positive: bool | None = None) -> IndexedBase:
    symbol = IndexedBase(name, real=True, positive=positive)
    _ROWS.append(Notation(symbol, name, meaning, "> 0, indexed" if positive else "real, indexed"))
    return symbol


# --- a unit and its input -----------------------------------------------------------------------

x = _declare("x", "x", "argument of an activation; the net input of a unit")
mu = _declare("mu", r"\mu", "mean of a unit's input")
nu = _declare("nu", r"\nu", "variance of a unit's input", positive=True)
omega = _declare("omega", r"\omega", "sum of a unit's incoming weights")
z = _declare("z", "z", "second argument of a gated unit: the value that its gate lets through")
mu_z = _declare("mu_z", r"\mu_z", "mean of a gated unit's second argument")
nu_z = _declare("nu_z", r"\nu_z", "variance of a gated unit's second argument", positive=True)
rho = _declare("rho", r"\rho", "correlation of a gated unit's two arguments")
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
shift = _declare(
    "shift",
    r"\mathrm{shift}",
    "what is added to a unit's values before they are scaled: λ·(f(x) + shift)",
)
lower = _declare("lower", r"\ell", "lower end of an interval", torch_name="lower")
upper = _declare("upper", "u", "upper end of an interval", torch_name="upper")
slope = _declare(
    "slope", r"\mathrm{slope}", "slope of a hard unit between its thresholds", positive=True
)
T = _declare("T", "T", "argument at which a hard sigmoid clips: 1/(2·slope)", positive=True)

# --- noise ----------------------------------------------------------------------------------------

c = _declare("c", "c", "scale of the noise of a noisy unit", nonnegative=True)
p = _declare("p", "p", "learned steepness of the noise of a noisy unit")
xi = _declare("xi", r"\xi", "a standard normal draw")
s = _declare("s", "s", "deviation of the noise at a unit's input", nonnegative=True)
Delta = _declare("Delta", r"\Delta", "distance of a hard unit from its tangent", positive=True)
q = _declare("q", "q", "probability with which dropout keeps a unit", positive=True)
alpha_prime = _declare("alpha_prime", r"\alpha'", "value to which dropout sets a unit")
w = _declare("w", "w", "a weight")
v = _declare("v", "v", "a second weight")

# --- layers ---------------------------------------------------------------------------------------

n = _count("n", "how many: steps of an iteration, incoming units, weights")
n_in = _declare("n_in", "n_{in}", "inputs of a unit", positive=True, torch_name="fan_in")
n_out = _declare(
    "n_out", "n_{out}", "units that an input feeds", positive=True, torch_name="fan_out"
)
V_w = _declare("V_w", "V_{w}", "variance of a weight", positive=True)
i = _count("i", "number of a channel or of a layer")
k = _count("k", "number of a position in a channel")
C = _count("C", "how many channels i there are")
K = _count("K", "how many terms k a sum has: positions in a channel, inputs of a unit")
d = _array("d", "channels of a layer", positive=True)
y = _array("y", "net inputs of a layer, by channel and position")
G = _array("G", "derivatives of the loss by a layer's outputs, by channel and position")

# --- natural gradient -----------------------------------------------------------------------------

sigma = _declare("sigma", r"\sigma", "standard deviation of a Gaussian", positive=True)
theta = _declare("theta", r"\theta", "the parameter of a family that has one", positive=True)
epsilon = _declare(
    "epsilon", r"\varepsilon", "size of a step: its divergence, or the learning rate", positive=True
)
t = _declare("t", "t", "variable of an integral")
F = _matrix("F", n, "a Fisher information matrix")
J = _matrix("J", n, "derivatives of old coordinates by new ones")
g = _matrix("g", 1, "gradient; of one unit, E(δa) for incoming activations a")
g_0 = _declare("g_0", "g_0", "derivative of the loss by one number; of one unit's bias, E δ")
A = _matrix("A", n, "E(δ²aaᵀ), the weights' block of a unit's Fisher matrix")
b = _matrix("b", 1, "E(δ²a), the block between a unit's weights and its bias")
c_delta = _declare("c_delta", r"c_\delta", "E(δ²), the bias' block of a unit's Fisher matrix")
V = _matrix("V", n, "variance of the incoming activations under q ∝ δ²p")
m = _matrix("m", 1, "mean of the incoming activations under q ∝ δ²p")
r = _matrix("r", 1, "mean of the incoming activations under r ∝ δp")


class NotationTable(tuple[Notation, ...]):
    """The rows in the order of their declaration; shows itself in a page as a table."""

    def __repr__(self) -> str:
        return f"<{len(self)} symbols: {', '.join(str(row.symbol) for row in self)}>"

    def _repr_markdown_(self) -> str:
        rows = [f"| ${row.tex}$ | `{row.symbol}` | {row.meaning} | {row.domain} |" for row in self]
        return "\n".join(["| letter | name | meaning | domain |", "|---|---|---|---|", *rows])


TABLE = NotationTable(_ROWS)


#: The symbols of the table, each under its own name, and what this module does with symbols.
__all__ = [
    *("TABLE", "Notation", "NotationTable", "auxiliary", "latex_names", "stand_in"),
    *(str(row.symbol) for row in TABLE),
]


def __dir__() -> list[str]:
    return sorted(__all__)


def latex_names() -> dict[Expr, str]:
    """How ``sympy.latex`` should print each symbol: ``latex(expr, symbol_names=latex_names())``."""
    return {row.symbol: row.tex for row in TABLE}


def auxiliary(name: str, *, real: bool | None = None, positive: bool | None = None) -> Symbol:
    """A symbol that stands for no quantity of the table, and is known by its name alone.

    For names of common subexpressions, constants that are hoisted, formal variables that are set
    to 0 in the end, and coordinates of certificates, whose files hold them as text.

    >>> auxiliary("constant0")
    constant0
    """
    return Symbol(name, real=real, positive=positive)


def stand_in(symbol: Symbol, *, positive: bool | None = True) -> Dummy:
    """A symbol in place of another one while something else is known of it, such as its sign.

    It differs from every other symbol; ``subs`` puts the symbol itself back in the end. With
    ``positive=None`` nothing is known of it: it may be any complex number.

    >>> positive = stand_in(alpha)
    >>> abs(positive).subs(positive, alpha)
    alpha
    """
    return Dummy(symbol.name, positive=positive)
