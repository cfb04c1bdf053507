"""The SELU paper's Table A11: what is computed from a copy of it, and decisions on Table 1.

Table A11, the accuracies of seven methods on 121 tasks, is the paper's and not shipped here. What
is computed from a copy of it is kept in ``book/evidence/snn-table-a11.json`` with its SHA-256,
and ``SHA256SUMS`` beside that file lists its own;
``ACTMATH_TABLE_A11=FILE actmath claims C-SNN-19 --run`` computes it anew.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ..._text.checksums import DIGESTS, list_digests, listed_digests
from ..._text.files import bytes_of
from ..._text.whole import write_whole
from ...experiment._record.record import results_folder
from ...experiment._record.significance import holm
from .._claim import Finding, Verdict, holds_if

VARIABLE = "ACTMATH_TABLE_A11"
#: The columns of Table A11, and the methods' names in Table 1.
COLUMNS = MappingProxyType(
    {
        "SNN": "SNN",
        "MS": "MSRAinit",
        "HW": "Highway",
        "ResNet": "ResNet",
        "BN": "BatchNorm",
        "WN": "WeightNorm",
        "LN": "LayerNorm",
    }
)
LEVEL = 0.05
#: The table has some 10 kB.
_MOST_BYTES = 2**20
#: Points above which two accuracies may differ by less than four decimals show.
LARGE = 5000
#: Tasks of Table A11 whose tables come with scikit-learn, by its names.
WHOLE = MappingProxyType(
    {"iris": "iris", "wine": "wine", "breast-cancer-wisc-diag": "breast_cancer"}
)


def record_file() -> Path:
    """Where the numbers that were computed from a copy of Table A11 are kept."""
    return results_folder().parent / "evidence" / "snn-table-a11.json"


def table_and_file() -> tuple[Mapping[str, Any], tuple[str, str]]:
    """What is kept, and its file as ``Finding.files`` names it.

    Raises:
        FileNotFoundError: if there is no such file, as outside of a checkout.
        ValueError: if it is not the one that ``SHA256SUMS`` beside it lists.
    """
    file = record_file()
    data = file.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"book/{file.parent.name}/{file.name}"
    if listed_digests(file.parent).get(file.name) != sha256:
        raise ValueError(f"{name} has the SHA-256 {sha256}, which {DIGESTS} does not list")
    return json.loads(data), (name, sha256)


def summary(text: str) -> dict[str, Any]:
    """Everything that the rows need of a copy of Table A11, given as CSV.

    Ranks and tests are over the tasks that no method lacks ("complete"), and again over all, a
    missing accuracy below all others ("all").
    """
    rows = list(csv.DictReader(text.splitlines()))
    # accuracies: (tasks, methods); −1 where one is missing.
    accuracies = np.array([[_accuracy(row[column]) for column in COLUMNS] for row in rows])
    full = (accuracies >= 0).all(axis=1)
    sizes, features = (np.array([int(row[name]) for row in rows]) for name in ("n", "features"))
    return {
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "tasks": len(rows),
        "complete": int(full.sum()),
        "ranks": {"complete": _ranks(accuracies[full]), "all": _ranks(accuracies)},
        "ranges": _ranges(accuracies[full], sizes[full]),
        "p": {"complete": _tests(accuracies[full]), "all": _tests(accuracies)},
        "sizes": [int(sizes.min()), int(sizes.max())],
        "features": [int(features.min()), int(features.max())],
        "at least 1000": int((sizes >= 1000).sum()),
        "more than 1000": int((sizes > 1000).sum()),
        "n": {row["dataset"]: int(row["n"]) for row in rows if row["dataset"] in WHOLE},
    }


def _accuracy(text: str) -> float:
    return -1.0 if text in ("", "NA") else float(text)


def _ranks(accuracies: NDArray[np.float64]) -> dict[str, float]:
    """Average ranks minus the middle: 1 is best, equal accuracies share their ranks."""
    found = stats.rankdata(-accuracies, axis=1).mean(axis=0) - (len(COLUMNS) + 1) / 2
    return dict(zip(COLUMNS.values(), map(float, found), strict=True))


def _ranges(
    accuracies: NDArray[np.float64], sizes: NDArray[np.int_]
) -> dict[str, tuple[float, float]]:
    """The same if ties are broken for, or against, a method where rounding may have made them.

    Shares of up to 5,000 points that differ do so by 1/5000 or more: four decimals tell them apart.
    """
    large = sizes > LARGE
    ends = []
    for how in ("min", "max"):
        ranks = stats.rankdata(-accuracies, axis=1)
        ranks[large] = stats.rankdata(-accuracies[large], axis=1, method=how)
        ends.append(ranks.mean(axis=0) - (len(COLUMNS) + 1) / 2)
    pairs = zip(*(map(float, end) for end in ends), strict=True)
    return dict(zip(COLUMNS.values(), pairs, strict=True))


def _tests(accuracies: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Wilcoxon's signed-rank test of SNN against each other, one-sided and two-sided."""
    own, *others = accuracies.T
    return {
        name: {
            side: float(stats.wilcoxon(own, other, alternative=side).pvalue)
            for side in ("greater", "two-sided")
        }
        for name, other in zip(list(COLUMNS.values())[1:], others, strict=True)
    }


