"""What threads and processes ask at the same time: public functions, with three inputs each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import mpmath
import numpy as np
import torch
from sympy import Basic, Integer, Matrix, Rational, exp, srepr

from actmath import catalog, derive, experiment, lower, nn, numeric
from actmath.notation import theta, x

# SymPy raises the precision of mpmath.mp, the process's context, for a moment: not of this one.
_OWN = mpmath.MPContext()
#: As many inputs has each.
INPUTS = 3
_UNITS = ("gelu", "elu", "tanh")
_GATED = ("bilinear", "glu", "reglu")
_CLOSED = ("relu", "elu", "leaky_relu")
_ROWS = np.random.default_rng(0).normal(size=(3, 4))
_SAMPLES = torch.randn(5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def _noisy(i: int) -> Any:
    return derive.noisy(derive.harden(catalog.get(("tanh", "sigmoid", "tanh")[i])), "NAN")


def _statistics(i: int) -> Any:
    draws = np.random.default_rng(i)
    return numeric.unit_statistics(draws.normal(size=(9, 2)), draws.normal(size=9))


def _model(i: int) -> torch.nn.Module:
    unit = (torch.nn.Tanh(), nn.SwiGLU(), torch.nn.GELU())[i]
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), unit, torch.nn.Linear(2 if i == 1 else 4, 2))
    for k, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, generator=torch.Generator().manual_seed(10 * i + k))
    return model.double()


def _initialized(i: int) -> Any:
    model = _model(i)
    nn.initialize_(model, generator=torch.Generator().manual_seed(i), batch=_SAMPLES)
    return [p.detach() for p in model.parameters()]


def _drawn(fill: Callable[..., Any], i: int) -> Any:
    weight = torch.empty(3, 4, dtype=torch.float64)
    return fill(weight, _UNITS[i], generator=torch.Generator().manual_seed(i))


def _with_slope(function: Callable[[Any], Any], i: int) -> tuple[Any, ...]:
    at = (_SAMPLES + i).requires_grad_()
    found = function(at)
    return found.detach(), *torch.autograd.grad(found.sum(), at)


def _kernel(i: int) -> tuple[Any, ...]:
    def of(at: Any) -> Any:
        found = numeric.dual_kernel(_UNITS[i], 1.0, 2.0, at / 10)
        return found.value

    return _with_slope(of, i), numeric.dual_kernel(_UNITS[i], [1.0, 2.0], 1.5, 0.5)


#: By their doors and names.
ASKED: dict[str, Callable[[int], Any]] = {
    "numeric.nngp_kernel": lambda i: numeric.nngp_kernel(_UNITS[i], _ROWS, depth=[1, 2]),
    "numeric.ntk_kernel": lambda i: numeric.ntk_kernel(_UNITS[i], _ROWS, depth=2),
    "numeric.sample_kernels": lambda i: numeric.sample_kernels(
        _UNITS[i], _ROWS, depth=1, width=4, seeds=[i]
    ),
    "numeric.dual_kernel": _kernel,
    "numeric.gated_gaussian": lambda i: numeric.gated_gaussian(_GATED[i], [0.0, 0.5], 1.0 + i),
    "numeric.gated_moments": lambda i: numeric.gated_moments(_GATED[i], correlation="1/3"),
    "numeric.gated_gains": lambda i: numeric.gated_gains(_GATED[i], 1.0 + i),
    "numeric.attention_logit": lambda i: numeric.attention_logit(4 + i, correlation="1/3"),
    "numeric.attention_moments": lambda i: numeric.attention_moments(3 + i, 2),
    "numeric.softmax_moments": lambda i: numeric.softmax_moments(20 + i),
    "numeric.correlation_map": lambda i: numeric.correlation_map(
        _UNITS[i], [0.1, 0.9], 1.0, 1.0, 0.1
    ),
    "numeric.length_map": lambda i: numeric.length_map(_UNITS[i], [0.5, 1.0], 1.0, 0.1),
    "numeric.edge_of_chaos": lambda i: numeric.edge_of_chaos(_UNITS[i], [0.5, 1.0]),
    "numeric.random_lengths": lambda i: numeric.random_lengths(_UNITS[i], 1.0, 3),
    "numeric.random_correlations": lambda i: numeric.random_correlations(_UNITS[i], 0.5, 3),
    "numeric.simulate": lambda i: numeric.simulate(_UNITS[i], 2, width=8, seeds=range(2)),
    "numeric.simulate_correlation": lambda i: numeric.simulate_correlation(
        _UNITS[i], 0.5, 2, width=8, seeds=range(2)
    ),
    "numeric.simulate_gradient": lambda i: numeric.simulate_gradient(
        _UNITS[i], 2, width=8, seeds=range(2)
    ),
    "numeric.simulate_siren": lambda i: numeric.simulate_siren(2, width=8 + i, seeds=range(2)),
    "numeric.send_circle": lambda i: numeric.send_circle(
        _UNITS[i], [1], sigma_w=1.0, sigma_b=0.1, width=8, points=31
    ),
    "numeric.bias_shift_of": lambda i: numeric.bias_shift_of(
        catalog.get(_CLOSED[i]), (0, 1), (1, 1)
    ),
    "numeric.mean_curve": lambda i: numeric.mean_curve(catalog.get(_CLOSED[i]), [0, 1]),
    "numeric.variance_curve": lambda i: numeric.variance_curve(catalog.get(_CLOSED[i]), [0, 1]),
    "numeric.compare_slopes": lambda i: numeric.compare_slopes([f"1/{4 + i}"], norms=["gauss"]),
    "numeric.cobweb": lambda i: numeric.cobweb(catalog.get(_UNITS[i]), [0.5], 5),
    "numeric.fold_cloud": lambda i: numeric.fold_cloud(catalog.relu, numeric.rings(3 + i), 2),
    "numeric.rings": lambda i: numeric.rings(3 + i),
    "numeric.unit_statistics": _statistics,
    "numeric.natural_step": lambda i: numeric.natural_step(_statistics(i)),
    "numeric.dense_step": lambda i: numeric.dense_step(_statistics(i)),
    "numeric.sampled_shift": lambda i: numeric.sampled_shift(_statistics(i)),
    "numeric.geodesic": lambda i: numeric.geodesic((0.0, 1.0 + i), (1.0, 1.0), 5),
    "numeric.unit_ellipse": lambda i: numeric.unit_ellipse((0.0, 1.0 + i), 0.5, 5),
    "numeric.flow": lambda i: numeric.flow(numeric.ScaledUnit(catalog.selu), [0.0], [1.0 + i]),
    "numeric.orbit": lambda i: numeric.orbit(numeric.ScaledUnit(catalog.selu), (0.5, 1.0 + i), 3),
    "numeric.output_density": lambda i: numeric.output_density(
        numeric.ScaledUnit(catalog.selu), float(i)
    ),
    "numeric.noise_band": lambda i: numeric.noise_band(_noisy(i), points=5, draws=1, seed=i),
    "numeric.signal_to_noise": lambda i: numeric.signal_to_noise(_noisy(i), level=1.0 + i),
    "numeric.descend": lambda i: numeric.descend(numeric.RIPPLES, runs=3, steps=5, seed=i).ends,
    "numeric.relief": lambda i: numeric.relief(numeric.RIPPLES, [0.5], 5 + i),
    "numeric.success_by_level": lambda i: numeric.success_by_level(
        numeric.RIPPLES, [0.5 + i], {"": numeric.ConstantSchedule}, runs=3, steps=5
    ),
    "numeric.expectations": lambda i: numeric.expectations(catalog.get(_CLOSED[i]), 0, 1 + i),
    "derive.gated_formulas": lambda i: derive.gated_formulas(("bilinear", "reglu", "bilinear")[i]),
    "derive.partials": lambda i: derive.partials(_GATED[i]),
    "derive.sine_layers": lambda i: derive.sine_layers(2 + i),
    "derive.turning_of_uniform": lambda i: derive.turning_of_uniform(1 + i),
    "derive.initialization": lambda i: derive.initialization(_CLOSED[i]),
    "derive.mean_activation": lambda i: derive.mean_activation(_CLOSED[i]),
    "derive.parameter_gradient": lambda i: derive.parameter_gradient("elu", "alpha"),
    "derive.shared_gradient": lambda i: derive.shared_gradient("elu", "alpha"),
    "derive.lipschitz": lambda i: derive.lipschitz(_UNITS[i]),
    "derive.odd_iteration": lambda i: derive.odd_iteration(("tanh", "sine", "arctan")[i]),
    "derive.continuity_class": lambda i: derive.continuity_class(_UNITS[i], 0),
    "derive.jumps": lambda i: derive.jumps(_CLOSED[i], 0, 1),
    "derive.breakpoints": lambda i: derive.breakpoints(catalog.get(_UNITS[i]).formula()),
    "derive.pieces": lambda i: derive.pieces(catalog.get(_UNITS[i]).formula()),
    "derive.expectation": lambda i: derive.expectation(derive.pieces(catalog.relu.expr), 1 + i),
    "derive.linearize": lambda i: derive.linearize(_UNITS[i], 1),
    "derive.folding": lambda i: derive.folding(("relu", "leaky_relu", "abs")[i]),
    "derive.inverse_slopes": lambda i: derive.inverse_slopes(derive.folding("leaky_relu")),
    "derive.distinct_regions": lambda i: derive.distinct_regions(4 + i, 2),
    "derive.depth_until": lambda i: derive.depth_until(f"1/{2 + i}", "1/100"),
    "derive.telescoped": lambda i: derive.telescoped(2 + i),
    "derive.gradient_factors": lambda i: derive.gradient_factors(derive.VGG_B[:2], 1, _CLOSED[i]),
    "derive.smooth": lambda i: derive.smooth(x**4, x, deviation=1 + i),
    "derive.critical_level": lambda i: derive.critical_level("1/10", 1 + i),
    "derive.deviation_facts": lambda i: derive.deviation_facts(20 + i),
    "derive.expected_unit": lambda i: derive.expected_unit(_noisy(0), 1),
    "derive.noise_gradient": lambda i: derive.noise_gradient(_noisy(i), _noisy(i).regimes[0]),
    "derive.pull_back": lambda i: derive.pull_back(_noisy(i), _noisy(i).regimes[-1]),
    "derive.crossing_of_deactivated": lambda i: derive.crossing_of_deactivated(
        catalog.elu, catalog.get(_CLOSED[0])
    ),
    "derive.bernoulli": lambda i: derive.bernoulli(),
    "derive.poisson": lambda i: derive.poisson(),
    "derive.gaussian_family": lambda i: derive.gaussian_family(),
    "derive.categorical": lambda i: derive.categorical(2 + i),
    "derive.exponential_family": lambda i: derive.exponential_family("e", exp(theta), (theta,)),
    "derive.fisher": lambda i: derive.fisher(derive.categorical(2)),
    "derive.steepest_descent": lambda i: derive.steepest_descent(
        Matrix([[2 + i]]), Matrix([Integer(1)])
    ),
    "derive.invariance": lambda i: derive.invariance(),
    "lower.to_numpy": lambda i: lower.to_numpy(_UNITS[i], 1)(_ROWS),
    "lower.to_torch": lambda i: _with_slope(lower.to_torch(_UNITS[i]), i),
    "lower.to_mpmath": lambda i: lower.to_mpmath(_UNITS[i], 1)(_OWN.mpf(0.5 + i)),
    "lower.to_arb": lambda i: lower.to_arb(_UNITS[i], 1)(0.5 + i),
    "lower.to_javascript": lambda i: lower.to_javascript(_UNITS[i]).for_all().source,
    "lower.compile_javascript": lambda i: lower.compile_javascript([x], [exp(x) + i]).source,
    "lower.compile_mpmath": lambda i: lower.compile_mpmath([x], [exp(x) + i])(0.5),
    "lower.to_mpf": lambda i: lower.to_mpf(Rational(1, 3 + i)),
    "lower.losses": lambda i: lower.losses(_UNITS[i], 1),
    "nn.diagnose": lambda i: nn.diagnose(_model(i), _SAMPLES),
    "nn.initialize_": _initialized,
    "nn.unit_scaled": lambda i: _with_slope(nn.unit_scaled(_UNITS[i]), i),
    "nn.replace_": lambda i: repr(nn.replace_(_model(i))),
    "nn.elementwise": lambda i: nn.elementwise(_UNITS[i], _SAMPLES),
    "nn.gain_normal_": lambda i: _drawn(nn.gain_normal_, i),
    "nn.gain_uniform_": lambda i: _drawn(nn.gain_uniform_, i),
    "nn.weight_std": lambda i: nn.weight_std(torch.empty(3, 4), _UNITS[i]),
    "nn.measure_stack": lambda i: nn.measure_stack(
        _UNITS[i], weight_gain=1.0, depth=2, channels=4, size=3, stacks=2
    ),
    "nn.confidence_band": lambda i: nn.confidence_band(_SAMPLES**2 + i),
    "experiment.ranking": lambda i: experiment.ranking(
        {"a": [1.0, 2.0], "b": [2.0, float(i)], "c": [3.0, 1.0]}
    ),
}


def plain(answer: Any) -> Any:
    """An answer as what can be compared and sent to another process, to the last bit."""
    if isinstance(answer, torch.Tensor):
        answer = answer.detach().numpy()
    if isinstance(answer, np.ndarray):
        return answer.shape, str(answer.dtype), answer.tobytes()
    if isinstance(answer, Basic):
        return srepr(answer)
    if dataclasses.is_dataclass(answer):
        return {f.name: plain(getattr(answer, f.name)) for f in dataclasses.fields(answer)}
    if isinstance(answer, Mapping):
        return {str(key): plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(part) for part in answer]
    return str(answer) if isinstance(answer, Enum) else repr(answer)
