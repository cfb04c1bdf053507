"""Time and error beside what people use instead: ``python -m tests.benchmarks.peers``.

Both sides take turns in one run, in processor time of one thread, the least of some rounds: the
ratios survive a busy machine. Errors are the worst relative ones at random points, against closed
forms at 30 digits or SciPy in float64. It writes ``book/peers.json``, which the README shows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special

from actmath import constants, moments, nn
from actmath._text.tables import as_plain
from actmath.experiment._record.provenance import Code, Provenance, processor_name
from actmath.numeric import ntk_kernel
from actmath.numeric._gaussian.evaluate import gaussian

from .bench_kernels import WEIGHT, bare_relu
from .bench_nn import both_ways
from .bench_numeric import bare_formula, grid, quad_loop

RECORD = Path(__file__).parents[2] / "book" / "peers.json"
ROUNDS = 5
SEED = 0
#: At these the references are computed one by one.
POINTS = 40
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One task: seconds of a call and worst relative error, here and of the peer."""

    task: str
    peer: str
    seconds: float
    peer_seconds: float
    error: float
    peer_error: float


def seconds(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The least processor time of each, after a first call that is not timed."""
    one(), other()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        one()
        middle = time.process_time()
        other()
        times.append((middle - start, time.process_time() - middle))
    least = np.min(times, axis=0)
    return float(least[0]), float(least[1])


def worst(found: Any, exact: Any) -> float:
    """The greatest relative error."""
    return float(np.max(np.abs(np.asarray(found, dtype=float) / np.asarray(exact, float) - 1)))


def variances_of_selu() -> Row:
    """Arrays of moments beside the formulas as the paper prints them."""
    mean, variance = grid("log")
    ours, theirs = seconds(
        lambda: gaussian("selu", mean, variance), lambda: bare_formula(mean, variance)
    )
    some = np.random.default_rng(SEED).choice(len(mean), POINTS, replace=False)
    exact = _exact("selu", mean[some], variance[some], "variance")
    found = gaussian("selu", mean[some], variance[some]).variance
    bare = bare_formula(mean[some], variance[some])[2]
    task = "SELU's moments at 10⁶ pairs of mean and variance"
    return Row(task, "Eqs. 4–5 in NumPy", ours, theirs, worst(found, exact), worst(bare, exact))


def moments_of_gelu() -> Row:
    """Arrays of moments beside quadrature, one after the other."""
    draw = np.random.default_rng(SEED)
    mean, variance = draw.uniform(-1, 1, POINTS), draw.uniform(0.01, 16, POINTS)
    many = [np.tile(each, 2500) for each in (mean, variance)]
    ours, theirs = seconds(
        lambda: gaussian("gelu", *many), lambda: quad_loop("gelu", mean, variance)
    )
    exact = _exact("gelu", mean, variance, "second")
    found, loop = gaussian("gelu", mean, variance).second, quad_loop("gelu", mean, variance)[:, 1]
    errors = worst(found, exact), worst(loop, exact)
    scale = len(many[0]) / POINTS
    return Row("GELU's moments at 10⁵ pairs", "scipy.integrate.quad", ours, theirs * scale, *errors)


def digits_of_selu() -> Row:
    """SELU's two constants at 50 digits beside a root search by mpmath."""
    places = iter(range(1, 10**6))
    found: list[Any] = []

    def searched() -> None:
        with mpmath.workdps(50):
            found.append(mpmath.findroot(_equations_of_selu, (1.67, 1.05)))

    # Another target each time: what is known already would cost nothing.
    ours, theirs = seconds(lambda: constants("elu", f"{next(places)}/1000", 1, digits=50), searched)
    exact, known = constants("elu", 0, 1, digits=80), constants("elu", 0, 1, digits=50)
    with mpmath.workdps(80):
        alpha = mpmath.mpf(str(exact.alpha))
        errors = [abs(mpmath.mpf(str(a)) / alpha - 1) for a in (known.alpha, found[0][0])]
    peer = "mpmath.findroot and mpmath.quad"
    return Row("SELU's α and λ, 50 digits", peer, ours, theirs, *map(float, errors))


def _equations_of_selu(alpha: Any, scale: Any) -> list[Any]:
    def mean(f: Callable[[Any], Any]) -> Any:
        return mpmath.quad(lambda z: f(z) * mpmath.npdf(z), [-mpmath.inf, 0, mpmath.inf])

    def selu(z: Any) -> Any:
        return scale * (z if z > 0 else alpha * mpmath.expm1(z))

    return [mean(selu), mean(lambda z: selu(z) ** 2) - 1]


def kernels_of_relu() -> Row:
    """The neural tangent kernel beside its closed form by angles, as other libraries write it."""
    x = np.random.default_rng(SEED).normal(size=(200, 32))

    def found() -> Numbers:
        return np.asarray(ntk_kernel("relu", x, depth=3, weight_variance=WEIGHT).kernel)

    ours, theirs = seconds(found, lambda: bare_relu(x, x))
    # With E f² kept at each layer, the kernel of an input with itself is depth + 1 times the first.
    exact = 4 * WEIGHT * (x**2).mean(1)
    errors = [worst(np.diag(each), exact) for each in (found(), bare_relu(x, x)[1])]
    return Row("ReLU's tangent kernel, 200 × 200, 3 layers", "by angles", ours, theirs, *errors)


def modules() -> Iterator[Row]:
    """Modules forward and backward in float32 beside torch.nn's; the error is the gradient's."""
    points = np.concatenate([np.linspace(-12, 12, 20_001), np.geomspace(0.01, 12, 2_000)])
    x = torch.tensor(points, dtype=torch.float32)
    large = torch.randn(1000, 100, generator=torch.Generator().manual_seed(SEED)).requires_grad_()
    at = x.double().numpy()
    below = np.exp(special.log_ndtr(at))
    slopes = {
        "GELU": below + at * np.exp(-at * at / 2) / np.sqrt(2 * np.pi),
        "Sigmoid": special.expit(at) * special.expit(-at),
    }
    for name, exact in slopes.items():
        ours, theirs = getattr(nn, name)(), getattr(torch.nn, name)()
        errors = []
        for module in (ours, theirs):
            given = x.clone().requires_grad_()
            (slope,) = torch.autograd.grad(module(given).sum(), given)
            errors.append(worst(slope.double(), exact))
        times = seconds(both_ways(ours, large), both_ways(theirs, large))
        yield Row(f"`nn.{name}` of 10⁵ numbers, both ways", f"`torch.nn.{name}`", *times, *errors)


def _exact(name: str, mean: Numbers, variance: Numbers, part: str) -> list[float]:
    pairs = zip(mean, variance, strict=True)
    return [float(getattr(moments(name, float(m), float(v), digits=30), part)) for m, v in pairs]


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    start, code = time.perf_counter(), Code.present()
    parts = (variances_of_selu, moments_of_gelu, digits_of_selu, kernels_of_relu)
    rows = [*(part() for part in parts), *modules()]
    provenance = Provenance.now(code, processor_name(), 1, time.perf_counter() - start)
    record = {"rows": [asdict(row) for row in rows], "provenance": as_plain(provenance)}
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
