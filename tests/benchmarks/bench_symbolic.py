"""Deriving SELU's two moments: the rule of ``derive.gaussian_moments`` beside SymPy's integrate."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from sympy import Expr, Integral, exp, expand, integrate, pi, sqrt

from actmath import catalog
from actmath.derive._formula.pieces import pieces
from actmath.derive._moments.gaussian_moments import expectation
from actmath.notation import mu, nu, x

pytestmark = pytest.mark.benchmark


def by_rule() -> None:
    parts = pieces(catalog.selu.expr)
    expectation(parts)
    expectation(parts, power=2)


def by_integrate(prepare: Callable[[Expr], Expr]) -> None:
    density = exp(-((x - mu) ** 2) / (2 * nu)) / sqrt(2 * pi * nu)
    for power in (1, 2):
        for part in pieces(catalog.selu.expr):
            found = integrate(prepare(part.expr**power * density), (x, part.lower, part.upper))
            assert not found.has(Integral)


def cpu_seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_selus_moments_by_rule_and_by_integrate() -> None:
    rule = cpu_seconds(by_rule)
    termwise = cpu_seconds(lambda: by_integrate(expand))
    outright = cpu_seconds(lambda: by_integrate(lambda integrand: integrand))
    print(
        f"\nSELU's E f and E f², cpu-s: rule {rule:.3f}, integrate {outright:.1f}, "
        f"integrate after expanding {termwise:.1f}"
    )
    print(f"ratios to the rule: {outright / rule:.0f}, {termwise / rule:.0f}")


def import_seconds(statement: str) -> float:
    code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def test_import_costs_little_more_than_sympy() -> None:
    pairs = [(import_seconds("import actmath"), import_seconds("import sympy")) for _ in range(7)]
    extra = sorted(one - other for one, other in pairs)
    print(f"\nimport actmath over import sympy: {extra[3]:.3f} cpu-s (median of 7 pairs)")