def remake() -> None:
    """Compute the record anew from the file that ``ACTMATH_TABLE_A11`` names, if it names one.

    Raises:
        ValueError: if that is no file, or no such table.
        OSError: if it cannot be read, or the record cannot be written.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return
    try:
        found = summary(bytes_of(name, _MOST_BYTES).decode("utf-8"))
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{VARIABLE} names no Table A11 as CSV, {name}: {error}") from error
    file, data = record_file(), f"{json.dumps(found, indent=1)}\n".encode()
    write_whole(file, data, force=True)
    list_digests(file.parent, {file.name: hashlib.sha256(data).hexdigest()})


def average_rank(table: Mapping[str, Any], method: str, text: str) -> Finding:
    """Is the printed rank, minus the middle, that of the printed accuracies?"""
    value, (low, high) = table["ranks"]["complete"][method], table["ranges"][method]
    evidence = (
        f"{value:.4f} over the {table['complete']} tasks of {table['tasks']} that no method lacks; "
        f"from {low:.3f} to {high:.3f} however ties are broken on sets of more than {LARGE:,} "
        f"points; {table['ranks']['all'][method]:.4f} if the incomplete task counts"
    )
    # Half a unit of the last printed decimal.
    if low - 0.0005 <= float(text) <= high + 0.0005:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"{value:.3f}, from the printed accuracies")


def p_value(table: Mapping[str, Any], method: str, text: str) -> Finding:
    """Is the printed p-value that of Wilcoxon's test, and of which?"""
    sides, every = (table["p"][which][method] for which in ("complete", "all"))
    evidence = (
        f"Wilcoxon's signed-rank test over {table['complete']} tasks: one-sided "
        f"{sides['greater']:.2e}, two-sided {sides['two-sided']:.2e}; one-sided "
        f"{every['greater']:.2e} if the incomplete task counts"
    )
    for side, words in (("greater", "one-sided"), ("two-sided", "two-sided")):
        if f"{sides[side]:.1e}" == text:
            return Finding(Verdict.HOLDS, f"it is the {words} one; {evidence}")
    nearer = min(sides, key=lambda side: abs(np.log(sides[side] / float(text))))
    words = "one-sided" if nearer == "greater" else "two-sided"
    return Finding(Verdict.CORRECTED, evidence, f"{sides[nearer]:.1e}, and {words}")


def all_worse(table: Mapping[str, Any]) -> Finding:
    """Is each of the six significantly worse than SNN, by one-sided and by two-sided tests?"""
    tests = table["p"]["complete"]
    lost: dict[str, list[str]] = {}
    for side in ("greater", "two-sided"):
        adjusted = holm([sides[side] for sides in tests.values()])
        lost[side] = [n for n, p in zip(tests, adjusted, strict=True) if p >= LEVEL]
    plain = {name: f"{sides['two-sided']:.2g}" for name, sides in tests.items()}
    evidence = (
        f"after Holm's correction, not at {LEVEL}: {', '.join(lost['greater']) or 'none'} by "
        f"one-sided tests, {', '.join(lost['two-sided']) or 'none'} by two-sided ones; two-sided, "
        f"uncorrected: {', '.join(f'{name} {p}' for name, p in plain.items())}"
    )
    if not lost["two-sided"]:
        return Finding(Verdict.HOLDS, evidence)
    if lost["greater"]:
        return Finding(Verdict.REFUTED, evidence, f"not {', '.join(lost['greater'])}")
    return Finding(Verdict.CORRECTED, evidence, "by one-sided tests")


def order(table: Mapping[str, Any], printed: Sequence[str]) -> Finding:
    """Are the methods, by their average ranks, in the printed order?"""
    ranks = table["ranks"]["complete"]
    found = sorted(ranks, key=lambda name: ranks[name])
    return holds_if(found == list(printed), f"best first: {', '.join(found)}")


def count(table: Mapping[str, Any], key: str, printed: int) -> Finding:
    """Is a count of tasks the printed one?"""
    below = table["tasks"] - table["at least 1000"]
    found = below if key == "fewer than 1000" else table[key]
    evidence = f"{found} of {table['tasks']} tasks have {key} points"
    if found == printed:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"{found}, not {printed}")


def spread(table: Mapping[str, Any], key: str, printed: tuple[int, int], unit: int) -> Finding:
    """Do sizes or feature counts go from the one number to the other, in units such as 1000?"""
    low, high = table[key]
    evidence = f"they go from {low:,} to {high:,}"
    if low == printed[0] and unit * round(high / unit) == printed[1]:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"from {low:,} to {high:,}")


def training_points(table: Mapping[str, Any], sizes: Callable[[str], int]) -> Finding:
    """Is n below the size of the whole table, as a number of training points is?"""
    pairs = {name: (table["n"][name], sizes(bundled)) for name, bundled in WHOLE.items()}
    listed = ", ".join(f"{name} {n} of {whole}" for name, (n, whole) in pairs.items())
    if all(n < whole for n, whole in pairs.values()):
        return Finding(Verdict.HOLDS, f"n of all rows: {listed}")
    return Finding(Verdict.CORRECTED, f"n of all rows: {listed}", "n is the size of the whole set")
