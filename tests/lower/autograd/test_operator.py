"""The one operator: what graphs hold, with the derived derivative behind it in every mode."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from functools import partial
from pathlib import Path

import pytest
import torch
from mpmath import mp
from sympy import exp
from sympy import tanh as tanh_of
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from actmath import Activation, catalog
from actmath.lower import to_torch
from actmath.lower._autograd import operator
from actmath.lower._autograd.operator import (
    apply,
    declare,
    is_differentiated,
    is_recorded,
    unit_name,
)
from actmath.lower._for_torch import torch_function
from actmath.nn._elementwise.formula import formula_of
from actmath.notation import x as net

NAME = formula_of(catalog.tanh).name
#: At 25 PyTorch's own derivative of tanh is 0.
AT = torch.tensor([0.3, -2.0, 25.0], dtype=torch.float64)
SLOPES = [float(mp.sech(v) ** 2) for v in AT.tolist()]


def tanh(x: Tensor) -> Tensor:
    return apply(NAME, x)


def total(x: Tensor) -> Tensor:
    return tanh(x).sum()


@pytest.mark.parametrize(
    "derive",
    [
        lambda x: torch.autograd.grad(total(x.requires_grad_()), x)[0],
        torch.func.grad(total),
        lambda x: torch.func.jacfwd(tanh)(x).diag(),
        lambda x: torch.func.jacrev(tanh)(x).diag(),
        torch.func.vmap(torch.func.grad(tanh)),
        torch.func.grad(lambda x: torch.func.vmap(tanh)(x).sum()),
        lambda x: torch.func.jvp(tanh, (x,), (torch.ones_like(x),))[1],
    ],
    ids=["autograd", "grad", "jacfwd", "jacrev", "vmap of grad", "grad of vmap", "jvp"],
)
def test_the_slope_is_the_derived_one_in_every_mode(derive: object) -> None:
    assert callable(derive)
    assert derive(AT.clone()).tolist() == pytest.approx(SLOPES, rel=1e-14, abs=0)


def test_all_orders_and_stacks() -> None:
    x = AT[:2].clone().requires_grad_()
    assert gradcheck(tanh, x, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(tanh, x)


@pytest.mark.slow
def test_compiled_and_transformed() -> None:
    torch.compiler.reset()
    found = torch.compile(torch.func.jacfwd(to_torch(catalog.tanh)), backend="aot_eager")(AT)
    assert found.diag().tolist() == pytest.approx(SLOPES, rel=1e-14, abs=0)
    plain = torch.compile(to_torch(catalog.tanh), backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(plain(AT), torch.tanh(AT))


def test_parameters_go_through() -> None:
    slope = torch.tensor([[0.25], [0.5]], dtype=torch.float64, requires_grad=True)
    x = torch.tensor([-2.0, 3.0], dtype=torch.float64)
    name = formula_of(catalog.prelu, ("a",)).name
    apply(name, x, slope).sum().backward()
    assert slope.grad is not None
    assert slope.grad.tolist() == [[-2], [-2]]
    stacked = torch.func.vmap(lambda a: apply(name, x, a))(slope.detach())
    assert stacked.tolist() == [[-0.5, 3], [-1, 3]]


def test_nothing_is_kept_where_no_derivative_is_asked_for() -> None:
    assert apply(NAME, AT).grad_fn is None
    with torch.no_grad():
        assert not is_differentiated(AT.clone().requires_grad_())
    assert is_differentiated(AT.clone().requires_grad_())
    assert not is_recorded(AT)


def test_names_tell_declarations_apart() -> None:
    one, other = (Activation("mine", net**n) for n in (2, 3))
    assert unit_name(one) != unit_name(other)
    assert unit_name(catalog.elu) != unit_name(catalog.elu.with_parameters(alpha=2))
    assert unit_name(catalog.elu) == unit_name(catalog.elu.with_parameters(alpha=1))
    # What a text cuts short, and what it does not print: the seventeenth digit.
    long = sum(net**n * exp(-(net**2)) / n for n in range(1, 26))
    assert len({unit_name(Activation("mine", long + k * tanh_of(net))) for k in (1, 2)}) == 2
    assert len({unit_name(Activation("mine", k * net)) for k in (0.3, 0.1 + 0.2)}) == 2


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(RuntimeError, match="'mine_0', which is not known in this process"):
        apply("mine_0", AT)


@pytest.mark.slow
def test_a_program_of_another_process_is_understood(tmp_path: Path) -> None:
    """The catalog's units are made again from their names."""
    from actmath.nn import Elementwise

    program = torch.export.export(Elementwise("hard_sigmoid"), (AT,), strict=False)
    torch.export.save(program, tmp_path / "unit.pt2")
    code = (
        "import torch, actmath.nn._elementwise.formula;"
        f"print(torch.export.load({str(tmp_path / 'unit.pt2')!r}).module()(torch.ones(3).double()))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True
    )
    # 1/4 + 1/2.
    assert "0.75" in run.stdout, run.stderr


