"""Values without masks: those of ``to_torch``, bit for bit where nothing is reordered."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from sympy import Piecewise, exp, log
from torch.utils._python_dispatch import TorchDispatchMode

from actmath import Activation, Parameter, catalog
from actmath.lower import to_torch
from actmath.lower._stable import stable_form
from actmath.lower._torch.values import torch_values
from actmath.notation import x

KINDS = pytest.mark.parametrize("kind", [torch.float32, torch.float64])
EVERY = pytest.mark.parametrize("name", list(catalog.CATALOG))


def points(kind: torch.dtype) -> torch.Tensor:
    """Kinks and their neighbours, the smallest and the largest numbers, infinities."""
    kinks = torch.tensor([-3, -2, -1, 0, 1, 2, 3, 6], dtype=kind)
    beside = [torch.nextafter(kinks, torch.tensor(side, dtype=kind)) for side in (-9, 9)]
    ends = torch.tensor([1e30, -1e30, math.inf, -math.inf, math.nan], dtype=kind)
    return torch.cat([torch.linspace(-9, 9, 301, dtype=kind), kinks, *beside, ends])


@KINDS
@EVERY
@pytest.mark.parametrize("order", [0, 1])
def test_values_are_those_with_masks(name: str, order: int, kind: torch.dtype) -> None:
    argument = points(kind)
    kept = argument.clone()
    found = torch_values(stable_form(catalog.get(name), order))(argument)
    eps = torch.finfo(kind).eps
    want = to_torch(catalog.get(name), order)(argument)
    torch.testing.assert_close(found, want, rtol=4 * eps, atol=eps / 2, equal_nan=True)
    assert torch.equal(argument.nan_to_num(nan=7.0), kept.nan_to_num(nan=7.0))


@pytest.mark.parametrize(
    "name", ["relu", "leaky_relu", "abs", "hard_tanh", "relu6", "shifted_relu"]
)
def test_lines_and_levels_are_exact(name: str) -> None:
    argument = points(torch.float32)[:-1]
    for order in (0, 1):
        found = torch_values(stable_form(catalog.get(name), order))(argument)
        assert torch.equal(found, to_torch(catalog.get(name), order)(argument))


def test_parameters_as_tensors() -> None:
    slopes = torch.tensor([[-0.5], [0.25], [2.0]])
    argument = torch.tensor([-2.0, 0.0, 3.0])
    for order in (0, 1):
        found = torch_values(stable_form(catalog.prelu, order))(argument, a=slopes)
        assert torch.equal(found, to_torch(catalog.prelu, order)(argument, a=slopes))


@pytest.mark.parametrize("below", [torch.lt, torch.le], ids=["<", "<="])
def test_a_line_that_jumps_to_a_level(below: Callable[..., torch.Tensor]) -> None:
    sign = "<" if below is torch.lt else "<="
    jump = Activation("jump", f"where(x {sign} 1, x/3, 7)")
    argument = points(torch.float64)
    want = torch.where(below(argument, 1) | argument.isnan(), argument / 3, 7)
    found = torch_values(stable_form(jump))(argument)
    torch.testing.assert_close(found, want, rtol=1e-15, atol=0, equal_nan=True)


def test_a_piece_that_is_infinite_at_its_break_needs_masks() -> None:
    cut = Activation("cut", Piecewise((log(x), x > 0), (0, True)))
    assert torch_values(stable_form(cut))(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0, 0, 0]


def test_a_jump_and_three_pieces() -> None:
    stair = Activation("stair", Piecewise((1, x < -1), (x**2, x <= 2), (exp(-x) + 7, True)))
    argument = torch.linspace(-4, 4, 33, dtype=torch.float64)
    torch.testing.assert_close(
        torch_values(stable_form(stair))(argument), to_torch(stair)(argument)
    )


@KINDS
def test_a_level_beyond_a_far_break_keeps_its_digits(kind: torch.dtype) -> None:
    """The line ends at 10⁷/3, beside which 1/10 is below the last digit of float32."""
    fall = Activation("fall", "where(x <= 10000000, x/3, 1/10)")
    found = torch_values(stable_form(fall))(torch.tensor([3.0, 2e7, math.inf], dtype=kind))
    ulp = torch.finfo(kind).eps
    torch.testing.assert_close(found, found.new_tensor([1.0, 0.1, 0.1]), rtol=ulp, atol=0)


class Operations(TorchDispatchMode):
    """The names of the operations that PyTorch carries out."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.names.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    ("name", "order"),
    [("relu", 0), ("hard_tanh", 0), ("relu", 1), ("hard_tanh", 1), ("hard_mish", 0), ("elu", 1)],
)
def test_clamps_take_the_place_of_masks(name: str, order: int) -> None:
    lowered = torch_values(stable_form(catalog.get(name), order))
    with Operations() as seen:
        lowered(torch.linspace(-3, 3, 7))
    assert "where" not in seen.names
    assert any(operation.startswith("clamp") for operation in seen.names)


