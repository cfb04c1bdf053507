"""Gulcehre et al. (2016): counting the different integers of a sequence."""

from __future__ import annotations

from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast, over_examples
from .._evidence.gates import acted, flat, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records, own_rates

RECIPE = "noisy-unique"
#: Test errors in per cent, as the paper prints them.
PRINTED_ERRORS = {
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


_ROWS = {f"C-NOI-10.{part}": pair for part, pair in zip("abcdefg", PAIRS, strict=True)}


def _smaller_error(arm: str, rival: str, runs: Records) -> Case:
    record, arms = runs.record, (arm, rival)
    errors = {
        name: 100 * (1 - sum(values) / len(values))
        for name in (arm, rival, "hard")
        for values in [record.final("test_accuracy", name)]
    }
    # Noise is told from nothing by the hard units, a curriculum by the network without it.
    pairs = [(name, "hard") for name in arms if "nan" in name]
    return Case(
        # A smaller error is a greater accuracy.
        over_examples(
            contrast(
                f"test accuracy, {arm} − {rival}",
                record.compare("test_accuracy", arm, rival, "greater"),
            ),
            record,
            {arm: 1, rival: -1},
        ),
        (
            learned(record, arms),
            acted(record, [*pairs, arms]),
            flat(record, "test_accuracy", arms),
            own_rates(runs, arms, ("test_accuracy", "last")),
        ),
        (
            f"test errors {errors[arm]:.1f} % and {errors[rival]:.1f} % (the paper: "
            f"{PRINTED_ERRORS[arm]} % and {PRINTED_ERRORS[rival]} %); hard units without noise "
            f"{errors['hard']:.1f} %",
        ),
    )


def _cases(runs: Records) -> dict[str, Case]:
    return {row: _smaller_error(*pair, runs) for row, pair in _ROWS.items()}


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = tuple(
    measured(
        id=row,
        statement=f"On counting different integers, {_TITLES[arm]} makes fewer test errors than "
        f"{_TITLES[rival]}.",
        tex=rf"{PRINTED_ERRORS[arm]}\,\% < {PRINTED_ERRORS[rival]}\,\%",
        source=Source("gulcehre2016", "Section 5"),
        assumptions="26 integers from 0 to 10, mean-pooled LSTM; here shorter sequences of fewer "
        "integers",
        rows=_DECIDED,
    )
    for row, (arm, rival) in _ROWS.items()
)
