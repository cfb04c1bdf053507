"""Drop-in: the same signatures, outputs, gradients and state_dict as torch.nn's modules."""

from __future__ import annotations

import inspect
import math

import pytest
import torch
from torch import Tensor
from torch import nn as torch_nn

from actmath import catalog, nn

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


def test_every_activation_of_the_catalog_has_its_module() -> None:
    assert set(nn.MODULES) == set(catalog.CATALOG)
    x = grid()
    for name, module in nn.MODULES.items():
        expected = nn.Elementwise(catalog.get(name))(x)
        torch.testing.assert_close(module().to(EXACT).eval()(x), expected, msg=name)


def test_the_two_hard_sigmoids_differ_in_slope() -> None:
    at_one = torch.tensor(1.0, dtype=EXACT)
    assert nn.HardSigmoid()(at_one) == 0.75
    assert float(nn.Hardsigmoid()(at_one)) == pytest.approx(2 / 3)


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


class TestPReLU:
    def test_shape_of_slopes(self) -> None:
        x = torch.randn(2, 3, 4, 5)
        module = nn.PReLU(3)
        with torch.no_grad():
            module.weight.copy_(torch.tensor([0.0, 0.5, 1.0]))
        y = module(x)
        assert torch.equal(y[:, 2], x[:, 2])
        assert torch.equal(y[:, 0], x[:, 0].relu())

    def test_zero_dimensional_and_empty(self) -> None:
        assert nn.PReLU()(torch.tensor(-2.0)).shape == ()
        assert nn.PReLU(3)(torch.empty(0, 3)).shape == (0, 3)

    def test_double_backward_through_both(self) -> None:
        x = torch.tensor([-2.0, -0.5, 1.5], dtype=EXACT, requires_grad=True)
        a = torch.tensor(0.3, dtype=EXACT, requires_grad=True)
        y = (nn.elementwise(catalog.prelu, x, a=a) ** 2).sum()
        gx, ga = torch.autograd.grad(y, (x, a), create_graph=True)
        (cross,) = torch.autograd.grad(ga, x, retain_graph=True)
        torch.testing.assert_close(cross, torch.where(x < 0, 4 * a * x, 0 * x))
        (again,) = torch.autograd.grad(gx.sum(), a)
        torch.testing.assert_close(again, (4 * a * x.clamp(max=0)).sum())

    def test_vmap_over_slopes(self) -> None:
        x = torch.linspace(-2, 2, 7, dtype=EXACT)
        slopes = torch.tensor([0.0, 0.25, 1.0], dtype=EXACT)

        def loss(a: Tensor) -> Tensor:
            return nn.elementwise(catalog.prelu, x, a=a).sum()

        gradients = torch.func.vmap(torch.func.grad(loss))(slopes)
        torch.testing.assert_close(gradients, x.clamp(max=0).sum().expand(3))

    @pytest.mark.parametrize("shape", [(4,), (2, 5)])
    def test_refuses_other_channels(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="3 slopes"):
            nn.PReLU(3)(torch.zeros(shape))


class TestRReLU:
    def test_evaluation_is_torch_s(self) -> None:
        x = grid()
        torch.testing.assert_close(nn.RReLU().eval()(x), torch_nn.RReLU().eval()(x))

    def test_training_draws_slopes_with_the_right_mean_and_spread(self) -> None:
        torch.manual_seed(0)
        x = torch.full((200_000,), -1.0, dtype=EXACT)
        slopes = -nn.RReLU(0.2, 0.6).train()(x)
        assert 0.2 <= float(slopes.min()) < 0.201
        assert 0.599 < float(slopes.max()) <= 0.6
        error = 0.4 / math.sqrt(12) / math.sqrt(len(x))
        assert abs(float(slopes.mean()) - 0.4) < 5 * error
        assert torch.equal(nn.RReLU()(x.abs()), x.abs())

    def test_gradient_is_the_slope_that_was_drawn(self) -> None:
        x = torch.tensor([-2.0, -1.0, 3.0], dtype=EXACT, requires_grad=True)
        y = nn.RReLU()(x)
        y.sum().backward()
        torch.testing.assert_close(x.grad, y.detach() / x.detach())

    def test_refuses_limits_out_of_order(self) -> None:
        with pytest.raises(ValueError, match="must not exceed"):
            nn.RReLU(0.5, 0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Hardtanh(1, 1), "lowest < highest"),
        (lambda: nn.Softplus(beta=0), "beta must be positive"),
        (lambda: nn.GELU("exact"), "approximate"),
        (lambda: nn.PReLU(0), "at least 1"),
        (lambda: nn.CELU(alpha=-1), "alpha"),
    ],
)
def test_misuse_says_what_is_wrong(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()
