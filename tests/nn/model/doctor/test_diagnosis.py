"""A diagnosis shows itself as text, table and JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

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


def test_rows_hold_what_is_predicted_and_what_is_measured() -> None:
    """Two digits, a question mark for what cannot be told, nothing where no unit follows."""
    last = LayerSigns("z", "Linear", "", NAN, 1e-7, 2, NAN, 4, 123.4, NAN, NAN, NAN)
    found = Diagnosis((SIGNS, last), (), 1.0, ())
    titles = ("layer", "then", "mean", "variance", "gradient²", "dead", "saturated")
    assert found.columns() == titles
    assert Diagnosis((replace(SIGNS, dead=0.62),), (), 1.0, ()).rows()[0][5] == "62 %"
    assert found.rows() == (
        ("0", "relu", "0 → 0.5", "1 → 1.2", "? → 3", "25 %", "50 %"),
        ("z", "", "? → 1e-07", "2 → ?", "4 → 1.2e+02", "", ""),
    )
    assert found.caption() == "healthy: 1 of 2 judged, within what width explains"
    unjudged = Diagnosis((last, last), (), 1.0, ())
    assert unjudged.caption() == "nothing to judge: of no layer it is known what it should be"


def test_the_caption_counts_what_it_does_not_say() -> None:
    for count, rest in ((1, ""), (2, " (1 more in .findings)"), (4, " (3 more in .findings)")):
        sick = Diagnosis((SIGNS,), (FINDING,) * count, 1.0, ())
        assert sick.caption() == f"Layer 0 <departs>. Draw anew.{rest}"
        head = "1 finding, at" if count == 1 else f"{count} findings, the first at"
        assert repr(sick).splitlines()[0].startswith(f"{head} layer 0;")
    first, second = replace(FINDING, layer="first"), replace(FINDING, layer="second")
    assert Diagnosis((), (first, second), 1.0, ()).first is first


def test_a_long_sentence_is_broken_into_lines() -> None:
    # Of letters alone lines have odd lengths, behind a word of two even ones.
    for start, longest in (("a", 99), ("aa", 100)):
        words = " ".join([start, *["a"] * 60])
        sick = Diagnosis((SIGNS,), (replace(FINDING, sentence=words),), 1.0, ())
        *_, before, last = repr(sick).splitlines()
        assert len(before) == longest
        assert last.endswith("Draw anew.")


def test_data_hold_null_for_what_is_not_finite_wherever_it_stands() -> None:
    found = Diagnosis((SIGNS,), (FINDING, replace(FINDING, factor=2.0)), math.inf, ("1", "2"))
    data = found.to_json()
    assert [each["factor"] for each in data["findings"]] == [None, 2.0]
    assert data["loss"] is None
    assert list(data["untold"]) == ["1", "2"]
    assert data["layers"][0]["variance"] == 1.25
    assert Diagnosis((), (), 1.5, ()).to_json()["loss"] == 1.5
    assert Diagnosis((), (), 1.5, ()).to_json()["healthy"] is True
