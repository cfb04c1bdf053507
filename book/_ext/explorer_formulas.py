"""The formulas of the explorers, written in JavaScript from the package's own expressions.

A program is a script that sets ``actmath.formulas`` for one page. No formula is typed here: units
come from the catalog, moments, Jacobians and quadratics from ``derive``, the box of a theorem from
``prove``, losses from ``numeric``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from sympy import Abs, Expr, diff
from sympy.functions.elementary.trigonometric import TrigonometricFunction
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from actmath import Activation, catalog
from actmath.activation import POSITIVE, Parameter
from actmath.derive import derivative, moment_map, self_normalizing
from actmath.lower import (
    JavaScript,
    compile_javascript,
    javascript_library,
    to_javascript,
    to_mpmath,
)
from actmath.notation import alpha, lam, latex_names, mu, nu, omega, s, tau, x
from actmath.numeric import NEEDLE, PICTURE, RIPPLES
from actmath.numeric._noise.annealing import TOLERANCE
from actmath.prove import STATEMENTS

#: Gauss-Legendre nodes of a panel, and of the rule that judges it: polynomials of degree 31 and 23
#: are integrated exactly.
NODES = {"fine": 16, "coarse": 12}
#: Units that fold, press flat, or bend the plane.
FOLDING = ("abs", "relu", "leaky_relu", "hard_tanh", "elu", "tanh")
#: Steps of a slider from one end to the other, about.
STEPS = 200
#: As far as a page looks for fixed points: a wave whose pace changes is taken at its pace there.
FAR = 30
#: Beside 0, where a unit that leaves it as slowly as x³ has to have digits of its own.
BESIDE_0 = (-1e-4, 1e-4)
#: Of a value there: a moment of small variance adds them up.
KEPT = 1e-12


def number(value: Any) -> str:
    """A float as JavaScript reads it, with all its digits."""
    return repr(float(value))


def script(parts: dict[str, str]) -> str:
    """The program: the library that the parts need, and the parts by name."""
    library = javascript_library(parts.values())
    inside = ",\n".join(f"  {name}: {source}" for name, source in parts.items())
    return (
        "globalThis.actmath ??= {};\nactmath.formulas = (() => {\n"
        f"{library}\nreturn {{\n{inside}\n}};\n}})();\n"
    )


def rule() -> str:
    """The nodes and weights of both rules on [−1, 1]."""
    found = {name: np.polynomial.legendre.leggauss(count) for name, count in NODES.items()}
    return json.dumps(
        {name: {"nodes": at.tolist(), "weights": w.tolist()} for name, (at, w) in found.items()}
    )


def letter(parameter: Parameter) -> str:
    """α for alpha, λ for lam: as the book writes it."""
    tex = latex_names().get(parameter.symbol, parameter.name)
    return str(pretty_symbol(tex.removeprefix("\\")))


def slider(parameter: Parameter) -> dict[str, Any]:
    """Where a parameter may be moved: around its default, within its domain."""
    value = float(parameter.default)
    low, high = (0.05, 3 * value) if parameter.domain.is_subset(POSITIVE) else (-1.0, 1.5)
    # Steps of 1, 2 or 5 times a power of ten, which a slider's label can show.
    power = 10.0 ** np.floor(np.log10((high - low) / STEPS))
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= (high - low) / STEPS)
    # Within the domain, whose ends are mostly open.
    inf, sup = (float(end) for end in (parameter.domain.inf, parameter.domain.sup))
    first, last = round(max(low, inf) / step), round(min(high, sup) / step)
    first += first * step <= inf
    last -= last * step >= sup
    ends = [float(np.round(end * step, 6)) for end in (first, last)]
    return {
        "letter": letter(parameter),
        "meaning": parameter.meaning,
        "min": ends[0],
        "max": ends[1],
        "step": float(step),
        "value": value,
    }


def text(activation: Activation, order: int) -> JavaScript:
    """f or f′ for all parameters; by the guard where beside 0 the formula alone has lost digits.

    The guard's trials take seconds for some units, and what they save beside other zeros no
    picture and no moment shows. What it serves holds for one set of parameters: a unit with any has
    its formula alone, and where this has no digits left the page says that moments are not settled.
    """
    written = to_javascript(activation, order)
    found = written.for_all()
    if activation.parameters:
        return found
    exact = to_mpmath(activation, order)
    wanted = [float(exact(at)) for at in BESIDE_0]
    same = np.allclose([found(at) for at in BESIDE_0], wanted, rtol=KEPT, atol=0)
    return found if same else written.at()


def paces(activation: Activation) -> list[Expr]:
    """How many radians of a wave are in a unit of x, for each sine or cosine of the formula."""
    waves = activation.expr.atoms(TrigonometricFunction)
    slopes = (diff(argument, x) for wave in waves for argument in wave.args)
    return [Abs(slope.subs(x, FAR)) for slope in slopes]


def unit(activation: Activation) -> str:
    """One unit: title, sliders, f, f′, its breaks, its paces, and which pieces are lines."""
    slopes = derivative(activation).pieces
    symbols = [parameter.symbol for parameter in activation.parameters]
    breaks = compile_javascript(symbols, [piece.upper for piece in slopes[:-1]])
    entries = {
        "title": json.dumps(activation.title),
        "parameters": json.dumps([slider(p) for p in activation.parameters], ensure_ascii=False),
        "f": text(activation, 0).source,
        "slope": text(activation, 1).source,
        "breaks": breaks.source,
        "paces": compile_javascript(symbols, paces(activation)).source,
        "lines": json.dumps([not piece.expr.has(x) for piece in slopes]),
        # Is f′ one number on the outermost piece? If that is 0 the unit saturates hard.
        "flat": json.dumps(
            {side: not slopes[k].expr.has(x) for side, k in (("left", 0), ("right", -1))}
        ),
    }
    return "{" + ",\n".join(f"{name}: {source}" for name, source in entries.items()) + "}"


def units(names: Iterable[str]) -> str:
    """Several units by name."""
    inside = ",\n".join(f"{json.dumps(name)}: {unit(catalog.get(name))}" for name in names)
    return f"{{{inside}}}"


def all_units() -> str:
    """Explore a unit: the whole catalog, and its families for whoever looks for one."""
    families = [
        [family.capitalize(), [activation.name for activation in members]]
        for family, members in catalog.FAMILIES.items()
    ]
    parts = {"rule": rule(), "families": json.dumps(families), "units": units(catalog.CATALOG)}
    return script(parts)


def told_units() -> str:
    """Depth: those that the chapters tell of."""
    return script({"rule": rule(), "units": units(catalog.told())})


def folding_units() -> str:
    """Fold the plane: units with a kink, and two without."""
    return script({"units": units(FOLDING)})


def selu_moment_map() -> str:
    """The moment map of SELU, its Jacobian, and the box of Theorem 1."""
    found = moment_map(catalog.selu)
    symbols = [mu, nu, omega, tau, alpha, lam]
    box = STATEMENTS["theorem-1"].parts[0].domain.as_text()
    sides = {name: [float(end) for end in ends] for name, ends in box.items()}
    return script(
        {
            "map": compile_javascript(symbols, [found.mean, found.second]).source,
            "jacobian": compile_javascript(symbols, list(found.jacobian)).source,
            "alpha": number(catalog.selu.defaults[alpha]),
            "lam": number(catalog.selu.defaults[lam]),
            "box": json.dumps({name: sides[name] for name in ("mu", "nu")}),
            "weights": json.dumps({name: sides[name] for name in ("omega", "tau")}),
        }
    )


def self_normalizing_elu() -> str:
    """The two equations of lam·ELU at a target, their quadratic, and SELU's Jacobian there."""
    found = self_normalizing(catalog.elu, mu, nu, omega, tau)
    inputs = [mu, nu, omega, tau]
    equations = [*found.first, *found.second, *found.quadratic]
    jacobian = list(moment_map(catalog.selu).jacobian)
    selu = {"alpha": alpha, "lam": lam}
    constants = {name: float(catalog.selu.defaults[symbol]) for name, symbol in selu.items()}
    return script(
        {
            "equations": compile_javascript(inputs, equations).source,
            "jacobian": compile_javascript([*inputs, alpha, lam], jacobian).source,
            "f": to_javascript(catalog.elu).at().source,
            "selu": json.dumps(constants),
        }
    )


