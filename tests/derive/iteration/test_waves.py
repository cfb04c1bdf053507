"""How steep are waves? Bounds of each factor are no bound that is reached."""

from __future__ import annotations

import pytest
from mpmath import mp

from actmath import Activation, catalog
from actmath.derive import lipschitz


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        ("sin(x)*cos(x)", 1),
        ("x + sin(x)**2", 2),
        # cos x − 2 sin 2x is largest where sin x = (1 − √129)/16: at −2.7358….
        ("sin(x) + cos(2*x)", "2.735815104"),
        ("Piecewise((sin(2*x), x > 0), (x, True))", 2),
    ],
)
def test_the_steepest_slope_of_a_wave(formula: str, want: float | str) -> None:
    assert mp.mpf(lipschitz(Activation("wave", formula)).constant.evalf(15)) == pytest.approx(
        float(want), rel=1e-9
    )


def test_the_steepest_slope_of_siren_is_its_frequency() -> None:
    assert lipschitz(catalog.siren).constant == 30
    assert lipschitz(catalog.siren).attained_at == 0
