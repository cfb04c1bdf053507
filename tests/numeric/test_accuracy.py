"""Every catalog entry against tables that mpmath alone made, with a ratchet on the errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp

from actmath import catalog
from actmath.numeric import gaussian

REFERENCE = Path(__file__).parents[1] / "reference"
GOAL = {"inner": 1e-14, "outer": 1e-12}
EPS = 2.0**-52
LEAST = mp.mpf(10) ** -290


def read(name):
    return json.loads((REFERENCE / f"moments_{name}.json").read_text(encoding="utf-8"))["rows"]


def errors(name, domain):
    """Largest errors: variance and E f′² relative, the mean in units of √E f²."""
    rows = read(name)[domain]
    mean, variance = (np.array([float.fromhex(row["at"][k]) for row in rows]) for k in (0, 1))
    got = gaussian(name, mean, variance)
    assert np.isfinite(got.variance).all()
    assert (got.variance >= 0).all()
    with mp.workdps(60):
        true = [{k: mp.mpf(row[k]) for k in row if k != "at"} for row in rows]
        scales = [mp.sqrt(t["mean"] ** 2 + t["variance"]) for t in true]
        return {
            "mean": max(
                abs(mp.mpf(float(g)) - t["mean"]) / s
                for g, t, s in zip(got.mean, true, scales, strict=True)
                if s > LEAST
            ),
            **{key: relative(getattr(got, key), [t[key] for t in true]) for key in KEYS},
        }


KEYS = ("variance", "derivative_second")


def relative(got, true):
    """Where the true value underflows, so must the computed one."""
    found = mp.zero
    for one, other in zip(got, true, strict=True):
        if other > LEAST:
            found = max(found, abs(mp.mpf(float(one)) / other - 1))
        else:
            assert one < 1e-280
    return found


@pytest.mark.parametrize("domain", ["inner", "outer"])
@pytest.mark.parametrize("name", sorted(catalog.CATALOG))
def test_moments_reach_their_goal_and_do_not_fall_back(name, domain):
    recorded = json.loads((REFERENCE / "ratchet.json").read_text(encoding="utf-8"))[name][domain]
    found = errors(name, domain)
    for key, error in found.items():
        assert error <= 2 * recorded[key] + 4 * EPS, key
    assert found["variance"] <= GOAL[domain]
    if domain == "inner":
        assert found["mean"] <= 1e-15


def test_the_tables_cover_the_catalog_and_both_domains():
    for name in catalog.CATALOG:
        rows = read(name)
        assert min(len(rows[domain]) for domain in GOAL) >= 15
        for domain, (reach, low, high) in {
            "inner": (1, 0.01, 16),
            "outer": (30, 1e-8, 1e6),
        }.items():
            for row in rows[domain]:
                mean, variance = (float.fromhex(text) for text in row["at"])
                assert abs(mean) <= reach
                assert low <= variance <= high * (1 + EPS)


def test_the_table_agrees_with_a_closed_form_worked_out_here():
    with mp.workdps(50):
        for row in read("relu")["inner"]:
            mean, variance = (mp.mpf(float.fromhex(text)) for text in row["at"])
            deviation = mp.sqrt(variance)
            share = mp.erfc(-mean / (deviation * mp.sqrt(2))) / 2
            density = mp.npdf(mean / deviation)
            first = mean * share + deviation * density
            second = (mean**2 + variance) * share + mean * deviation * density
            assert abs(mp.mpf(row["mean"]) - first) < mp.mpf(10) ** -38
            assert abs(mp.mpf(row["variance"]) / (second - first**2) - 1) < mp.mpf(10) ** -20