#: Formula by its pieces: what holds up to each break, whether at it too, and the last.
_Pieces = tuple[tuple[tuple[str, float, bool], ...], str]
_PIECED: dict[str, _Pieces] = {
    "two levels": ((("0", 1, True),), "1"),
    "two levels, open": ((("0", 1, False),), "1"),
    "levels above 0": ((("1/4", 0, True),), "2"),
    "levels above 0, open": ((("1/4", -1, False),), "1"),
    "falling levels": ((("3", 0, True),), "1/2"),
    "falling levels, open": ((("3", 0, False),), "1/2"),
    "levels below 0": ((("-3", 2, True),), "-1/2"),
    "levels through 0": ((("-1", 0, False),), "1"),
    "to nothing": ((("5", -2, True),), "0"),
    "clipped": ((("-1", -1, True), ("x", 3, True)), "3"),
    "clipped curve": ((("1", -1, True),), "x**2"),
    "bent up": ((("x/4", 0, True),), "3*x"),
    "bent down": ((("3*x", 0, True),), "x/4"),
    "bent elsewhere": ((("2 - x", 2, True),), "x/2 - 1"),
    "joined curves": ((("exp(x) - 1", 0, True),), "x**2 + x"),
    "three lines": ((("-x - 2", -1, True), ("x", 1, True)), "2*x - 1"),
    "jumps": ((("x/2", -1, False), ("x**2", 2, True)), "7 - x"),
    "jumps, the other way": ((("x/2", -1, True), ("x**2", 2, False)), "7 - x"),
    "a gap of nothing": ((("x + 1", -1, True), ("0", 1, False)), "x - 1"),
    "steps": ((("1", -1, False), ("-2", 0, True), ("1/2", 2, False)), "0"),
}


@KINDS
@pytest.mark.parametrize("name", _PIECED)
def test_each_piece_holds_on_its_side(name: str, kind: torch.dtype) -> None:
    """Each formula typed once more as a choice for each number."""
    pieces, last = _PIECED[name]
    text = last
    for formula, end, closed in reversed(pieces):
        text = f"where(x {'<=' if closed else '<'} {end}, {formula}, {text})"
    unit = Activation("pieced", text)
    near = [
        float(torch.nextafter(torch.tensor(float(e), dtype=kind), torch.tensor(s, dtype=kind)))
        for _, e, _ in pieces
        for s in (-9.0, 9.0)
    ]
    numbers = [-50.0, -7.5, -1.5, -0.25, 0.0, 0.5, 1.75, 2.5, 60.0]
    numbers += [*near, *(float(end) for _, end, _ in pieces)]
    want = [_chosen(pieces, last, at) for at in numbers]
    argument = torch.tensor([*numbers, math.nan], dtype=kind)
    found = torch_values(stable_form(unit))(argument)
    eps = torch.finfo(kind).eps
    torch.testing.assert_close(
        found, torch.tensor([*want, math.nan], dtype=kind), rtol=4 * eps, atol=eps, equal_nan=True
    )


def _chosen(pieces: tuple[tuple[str, float, bool], ...], last: str, at: float) -> float:
    for formula, end, closed in pieces:
        if at < end or (closed and at == end):
            return _number(formula, at)
    return _number(last, at)


def _number(formula: str, at: float) -> float:
    return float(eval(formula, {"x": at, "exp": math.exp}))  # of the table above


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("clipped", -1, 3),
        ("bent up", -math.inf, math.inf),
        ("joined curves", -1, math.inf),
        ("jumps", -math.inf, -math.inf),
        ("steps", 1, 0),
    ],
)
def test_infinite_arguments(name: str, left: float, right: float) -> None:
    pieces, last = _PIECED[name]
    text = last
    for formula, end, closed in reversed(pieces):
        text = f"where(x {'<=' if closed else '<'} {end}, {formula}, {text})"
    ends = torch.tensor([-math.inf, math.inf])
    assert torch_values(stable_form(Activation("pieced", text)))(ends).tolist() == [left, right]


@pytest.mark.parametrize("order", [0, 1])
def test_parameters_at_their_break_and_as_tensors(order: int) -> None:
    """Slopes on both sides and a break of its own, of any order, by a choice for each number."""
    domain = (Parameter("low", "1/4"), Parameter("high", 3), Parameter("cut", 1))
    unit = Activation("bent", "where(x <= cut, low*(x - cut), high*(x - cut))", domain)
    lowered = torch_values(stable_form(unit, order))
    argument = torch.tensor([-2.0, 0.5, 1.5, 4.0], dtype=torch.float64)
    for low, high, cut in ((0.5, 2.0, 1.0), (2.0, 0.5, -1.0), (-1.0, 2.0, 0.75), (1.0, -1.0, 1.0)):
        slopes = [low if at <= cut else high for at in argument.tolist()]
        want = [
            s if order else s * (at - cut) for s, at in zip(slopes, argument.tolist(), strict=True)
        ]
        given = {"low": low, "high": high, "cut": cut}
        assert lowered(argument, **given).tolist() == want
        tensors = {name: torch.tensor(v, dtype=torch.float64) for name, v in given.items()}
        assert lowered(argument, **tensors).tolist() == want
