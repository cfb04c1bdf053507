"""A simulation decides only with enough runs, intervals apart, and a test corrected by Holm."""

from __future__ import annotations

from actmath.claims import CLAIMS, Verdict
from actmath.claims._evidence.decision import MeasuredFinding
from actmath.claims.noisy.annealing import simulation_gates
from actmath.numeric._noise.annealing import share


def failing(plain: int, annealed: int, n: int, p: float) -> set[str]:
    pairs = {"asked": p, "second": 0.5, "third": 0.5}
    gates = simulation_gates("asked", pairs, share(plain, n), share(annealed, n))
    return {gate.name for gate in gates if not gate.held}


def test_each_gate_fails_for_its_own_reason() -> None:
    assert failing(300, 600, 1000, 1e-9) == set()
    # Of 100 runs a difference of 19.8 points shows, and no smaller one.
    assert failing(30, 60, 100, 1e-9) == {"samples"}
    assert failing(300, 310, 1000, 1e-9) == {"interval"}
    # Holm takes the smallest of three times three: 0.06.
    assert failing(300, 600, 1000, 0.02) == {"test"}


def test_the_row_shows_its_gates() -> None:
    found = CLAIMS["C-NOI-9.a"].check()
    assert isinstance(found, MeasuredFinding)
    assert found.verdict is Verdict.REPRODUCED
    assert [gate.name for gate in found.gates] == ["samples", "interval", "test"]
    assert "McNemar p" in found.evidence
