"""What share of the products' own rate a training step reaches, by recipe; stacks beside loops.

A step's products are recorded with their shapes. Timed alone, over and over on operands that stay
in the cache, they give the rate that is attainable for these shapes: the share is their time in the
step's, in which everything else happens too, such as units, losses, noise and the optimizer.

What lies between a recurrent step's products is a loop in C (``nn/_kernels/stacked_units.h``). With
it a step of ``noisy-unique``, 8 ms of products, takes 26 to 39 ms, and without it took 74:
some 10 ms in the loops, 9 in its products, which are not as near as when they are alone, 1 for
900,000 normal numbers, and the rest in a thousand small calls, for six arms that train apart.
"""

from __future__ import annotations

import math
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from actmath.experiment._engine.memory import keep_freed_memory
from actmath.experiment._engine.train import choose_device, device_name
from actmath.experiment._record.config import Config
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS
from actmath.experiment.tasks.dense import Dense
from actmath.experiment.tasks.mlp import MLP

from ..gpu.measure import MEMBERS, SAMPLE, loop

pytestmark = pytest.mark.benchmark

DEVICE = os.environ.get("ACTMATH_DEVICE", "auto")


#: What takes the place of data that no package carries: the shapes of the book's run.
STAND_INS: Mapping[str, Mapping[str, Any]] = {
    "noisy-charlm": {"data": "python-topics", "train_limit": None, "test_limit": 40},
    "fifty-layers-whole": {"data": "mnist-5k", "train_limit": None, "test_limit": None},
    "tabular-htru2": {"data": "sklearn:breast_cancer", "train_limit": None},
    # Eighteen tables.
    "tabular": {"data": "sklearn:" + ",".join(["iris,wine,breast_cancer"] * 6)},
    "tabular-auc": {"data": "sklearn:breast_cancer"},
}
Shape = tuple[int, int, int, int]


def seconds(work: Callable[[], object], device: torch.device, repeats: int = 5) -> float:
    """The least time of several runs, after one to warm up: of this process alone on a CPU."""
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    times = []
    for _ in range(repeats + 1):
        _finish(device)
        start = clock()
        work()
        _finish(device)
        times.append(clock() - start)
    return min(times[1:])


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Products(TorchDispatchMode):
    """Counts products by their shape, (how many, m, k, n); a convolution is one a group."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[Shape] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        found = func(*args, **(kwargs or {}))
        self.counts.update(_products(func.overloadpacket, args, found))
        return found


def _products(operation: Any, args: tuple[Any, ...], found: Any) -> Iterator[Shape]:
    aten = torch.ops.aten
    if operation in (aten.mm, aten.addmm):
        left, right = args[-2:] if operation is aten.mm else args[1:3]
        yield 1, *left.shape, right.shape[1]
    elif operation in (aten.bmm, aten.baddbmm, aten.baddbmm_):
        left, right = args[:2] if operation is aten.bmm else args[1:3]
        yield *left.shape, right.shape[2]
    elif operation is aten.convolution:
        yield _convolved(args[1], found, args[8])
    elif operation is aten.convolution_backward:
        groups, m, k, n = _convolved(args[2], args[0], args[9])
        # By the input, and by the weights.
        yield from [
            shape
            for shape, asked in zip([(groups, k, m, n), (groups, m, n, k)], args[-1], strict=False)
            if asked
        ]


def _convolved(weight: Tensor, output: Tensor, groups: int) -> Shape:
    """A group's channels by its kernel's numbers, times the kernel's numbers by all pixels."""
    pixels = output.numel() // output.shape[1]
    return groups, weight.shape[0] // groups, weight[0].numel(), pixels


def alone(shape: Shape, device: torch.device) -> float:
    """The seconds of one product."""
    count, m, k, n = shape
    left, right = torch.randn(count, m, k, device=device), torch.randn(count, k, n, device=device)
    out = torch.empty(count, m, n, device=device)
    # So many that the clock's resolution does not matter.
    repeats = max(1, int(1e8 / (2 * math.prod(shape))))

    def work() -> None:
        for _ in range(repeats):
            torch.bmm(left, right, out=out)

    return seconds(work, device) / repeats


@pytest.mark.parametrize("name", RECIPES)
def test_share_of_the_products_rate(name: str) -> None:
    """One line a recipe: a step of its book preset, on one thread of a CPU."""
    torch.set_num_threads(1)
    keep_freed_memory()
    device = choose_device(DEVICE)
    chosen = replace(RECIPES[name].config("book"), **STAND_INS.get(name, {}))
    task = TASKS[chosen.task](chosen, device)
    batches = iter(task.batches(0, 0))
    batch = next(batches)
    with Products() as products:
        task.step(batch)
    drawing = seconds(lambda: next(batches), device, repeats=2)
    stepping = seconds(lambda: task.step(batch), device) + drawing
    work = sum(2 * math.prod(shape) * count for shape, count in products.counts.items())
    least = sum(alone(shape, device) * count for shape, count in products.counts.items())
    print(
        f"\n{name:17} {len(chosen.members):4} members {1e3 * stepping:7.1f} ms a step "
        f"{work / 1e9:6.2f} GFLOP {work / stepping / 1e9:6.1f} GFLOP/s, "
        f"{least / stepping:4.0%} of the products' {work / least / 1e9:.1f}"
    )


@pytest.fixture
def config() -> Config:
    """The recipe's network with SELU, 64 seeds."""
    book = RECIPES["fifty-layers"].config("book")
    arm = book.condition("selu-standardized-lecun")
    return replace(book, conditions=(arm,), seeds=tuple(range(MEMBERS)))


def attainable(device: torch.device) -> float:
    """Floating-point operations a second in one large product, as good as this device does."""
    n = 8192 if device.type == "cuda" else 1536
    a = torch.randn(n, n, device=device)
    return 2 * n**3 / seconds(lambda: a @ a, device)


def operations(config: Config) -> int:
    """Of one update of one network: 6 for each weight and example, forward and backward."""
    weights = 784 * config.width + (config.depth - 1) * config.width**2 + config.width * 10
    return 6 * weights * config.batch


@pytest.mark.parametrize("task", [MLP, Dense])
def test_stack_against_loop(config: Config, task: type[MLP] | type[Dense]) -> None:
    device = choose_device(DEVICE)
    stacked = task(config, device)
    batch = next(iter(stacked.batches(0, 0)))
    together = seconds(lambda: stacked.step(batch), device) / MEMBERS
    alone = seconds(loop(config, device), device) / SAMPLE
    achieved = operations(config) / together
    print(
        f"\n{task.__name__} on {device_name(device)}, {torch.get_num_threads()} threads: "
        f"stack {1 / together:.0f} member-updates/s, loop {1 / alone:.0f}: "
        f"×{alone / together:.2f}; {achieved / 1e9:.3g} GFLOP/s, "
        f"{achieved / attainable(device):.0%} of a large float32 product's"
    )
