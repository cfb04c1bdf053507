"""Alpha dropout: torch's own bit for bit for SELU, and the fixed point of any other unit."""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from sympy import Rational
from torch import nn as torch_nn

import actmath
from actmath import Activation, catalog, nn
from actmath.derive._moments.alpha_dropout import alpha_dropout, saturation_value
from actmath.notation import alpha_prime, mu, nu, q


@pytest.mark.parametrize("p", [0.0, 0.05, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("name", ["AlphaDropout", "FeatureAlphaDropout"])
def test_same_draws_and_values_as_torch(p: float, name: str) -> None:
    x = torch.randn(20, 5, 3, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    results = []
    for library in (nn, torch_nn):
        torch.manual_seed(7)
        results.append(getattr(library, name)(p)(x))
    torch.testing.assert_close(results[0], results[1], rtol=1e-14, atol=1e-15)
    assert repr(getattr(nn, name)(p)) == repr(getattr(torch_nn, name)(p))


@pytest.mark.slow
def test_the_affine_step_is_the_derived_one() -> None:
    found = actmath.constants("elu", "-0.1", 2, digits=30)
    unit = catalog.selu.with_parameters(alpha=found.alpha, lam=found.lam)
    module = nn.AlphaDropout(activation=unit, mean="-0.1", variance=2)
    for p in (0.1, 1 / 3, 0.999):
        module.p = p
        values = {
            q: 1 - Rational(p),
            alpha_prime: saturation_value(unit),
            mu: Rational("-0.1"),
            nu: Rational(2),
        }
        wanted = alpha_dropout().at(values)
        assert module.scale == pytest.approx(float(wanted.scale), rel=1e-13)
        assert module.shift == pytest.approx(float(wanted.shift), rel=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_a_schedule_of_p_is_heard(kind: type) -> None:
    module, x = kind(0.1), torch.randn(2000, 50, dtype=torch.float64)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    for p in (0.1, 0.6, 0.9, 0.3):
        module.p = p
        for each in (module, compiled):
            torch.manual_seed(0)
            y = each(x)
            count = math.sqrt(y.numel())
            assert abs(float(y.mean())) < 5 / count
            spread = (y - y.mean()) ** 2
            assert abs(float(spread.mean()) - 1) < 5 * float(spread.std()) / count
        assert y.flatten().mode().values.item() == pytest.approx(
            module.scale * module.value + module.shift
        )
    with pytest.raises(ValueError, match=r"between 0 and 1, got 1\.2"):
        module.p = 1.2
    with pytest.raises(AttributeError, match="activation"):
        module.activation = catalog.elu


def test_whole_channels_are_dropped() -> None:
    torch.manual_seed(0)
    y = nn.FeatureAlphaDropout()(torch.randn(4, 30, 5, 5))
    one_value = y.flatten(2).std(dim=2) == 0
    assert 0.3 < one_value.float().mean() < 0.7
    assert (
        torch.vmap(nn.FeatureAlphaDropout(), randomness="different")(torch.ones(3, 2, 4)).std() > 0
    )
    with pytest.raises(ValueError, match="samples and channels"):
        nn.FeatureAlphaDropout()(torch.ones(3))
    with pytest.raises(TypeError, match="int64"):
        nn.AlphaDropout()(torch.ones(3, dtype=torch.int64))


@pytest.mark.parametrize(
    ("mean", "variance", "p"), [(0, 1, 0.1), (0, 2, 0.5), ("-0.1", 2, 0.3), ("0.2", 1, 0.7)]
)
def test_keeps_any_fixed_point(mean: object, variance: object, p: float) -> None:
    found = actmath.constants("elu", mean, variance, digits=30)
    unit = catalog.selu.with_parameters(alpha=found.alpha, lam=found.lam)
    dropout = nn.AlphaDropout(p, activation=unit, mean=mean, variance=variance)
    torch.manual_seed(0)
    count = 400_000
    goal = float(mean), float(variance)
    z = goal[0] + math.sqrt(goal[1]) * torch.randn(count, dtype=torch.float64)
    y = dropout(nn.Elementwise(unit)(z))
    assert abs(float(y.mean()) - goal[0]) < 5 * float(y.std()) / math.sqrt(count)
    centred = (y - y.mean()) ** 2
    assert abs(float(centred.mean()) - goal[1]) < 5 * float(centred.std()) / math.sqrt(count)


def test_off_in_evaluation_and_everything_at_one() -> None:
    x = torch.randn(20)
    assert nn.AlphaDropout(0.5).eval()(x) is x
    assert torch.equal(nn.AlphaDropout(1.0)(x), torch.zeros(20))


def test_inplace_overwrites() -> None:
    x = torch.randn(20)
    for kind in (nn.AlphaDropout, nn.FeatureAlphaDropout):
        assert kind(0.5, inplace=True)(x[:, None])._base is x


def test_gradient_is_the_scale_where_kept_and_zero_where_dropped() -> None:
    torch.manual_seed(0)
    module = nn.AlphaDropout(0.5)
    x = torch.ones(100, requires_grad=True)
    module(x).sum().backward()
    assert x.grad is not None
    assert x.grad.unique().tolist() == pytest.approx([0.0, module.scale])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"p": 1.5}, "between 0 and 1"),
        ({"activation": catalog.relu}, "no fixed point"),
        ({"activation": catalog.selu, "variance": 2}, "no fixed point"),
        ({"activation": catalog.identity}, "does not saturate on the left"),
    ],
)
def test_misuse(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.AlphaDropout(**given)


@pytest.mark.parametrize("kind", [nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_a_schedule_of_many_values_is_compiled_once(kind: type) -> None:
    torch.compiler.reset()
    torch.manual_seed(0)
    module, x = kind(0.5), torch.randn(400, 100, 1)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    for step in range(1, 21):
        module.p = step / 25
        y = compiled(x)
        off = module.scale * module.value + module.shift
        share = float((y - off).abs().lt(1e-6).float().mean())
        # Five standard errors of 40,000 draws.
        assert share == pytest.approx(module.p, abs=0.0125)


def test_the_probability_is_not_rounded_to_the_input() -> None:
    torch.manual_seed(0)
    # In bfloat16 0.999 is 1: nothing would be kept.
    y = nn.AlphaDropout(0.999)(torch.zeros(400_000, dtype=torch.bfloat16))
    kept = float((y != y.mode().values).float().mean())
    assert 0.0007 < kept < 0.0013


def test_a_probability_of_any_kind_of_number() -> None:
    module = nn.AlphaDropout(Fraction(1, 2))
    assert module.scale == nn.AlphaDropout(0.5).scale
    module.p = np.float32(0.25)
    assert module.scale == nn.AlphaDropout(0.25).scale
    for bad in (True, None, 1j, [0.5], np.array([0.5])):
        for ask in (nn.AlphaDropout, functools.partial(setattr, module, "p")):
            with pytest.raises((TypeError, ValueError), match=r"^p must"):
                ask(bad)


@functools.cache
def leaning() -> Activation:
    """SELU with the fixed point (0.2, 1)."""
    found = actmath.constants("elu", "0.2", 1, digits=20)
    return catalog.selu.with_parameters(alpha=found.alpha, lam=found.lam)


KINDS = pytest.mark.parametrize("kind", [nn.AlphaDropout, nn.FeatureAlphaDropout])


@KINDS
def test_at_one_the_mean_alone_is_kept(kind: type) -> None:
    module = kind(1, activation=leaning(), mean="0.2")
    assert (module.scale, module.shift) == (0.0, 0.2)
    assert module(torch.randn(3, 4, dtype=torch.float64)).tolist() == [[0.2] * 4] * 3
    x = torch.randn(3, 4)
    assert kind(0)(x) is x
    assert (kind(0).scale, kind(0).shift) == (1.0, 0.0)


@KINDS
@pytest.mark.parametrize("p", [0.1, 0.75])
def test_dropped_and_kept_have_two_lines(kind: type, p: float) -> None:
    """a·α′ + b and a·y + b of the paper, with its α′ = −λα, at the fixed point (0.2, 1)."""
    module = kind(p, activation=leaning(), mean="0.2")
    numbers = {str(name): float(v) for name, v in leaning().defaults.items()}
    alpha = -numbers["alpha"] * numbers["lam"]
    spread = (1 - p) * (p * (alpha - 0.2) ** 2 + 1)
    a = 1 / math.sqrt(spread)
    b = 0.2 - a * ((1 - p) * 0.2 + p * alpha)
    torch.manual_seed(0)
    x = torch.randn(60, 50, dtype=torch.float64)
    y = module(x)
    dropped = (y - (a * alpha + b)).abs() < 1e-9
    torch.testing.assert_close(y[~dropped], (a * x + b)[~dropped], rtol=1e-9, atol=1e-9)
    assert dropped.double().mean().item() == pytest.approx(p, abs=0.05)
    assert (module.value, module.activation) == (pytest.approx(alpha), leaning())


@pytest.mark.parametrize(
    ("alpha", "lam", "kept"),
    [
        # Ten and nine digits of the constants of the paper: off by 9e-10 and by 6e-9.
        ("1.673263242", "1.050700987", True),
        ("1.67326325", "1.05070099", False),
    ],
)
def test_constants_of_ten_digits_are_a_fixed_point(alpha: str, lam: str, kept: bool) -> None:
    unit = catalog.selu.with_parameters(alpha=alpha, lam=lam)
    if kept:
        assert nn.AlphaDropout(activation=unit).value == pytest.approx(-1.7580993408)
        return
    with pytest.raises(
        ValueError, match=r"^selu maps N\(0, 1\) to mean .* is no fixed point of it"
    ):
        nn.AlphaDropout(activation=unit)


@KINDS
def test_the_ends_of_p(kind: type) -> None:
    module = kind()
    for p in (0, 1, 0.0, 1.0):
        module.p = p
        assert module.p == p
    for p in (-1e-300, math.nextafter(1, 2), math.nan, math.inf):
        with pytest.raises(ValueError, match=f"^p must lie between 0 and 1, got {p}$"):
            module.p = p
    assert module.p == 1.0


@KINDS
def test_what_it_says_of_itself(kind: type) -> None:
    name = kind.__name__
    assert repr(kind(0.25, True)) == f"{name}(p=0.25, inplace=True)"
    found = repr(kind(activation=leaning(), mean="0.2"))
    assert found == f"{name}(p=0.5, inplace=False, activation=selu)"
    for dtype in (torch.int64, torch.bool, torch.complex64):
        x = torch.ones(2, 3, dtype=dtype)
        with pytest.raises(TypeError, match=f"takes floating-point tensors, got {dtype}"):
            kind()(x)
        assert kind().eval()(x) is x


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1), (2, 3, 4), (2, 3, 4, 5), (2, 3, 4, 5, 6)])
def test_each_channel_of_each_sample_is_drawn_alone(shape: tuple[int, ...]) -> None:
    """By torch.nn's draws, which are one for each of them."""
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    found = []
    for library in (nn, torch_nn):
        torch.manual_seed(5)
        found.append(library.FeatureAlphaDropout(0.4)(x))
        # As many numbers were drawn, no more.
        found.append(torch.rand(3))
    torch.testing.assert_close(found[0], found[2])
    assert torch.equal(found[1], found[3])


