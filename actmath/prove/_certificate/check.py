"""Re-verify a certificate, trusting nothing but this file and python-flint.

A formula is read from the certificate's text. Its jets, such as ``M2`` = ∂²M/∂y² for a moment M of
N(y, x), are Taylor coefficients of a power series over balls; ∂/∂x is ½∂²/∂y², the heat equation.
On a piece B with midpoint c, jets and formula are enclosed by f(c) + Σ ∂ₖf(B)·(Bₖ − cₖ).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise, product
from keyword import iskeyword
from math import factorial
from operator import mul
from typing import Any

from flint import arb, arb_series, ctx, fmpq

_NUMBER, _RESERVED = re.compile(r"\b(\d+)\b"), {"exp", "erfc", "sqrt", "pi", "E", "_"}
_CALLS = {name: (lambda u, name=name: getattr(u, name)()) for name in ("exp", "erfc", "sqrt")}


class RejectedError(Exception):
    """Why a certificate does not prove what it says."""


def check_certificate(certificate: dict[str, Any], expected: dict[str, Any] | None = None) -> int:
    """Check a certificate, and that it declares what is ``expected``; returns the pieces seen.

    Raises RejectedError, or whatever error the contents of a malformed file run into.
    """
    stated, evidence = certificate["declaration"], certificate["evidence"]
    _require(certificate["sha256"] == seal(certificate), "its digest does not match: altered")
    _require(expected in (None, stated), "it declares something else than expected")
    with ctx.workprec(int(certificate["precision"])):
        formulas = {name: CheckedFormula(**text) for name, text in stated["formulas"].items()}
        parts = [[_Claim(formulas, p["domain"], c) for c in p["claims"]] for p in stated["parts"]]
        if certificate["verdict"] == "REFUTED":
            parts[evidence["part"]][evidence["claim"]].settle(False, **evidence["proof"])
        else:
            _require(certificate["verdict"] == "PROVED", "its verdict certifies nothing")
            for claims, proofs in zip(parts, evidence, strict=True):
                for claim, proof in zip(claims, proofs, strict=True):
                    claim.settle(True, **proof)
    return sum(formula.runs for formula in formulas.values())


def seal(certificate: dict[str, Any]) -> str:
    """SHA-256 of everything but the digest itself, in canonical form."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _require(condition: Any, otherwise: str) -> None:
    """Reject unless a condition holds."""
    if not condition:
        raise RejectedError(otherwise)


def _exact(text: str) -> Any:
    """A decimal or fraction as it is written."""
    return fmpq(*Fraction(text).as_integer_ratio())


def _steps(lines: list[list[str]]) -> list[tuple[str, Any]]:
    """Lines ``name = arithmetic``, compiled with every number exact."""
    for name, text in lines:
        words = [word for word in re.findall(r"\w+", text) if not word.isdigit()]
        sound = all(word.isidentifier() and not iskeyword(word) for word in [name, *words])
        plain = re.fullmatch(r"[\w+\-*/() ]+", text) and "**" not in text
        _require(sound and plain and name not in _RESERVED, f"not arithmetic: {name} = {text}")
    # Every integer becomes an exact ball: 1/3 is a quotient of balls, never of floats.
    return [(name, compile(_NUMBER.sub(r"_(\1)", text), name, "eval")) for name, text in lines]


