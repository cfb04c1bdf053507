"""Functions of many digits at arguments of any size, compared with mpmath's own."""

from __future__ import annotations

import pytest
from mpmath import mp
from mpmath.ctx_mp import MPContext

from actmath.lower._guard.reduced_functions import ReducedFunctions

from ...pace import no_longer_than

NAMES = ("exp", "tanh", "cosh", "sinh", "sin", "cos", "tan", "erf", "erfc", "Abs")


def _of(name: str, at: str, prec: int = 300) -> tuple[ReducedFunctions, object]:
    context = MPContext()
    context.prec = prec
    functions = ReducedFunctions(context, lambda work: None)
    function = functions.named(name)
    assert function is not None
    return functions, function(context.mpf(at))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", ["-31.25", "-1e-40", "0.7", "5", "1234.5"])
def test_values(name: str, at: str) -> None:
    _, got = _of(name, at)
    with mp.workprec(900):
        want = getattr(mp, {"Abs": "fabs"}.get(name, name))(mp.mpf(at))
        # sinh by two exponentials loses nothing from 1 on.
        assert abs(mp.mpf(got._mpf_) - want) <= abs(want) * mp.mpf(2) ** -290


@pytest.mark.parametrize("name", ["exp", "tanh", "cosh", "sinh", "erf", "erfc"])
@pytest.mark.parametrize("at", ["-1e900", "1e900", "-1e300", "1e300"])
def test_the_largest_arguments_return_at_once(name: str, at: str) -> None:
    with no_longer_than(1):
        _of(name, at)


def test_what_died_is_told() -> None:
    functions, value = _of("exp", "-1e900")
    assert (value, functions.died) == (0, True)
    functions, value = _of("exp", "1e900")
    assert (value, functions.died) == (functions.context.inf, True)
    assert not _of("exp", "-700")[0].died


def test_names_that_mpmath_lacks() -> None:
    assert ReducedFunctions(MPContext(), lambda work: None).named("Heaviside") is None
