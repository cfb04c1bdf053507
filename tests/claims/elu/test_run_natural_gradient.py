"""The decisions on bias shift and angles, on made-up records: each verdict can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from actmath.claims import Verdict
from actmath.claims.elu.run_natural_gradient import _DECIDED

from ..made_up import Level, Rows, failing, judged, made_up, saved, settled

RECIPE = "natural-gradient"


def record(folder: Path, measured: Level, centred: Level, accuracy: float = 0.9) -> None:
    curves: dict[str, Rows] = {
        **{name: settled(RECIPE, measured) for name in ("mean_share", "shift", "angle")},
        # In another order of seeds: the two curves of an arm do not spread alike.
        "centred": lambda name: settled(RECIPE, centred)(name)[::-1],
        "test_accuracy": settled(RECIPE, lambda _: accuracy, 0.1),
    }
    saved(folder, made_up(RECIPE, curves, {}))


@pytest.mark.parametrize(
    ("elu", "leaky", "verdict"),
    [
        (0.1, 0.5, Verdict.REPRODUCED),
        (0.6, 0.5, Verdict.NOT_REPRODUCED),
        (0.5, 0.5, Verdict.UNDECIDED),
    ],
)
def test_elu_against_its_rivals(tmp_path: Path, elu: float, leaky: float, verdict: Verdict) -> None:
    levels = {"elu": elu, "leaky_relu": leaky}
    record(tmp_path, lambda name: levels.get(name, 0.9), lambda _: 0.2)
    assert {judged(_DECIDED, f"C-ELU-7.{part}", tmp_path).verdict for part in "def"} == {verdict}


@pytest.mark.parametrize(
    ("tanh", "verdict"), [(0.2, Verdict.REPRODUCED), (0.9, Verdict.NOT_REPRODUCED)]
)
def test_centring(tmp_path: Path, tanh: float, verdict: Verdict) -> None:
    record(tmp_path, lambda _: 0.5, lambda name: tanh if name == "tanh" else 0.2)
    assert judged(_DECIDED, "C-ELU-7.g", tmp_path).verdict is verdict


def test_networks_that_do_not_learn_show_nothing(tmp_path: Path) -> None:
    record(tmp_path, lambda name: 0.1 if name == "elu" else 0.9, lambda _: 0.05, accuracy=0.1)
    assert failing(judged(_DECIDED, "C-ELU-7.d", tmp_path)) == {"learned"}
