"""NAH forward and backward: against the plainest eager expression, and against the copy bandwidth.

The GPU part has not run on a GPU yet: where there is none it is skipped and says so.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
import torch

from actmath.nn import NoisyGRU, NoisyLSTM
from actmath.nn._noisy.units import NAH

pytestmark = pytest.mark.benchmark

SIZE_CPU, SIZE_GPU, ROUNDS = 2**20, 2**26, 21
PER_ELEMENT = 5  # forward reads x and writes y; backward reads x and the gradient, and writes one


def plain(x: torch.Tensor, p: torch.Tensor, c: float, alpha: float) -> torch.Tensor:
    """Algorithm 1 of the paper, line by line."""
    h = torch.clamp(x, -1, 1)
    delta = h - x
    d = -torch.sign(x)
    sigma = c * (torch.sigmoid(p * delta) - 0.5) ** 2
    epsilon = torch.abs(torch.randn_like(x))
    return alpha * h + (1 - alpha) * x + d * sigma * epsilon


def seconds(work: Callable[[], object]) -> float:
    """One call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Median of the quotients of neighbouring calls, so that a busy machine slows both alike."""
    for work in (ours, theirs):
        work()
    return statistics.median(seconds(ours) / seconds(theirs) for _ in range(ROUNDS))


def cuda_seconds(work: Callable[[], object]) -> float:
    """The same by events on the device."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        stop.record()
        torch.cuda.synchronize()
        taken.append(start.elapsed_time(stop) / 1e3)
    return statistics.median(taken)


def there_and_back(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> Callable[[], object]:
    return lambda: function(x).backward(torch.ones_like(x))


@pytest.mark.parametrize("mix", [1.0, 0.9])
def test_cpu_against_the_plainest_expression(mix: float) -> None:
    torch.manual_seed(0)
    x = (3 * torch.randn(SIZE_CPU)).requires_grad_()
    p = torch.tensor(0.7, requires_grad=True)
    unit = NAH(mix=mix, level=2.0)
    share = ratio(there_and_back(unit, x), there_and_back(lambda a: plain(a, p, 2.0, mix), x))
    print(f"\nNAH, mix {mix}, {SIZE_CPU} elements: {share:.2f} of the plain expression's time")
    assert share <= 1.5


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("features", "hidden", "steps", "batch"),
    [(10, 20, 20, 4), (32, 64, 50, 16), (64, 128, 32, 16), (128, 256, 35, 20)],
)
@pytest.mark.parametrize("kind", [NoisyLSTM, NoisyGRU])
def test_layers_against_pytorchs(
    kind: type, features: int, hidden: int, steps: int, batch: int, compiled: bool
) -> None:
    """Least processor time of one thread, taken in turns, with the loops in C.

    PyTorch's LSTM is one call of a library, before which the compiler stops; here it sees all.
    """
    torch.manual_seed(0)
    x, threads = torch.randn(steps, batch, features), torch.get_num_threads()
    torch.set_num_threads(1)
    torch.compiler.reset()
    theirs = getattr(torch.nn, kind.__name__.removeprefix("Noisy"))
    nets = [made(features, hidden) for made in (kind, theirs)]
    nets = [torch.compile(net) for net in nets] if compiled else nets
    least = [float("inf"), float("inf")]
    # Small layers often: on a busy machine few calls are undisturbed.
    for _ in range(3 * ROUNDS * max(1, 128 // hidden)):
        for i, net in enumerate(nets):
            began = time.thread_time()
            net(x)[0].sum().backward()
            least[i] = min(least[i], time.thread_time() - began)
    torch.set_num_threads(threads)
    share = least[0] / least[1]
    print(
        f"\n{kind.__name__} ({features}, {hidden}), {steps} steps of {batch}, "
        f"{'compiled' if compiled else 'eager'}: {share:.2f} of torch.nn's time"
    )
    assert share <= (2 if compiled else 4)


def test_gpu_against_the_copy_bandwidth() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no GPU here: the share of the copy bandwidth is not measured")
    x = (3 * torch.randn(SIZE_GPU, device="cuda")).requires_grad_()
    unit, gradient, target = NAH(mix=0.9, level=2.0).cuda(), torch.ones_like(x), torch.empty_like(x)
    copy = 2 * x.nbytes / cuda_seconds(lambda: target.copy_(x.detach()))
    ours = (
        PER_ELEMENT
        * x.nbytes
        / cuda_seconds(lambda: torch.autograd.grad(unit(x), (x, unit.p), gradient))
    )
    name = torch.cuda.get_device_name()
    print(f"\n{name}: copy {copy / 1e9:.0f} GB/s, NAH {ours / 1e9:.0f} GB/s ({ours / copy:.0%})")
    assert ours >= 0.6 * copy