class Times:
    """A unit k·x that is some hundred kilobytes large, as a formula is."""

    rule = None

    def __init__(self, factor: int) -> None:
        self.factor, self.room = factor, bytearray(100_000)
        self.again = partial(Times.declared, factor)

    @staticmethod
    def declared(factor: int) -> Times:
        unit = Times(factor)
        declare(f"times_{factor}", unit)
        return unit

    def __call__(self, x: Tensor) -> Tensor:
        return x * self.factor


@pytest.mark.slow
def test_a_thousand_units_that_nobody_holds_leave_nothing() -> None:
    gc.collect()
    before = len(operator._UNITS)
    last = None
    for factor in range(1000):
        last = Times.declared(factor)
    gc.collect()
    assert len(operator._UNITS) <= before + 1
    assert last is not None


@pytest.mark.slow
def test_what_a_graph_holds_is_made_again() -> None:
    held = Times.declared(7)
    graph = torch.fx.symbolic_trace(lambda x: apply("times_7", x))
    gone = weakref.ref(held)
    del held
    gc.collect()
    assert gone() is None
    assert graph(AT).tolist() == (AT * 7).tolist()
    # And one that no graph was made of is not known any more.
    Times.declared(8)
    gc.collect()
    with pytest.raises(RuntimeError, match="'times_8', which is not known"):
        torch.ops.actmath.unit(AT, [], "times_8")


def _changed_formulas(count: int) -> list[object]:
    """A module whose parameter changes, and weak references to the formulas that it had."""
    from actmath.nn import Elementwise

    module, found = Elementwise("elu"), []
    for step in range(count):
        # Values that no other test has, whose modules may still be held.
        module.alpha = 2.03 + step / 7
        module(AT.clone().requires_grad_()).sum().backward()
        found.append(weakref.ref(module.formula))
    return found


def _forget() -> None:
    """Empty the bounded caches, which hold the last few hundred formulas."""
    for cached in (formula_of, to_torch, torch_function):
        cached.cache_clear()
    gc.collect()


@pytest.mark.slow
def test_the_formulas_of_a_parameter_that_changes_are_forgotten() -> None:
    found = _changed_formulas(4)
    names = [formula.name for each in found if (formula := each()) is not None]
    formula = None
    _forget()
    assert len(names) == 4
    assert [each() for each in found] == [None] * 4
    assert not set(names) & {*operator._UNITS, *operator._AGAIN}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_graphs_outlive_the_formula_that_they_were_made_of() -> None:
    from actmath.nn import Elementwise

    torch.compiler.reset()
    module = Elementwise("elu", alpha=1.375)
    want = module(AT)
    program = [torch.export.export(module, (AT,), strict=strict) for strict in (True, False)]
    traced = torch.jit.trace(module, (AT,))
    graph = torch.fx.symbolic_trace(module)
    compiled = torch.compile(module, fullgraph=True, backend="eager")
    compiled(AT)
    held = weakref.ref(module.formula)
    # The compiled graph guards on the module, which it needs; the formula of it goes.
    module.alpha = 3.0
    _forget()
    assert held() is None or traced is not None
    for call in (program[0].module(), program[1].module(), traced, graph):
        torch.testing.assert_close(call(AT), want)
        x = AT.clone().requires_grad_()
        (slope,) = torch.autograd.grad(call(x)[1], x)
        assert slope[1].item() == pytest.approx(1.375 * float(mp.exp(-2)), rel=1e-14)
    module.alpha = 1.375
    torch.testing.assert_close(compiled(AT), want)
