"""Gulcehre et al. (2016): counting the different integers of a sequence."""

from __future__ import annotations

from functools import partial

from ...experiment._record.record import RunRecord
from ...sources import Source
from .._claim import Finding
from .._evidence.measured import measured, reproduced

RECIPE = "noisy-unique"
# Test errors in per cent, as the paper prints them.
PAPER = {
    "reference": 33.28,
    "nan": 31.12,
    "curriculum": 14.83,
    "nan-annealed": 9.53,
    "nanil-annealed": 20.94,
}
_TITLES = {
    "reference": "the LSTM as it is",
    "nan": "NAN",
    "curriculum": "a curriculum",
    "nan-annealed": "annealed NAN",
    "nanil-annealed": "annealed NANIL",
}
PAIRS = (
    ("nan", "reference"),
    ("curriculum", "reference"),
    ("nan-annealed", "reference"),
    ("nanil-annealed", "reference"),
    ("nan-annealed", "curriculum"),
    ("nan-annealed", "nan"),
    ("nan-annealed", "nanil-annealed"),
)


def _smaller_error(arm: str, rival: str, record: RunRecord) -> Finding:
    errors = {
        name: 100 * (1 - sum(values) / len(values))
        for name in (arm, rival, "hard")
        for values in [record.final("test_accuracy", name)]
    }
    return reproduced(
        # A smaller error is a greater accuracy.
        record.compare("test_accuracy", arm, rival, "greater"),
        record,
        f"test accuracy, {arm} − {rival}",
        f"test errors {errors[arm]:.1f} % and {errors[rival]:.1f} % (the paper: {PAPER[arm]} % and "
        f"{PAPER[rival]} %); hard units without noise {errors['hard']:.1f} %",
    )


CLAIMS = tuple(
    measured(
        id=f"C-NOI-10.{part}",
        statement=f"On counting different integers, {_TITLES[arm]} makes fewer test errors than "
        f"{_TITLES[rival]}.",
        tex=rf"{PAPER[arm]}\,\% < {PAPER[rival]}\,\%",
        source=Source("gulcehre2016", "Section 5"),
        assumptions="26 integers from 0 to 10, mean-pooled LSTM; here shorter sequences of fewer "
        "integers",
        recipe=RECIPE,
        decide=partial(_smaller_error, arm, rival),
    )
    for part, (arm, rival) in zip("abcdefg", PAIRS, strict=True)
)