class CheckedFormula:
    """A formula of a certificate on boxes of its coordinates."""

    def __init__(self, coordinates: Any, constants: Any, inputs: Any, moments: Any, value: Any):
        self.runs, (self.names, self.products) = 0, ([p[k] for p in coordinates] for k in (0, 1))
        self.inputs, self.moments, self.value = _steps(inputs), _steps(moments), _steps(value)
        words = re.findall(r"\b[MQB]\d\b", " ".join(text for _, text in value))
        self.jets, self.tiles = {(word[0], int(word[1])) for word in words}, dict[Any, Any]()
        self.known = {**_CALLS, "_": arb, "pi": arb.pi(), "E": arb.const_e(), "__builtins__": {}}
        self.known = self.run(_steps([*constants, *([name, "0"] for name in self.names)]), {})

    def run(self, lines: list[tuple[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
        """All steps done, starting from some values."""
        found = self.known | given
        for name, code in lines:
            found[name] = eval(code, found)
        return found

    def __call__(self, box: list[Any]) -> list[Any]:
        """Enclosures of the value and of its derivatives along the coordinates."""
        self.runs, found, zero = self.runs + 1, [arb(0)] * (len(box) + 2), arb_series([0])
        # Forward differentiation: one run for each axis of some width, in series of two terms.
        for axis in [k for k, (low, high) in enumerate(box) if low < high] or [len(box)]:
            ctx.cap, sides = 2, enumerate(zip(self.names, box, strict=True))
            given = {name: arb_series([_around(*side), k == axis]) for k, (name, side) in sides}
            if self.jets:
                given = self.run(self.inputs, given)
                y, x = zero + given["y"], zero + given["x"]
                jets, ctx.cap = self.tile(y[0], x[0]), 2
                for m, k in self.jets:
                    # ∂M/∂x = ½∂²M/∂y², the heat equation.
                    slope = jets[m, k + 1] * y[1] + jets[m, k + 2] / 2 * x[1]
                    given[f"{m}{k}"] = arb_series([jets[m, k], slope])
            value = zero + self.run(self.value, given)["value"]
            found[0], found[axis + 1] = value[0], value[1]
        return found[:-1]

    def tile(self, y: Any, x: Any) -> Any:
        """The jets on a tile, united over small ones: Taylor sums with high jets as remainders."""
        key = tuple(part.man_exp() for ball in (y, x) for part in (ball.mid(), ball.rad()))
        if key in self.tiles:
            return self.tiles[key]
        # Twelve orders more than are asked for serve as remainders; with eight the enclosures are
        # too wide for some committed certificates.
        ctx.cap, united = max(k for _, k in self.jets) + 12, dict[Any, Any]()
        for b, a in product(_slices(y, x.lower().sqrt() / 20), _slices(x, x.lower() / 40)):
            # Taylor coefficients of the closed forms in y: the k-th times k! is the k-th jet.
            wide = self.run(self.moments, {"y": arb_series([b, 1]), "s": a.sqrt()})
            here = self.run(self.moments, {"y": arb_series([b.mid(), 1]), "s": a.mid().sqrt()})
            dy, dx, letters = b - b.mid(), (a - a.mid()) / 2, [m for m in "MQB" if m in wide]
            jets = {(m, k): wide[m][k] * factorial(k) for m in letters for k in range(ctx.cap)}
            # J(b, a) ⊂ J(c) + ∂J/∂y·(b − c_y) + ½∂²J/∂y²·(a − c_x), from the highest order down.
            for m, k in [jet for jet in reversed(jets) if jet[1] < ctx.cap - 2]:
                jets[m, k] = here[m][k] * factorial(k) + dy * jets[m, k + 1] + dx * jets[m, k + 2]
            united = {jet: ball.union(united.get(jet, ball)) for jet, ball in jets.items()}
        return self.tiles.setdefault(key, united)


class _Claim:
    """One inequality of a certificate on its domain, as slack > 0."""

    def __init__(self, formulas: Any, domain: Any, claim: dict[str, Any]) -> None:
        self.formula, self.bound = formulas[claim["formula"]], _exact(claim["bound"])
        self.sign, self.somewhere = {">": 1, "<": -1}[claim["relation"]], claim["somewhere"]
        self.domain = {name: (_exact(low), _exact(high)) for name, (low, high) in domain.items()}

    def settle(self, holds: bool, cover: str = "", margin: str = "0", point: Any = None) -> None:
        """Check the proof that the claim holds, or that its negation does."""
        # The negation of f > b is f ≤ b; a proof shows f < b, which is more.
        self.sign *= 1 if holds else -1
        if self.somewhere == holds:
            place = {name: (_exact(point[name]),) * 2 for name in self.domain}
            inside = all(a <= place[name][0] <= b for name, (a, b) in self.domain.items())
            _require(inside, f"the point {point} is not in the domain")
            _require(self.slack(self.ranges(place))[0] > 0, f"nothing is decided at {point}")
        else:
            self.margin, tree = _exact(margin), iter(cover)
            self.covered(tree, self.ranges(self.domain))
            _require(self.margin >= 0 and not next(tree, ""), "the cover has pieces left over")

    def ranges(self, domain: dict[str, Any]) -> list[Any]:
        """The exact ranges of the coordinates, which are products of the domain's variables."""
        sides = []
        # A product of variables from a box ranges between the products of their ends.
        for names in self.formula.products:
            ends = [fmpq(1)]
            for name in names.split("*"):
                ends = [a * b for a in (min(ends), max(ends)) for b in domain[name]]
            sides.append((min(ends), max(ends)))
        return sides

    def slack(self, box: list[Any]) -> list[Any]:
        """How far the inequality is from failing on a box, and the derivatives of that."""
        try:
            value, *slopes = self.formula(box)
        except (ValueError, ZeroDivisionError):  # a root or quotient that may not exist
            return [arb("nan")] * (len(box) + 1)
        return [self.sign * (value - self.bound), *(self.sign * slope for slope in slopes)]

    def covered(self, tree: Iterator[str], box: list[Any]) -> None:
        """Whether the tree's leaves fill the box and the inequality holds on each."""
        letter = next(tree, "?")
        axis, upper = "abcdefgh".find(letter.lower()), letter.isupper()
        if letter.isdigit():
            # A digit: the box is halved along that axis, and two trees follow.
            for half in _halves(box, int(letter)):
                self.covered(tree, half)
        elif axis >= 0:
            # A letter: where the slack falls towards a face, that face stands for the box.
            self.everywhere(box, lambda part: self.slack(part)[axis + 1] * (-1) ** upper > 0)
            self.covered(tree, [*box[:axis], (box[axis][upper],) * 2, *box[axis + 1 :]])
        else:
            _require(letter == ".", "the cover has a gap")
            self.everywhere(box, self.positive)

    def positive(self, box: list[Any]) -> Any:
        """Whether the slack exceeds the margin, by the natural or the mean-value form."""
        (natural, *slopes), centre = self.slack(box), [((a + b) / 2,) * 2 for a, b in box]
        # f(c) + Σ ∂ₖf(B)·(Bₖ − cₖ)
        offsets = [_around(*side) - c for side, (c, _) in zip(box, centre, strict=True)]
        sure = natural > self.margin
        return sure or self.slack(centre)[0] + sum(map(mul, slopes, offsets)) > self.margin

    def everywhere(self, box: list[Any], test: Callable[[Any], Any], patience: int = 8) -> None:
        """A test on a box, or on its halves if it is too wide for these enclosures."""
        if not test(box):
            _require(patience, f"a piece could not be verified: {box}")
            widths = [(high - low) / (1 + abs(low)) for low, high in box]
            for half in _halves(box, widths.index(max(widths))):
                self.everywhere(half, test, patience - 1)


def _around(low: Any, high: Any) -> Any:
    """The ball around an interval."""
    return arb(low).union(arb(high))


def _slices(ball: Any, size: Any) -> list[Any]:
    """A ball cut into pieces of about a given size, but not into many."""
    low, count = ball.lower(), min(4, int(2 * float(ball.rad() / size)) + 1)
    edges = [low + (ball.upper() - low) * k / count for k in range(count + 1)]
    return [_around(low, high) for low, high in pairwise(edges)]


def _halves(box: list[Any], axis: int) -> list[Any]:
    """A box cut in the middle of one side."""
    (low, high), head, tail = box[axis], box[:axis], box[axis + 1 :]
    return [[*head, side, *tail] for side in ((low, (low + high) / 2), ((low + high) / 2, high))]
