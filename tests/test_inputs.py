"""Whatever a caller holds numbers in: a function that takes them computes, or says why not."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sympy import Integer, Rational, Symbol

from actmath import catalog, derive, experiment, lower, numeric

ROOT = Path(lower.__file__).parents[1]
NUMBERS = [0.5, 0.25]
READ_ONLY = np.array(NUMBERS)
READ_ONLY.flags.writeable = False
#: What holds the two numbers.
HOLDERS = {
    "list": NUMBERS,
    "tuple": tuple(NUMBERS),
    "NumPy's numbers": [np.float64(0.5), np.float32(0.25)],
    "read-only": READ_ONLY,
    "backwards": np.array(NUMBERS[::-1])[::-1],
    "every second": np.array([0.5, 9, 0.25])[::2],
    "big-endian": np.array(NUMBERS, dtype=">f8"),
    "objects": np.array(NUMBERS, dtype=object),
    "series": pd.Series(NUMBERS),
    "series of names": pd.Series(NUMBERS, index=["b", "a"]),
    "nullable series": pd.Series(NUMBERS, dtype="Float64"),
}
#: What holds no real numbers, or not all of them.
STRANGERS = {
    "masked": np.ma.array(NUMBERS, mask=[False, True]),
    "nothing masked": np.ma.array(NUMBERS),
    "missing": pd.Series([0.5, pd.NA], dtype="Float64"),
    "a missing whole number": pd.array([1, None], dtype="Int64"),
    "a missing cell of a table": pd.DataFrame({"a": [0.5], "b": pd.array([None], dtype="Int64")}),
    "words": ["a", "b"],
    "complex": np.array([0.5 + 1j, 0.25]),
    "decimals": [Decimal("0.5"), Decimal("0.25")],
    "none": [None, 0.5],
    "ragged": [[0.5], [0.5, 0.25]],
    "dates": np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
    "fields": np.zeros(2, dtype=[("a", "f8")]),
    "dictionary": {"a": 0.5},
    "set": {0.5, 0.25},
    "generator": None,
}
_ON_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "to_numpy": lower.to_numpy("tanh"),
    "gaussian of means": lambda given: numeric.gaussian("selu", given, 1.0).second,
    "gaussian of variances": lambda given: numeric.gaussian("selu", 0.0, given).second,
    "dual_kernel": lambda given: numeric.dual_kernel("relu", 1.0, 1.0, given).value,
    "length_map": lambda given: numeric.length_map("relu", given, 1.0, 0.0),
    "step": lambda given: numeric.ScaledUnit(catalog.selu).step(0.5, given)[1],
}
_UNIT = numeric.ScaledUnit(catalog.selu)
_OTHERS = {"b": [0.1, 0.5], "c": [0.3, 0.2]}
_ON_LISTS: dict[str, Callable[[Any], Any]] = {
    "mean_interval": lambda given: experiment.mean_interval(given).mean,
    "compare": lambda given: experiment.compare(given, [0.125, 0.0], "greater").difference.mean,
    "ranking": lambda given: list(experiment.ranking({"a": given, **_OTHERS}).ranks.values()),
    "against_each": lambda given: (
        experiment.against_each({"a": given, **_OTHERS}, "a")[0].comparison.difference.mean
    ),
    "judge_learning": lambda given: experiment.judge_learning({"a": given}, 0.1, 99)[0].effect.mean,
    "unit_statistics": lambda given: numeric.unit_statistics([[1.0], [2.0]], given).c,
    "flow": lambda given: numeric.flow(_UNIT, given, given, starts=[given]).to_variances,
    "orbit": lambda given: numeric.orbit(_UNIT, given, 2),
    "rings": lambda given: numeric.rings(3, given),
    "geodesic": lambda given: numeric.geodesic(given, (1.0, 2.0), 3),
    "geodesic, its end": lambda given: numeric.geodesic((1.0, 2.0), given, 3),
    "unit_ellipse": lambda given: numeric.unit_ellipse(given, 0.5, 3),
    "landscape": lambda given: numeric.WELLS.value(given),
    "landscape, its gradient": lambda given: numeric.WELLS.gradient(given),
}
#: Each number is read by itself, of whatever kind, and a generator gives them too.
_ONE_BY_ONE: dict[str, Callable[[Any], Any]] = {
    "cobweb": lambda given: numeric.cobweb(catalog.selu, given, 2).orbits,
    "relief": lambda given: numeric.relief(numeric.RIPPLES, given, 3).values,
    "success_by_level": lambda given: (
        numeric.success_by_level(
            numeric.RIPPLES, given, {"": numeric.ConstantSchedule}, runs=2, steps=2
        ).levels
    ),
}
CALLS = _ON_ARRAYS | _ON_LISTS | _ONE_BY_ONE


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("call", CALLS)
def test_numbers_may_come_in_any_holder(call: str, holder: str) -> None:
    found = CALLS[call](HOLDERS[holder])
    assert np.allclose(found, CALLS[call](np.array(NUMBERS)), rtol=1e-15)


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("call", CALLS)
def test_what_holds_no_numbers_is_named(call: str, stranger: str) -> None:
    generated = stranger == "generator"
    if (call in _ONE_BY_ONE and (generated or stranger == "decimals")) or (
        call == "rings" and generated
    ):
        return
    # A new one each time: one that was read before gives nothing.
    given = (value for value in NUMBERS) if generated else STRANGERS[stranger]
    with pytest.raises((TypeError, ValueError)) as refusal:
        CALLS[call](given)
    # Our sentence, not NumPy's.
    assert refusal.traceback[-1].path.is_relative_to(ROOT), str(refusal.value)


@pytest.mark.parametrize("call", _ON_ARRAYS)
def test_no_numbers_give_none(call: str) -> None:
    for empty in ([], np.empty(0), pd.Series([], dtype=float)):
        assert _ON_ARRAYS[call](empty).shape == (0,)
    assert _ON_ARRAYS[call](np.empty((2, 0))).shape == (2, 0)


@pytest.mark.parametrize("call", _ON_ARRAYS)
def test_single_numbers_of_numpy(call: str) -> None:
    for one in (1, np.int64(1), np.int8(1), np.uint64(1), np.float32(1), np.array(1.0)):
        # A float32 gives a float32.
        assert _ON_ARRAYS[call](one) == pytest.approx(_ON_ARRAYS[call](1.0), rel=1e-7)


def test_a_gradient_is_not_lost_without_a_word() -> None:
    given = torch.tensor(NUMBERS, requires_grad=True)
    with pytest.raises(TypeError, match="needs a gradient, which would be lost"):
        lower.to_numpy("tanh")(given)


@pytest.mark.parametrize("given", [NUMBERS, np.array(NUMBERS), 0.5, None, "0.5"])
def test_a_unit_of_torch_asks_for_a_tensor(given: object) -> None:
    for unit in (lower.to_torch("tanh"), lower.to_torch("selu"), lower.to_torch("gelu")):
        with pytest.raises(TypeError, match="expected a tensor, got a "):
            unit(given)


def test_tables_are_read_as_rows_are() -> None:
    tables: list[Callable[[Any], Any]] = [
        lambda given: numeric.fold_cloud(catalog.relu, given, 2).stages,
        lambda given: numeric.unit_statistics(given, [1.0]).A,
    ]
    for call in tables:
        right = call(np.array([NUMBERS]))
        for given in ([NUMBERS], (tuple(NUMBERS),), np.array([NUMBERS], dtype=">f8")):
            assert np.array_equal(call(given), right)
        for wrong in ([["a", "b"]], np.ma.array([NUMBERS]), [[0.5j, 1]], torch.ones(1, 2) > 0):
            with pytest.raises(TypeError, match=r"points|activations"):
                call(wrong)


#: What takes one real number; the name of the argument is behind the colon.
_ON_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "gains: length": lambda one: numeric.gains("selu", one).forward,
    "gated_gains: length": lambda one: numeric.gated_gains("swiglu", one).forward,
    "softmax_moments: scale": lambda one: numeric.softmax_moments(4, one).second,
    "attention_moments: scale": lambda one: numeric.attention_moments(4, 4, one).second,
    "phase: start": lambda one: numeric.phase("relu", 1.0, 0.5, one).length,
    "propagate: omega": lambda one: numeric.propagate("selu", 1.0, 1.0, 2, omega=one).mean,
    "propagate: tau": lambda one: numeric.propagate("selu", 1.0, 1.0, 2, tau=one).mean,
    "random_lengths: sigma_w": lambda one: (
        numeric.random_lengths("selu", 1.0, 2, sigma_w=one).length
    ),
    "random_correlations: correlation": lambda one: numeric.random_correlations("relu", one, 2),
    "simulate: variance": lambda one: (
        numeric.simulate("relu", 1, width=2, seeds=[1], variance=one).length
    ),
    "simulate: coverage": lambda one: (
        numeric.simulate("relu", 1, width=2, seeds=[1], coverage=one).high
    ),
    "send_circle: sigma_b": lambda one: (
        numeric.send_circle("relu", [1], sigma_w=1.0, sigma_b=one, width=3, points=31).share
    ),
    "orbit: omega": lambda one: numeric.orbit(_UNIT, (1.0, 1.0), 2, omega=one),
    "ScaledUnit: scale": lambda one: numeric.ScaledUnit(catalog.selu, one).step(0.0, 1.0),
    "output_density: mean": lambda one: numeric.output_density(_UNIT, one).after.y,
    "fold_cloud: turn": lambda one: numeric.fold_cloud(catalog.relu, [NUMBERS], 1, one).stages,
    "unit_ellipse: radius": lambda one: numeric.unit_ellipse((0.0, 1.0), one, 3),
    "noise_band: mix": lambda one: numeric.noise_band(_NOISY, mix=one, points=3).mean,
    "noise_band: low": lambda one: numeric.noise_band(_NOISY, low=one, points=3).mean,
    "signal_to_noise: level": lambda one: numeric.signal_to_noise(_NOISY, level=one).noise,
    "descend: rate": lambda one: numeric.descend(numeric.RIPPLES, runs=2, steps=2, rate=one).ends,
    "ConstantSchedule: value": lambda one: numeric.ConstantSchedule(one).value,
    "InverseRoot: start": lambda one: numeric.InverseRoot(one).level(3),
    "HardClip: reach": lambda one: numeric.HardClip(one).hard(np.array([2.0])),
    "curve: lower": lambda one: lower.curve("selu", one, points=3).y,
    "annealed: start": lambda one: experiment.annealed(one, 0.25, 1, 3),
    "mean_interval: level": lambda one: experiment.mean_interval([1.0, 2.0, 4.0], one).low,
}
_NOISY = derive.noisy(derive.harden(catalog.tanh), "NAN")
_ONES = [
    *(Fraction(1, 2), Decimal("0.5"), Rational(1, 2), np.float16(0.5), np.float32(0.5)),
    *(np.longdouble(0.5), np.array(0.5), np.array(0.5, dtype=">f8"), torch.tensor(0.5)),
]
_NO_ONES = [
    *(True, np.True_, None, "0.5", "__import__('os').abort()", b"1", 0.5j, np.complex128(0.5)),
    *([0.5], np.array([0.5]), pd.Series([0.5]), np.ma.masked, np.ma.array(0.5, mask=True), pd.NA),
    *(np.timedelta64(1, "ns"), {}, {0.5}, object(), math.nan, 10**400, Symbol("x")),
    *(torch.tensor(0.5, requires_grad=True), torch.tensor(0.5, device="meta")),
]


@pytest.mark.parametrize("call", _ON_NUMBERS)
def test_one_number_may_be_of_any_kind(call: str) -> None:
    right = _ON_NUMBERS[call](0.5)
    for one in _ONES:
        assert np.array_equal(_ON_NUMBERS[call](one), right), one


@pytest.mark.parametrize("call", _ON_NUMBERS)
def test_what_is_no_one_number_is_named(call: str) -> None:
    for bad in _NO_ONES:
        if bad is None and call == "attention_moments: scale":
            continue
        with pytest.raises((TypeError, ValueError), match=call.split(": ")[1]) as refusal:
            _ON_NUMBERS[call](bad)
        assert refusal.traceback[-1].path.is_relative_to(ROOT), str(refusal.value)


#: What takes a count, at least 1.
_ON_COUNTS: dict[str, Callable[[Any], Any]] = {
    "softmax_moments: n": lambda n: numeric.softmax_moments(n).second,
    "attention_logit: width": lambda n: float(numeric.attention_logit(n).excess_kurtosis),
    "propagate: depth": lambda n: numeric.propagate("selu", 1.0, 1.0, n).mean,
    "random_lengths: depth": lambda n: numeric.random_lengths("selu", 1.0, n).length,
    "simulate: width": lambda n: numeric.simulate("relu", 1, width=n, seeds=[1]).length,
    "simulate_correlation: depth": lambda n: (
        numeric.simulate_correlation("relu", 0.5, n, width=3, seeds=[1]).low
    ),
    "simulate_gradient: inputs": lambda n: (
        numeric.simulate_gradient("relu", 1, width=3, inputs=n, seeds=[1]).low
    ),
    "simulate_siren: coordinates": lambda n: (
        numeric.simulate_siren(1, width=3, coordinates=n, seeds=[1]).length.low
    ),
    "sample_kernels: width": lambda n: (
        numeric.sample_kernels("relu", [[1.0]], depth=1, width=n, seeds=[1]).ntk
    ),
    "send_circle: points": lambda n: (
        numeric.send_circle(
            "relu", [1], sigma_w=1.0, sigma_b=0.0, width=3, points=n, neighbour=1
        ).share
    ),
    "cobweb: steps": lambda n: numeric.cobweb(catalog.selu, [0.5], n).orbits,
    "fold_cloud: layers": lambda n: numeric.fold_cloud(catalog.relu, [NUMBERS], n).stages,
    "rings: points": lambda n: numeric.rings(n),
    "geodesic: points": lambda n: numeric.geodesic((0.0, 1.0), (1.0, 1.0), n),
    "noise_band: points": lambda n: numeric.noise_band(_NOISY, points=n).mean,
    "descend: runs": lambda n: numeric.descend(numeric.RIPPLES, runs=n, steps=2).ends,
    "descend: steps": lambda n: numeric.descend(numeric.RIPPLES, runs=2, steps=n).ends,
    "InverseRoot: every": lambda n: numeric.InverseRoot(1.0, every=n).level(7),
    "curve: points": lambda n: lower.curve("selu", points=n).y,
    "judge_learning: test_size": lambda n: (
        experiment.judge_learning({"a": [0.5]}, 0.1, n)[0].p_adjusted
    ),
}
#: What takes a seed, from 0 on.
_ON_SEEDS: dict[str, Callable[[Any], Any]] = {
    "descend: seed": lambda seed: numeric.descend(numeric.RIPPLES, runs=2, steps=2, seed=seed).ends,
    "noise_band: seed": lambda seed: numeric.noise_band(_NOISY, points=3, draws=1, seed=seed).draws,
    "simulate: seeds": lambda seed: numeric.simulate("relu", 1, width=2, seeds=[seed]).length,
}


@pytest.mark.parametrize("call", [*_ON_COUNTS, *_ON_SEEDS])
def test_a_count_may_be_an_integer_of_any_kind(call: str) -> None:
    asked = (_ON_COUNTS | _ON_SEEDS)[call]
    right = asked(3)
    for count in (np.int64(3), np.int8(3), np.uint8(3), Integer(3)):
        assert np.array_equal(asked(count), right), count


#: It takes a second where it takes them.
_CHECK = {"check: seed": lambda seed: numeric.check("relu", seed=seed)}


@pytest.mark.parametrize("call", [*_ON_COUNTS, *_ON_SEEDS, *_CHECK])
def test_what_is_no_count_is_named(call: str) -> None:
    matrix = np.array([[3]]).view(np.matrix)
    for bad in (True, np.True_, 3.0, np.float64(3), Fraction(3), "3", None, [3], matrix, 3j, -1):
        with pytest.raises((TypeError, ValueError), match=call.split(": ")[1]) as refusal:
            (_ON_COUNTS | _ON_SEEDS | _CHECK)[call](bad)
        assert refusal.traceback[-1].path.is_relative_to(ROOT), str(refusal.value)
    if call in _ON_COUNTS:
        # Nobody waits for so many.
        for most in (0 if call != "curve: points" else 1, 10**400):
            with pytest.raises(ValueError, match=r"must|need|cannot"):
                _ON_COUNTS[call](most)
