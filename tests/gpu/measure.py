"""Third phase, alone on the device: what it can do, and what the engine makes of it.

Every measurement is the median of several; one that fails is written down as failed.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from actmath.experiment import Config
from actmath.experiment._engine.graph import own_stream, step_on
from actmath.experiment._engine.train import choose_device, device_name
from actmath.experiment._tasks.stack_task import StackTask
from actmath.experiment.recipes import RECIPES
from actmath.experiment.tasks import TASKS
from actmath.nn import NAN

REPEATS = 7
MEMBERS = 64
#: Networks of the loop that stands beside the stack; the time of one is that of all over them.
SAMPLE = 4


class Bench:
    """Measurements on a device.

    Args:
        device: which.
        large: sizes that fill a GPU; otherwise small ones.
    """

    def __init__(self, device: torch.device, large: bool) -> None:
        self.device, self.large = device, large

    def seconds(self, work: Callable[[], object], repeats: int = REPEATS) -> float:
        """The median wall time, after two calls to warm up."""
        times = []
        for _ in range(repeats + 2):
            self._finish()
            begun = time.perf_counter()
            work()
            self._finish()
            times.append(time.perf_counter() - begun)
        return statistics.median(times[2:])

    def _finish(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def copied(self) -> float:
        """Bytes read and written in a second by a copy, too large for a cache."""
        elements = 2**28 if self.large else 2**20
        source = torch.rand(elements, device=self.device)
        target = torch.empty_like(source)
        return 2 * source.nbytes / self.seconds(lambda: target.copy_(source))

    def product(self, dtype: torch.dtype) -> float:
        """Floating-point operations in a second of a large square product."""
        n = 8192 if self.large else 256
        a, b = (torch.randn(n, n, device=self.device).to(dtype) for _ in range(2))
        # n² sums of n products: 2n³.
        return 2 * n**3 / self.seconds(lambda: a @ b)

    def noisy(self) -> dict[str, float]:
        """Bytes that NAN must move in a second: 2 elements forward, 3 backward (``nn.kernel``)."""
        elements = 2**26 if self.large else 2**14
        unit = NAN().to(self.device).train()
        x = torch.randn(elements, device=self.device, requires_grad=True)
        gradient = torch.randn(elements, device=self.device)
        forward = self.seconds(lambda: unit(x))

        def both() -> None:
            x.grad = None
            unit(x).backward(gradient)

        whole = self.seconds(both)
        return {
            "forward": 2 * x.nbytes / forward,
            "forward_and_backward": 5 * x.nbytes / whole,
        }

    def stacked(self) -> dict[str, object]:
        """Updates of a network in a second: a loop over networks, a stack, and a captured stack."""
        book = RECIPES["fifty-layers"].config("book" if self.large else "smoke")
        arm = book.condition("selu-standardized-lecun")
        members = MEMBERS if self.large else 2
        config = replace(book, conditions=(arm,), seeds=tuple(range(members)), train_limit=512)
        alone = SAMPLE / self.seconds(loop(config, self.device))
        steps = self.steps(config)
        per_second = {
            name: members / seconds for name, seconds in steps.items() if isinstance(seconds, float)
        }
        course = {"networks": members, "course": steps.get("course", "eager")}
        return {"loop": alone, **per_second, **course}

    def steps(self, config: Config) -> dict[str, object]:
        """Seconds of a step, eager and captured, and whether the capture took place."""
        with own_stream(self.device):
            task: Any = TASKS[config.task](config, self.device)
            batch = next(task.batches(0, 0))
            found: dict[str, object] = {"eager": self.seconds(lambda: task.step(batch))}
            graphed = step_on(task, self.device) if isinstance(task, StackTask) else None
            if graphed is not None:
                # As many eager steps as there are before a capture are among those to warm up.
                graphed(batch)
                graphed(batch)
                found["captured"] = self.seconds(lambda: graphed(batch))
                found["course"] = graphed.course
        return found

    def recipe(self, name: str) -> dict[str, object]:
        """A recipe's step at the size of the book, on a part of the data."""
        config = RECIPES[name].config("book")
        return self.steps(replace(config, train_limit=min(512, config.train_limit or 512)))


def loop(config: Config, device: torch.device) -> Callable[[], Tensor]:
    """One update each of a few networks of ``torch.nn``'s own layers, one after the other."""
    widths = [784, *[config.width] * config.depth]
    networks = [
        nn.Sequential(
            *(part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.SELU())),
            nn.Linear(config.width, 10),
        ).to(device)
        for _ in range(SAMPLE)
    ]
    descents = [torch.optim.SGD(network.parameters(), lr=0.003) for network in networks]
    x = torch.randn(config.batch, 784, device=device)
    labels = torch.randint(10, (config.batch,), device=device)

    def step() -> Tensor:
        for network, descent in zip(networks, descents, strict=True):
            descent.zero_grad()
            loss = cross_entropy(network(x), labels)
            loss.backward()
            descent.step()
        return loss

    return step


def main(out: str, size: str, *recipes: str) -> None:
    """Measure, print each result as it comes, and write ``measures.json`` after each."""
    device = choose_device(os.environ.get("ACTMATH_DEVICE", "auto"))
    bench = Bench(device, size == "large")
    work: dict[str, Callable[[], object]] = {
        "copy, bytes/s": bench.copied,
        "product float32, op/s": lambda: bench.product(torch.float32),
        "product bfloat16, op/s": lambda: bench.product(torch.bfloat16),
        "noisy unit, bytes/s": bench.noisy,
        "networks in a stack, updates/s": bench.stacked,
    }
    for name in recipes:
        work[f"{name}, s a step"] = lambda name=name: bench.recipe(name)  # type: ignore[misc]
    found: dict[str, object] = {"device": device_name(device)}
    for name, measure in work.items():
        try:
            found[name] = measure()
        except Exception as error:
            found[name] = f"failed: {type(error).__name__}: {error}"
        print(f"{name}: {found[name]}", flush=True)
        _share(found)
        (Path(out) / "measures.json").write_text(json.dumps(found, indent=1), "utf-8")


def _share(found: dict[str, object]) -> None:
    """The noisy kernel's share of what a copy moves."""
    copied, noisy = found.get("copy, bytes/s"), found.get("noisy unit, bytes/s")
    if isinstance(copied, float) and isinstance(noisy, dict):
        found["noisy unit, share of the copy"] = {k: v / copied for k, v in noisy.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
