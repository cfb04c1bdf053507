"""Where a product reads ∞·0 its terms have a value; one account of work for both."""

from __future__ import annotations

import pytest
from sympy import exp, sin

from actmath.lower._guard.many_digits import WorkDoneError
from actmath.lower._guard.multiplied_out import MultipliedOut
from actmath.notation import x


@pytest.mark.parametrize(("at", "want"), [(3000.0, 1.0), (1e200, 1.0), (-1e200, 0.0), (0.0, 1.0)])
def test_values_where_one_factor_dies_out(at: float, want: float) -> None:
    formula = (x * exp(x) + exp(exp(x)) - 1) * exp(-exp(x)) + exp(-1) * exp(-(x**2))
    assert float(MultipliedOut(formula)(at)) == pytest.approx(want, abs=1e-15)


def test_what_has_no_value_has_none() -> None:
    formula = MultipliedOut(sin(exp(x)))
    assert formula.context.isnan(formula(1e300))


def test_the_work_is_counted() -> None:
    formula = MultipliedOut((x + exp(exp(x))) * exp(-exp(x)), work=1000)
    formula(3000.0)
    assert formula.work < 1000
    formula.work = 1
    with pytest.raises(WorkDoneError):
        formula(3001.0)
