"""The report shows each layer, and which were left alone."""

from __future__ import annotations

import math

from actmath.nn import InitializedModel
from actmath.nn._model.initialized import InitializedLayer

DRAWN = InitializedLayer("0", "Linear", "the input", "relu", 4, 9, 1.0, 0.5, "drawn")
LEFT = InitializedLayer("1", "<Norm>", "", "", *[math.nan] * 4, "left alone: a normalization")


def test_a_report_as_text_table_and_data() -> None:
    report = InitializedModel((DRAWN, LEFT), "one batch", "fan_in", 1.0)
    assert report.left == (LEFT,)
    assert repr(report).startswith("1 drawn, 1 left alone; fan_in at length 1; found by one batch")
    assert "&lt;Norm&gt;" in report._repr_html_()
    assert report.rows()[0] == ("0", "Linear", "the input", "relu", "4", "9", "1", "0.5", "drawn")
    assert report.to_json()["layers"][0]["std"] == 0.5
