"""Speed of the array moments against what one would write instead; `make bench` prints the table.

CPU time of this process, both sides in one run, so that the ratios survive a busy machine.
"""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from scipy import integrate, special

from actmath import constants
from actmath.numeric._gaussian.evaluate import gaussian

pytestmark = pytest.mark.benchmark

SIDE = 1000
LOOP = 200
ALPHA, LAM = 1.6732632423543772, 1.0507009873554805

# What a careful user would hand to scipy, one number at a time.
SCALAR = {
    "selu": (
        lambda t: LAM * (t if t > 0 else ALPHA * math.expm1(t)),
        lambda t: LAM * (1.0 if t > 0 else ALPHA * math.exp(t)),
    ),
    "tanh": (math.tanh, lambda t: 1 - math.tanh(t) ** 2),
    "sigmoid": (lambda t: 1 / (1 + math.exp(-t)), lambda t: 1 / (2 + math.exp(t) + math.exp(-t))),
    "gelu": (
        lambda t: t * math.erfc(-t / math.sqrt(2)) / 2,
        lambda t: math.erfc(-t / math.sqrt(2)) / 2 + t * density(t),
    ),
    "silu": (
        lambda t: t / (1 + math.exp(-t)),
        lambda t: (1 + t / (1 + math.exp(t))) / (1 + math.exp(-t)),
    ),
    "mish": (
        lambda t: t * math.tanh(math.log1p(math.exp(t))),
        lambda t: (
            math.tanh(math.log1p(math.exp(t)))
            + t / (1 + math.exp(-t)) / math.cosh(math.log1p(math.exp(t))) ** 2
        ),
    ),
}


def density(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def grid(spacing):
    """A million points of |mean| ≤ 1, variance in [0.01, 16]."""
    mean = np.linspace(-1, 1, SIDE)
    variance = np.geomspace(0.01, 16, SIDE) if spacing == "log" else np.linspace(0.01, 16, SIDE)
    return [np.ravel(axis) for axis in np.meshgrid(mean, variance)]


def seconds(call, repeat=3):
    call()
    best = math.inf
    for _ in range(repeat):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def bare_formula(y, x):
    """SELU's Eqs. 4 and 5 with erfcx, and the variance as their difference."""
    root = np.sqrt(2 * x)
    t = y / root
    g, e0 = np.exp(-t * t), special.erfc(t)
    e1, e2 = g * special.erfcx((y + x) / root), g * special.erfcx((y + 2 * x) / root)
    mean = LAM / 2 * (y * (2 - e0) + ALPHA * (e1 - e0) + np.sqrt(2 * x / np.pi) * g)
    second = (y * y + x) * (2 - e0) + ALPHA**2 * (e2 - 2 * e1 + e0)
    second = LAM**2 / 2 * (second + math.sqrt(2 / np.pi) * y * np.sqrt(x) * g)
    return mean, second, second - mean**2


def quad_loop(name, mean, variance):
    """E f, E f² and E f′² by scipy's quad at its default tolerance, which is 1e-8."""
    f, slope = SCALAR[name]
    rows = []
    for m, v in zip(mean, variance, strict=True):
        s = math.sqrt(v)
        parts = (lambda t: f(t), lambda t: f(t) ** 2, lambda t: slope(t) ** 2)
        kink = {"points": [-m / s]} if name == "selu" and abs(m / s) < 12 else {}
        rows.append(
            [
                integrate.quad(lambda z, h=h, m=m, s=s: h(m + s * z) * density(z), -12, 12, **kink)[
                    0
                ]
                for h in parts
            ]
        )
    return np.array(rows)


def ours_for_selu(mean, variance):
    return gaussian("selu", mean, variance)


def side_by_side(one, other, *arguments, pairs=15):
    """CPU seconds of both, timed in turn, as an array of rows (one, other)."""
    times = []
    for _ in range(pairs):
        start = time.process_time()
        one(*arguments)
        middle = time.process_time()
        other(*arguments)
        times.append((middle - start, time.process_time() - middle))
    return np.array(times[1:])


def orders(mean, variance):
    """The points by rows of one variance, by columns of one mean, and in random order."""
    columns = np.arange(len(mean)).reshape(SIDE, SIDE).T.ravel()
    shuffled = np.random.default_rng(0).permutation(len(mean))
    yield "by rows", mean, variance
    yield "by columns", mean[columns], variance[columns]
    yield "shuffled", mean[shuffled], variance[shuffled]


def test_selu_against_the_bare_formula():
    print("\nSELU, 10⁶ points, mean, second moment, variance (ours also E f′ and E f′²):")
    for spacing in ("log", "linear"):
        for order, *points in orders(*grid(spacing)):
            times = side_by_side(bare_formula, ours_for_selu, *points)
            (bare, ours), ratio = np.median(times, axis=0), np.median(times[:, 1] / times[:, 0])
            print(
                f"  {spacing:6} variances {order:10}: bare {bare:.3f} s, ours {ours:.3f} s, "
                f"{ratio:.2f}×"
            )


@pytest.mark.parametrize("name", sorted(SCALAR))
def test_against_a_quad_loop(name):
    mean, variance = grid("log")
    some = np.random.default_rng(0).choice(len(mean), LOOP, replace=False)
    start = time.process_time()
    rows = quad_loop(name, mean[some], variance[some])
    loop = (time.process_time() - start) / LOOP
    ours = seconds(lambda: gaussian(name, mean, variance), repeat=1) / len(mean)
    found = gaussian(name, mean[some], variance[some])
    apart = np.max(np.abs(rows[:, 1] / found.second - 1))
    print(
        f"\n  {name:8} quad loop {loop * 1e6:8.1f} µs a point, ours {ours * 1e6:6.3f} µs, "
        f"{loop / ours:6.0f}×; E f² agrees to {apart:.0e}"
    )


def test_constants_at_many_digits():
    print("\nconstants('elu'), CPU time:")
    for digits in (16, 50, 1000):
        constants("elu", "1/3", "3/2", digits=digits)
        times = []
        for k in range(5):
            start = time.process_time()
            constants("elu", f"{k + 1}/7", "3/2", digits=digits)
            times.append(time.process_time() - start)
        print(f"  {digits:5} digits: {1e3 * min(times):8.1f} ms a target")
    start = time.process_time()
    for mean in ("-2", "-1", "-1/2", "-0.1", "0", "0.1", "1/2", "1", "2"):
        for variance in ("0.01", "0.1", "1/2", "1", "2", "5", "10", "50", "100", "700"):
            constants("elu", mean, variance, digits=50)
    print(f"  90 targets at 50 digits: {time.process_time() - start:.2f} s")
