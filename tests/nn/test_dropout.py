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
from actmath import catalog, nn
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
