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


def test_a_report_shows_four_digits_and_nothing_for_what_is_not_known() -> None:
    other = InitializedLayer("2", "Conv1d", "", "", 12345.6, math.nan, 0.123456, 1e-7, "drawn")
    report = InitializedModel((LEFT, DRAWN, other), "a symbolic trace", "fan_out", 0.25)
    titles = ("layer", "kind", "reads", "then", "fan in", "fan out", "gain", "std", "done")
    assert report.columns() == titles
    assert report.rows()[0] == ("1", "<Norm>", *[""] * 6, "left alone: a normalization")
    assert report.rows()[2] == (
        *("2", "Conv1d", "", ""),
        *("1.235e+04", "", "0.1235", "1e-07", "drawn"),
    )
    assert report.left == (LEFT,)
    assert report.caption() == (
        "2 drawn, 1 left alone; fan_out at length 0.25; found by a symbolic trace"
    )
