"""Noisy modules: gradients with the noise held fixed, statistics against the closed forms."""

from __future__ import annotations

import copy
import math
import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from sympy import Rational, lambdify

from actmath import catalog
from actmath.derive import harden
from actmath.derive._noise.noisy_unit import noisy
from actmath.nn._noisy.units import NAH, NAN, NANI, NANIL, NANIS, LearnedNoise, NoisyActivation
from actmath.notation import alpha, c, p, s, x, xi

KINDS = (NAN, NAH, NANI, NANIL, NANIS)
BASES = (catalog.tanh, catalog.sigmoid, catalog.softplus)
POINTS = torch.tensor([-6.0, -2.7, -1.3, -0.4, 0.0, 0.6, 1.8, 3.1, 7.0], dtype=torch.float64)


def build(kind: type[NoisyActivation], base: object = catalog.tanh, **options: object) -> object:
    level = 60.0 if kind is NANIL else 4.0
    unit = kind(base, level=level, dtype=torch.float64, **options)
    if isinstance(unit, LearnedNoise):
        torch.nn.init.constant_(unit.p, -1.7)
    return unit


def derived(unit: NoisyActivation, base: object, mix: float = 1.0) -> dict:
    values = {alpha: mix, c: unit.level.item(), s: unit.level.item()}
    return values | {p: unit.p.item() if isinstance(unit, LearnedNoise) else 0.0}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_unit_and_expectation_are_the_derived_formulas(kind: type, base: object) -> None:
    mixes = (0.6, 1.0, 1.4) if kind in (NAN, NAH) else (1.0,)
    noise = torch.linspace(-2, 2, len(POINTS), dtype=torch.float64)
    for mix in mixes:
        unit = build(kind, base, **({"mix": mix} if kind in (NAN, NAH) else {}))
        formula, values = noisy(harden(base), kind.__name__), derived(unit, base, mix)
        phi = lambdify((x, xi), formula.phi.subs(values), "math")
        mean = lambdify(x, formula.mean.subs(values), "math")
        pairs = zip(POINTS.tolist(), noise.tolist(), strict=True)
        expected = torch.tensor([phi(a, z) for a, z in pairs], dtype=torch.float64)
        torch.testing.assert_close(unit.with_noise(POINTS, noise), expected)
        expected = torch.tensor([mean(a) for a in POINTS.tolist()], dtype=torch.float64)
        torch.testing.assert_close(unit.eval()(POINTS), expected, atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_gradients_with_the_noise_held_fixed(kind: type, base: object) -> None:
    torch.manual_seed(1)
    unit, noise = build(kind, base), torch.randn_like(POINTS)
    learned = [unit.p] if isinstance(unit, LearnedNoise) else []
    at = POINTS.clone().requires_grad_()

    def sample(a: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        return unit.with_noise(a, noise)

    def expectation(a: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        return unit.expectation(a)

    for function in (sample, expectation):
        assert torch.autograd.gradcheck(function, (at, *learned))
        assert torch.autograd.gradgradcheck(function, (at, *learned), atol=1e-4)


@pytest.mark.parametrize("kind", [NAN, NAH])
def test_gradient_by_the_level(kind: type) -> None:
    unit, noise = build(kind, mix=0.8), torch.randn_like(POINTS)
    level = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)

    def sample(value: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(_Given(unit), {"unit.level": value}, (POINTS, noise))

    assert torch.autograd.gradcheck(sample, (level,))


class _Given(torch.nn.Module):
    def __init__(self, unit: NoisyActivation) -> None:
        super().__init__()
        self.unit = unit

    def forward(self, at: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        return self.unit.with_noise(at, noise)


@pytest.mark.parametrize("kind", KINDS)
def test_statistics_of_training_mode_are_the_closed_forms(kind: type) -> None:
    generator = torch.Generator().manual_seed(5)
    unit, n = build(kind, generator=generator), 100_000
    formula, values = noisy(harden(catalog.tanh), kind.__name__), derived(unit, catalog.tanh)
    with torch.no_grad():
        seen = unit(POINTS.expand(n, -1))
    for i, at in enumerate(POINTS.tolist()):
        column = seen[:, i]
        mean, variance = (
            float(e.subs({**values, x: at})) for e in (formula.mean, formula.variance)
        )
        fourth = (column - column.mean()).pow(4).mean().item()
        assert abs(column.mean().item() - mean) <= 5 * math.sqrt(variance / n) + 1e-12
        error = 5 * math.sqrt(max(fourth - variance**2, 0) / n) + 1e-12
        assert abs(column.var().item() - variance) <= error


@pytest.mark.parametrize("kind", KINDS)
def test_generator_makes_the_noise_repeatable(kind: type) -> None:
    far = torch.full((50,), 1.5, dtype=torch.float64)
    once, again = (
        build(kind, generator=torch.Generator().manual_seed(seed))(far) for seed in (3, 3)
    )
    other = build(kind, generator=torch.Generator().manual_seed(4))(far)
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


@pytest.mark.parametrize("kind", KINDS)
def test_members_of_a_vmap_get_noise_of_their_own(kind: type) -> None:
    units = [build(kind) for _ in range(3)]
    parameters, buffers = torch.func.stack_module_state(units)
    base, far = copy.deepcopy(units[0]), torch.full((3, 200), 1.2, dtype=torch.float64)

    def member(weights: dict, fixed: dict, at: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(base, (weights, fixed), (at,))

    different = torch.vmap(member, randomness="different")(parameters, buffers, far)
    assert not torch.equal(different[0], different[1])
    same = torch.vmap(member, randomness="same")(parameters, buffers, far)
    torch.testing.assert_close(same[0], same[1])


def test_members_may_differ_in_p_and_level() -> None:
    units = [NAH(level=level, dtype=torch.float64).eval() for level in (0.0, 1.0, 5.0)]
    parameters, buffers = torch.func.stack_module_state(units)

    def member(weights: dict, fixed: dict) -> torch.Tensor:
        return torch.func.functional_call(units[0], (weights, fixed), (POINTS,))

    stacked = torch.vmap(member)(parameters, buffers)
    for row, unit in zip(stacked, units, strict=True):
        torch.testing.assert_close(row, unit(POINTS))


def test_one_p_for_each_channel() -> None:
    unit = NAN(num_parameters=3, dim=1, level=4.0, dtype=torch.float64)
    single = NAN(level=4.0, dtype=torch.float64)
    at, noise = (torch.randn(2, 3, 5, dtype=torch.float64) * 3 for _ in range(2))
    whole = unit.with_noise(at, noise)
    for channel in range(3):
        single.p.data.fill_(unit.p[channel].item())
        expected = single.with_noise(at[:, channel], noise[:, channel])
        torch.testing.assert_close(whole[:, channel], expected)
    whole.sum().backward()
    assert unit.p.grad.shape == (3,)
    with pytest.raises(ValueError, match="3 values of p"):
        unit(torch.zeros(2, 4))


def test_p_begins_between_minus_one_and_one() -> None:
    torch.manual_seed(0)
    drawn = NAN(num_parameters=4000).p.detach()
    assert drawn.min() >= -1
    assert drawn.max() <= 1
    assert abs(drawn.mean()) < 5 / math.sqrt(3 * 4000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_dtype_shape_and_empty_inputs(kind: type, dtype: torch.dtype) -> None:
    unit = kind(level=2.0, dtype=dtype)
    for shape in ((4, 7), (0, 3), ()):
        at = torch.full(shape, 2.0, dtype=dtype, requires_grad=True)
        for out in (unit.train()(at), unit.eval()(at)):
            assert (out.dtype, out.shape) == (dtype, at.shape)
            out.sum().backward()
            assert at.grad.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_expectation_without_noise_is_the_hard_unit_with_finite_gradients(kind: type) -> None:
    unit = kind(level=0.0).eval()
    at = torch.tensor([-1e30, -1.0, -0.5, 0.0, 1.0, 1e-30, 1e30], requires_grad=True)
    out = unit(at)
    torch.testing.assert_close(out, at.clamp(-1, 1))
    out.sum().backward()
    assert at.grad.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_state_survives_saving(kind: type) -> None:
    one, two = kind(level=3.0), kind(level=1.0)
    two.load_state_dict(one.state_dict())
    at = torch.linspace(-4, 4, 9)
    assert torch.equal(one.eval()(at), two.eval()(at))
    assert "level=3" in repr(two)


@pytest.mark.parametrize("level", [-1.0, math.inf, math.nan])
def test_level_must_be_a_finite_nonnegative_number(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        NAN(level=level)
    with pytest.raises(ValueError, match="num_parameters"):
        NAN(num_parameters=0)


@pytest.mark.parametrize("kind", KINDS)
def test_forward_mode_and_the_hessian(kind: type) -> None:
    unit, noise = build(kind), torch.randn_like(POINTS)
    for function in (lambda a: unit.with_noise(a, noise), unit.expectation):
        forward, reverse = (
            mode(function)(POINTS) for mode in (torch.func.jacfwd, torch.func.jacrev)
        )
        torch.testing.assert_close(forward, reverse)
        assert torch.autograd.gradcheck(
            function, POINTS.clone().requires_grad_(), check_forward_ad=True
        )

        def total(a: torch.Tensor, function: object = function) -> torch.Tensor:
            return function(a).sum()

        twice = torch.func.jacrev(torch.func.jacrev(total))(POINTS)
        torch.testing.assert_close(torch.func.hessian(total)(POINTS), twice)
    # In training mode too, where the unit draws.
    _, slope = torch.func.jvp(unit, (POINTS,), (torch.ones_like(POINTS),))
    assert slope.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_meta_and_back(kind: type) -> None:
    with torch.device("meta"):
        unit = kind(level=3.0)
    assert "level=meta" in repr(unit)
    assert unit(torch.empty(2, 3, device="meta")).shape == (2, 3)
    unit = unit.to_empty(device="cpu")
    unit.reset_parameters()
    assert float(unit.level) == 3
    unit.set_level(5)
    unit.reset_parameters()
    assert float(unit.level) == 3
    if isinstance(unit, LearnedNoise):
        assert bool((unit.p.abs() <= 1).all())


@pytest.mark.parametrize("kind", [NAN, NANIS])
def test_compiled_for_several_batches(kind: type) -> None:
    unit = kind(level=2.0)
    torch._dynamo.reset()
    compiled = torch.compile(unit, fullgraph=True, backend="aot_eager")
    for batch in (8, 7):
        at = torch.randn(batch, 5, requires_grad=True)
        compiled(at).sum().backward()
        assert at.grad.isfinite().all()
    unit.eval()
    with torch.no_grad():
        torch.testing.assert_close(compiled(at), unit(at))


@pytest.mark.parametrize("kind", KINDS)
def test_exported(kind: type) -> None:
    unit, at = kind(level=2.0).eval(), torch.linspace(-3, 3, 10).reshape(2, 5)
    program = torch.export.export(unit, (at,), strict=kind is NAN)
    torch.testing.assert_close(program.module()(at), unit(at))
    torch.testing.assert_close(torch.jit.trace(unit, at)(at), unit(at))
    torch.testing.assert_close(torch.fx.symbolic_trace(unit)(at), unit(at))
    assert torch.fx.symbolic_trace(unit.train())(at).shape == at.shape


@pytest.mark.parametrize("dim", [-1, 1])
def test_one_p_each_is_traced_symbolically(dim: int) -> None:
    unit, at = NAN(num_parameters=5, dim=dim).eval(), torch.linspace(-3, 3, 10).reshape(2, 5)
    torch.testing.assert_close(torch.fx.symbolic_trace(unit)(at), unit(at))
    with pytest.raises(ValueError, match=r"5 values of p .* shape \(2,\)"):
        unit(at[:, 0])


def test_integers_and_wrong_mixes_are_refused() -> None:
    with pytest.raises(TypeError, match="int64"):
        NAN()(torch.arange(3))
    for given in ({"generator": 3}, {"unit": 3}, {"dtype": torch.complex64}):
        with pytest.raises(TypeError, match=r"generator must|Hardened is needed|floating-point"):
            NAN(**given)
    with pytest.raises(ValueError, match="mix must be finite"):
        NAN(mix=math.nan)
    for name in ("level", "mix", "num_parameters", "dim"):
        for bad in (True, None, 1j, [1]):
            with pytest.raises((TypeError, ValueError), match=f"^{name} must"):
                NAN(**{name: bad})


def test_numbers_of_many_types() -> None:
    unit = NAN(mix=Rational(1, 2), level=Fraction(1, 4), num_parameters=np.int64(3))
    assert (unit.mixture.mix, unit.level.item(), len(unit.p)) == (0.5, 0.25, 3)
    unit.set_level("1/8")
    assert unit.level.item() == 0.125


@pytest.mark.parametrize("kind", [NAN, NAH, NANIL])
def test_the_input_s_dtype_is_kept_with_one_p_for_each_channel(kind: type) -> None:
    unit = kind(num_parameters=3)
    for out in (unit(torch.ones(2, 3).bfloat16()), unit.eval()(torch.ones(2, 3).bfloat16())):
        assert out.dtype == torch.bfloat16


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("kind", KINDS)
def test_statistics_on_a_gpu(kind: type) -> None:
    unit = kind(level=4.0).cuda()
    if isinstance(unit, LearnedNoise):
        torch.nn.init.constant_(unit.p, -1.7)
    at = POINTS.float().cuda()
    with torch.no_grad():
        seen = unit(at.expand(200_000, -1).contiguous())
        error = 5 * seen.std(0) / math.sqrt(200_000) + 1e-6
        assert ((seen.mean(0) - unit.eval()(at)).abs() < error).all()


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("kind", [NAN, NAH, NANIL])
def test_one_p_for_each_entry_of_any_dimension(kind: type, dim: int) -> None:
    at = 3 * torch.randn(2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    noise = torch.randn(2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    count = at.shape[dim]
    unit = kind(num_parameters=count, dim=dim, level=9.0, dtype=torch.float64)
    single = kind(level=9.0, dtype=torch.float64)
    torch.nn.init.uniform_(unit.p, 1, 3)
    for i in range(count):
        single.p.data.fill_(unit.p[i].item())
        parts = at.select(dim, i), noise.select(dim, i)
        found = unit.with_noise(at, noise).select(dim, i)
        torch.testing.assert_close(found, single.with_noise(*parts))
        torch.testing.assert_close(unit.eval()(at).select(dim, i), single.eval()(parts[0]))


@pytest.mark.parametrize(
    ("dim", "shape"), [(3, (3, 3, 3)), (-4, (3, 3, 3)), (0, ()), (-1, ()), (1, (3, 2)), (0, (2, 3))]
)
def test_a_dimension_of_another_size_or_none(dim: int, shape: tuple[int, ...]) -> None:
    said = f"there are 3 values of p for dimension {dim}, but the input has shape {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        NAN(num_parameters=3, dim=dim)(torch.zeros(shape))


def test_the_deviation_is_a_quarter_of_the_level_at_most() -> None:
    """σ = c(g(pΔ) − ½)² by hand: Δ = 2 at −3, and 1/(1 + e⁻²) is g(2)."""
    unit = NAN(level=8.0, dtype=torch.float64)
    torch.nn.init.constant_(unit.p, -1.0)
    at = torch.tensor([-3.0, 0.5, 3.0, 1e9], dtype=torch.float64)
    bend = 8 * (1 / (1 + math.exp(-2)) - 0.5) ** 2
    assert unit.deviation(at).tolist() == pytest.approx([bend, 0, bend, 2])


def test_what_each_kind_says_of_itself() -> None:
    line = "slope=0.25, left=-2, right=2, level=2.5"
    for kind in KINDS:
        more = ", mix=1" if kind in (NAN, NAH) else ""
        assert repr(kind(catalog.sigmoid, level=2.5)) == f"{kind.__name__}({line}{more})"
    assert (
        repr(NAH("softplus", mix=1.5))
        == "NAH(slope=0.5, left=-1.38629, right=inf, level=1, mix=1.5)"
    )
    # Of a unit without numbers, and of a stack of three.
    assert repr(NANI(device="meta")) == "NANI(slope=1, left=-1, right=1, level=meta ())"
    stacked = NANI()
    stacked.level = torch.ones(3)
    assert repr(stacked) == "NANI(slope=1, left=-1, right=1, level=cpu (3,))"


def test_p_is_uniform_and_of_the_number_asked_for() -> None:
    torch.manual_seed(3)
    drawn = NANIL(num_parameters=20_000).p.detach()
    assert drawn.min() < -0.999
    assert drawn.max() > 0.999
    # Of U(−1, 1), whose square has the mean 1/3 and the deviation √(4/45).
    assert abs(drawn.square().mean() - 1 / 3) < 5 * math.sqrt(4 / 45 / 20_000)
    assert NAN().p.shape == (1,)
    again = NAN(num_parameters=3)
    before = again.p.detach().clone()
    again.reset_parameters()
    assert not torch.equal(again.p, before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_generator_may_be_set_later(kind: type) -> None:
    unit, far = kind(level=4.0), torch.full((20,), 1.5)
    assert unit.generator is None
    outputs = []
    for _ in range(2):
        unit.generator = torch.Generator().manual_seed(3)
        outputs.append(unit(far))
    assert torch.equal(*outputs)
    assert unit.generator is not None
    wanted = kind(level=4.0, generator=torch.Generator().manual_seed(3))
    wanted.load_state_dict(unit.state_dict())
    assert torch.equal(wanted(far), outputs[0])
    with pytest.raises(TypeError, match=r"^generator must be a torch.Generator or None, got 3$"):
        unit.generator = 3


def test_levels_at_the_ends_and_what_they_are_of() -> None:
    unit = NANI(level=0)
    for level in (0.0, 5e-324, 3e38):
        unit.set_level(level)
        assert unit.level.item() == torch.tensor(level).item()
    for level in (-5e-324, math.inf, -math.inf, math.nan):
        said = f"^the noise level must be finite and at least 0, got {level}$"
        with pytest.raises(ValueError, match=said):
            unit.set_level(level)
    assert [*unit.state_dict()] == ["level"]
    assert sorted(NAN().state_dict()) == ["level", "p"]
    assert [name for name, _ in NAN().named_parameters()] == ["p"]


def test_nothing_is_lost_at_infinity_without_leak() -> None:
    at = torch.tensor([-math.inf, math.inf])
    unit = NAN(level=4.0)
    torch.nn.init.constant_(unit.p, 0.5)
    assert unit.eval()(at).tolist() == [-1.0, 1.0]
    # σ = c/4 there, towards the inside.
    assert unit.with_noise(at, torch.ones(2)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("kind", [NANI, NANIS])
def test_noise_before_the_unit_by_hand(kind: type) -> None:
    """Of hard tanh at s = 2, at both thresholds and beside them."""
    beside = math.nextafter(1, 0)
    at = torch.tensor([-4.0, -1.0, -beside, 0.25, beside, 1.0, 4.0], dtype=torch.float64)
    xi = torch.tensor([1.0, 0.75, 0.5, 0.125, -0.5, -0.75, -1.0], dtype=torch.float64)
    found = kind(level=2.0, dtype=torch.float64).with_noise(at, xi).tolist()
    inside = [-beside + 1, 0.5, beside - 1] if kind is NANI else [-beside, 0.25, beside]
    assert found == [-1.0, 0.5, *inside, -0.5, 1.0]
