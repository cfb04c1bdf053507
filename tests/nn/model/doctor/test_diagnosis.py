"""A diagnosis shows itself as text, table and JSON."""

from __future__ import annotations

import json
import math

from actmath.nn import Departure, Diagnosis
from actmath.nn._model._doctor.diagnosis import Cause, LayerSigns

NAN = math.nan
SIGNS = LayerSigns("0", "Linear", "relu", 0, 0.5, 1, 1.25, NAN, 3, 0.25, 0.5, 0.1)
FINDING = Departure("0", Cause.GAIN, math.inf, "Layer 0 <departs>.", "Draw anew.")


def test_it_shows_what_is_first_and_what_to_change() -> None:
    sick = Diagnosis((SIGNS,), (FINDING, FINDING), 1.0, ("1",))
    assert not sick.healthy
    assert sick.first is FINDING
    assert "Layer 0 <departs>. Draw anew. (1 more" in repr(sick)
    assert repr(sick).startswith("2 findings, the first at layer 0")
    assert "? → 3" in repr(sick)
    assert "25 %" in repr(sick)
    assert "&lt;departs&gt;" in sick._repr_html_()
    found = json.loads(json.dumps(sick.to_json(), allow_nan=False))
    assert found["layers"][0]["predicted_gradient"] is None
    assert found["findings"][0]["cause"] == "gain"
    assert found["healthy"] is False


def test_a_healthy_one_says_so() -> None:
    assert "healthy: 1 of 1 judged" in repr(Diagnosis((SIGNS,), (), 1.0, ()))
    assert "nothing to judge" in repr(Diagnosis((), (), 1.0, ()))
