"""A unit of two arguments as one frozen declaration: a gate, which is any activation, and a value.

GLU, ReGLU, GEGLU, SwiGLU and the bilinear unit differ in one function, so that a declaration holds
that function and nothing beside it: domain, kinks, parameters, lowering, closed forms and digits
are those of the ``Activation``, and no second mechanism stands beside it.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sympy import Expr, Symbol, SympifyError, sympify
from sympy import latex as sympy_latex

from ._text.kinds import check_kind
from ._text.tables import shortened
from .activation import Activation, Parameter
from .notation import latex_names, mu_z, nu_z, rho, x, z
from .number import Number, exact
from .sources import Source

__all__ = ["GatedUnit"]


def __dir__() -> list[str]:
    return sorted(__all__)


# The second argument, and the letters in which answers about it are stated.
_RESERVED = frozenset(symbol.name for symbol in (z, mu_z, nu_z, rho))


@dataclass(frozen=True, repr=False)
class GatedUnit:
    """f(x, z) = g(x)·z: the gate g opens for its argument x, and lets the value z through.

    Args:
        name: an identifier, unique in a catalog.
        gate: the function of ``notation.x``, any ``Activation``; its parameters are the unit's.
        source: where the unit was published, with its equation number.
        title: the name as people write it.
        aliases: other names by which a catalog finds it.

    Raises:
        TypeError: if the gate is no ``Activation``.
        ValueError: if the name is no identifier, or a parameter of the gate has a letter in which
            answers about z are stated.

    >>> from actmath import catalog
    >>> unit = GatedUnit("tanh_glu", catalog.tanh)
    >>> unit.expr, unit.value(0, 5)
    (z*tanh(x), 0)
    """

    name: str
    gate: Activation
    source: Source | None = None
    title: str = ""
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_kind(self.name, str, "a gated unit's name")
        if not self.name.isidentifier() or keyword.iskeyword(self.name):
            raise ValueError(f"a gated unit's name must be an identifier, got {self.name!r}")
        check_kind(self.gate, Activation, f"{self.name}: the gate")
        # A text would be taken for the tuple of its letters.
        check_kind(self.aliases, tuple, f"{self.name}: the aliases")
        taken = sorted(_RESERVED & {parameter.name for parameter in self.gate.parameters})
        if taken:
            raise ValueError(
                f"{self.name}: {', '.join(taken)} cannot be a parameter of a gate: what is derived "
                "of the second argument is stated in that letter"
            )
        object.__setattr__(self, "title", self.title or self.name)

    @classmethod
    def of_formula(
        cls, name: str, formula: Expr | str, parameters: Iterable[Parameter] = ()
    ) -> GatedUnit:
        """The unit of a formula in ``notation.x`` and ``z`` that is g(x)·z.

        Raises:
            ValueError: if it is not of that form, or g is no activation; a text may be no formula.
            TypeError: if it is neither an expression nor a text.

        >>> GatedUnit.of_formula("mine", "z*x*sigmoid(x)").gate.expr
        x/(1 + exp(-x))
        """
        known = tuple(parameters)
        expr = _read(name, formula, [parameter.symbol for parameter in known])
        gate = expr.diff(z)
        # Linear in z and 0 at z = 0: then f is its slope by z, times z.
        if gate.has(z) or not gate.has(x) or expr.subs(z, 0) != 0:
            raise ValueError(
                f"{name}: a unit of two arguments is z times a formula in x, such as "
                f"z*sigmoid(x), got {shortened(str(formula), 60)}"
            )
        return cls(name, Activation(f"{name}_gate", gate, known))

    def __repr__(self) -> str:
        values = repr(self.gate).removeprefix(f"Activation {self.gate.name}: {self.gate.expr}")
        return shortened(f"GatedUnit {self.name}: {self.expr}{values}")

    @property
    def expr(self) -> Expr:
        """The formula in ``notation.x`` and ``notation.z``."""
        return self.gate.expr * z

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the gate."""
        return self.gate.parameters

    @property
    def defaults(self) -> dict[Symbol, Expr]:
        """Every parameter's default, exact."""
        return self.gate.defaults

    def with_parameters(self, **given: Number) -> GatedUnit:
        """The same unit with other defaults; ValueError as of ``Activation``."""
        return replace(self, gate=self.gate.with_parameters(**given))

    def formula(self, **given: Number) -> Expr:
        """The formula with numbers for the parameters, in x and z alone."""
        return self.gate.formula(**given) * z

    def value(self, at: Number, let_through: Number, **given: Number) -> Expr:
        """The exact value at a point (x, z)."""
        return self.gate.value(at, **given) * exact(let_through, "z")

    @property
    def latex(self) -> str:
        """The formula in TeX, with the symbols of ``notation``."""
        return str(sympy_latex(self.expr, symbol_names=latex_names()))

    def _repr_latex_(self) -> str:
        name = self.name.replace("_", r"\_")
        return rf"$\displaystyle \operatorname{{{name}}}(x, z) = {self.latex}$"


def _read(name: str, formula: Expr | str, symbols: list[Symbol]) -> Expr:
    if isinstance(formula, str):
        # Few formulas are texts: the grammar is loaded where one comes.
        from ._text.formulas import parse_formula

        return parse_formula(formula, [z, *symbols])
    try:
        found = sympify(formula, strict=True)
    except SympifyError:
        found = None
    if not isinstance(found, Expr):
        raise TypeError(f"{name}: a formula is a SymPy expression or a text, got {formula!r}")
    return found
