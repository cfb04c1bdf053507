"""Checks of printed kernels: each holds for what is printed, and not for a misprint of it."""

from __future__ import annotations

import pytest
from sympy import pi

from actmath import catalog
from actmath.claims import Verdict
from actmath.claims.kernels import dual


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_arc_cosine(degree):
    printed = dual.ARC_COSINES[degree]
    assert dual.arc_cosine(degree, printed).verdict is Verdict.HOLDS
    assert dual.arc_cosine(degree, printed + pi).verdict is Verdict.REFUTED


def test_two_slopes_and_erf():
    assert dual.bent_line(dual.LEAKY).verdict is Verdict.HOLDS
    assert dual.bent_line(2 * dual.LEAKY).verdict is Verdict.REFUTED
    assert dual.angle_of_erf(dual.ERF).verdict is Verdict.HOLDS
    assert dual.angle_of_erf(dual.ERF + 1).verdict is Verdict.REFUTED
    assert dual.angle_of_erf(2 * dual.ERF).verdict is Verdict.REFUTED


@pytest.mark.parametrize("printed", [dual.tsuchida_gelu, dual.neural_tangents_gelu])
def test_gelu(printed):
    assert dual.integrated_again(catalog.gelu, printed).verdict is Verdict.HOLDS
    wrong = dual.integrated_again(catalog.gelu, lambda *at: printed(*at) + 1e-9)
    assert wrong.verdict is Verdict.REFUTED


@pytest.mark.slow
def test_waves():
    assert dual.wave(dual.RBF).verdict is Verdict.HOLDS
    assert dual.wave(dual.RBF**2).verdict is Verdict.REFUTED
    printed = dual.neural_tangents_gabor
    assert dual.integrated_again(dual.GABOR, printed).verdict is Verdict.HOLDS
    wrong = dual.integrated_again(dual.GABOR, lambda *at: printed(*at) + 1e-9)
    assert wrong.verdict is Verdict.REFUTED


def test_slopes_of_gelu():
    assert dual.slopes_again(catalog.gelu, dual.tsuchida_slope).verdict is Verdict.HOLDS
    wrong = dual.slopes_again(catalog.gelu, lambda *at: dual.tsuchida_slope(*at) + 1e-9)
    assert wrong.verdict is Verdict.REFUTED


def test_slopes():
    """GELU's and ELU's are above 1; ReLU's is 1, which is not."""
    found = [dual.slope_at_one(unit).verdict for unit in (catalog.gelu, catalog.elu, catalog.relu)]
    assert found == [Verdict.HOLDS, Verdict.HOLDS, Verdict.REFUTED]
