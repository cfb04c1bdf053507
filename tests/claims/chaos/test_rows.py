"""Rows on random networks: another printed value turns the verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Rational, S, pi, sqrt

from actmath import catalog
from actmath.claims import Finding, Verdict, select
from actmath.claims.chaos import correlations, edge, glorot, jacobians, printed_points
from actmath.notation import n, n_in, n_out

HOLDS, CORRECTED, REFUTED = Verdict.HOLDS, Verdict.CORRECTED, Verdict.REFUTED
TANH, RELU = catalog.tanh, catalog.relu
WANTED = {
    "C-GLO-1": {HOLDS},
    "C-GLO-2": {HOLDS},
    "C-GLO-3": {HOLDS},
    "C-GLO-4.c": {Verdict.ANSWERED},
    "C-EOC-3.b": {CORRECTED},
    "C-EOC-3.c": {CORRECTED},
    "C-EOC-4.a": {HOLDS},
    "C-EOC-4.b": {REFUTED},
    "C-EOC-5.b": {CORRECTED},
    "C-EOC-6": {CORRECTED},
    "C-EOC-7.a": {HOLDS},
    "C-EOC-7.f": {CORRECTED},
    "C-EOC-8": {Verdict.ANSWERED},
    "C-EOC-9": {HOLDS},
    "C-EOC-11": {HOLDS},
    "C-EOC-12": {HOLDS, Verdict.OUT_OF_REACH},
    "C-EOC-13": {HOLDS},
}


@pytest.mark.parametrize("row", WANTED)
def test_the_verdicts(row: str) -> None:
    assert {claim.judge().finding.verdict for claim in select(row)} == WANTED[row]


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"),
    [
        (
            lambda: glorot.standard_variance(Rational(1, 3)),
            lambda: glorot.standard_variance(Rational(1, 2)),
            REFUTED,
        ),
        (lambda: glorot.keeps(True, 1 / n_in), lambda: glorot.keeps(True, 1 / n_out), REFUTED),
        (lambda: glorot.keeps(False, 1 / n_out), lambda: glorot.keeps(False, 2 / n_out), REFUTED),
        (
            lambda: glorot.compromise(sqrt(6 / (n_in + n_out))),
            lambda: glorot.compromise(sqrt(3 / (n_in + n_out))),
            REFUTED,
        ),
        (lambda: glorot.ratio(S.One, "0.8"), lambda: glorot.ratio(S.One, "0.9"), REFUTED),
        (lambda: glorot.ratio(S(1) / 3, "0.5"), lambda: glorot.ratio(S(1) / 3, "0.6"), REFUTED),
        (
            lambda: glorot.linear_regime(TANH),
            lambda: glorot.linear_regime(catalog.sigmoid),
            REFUTED,
        ),
        (
            lambda: edge.single_point(S.Zero, sqrt(2)),
            lambda: edge.single_point(S.Zero, S.One),
            REFUTED,
        ),
        (
            lambda: edge.single_point(S.Zero, sqrt(2)),
            lambda: edge.single_point(S.One, sqrt(2)),
            REFUTED,
        ),
        (
            lambda: printed_points.on_the_edge(TANH, "0.2", "1.304"),
            lambda: printed_points.on_the_edge(TANH, "0.2", "1.4"),
            REFUTED,
        ),
        (
            lambda: printed_points.on_the_edge(catalog.elu, "0.2", "1.229"),
            lambda: printed_points.on_the_edge(catalog.elu, "0.2", "1.227"),
            CORRECTED,
        ),
        (
            lambda: printed_points.on_the_edge(TANH, "0.5", "1.5496739125", "1.3179389990"),
            lambda: printed_points.on_the_edge(TANH, "0.5", "1.5496739125", "1.3179389991"),
            CORRECTED,
        ),
        (lambda: edge.no_edge(catalog.softplus), lambda: edge.no_edge(TANH), REFUTED),
        (lambda: edge.in_the_class(TANH), lambda: edge.in_the_class(catalog.elu), CORRECTED),
        (lambda: edge.in_the_class(catalog.silu), lambda: edge.in_the_class(RELU), REFUTED),
        (
            lambda: printed_points.iterated(TANH, 0.5, 200),
            lambda: printed_points.iterated(TANH, 0.5, 20),
            REFUTED,
        ),
        (
            lambda: printed_points.wanted_length(TANH, 50, printed_points.printed_variances),
            lambda: printed_points.wanted_length(TANH, 50, lambda q, f, s: (1 / s, q - f)),
            REFUTED,
        ),
        (
            lambda: correlations.relu_rate(9 * pi**2 / 2),
            lambda: correlations.relu_rate(9 * pi**2 / 4),
            REFUTED,
        ),
        (
            lambda: correlations.smooth_rate(TANH, 0.5, 2),
            lambda: correlations.smooth_rate(TANH, 0.5, 1),
            REFUTED,
        ),
        (
            lambda: correlations.residual_growth(
                lambda layers, variance: layers * (1 + variance / 2) ** layers
            ),
            lambda: correlations.residual_growth(correlations.printed_growth),
            CORRECTED,
        ),
        (
            lambda: correlations.ordered(TANH, 1.3, 0.3, True),
            lambda: correlations.ordered(TANH, 2.5, 0.3, True),
            REFUTED,
        ),
        (
            lambda: correlations.curvature(S(3)),
            lambda: correlations.curvature(S(2)),
            REFUTED,
        ),
        (
            lambda: correlations.depth_scale(TANH, 2.5, 0.3),
            lambda: correlations.depth_scale(TANH, 2.5, 0.3, 2),
            REFUTED,
        ),
        (
            lambda: jacobians.share_that_dies(RELU),
            lambda: jacobians.share_that_dies(TANH),
            REFUTED,
        ),
        (
            lambda: jacobians.comes_to_isometry(TANH, True, True),
            lambda: jacobians.comes_to_isometry(TANH, False, True),
            REFUTED,
        ),
        (
            lambda: jacobians.on_the_curve(TANH, "1.05", "0.0000201"),
            lambda: jacobians.on_the_curve(TANH, "1.05", "0.0000203"),
            CORRECTED,
        ),
        (
            lambda: jacobians.relu_variance(False, 2 * jacobians._DEPTH),
            lambda: jacobians.relu_variance(True, 2 * jacobians._DEPTH),
            REFUTED,
        ),
    ],
)
def test_the_printed_value_decides(
    right: Callable[[], Finding], wrong: Callable[[], Finding], verdict: Verdict
) -> None:
    assert right().verdict is HOLDS
    assert wrong().verdict is verdict


@pytest.mark.parametrize("row", printed_points.PRINTED_TANH[1:], ids=lambda row: row[0])
def test_what_is_far_off_is_refuted(row: tuple[str, str, str]) -> None:
    sigma_b, sigma_w, length = row
    assert printed_points.on_the_edge(TANH, sigma_b, sigma_w, f"1{length}").verdict is REFUTED
    assert printed_points.on_the_edge(TANH, sigma_b, f"1{sigma_w}", length).verdict is REFUTED
    right = printed_points.on_the_edge(TANH, sigma_b, sigma_w, length).correction
    assert right is not None
    assert printed_points.on_the_edge(TANH, sigma_b, *right.split(" and ")).verdict is HOLDS


def test_weights_of_a_layer_by_number() -> None:
    assert glorot.average_singular_value(S(1)) == 8 / (3 * pi)
    assert n not in glorot.average_singular_value(S(4)).free_symbols


def test_of_softplus_it_is_said_of_every_length() -> None:
    assert "at every q" in edge.no_edge(catalog.softplus).evidence
    assert "at every q" not in edge._why(catalog.sigmoid)


def test_what_is_left_after_six_depth_scales() -> None:
    """Near c* a share e^−6; from 0.5 on somewhat less or more, by the bend of the map."""
    found = correlations.left_after(TANH, 1.3, 0.3, 6).evidence
    assert "e^(−6) = 0.25%" in found
    assert "e^(−3) = 4.98%" in correlations.left_after(TANH, 1.3, 0.3, 3).evidence


def test_misuse_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        printed_points.sampling_error(TANH, 0.5, 0)