def losses_of_one_weight() -> str:
    """Losses with several minima, their slopes, and what Gaussian noise makes of both."""
    inside = {}
    for scape in (PICTURE, RIPPLES, NEEDLE):
        ((low, high),) = scape.box
        (at,) = scape.symbols
        entries = {
            "low": number(low),
            "high": number(high),
            "value": compile_javascript([at], [scape.loss]).source,
            "slope": compile_javascript([at], [diff(scape.loss, at)]).source,
            "smoothed": compile_javascript([at, s], [scape.smoothed]).source,
            "smoothedSlope": compile_javascript([at, s], [diff(scape.smoothed, at)]).source,
        }
        parts = (f"{name}: {source}" for name, source in entries.items())
        inside[scape.name] = "{" + ",\n".join(parts) + "}"
    losses = ",\n".join(f"{json.dumps(name)}: {entry}" for name, entry in inside.items())
    return script({"losses": f"{{{losses}}}", "tolerance": number(TOLERANCE)})


#: By the name of the explorer.
PROGRAMS: dict[str, Callable[[], str]] = {
    "unit": all_units,
    "moment_map": selu_moment_map,
    "self_normalizing": self_normalizing_elu,
    "depth": told_units,
    "noise": losses_of_one_weight,
    "fold": folding_units,
}
