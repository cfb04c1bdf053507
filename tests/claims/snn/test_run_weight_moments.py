"""The decision on typical units, on a record that is made up: each verdict can be reached."""

from __future__ import annotations

import pytest

from actmath.claims import Verdict
from actmath.claims.snn.run_weight_moments import typical

from ..made_up import made_up


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.8), Verdict.REPRODUCED),
        ((0.1, 0.2), Verdict.NOT_REPRODUCED),
        ((0.1, 0.9), Verdict.UNDECIDED),
    ],
)
def test_typical(shares: tuple[float, float], verdict: Verdict) -> None:
    record = made_up("weight-moments", {}, {})
    arms = {str(share): [share, share + 0.01, share - 0.01] for share in shares}
    assert typical(arms, record).verdict is verdict
