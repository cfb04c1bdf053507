"""Alpha dropout: the printed maps, against a simulation and against wrong ones."""

from __future__ import annotations

import numpy as np
from sympy import S

from actmath.claims import Verdict
from actmath.claims.snn import dropout
from actmath.notation import alpha, alpha_prime, lam, mu, nu, q


def test_a_wrong_scale_does_not_restore_the_variance() -> None:
    general = dropout.restores(dropout.printed_scale, mu, nu)
    assert general.verdict is Verdict.HOLDS
    # The form for (0, 1) does not do for other moments.
    assert dropout.restores(dropout.printed_scale_01, S.Zero, S.One).verdict is Verdict.HOLDS
    assert dropout.restores(dropout.printed_scale_01, mu, nu).verdict is Verdict.REFUTED
    assert dropout.lowest(-lam * alpha).verdict is Verdict.HOLDS
    assert dropout.lowest(-alpha).verdict is Verdict.REFUTED


def test_the_printed_map_on_samples() -> None:
    keep, dropped, mean, variance = 0.9, -1.758, 0.3, 2.0
    scale = dropout.printed_scale(S(mean), S(variance))
    a = float(scale.subs({q: keep, alpha_prime: dropped}))
    b = mean - a * (keep * mean + (1 - keep) * dropped)
    rng = np.random.default_rng(0)
    values = rng.normal(mean, variance**0.5, 400_000)
    values[rng.random(values.size) > keep] = dropped
    # Standard errors: √(2/n) = 0.0022 for the mean, about 2·√(2/n) = 0.0045 for the variance.
    assert abs((a * values + b).mean() - mean) < 0.01
    assert abs((a * values + b).var() - variance) < 0.025
