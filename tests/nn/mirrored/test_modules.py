"""Drop-in: the same signatures, outputs, gradients and state_dict as torch.nn's modules."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import Tensor
from torch import nn as torch_nn

from actmath import nn

EXACT = torch.float64
# name, arguments: every module that torch.nn has too.
PEERS: list[tuple[str, dict[str, object]]] = [
    ("Identity", {}),
    ("ReLU", {}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.3}),
    ("PReLU", {}),
    ("PReLU", {"num_parameters": 5, "init": 0.1}),
    ("ReLU6", {}),
    ("ELU", {}),
    ("ELU", {"alpha": 1.7}),
    ("SELU", {}),
    ("CELU", {}),
    ("CELU", {"alpha": 0.6}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("Softsign", {}),
    ("Hardtanh", {}),
    ("Hardtanh", {"min_val": -0.5, "max_val": 2.0}),
    ("Hardswish", {}),
    ("Hardsigmoid", {}),
    ("Softplus", {}),
    ("Softplus", {"beta": 2.0, "threshold": 3.0}),
    ("GELU", {}),
    ("GELU", {"approximate": "tanh"}),
    ("SiLU", {}),
    ("Mish", {}),
]
PAIRS = pytest.mark.parametrize(("name", "given"), PEERS, ids=[f"{n}-{g}" for n, g in PEERS])
OVERWRITING = sorted(
    {n for n, _ in PEERS if "inplace" in inspect.signature(getattr(torch_nn, n)).parameters}
)
#: PyTorch holds 1/6, and 1/alpha in CELU's backward pass, as a float32 even in float64.
LOOSE = {"Hardsigmoid": 1e-7}
LOOSE_GRADIENT = {"Hardsigmoid": 1e-7, "CELU": 1e-6}


def both(name: str, given: dict[str, object]) -> tuple[torch_nn.Module, torch_nn.Module]:
    ours = getattr(nn, name)(**given).to(EXACT)
    theirs = getattr(torch_nn, name)(**given).to(EXACT)
    return ours, theirs


def grid() -> Tensor:
    """Kinks included, five channels, magnitudes at which torch still carries digits."""
    kinks = torch.tensor([0.0, -0.0, 1.0, -1.0, 6.0, 3.0, -3.0, 2.0, -0.5, 1.5], dtype=EXACT)
    return torch.cat([kinks, torch.linspace(-8, 8, 90, dtype=EXACT)]).reshape(20, 5)


@PAIRS
def test_same_outputs_and_gradients(name: str, given: dict[str, object]) -> None:
    ours, theirs = both(name, given)
    one, other = grid().requires_grad_(), grid().requires_grad_()
    y, z = ours(one), theirs(other)
    rtol = LOOSE.get(name, 3e-15)
    torch.testing.assert_close(y, z, rtol=rtol, atol=1e-15)
    for output in (y, z):
        (output * torch.linspace(-1, 2, 100, dtype=EXACT).reshape(20, 5)).sum().backward()
    torch.testing.assert_close(
        one.grad, other.grad, rtol=LOOSE_GRADIENT.get(name, 1e-13), atol=1e-14
    )
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad)


@PAIRS
def test_loads_the_other_s_state(name: str, given: dict[str, object]) -> None:
    ours, theirs = both(name, given)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.normal_()
    ours.load_state_dict(theirs.state_dict())
    torch.testing.assert_close(
        ours(grid()), theirs(grid()), rtol=LOOSE.get(name, 3e-15), atol=1e-15
    )
    theirs.load_state_dict(ours.state_dict(), strict=True)


@PAIRS
def test_same_signature(name: str, given: dict[str, object]) -> None:
    def arguments(module: type) -> dict[str, object]:
        found = inspect.signature(module).parameters.values()
        deprecated = ("min_value", "max_value")
        named = [p for p in found if p.kind is p.POSITIONAL_OR_KEYWORD]
        return {p.name: p.default for p in named if p.name not in deprecated}

    assert arguments(getattr(nn, name)) == arguments(getattr(torch_nn, name))


@pytest.mark.parametrize("name", OVERWRITING)
def test_inplace_overwrites_as_torch_does(name: str) -> None:
    results = []
    for library in (nn, torch_nn):
        leaf = grid().requires_grad_()
        x = leaf * 1
        y = getattr(library, name)(inplace=True)(x)
        assert y.data_ptr() == x.data_ptr()
        y.sum().backward()
        results.append((x.detach(), leaf.grad))
    torch.testing.assert_close(results[0], results[1], rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@PAIRS
def test_half_precision_agrees_to_one_rounding(
    name: str, given: dict[str, object], dtype: torch.dtype
) -> None:
    ours, theirs = (module.to(dtype) for module in both(name, given))
    x = grid().to(dtype)
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(ours(x), theirs(x), rtol=eps, atol=eps / 16)


def test_the_two_hard_sigmoids_differ_in_slope() -> None:
    at_one = torch.tensor(1.0, dtype=EXACT)
    assert nn.GulcehreHardSigmoid()(at_one) == 0.75
    assert float(nn.Hardsigmoid()(at_one)) == pytest.approx(2 / 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [nn.PReLU(5), nn.PReLU(), nn.RReLU(), nn.Softplus(beta=2.0), nn.ELU(inplace=True)],
    ids=repr,
)
def test_compiled_whole_graph_trains_as_eager(module: torch_nn.Module) -> None:
    torch.compiler.reset()
    model = torch_nn.Sequential(torch_nn.Linear(5, 5), module).double()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    gradients = []
    for run in (model, compiled):
        torch.manual_seed(0)
        model.zero_grad()
        run(grid()).square().sum().backward()
        gradients.append([p.grad.clone() for p in model.parameters()])
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Hardtanh(1, 1), "min_val < max_val, got 1 and 1"),
        (lambda: nn.Softplus(beta=0), "beta must not be 0"),
        (lambda: nn.GELU("exact"), "approximate"),
        (lambda: nn.LeakyReLU("a third"), "negative_slope"),
        (lambda: nn.RReLU(0.5, 0.1), "must not exceed"),
        (lambda: nn.RReLU(0.5, float("inf")), "both be finite, got 0.5 and inf"),
    ],
)
def test_misuse_says_what_is_wrong(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "given", [{"min_value": -2}, {"max_value": 3}, {"min_value": -2.5, "max_value": 3.0}]
)
def test_older_names_of_the_limits(given: dict[str, float]) -> None:
    """About which PyTorch warns, once for each."""
    with pytest.warns(FutureWarning, match="deprecated") as warned:
        ours = nn.Hardtanh(**given)
    assert len(warned) == len(given)
    assert all(any(name in str(each.message) for each in warned) for name in given)
    with pytest.warns(FutureWarning, match="deprecated"):
        theirs = torch_nn.Hardtanh(**given)
    assert repr(ours) == repr(theirs)
    assert torch.equal(ours(grid()), theirs(grid()))


@pytest.mark.parametrize("bad", [(1, 1), (2, 1), (float("nan"), 1), (0, float("nan"))])
def test_limits_are_in_order(bad: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=f"^needs min_val < max_val, got {bad[0]} and {bad[1]}$"):
        nn.Hardtanh(*bad)


@pytest.mark.parametrize("bad", ["", "Tanh", None, 3, ["none"], True])
def test_approximations_are_two_words(bad: object) -> None:
    with pytest.raises(ValueError, match=r"^approximate must be 'none' or 'tanh', got "):
        nn.GELU(bad)
    assert [nn.GELU(word).approximate for word in ("none", "tanh")] == ["none", "tanh"]


def test_softplus_of_a_negative_beta_is_pytorchs_without_a_declaration() -> None:
    x = grid()
    torch.testing.assert_close(nn.Softplus(-2.0)(x), torch_nn.Softplus(-2.0)(x))
    with pytest.raises(ValueError, match=r"^beta must be positive, got -2$"):
        _ = nn.Softplus(-2.0).activation
    for zero in (0, 0.0, -0.0, "0"):
        with pytest.raises(ValueError, match=r"^beta must not be 0: there"):
            nn.Softplus(zero)