def test_channels_without_entries_and_too_few_dimensions() -> None:
    for shape in ((2, 3, 0), (0, 3, 4), (2, 0), (2, 3, 4, 0)):
        assert nn.FeatureAlphaDropout()(torch.zeros(shape)).shape == shape
    for shape in ((3,), ()):
        said = f"^needs samples and channels, got {len(shape)} dimensions$"
        with pytest.raises(ValueError, match=said):
            nn.FeatureAlphaDropout()(torch.ones(shape))


@pytest.mark.parametrize(
    ("drawn", "p", "kept"), [(0.0, 1, False), (0.75, 0.25, False), (0.5, 0.25, True)]
)
def test_the_ends_of_what_compiled_code_draws(
    drawn: float, p: float, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of numbers from 0 on below 1, those below q are as many as q says: none at q = 0."""
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    monkeypatch.setattr(torch, "rand", lambda shape, **_: torch.full(shape, drawn))
    assert nn.AlphaDropout(p)._draw(torch.empty(2, 3)).tolist() == [[kept] * 3] * 2


def test_a_module_that_torch_nn_saved_is_selu_s() -> None:
    for kind in ("AlphaDropout", "FeatureAlphaDropout"):
        ours = getattr(nn, kind)
        loaded = ours.__new__(ours)
        loaded.__setstate__(getattr(torch_nn, kind)(0.25).__getstate__())
        assert (loaded.p, loaded.scale, loaded.activation) == (0.25, ours(0.25).scale, catalog.selu)
        own = ours.__new__(ours)
        own.__setstate__(ours(0.25, activation=leaning(), mean="0.2").__getstate__())
        assert (own.activation, own.shift) == (
            leaning(),
            ours(0.25, activation=leaning(), mean="0.2").shift,
        )
