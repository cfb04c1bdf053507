"""Constants beside the exact ones: errors, and what fifty layers make of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sympy import Expr, Integer, Rational

from ..._text.tables import Tabular
from ...lower._for_mpmath import to_mpf
from ...names import UnknownNameError, suggest
from ...number import evaluated, mp, significant
from ...numeric._digits.rising_precision import check_digits
from ._exact.stacks import Journey
from ._exact.stand_ins import StandIn
from ._registry import WORLD
from ._wild import Wild

#: Networks that are looked at are so deep.
_LAYERS = 50


@dataclass(frozen=True, repr=False)
class Compared(Tabular):
    """A constant beside the exact one.

    ``error`` and ``relative`` are wild − exact and its share of the exact one; ``wild`` and
    ``right`` say what ``layers`` layers make of a signal and a gradient with either, None where
    there is no network. ``asked`` is what the installed package answers today, None where it is
    not installed or not asked.
    """

    constant: Wild
    value: Expr
    exact: Expr
    error: float
    relative: float
    layers: int
    wild: Journey | None
    right: Journey | None
    asked: float | None

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is printed, what is exact, how far off, and what it does."""
        constant = self.constant
        found = [
            ("in the wild", constant.printed),
            ("where", constant.place),
            ("read", str(constant.seen)),
            ("is to be", constant.purpose.formula),
            ("exact", str(self.exact)),
            ("error", f"{self.error:.3g}, relative {self.relative:.3g}"),
        ]
        if self.asked is not None:
            found.append(("installed here", f"{self.asked!r}"))
        if self.wild is not None and self.right is not None:
            for title, part in (("length", "length"), ("gradient", "gradient")):
                pair = (getattr(self.wild, part), getattr(self.right, part))
                found.append(
                    (f"{title}, {self.layers} layers", "{:.4g}; exact {:.4g}".format(*pair))
                )
        return tuple(found)

    @property
    def factors(self) -> tuple[float, float] | None:
        """Length and gradient after the layers, wild over exact; None where there is no network."""
        if self.wild is None or self.right is None:
            return None
        pairs = (
            (self.wild.length, self.right.length),
            (self.wild.gradient, self.right.gradient),
        )
        length, gradient = (_share(over, under) for over, under in pairs)
        return length, gradient

    def cells(self) -> tuple[str, ...]:
        """The same in one row: name, printed, exact, relative error, and both factors."""
        factors = self.factors
        shown = ("", "") if factors is None else tuple(map(_factor, factors))
        constant = self.constant
        error = f"{self.relative:.1e}" if self.relative else "0"
        return (constant.name, constant.printed, str(self.exact), error, *shown)

    def caption(self) -> str:
        """The constant's name and what it is."""
        return f"{self.constant.name}: {self.constant.what}"

    def to_json(self) -> dict[str, object]:
        """The row as plain values; what is infinite is a word."""
        constant = self.constant
        return {
            "name": constant.name,
            "what": constant.what,
            "kind": constant.purpose.kind,
            "printed": constant.printed,
            "place": constant.place,
            "seen": str(constant.seen),
            "formula": constant.purpose.formula,
            "exact": str(self.exact),
            "error": self.error,
            "relative": self.relative,
            "layers": self.layers,
            "wild": _plain(self.wild),
            "right": _plain(self.right),
            "asked": self.asked,
        }


def beside_exact(constant: Wild | str, *, digits: int = 20, layers: int = _LAYERS) -> Compared:
    """A constant, by its name, beside the exact one.

    Args:
        constant: a constant of ``WORLD`` or its name.
        digits: of the exact one, 1 to 10000.
        layers: how deep the network is, 1 to 1000.

    Raises:
        UnknownNameError: for another name; the message lists the near ones.
        TypeError: for what is neither.
        ValueError: for digits or layers out of range.

    >>> found = beside_exact("torch-gain-tanh", digits=10)
    >>> str(found.exact), round(found.relative, 4)
    ('1.592537420', 0.0465)
    """
    wild = WORLD[constant] if isinstance(constant, str) else constant
    if not isinstance(wild, Wild):
        raise TypeError(f"a constant is named by a str, or is a Wild, not {constant!r}")
    digits = check_digits(digits)
    if isinstance(layers, bool) or not isinstance(layers, int) or not 1 <= layers <= 1000:
        raise ValueError(f"layers must be an integer from 1 to 1000, got {layers!r}")
    # Beyond the digits of either: what is printed in full is right to the last of them.
    known = max(digits, len(wild.printed)) + 2
    finer = wild.purpose.exact(known)
    error = evaluated(wild.number - finer, 15)
    if abs(error) < abs(finer) * Rational(10) ** (1 - known):
        # A formula in print is the exact number, as far as this one is known.
        error = Integer(0)
    with mp.workdps(digits + 2):
        exact = significant(to_mpf(finer), digits)
    return Compared(
        wild,
        wild.number,
        exact,
        float(error),
        float(error / finer),
        layers,
        wild.purpose.after(float(wild.number), layers),
        _right(wild, layers),
        _asked(wild),
    )


def find_constants(text: str = "") -> tuple[Wild, ...]:
    """All constants, or those of a name, a kind, a package or a unit: what contains the text.

    Raises:
        UnknownNameError: if nothing is found; the message lists near names.
        TypeError: for what is no text.

    >>> [constant.name for constant in find_constants("tinygrad selu")]
    ['tinygrad-selu-alpha', 'tinygrad-selu-lam']
    """
    if not isinstance(text, str):
        raise TypeError(f"constants are found by words, not by {text!r}")
    if text in WORLD:
        return (WORLD[text],)
    words = text.lower().replace("-", " ").replace("_", " ").split()
    found = tuple(one for one in WORLD.values() if all(word in _words(one) for word in words))
    if not found:
        raise UnknownNameError(f"no constant is called {text!r}: {suggest(text.lower(), WORLD)}")
    return found


def _words(constant: Wild) -> str:
    parts = (constant.name, constant.what, constant.purpose.kind, constant.place)
    return " ".join(parts).lower().replace("-", " ").replace("_", " ")


def _factor(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:.3g}"


def _share(over: float, under: float) -> float:
    """A quotient, nan where float64 cannot hold what is divided by."""
    return over / under if 0 < under < math.inf else math.nan


def _right(wild: Wild, layers: int) -> Journey | None:
    """The network with the exact constant, or with the unit that is meant."""
    if isinstance(wild.purpose, StandIn):
        return wild.purpose.undisturbed(layers)
    return wild.purpose.after(float(wild.purpose.exact()), layers)


def _asked(wild: Wild) -> float | None:
    if wild.ask is None:
        return None
    try:
        return wild.ask()
    except ImportError:
        return None


def _plain(journey: Journey | None) -> dict[str, object] | None:
    """Infinite parts as a word, which JSON has no number for."""
    if journey is None:
        return None
    parts = {"length": journey.length, "gradient": journey.gradient}
    return {name: value if math.isfinite(value) else str(value) for name, value in parts.items()}
