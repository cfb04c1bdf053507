"""Klambauer et al. (2017), Table 1: ranks and p-values, computed again from its Table A11."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from ...experiment.data._tables import load_table
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from . import _table_a11 as a11

PAPER = "klambauer2017"
#: Average rank minus 4, and the p-value against SNN.
RANKS = MappingProxyType(
    {
        "SNN": "-0.756",
        "MSRAinit": "-0.240",
        "LayerNorm": "-0.198",
        "Highway": "0.021",
        "ResNet": "0.273",
        "WeightNorm": "0.397",
        "BatchNorm": "0.504",
    }
)
P_VALUES = MappingProxyType(
    {
        "MSRAinit": "2.7e-02",
        "LayerNorm": "1.5e-02",
        "Highway": "1.9e-03",
        "ResNet": "5.4e-04",
        "WeightNorm": "7.8e-07",
        "BatchNorm": "3.5e-06",
    }
)
#: Table 1, right: average rank minus 12.5; and Table A13's average ranks of the same methods.
RIGHT = MappingProxyType(
    {
        "SNN": ("-6.7", "5.8"),
        "SVM": ("-6.4", "6.1"),
        "RandomForest": ("-5.9", "6.6"),
        "MSRAinit": ("-5.4", "7.1"),
        "LayerNorm": ("-5.3", "7.2"),
        "Highway": ("-4.6", "7.9"),
    }
)


def centred(pairs: Mapping[str, tuple[str, str]], methods: int) -> Finding:
    """Is each printed rank the other one minus the middle of so many methods?"""
    middle = Fraction(methods + 1, 2)
    wrong = [n for n, (less, rank) in pairs.items() if Fraction(rank) - middle != Fraction(less)]
    evidence = (
        f"with {methods} methods the middle is {float(middle)}: {len(pairs) - len(wrong)} agree"
    )
    if not wrong:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.REFUTED, evidence, f"not {', '.join(wrong)}")


#: From the numbers of Table A11 to the finding.
FromTable = Callable[[Mapping[str, Any]], Finding]


def _size(bundled: str) -> int:
    return len(load_table(f"sklearn:{bundled}").labels)


def _checked(decide: FromTable) -> Finding:
    # Outside of a checkout there is no such file either, and no folder for it.
    try:
        table, file = a11.table_and_file()
        found = decide(table)
    except FileNotFoundError as error:
        how = f"in a checkout, {a11.VARIABLE}=FILE … --run makes it from a copy of Table A11"
        return Finding(Verdict.UNDECIDED, f"not recorded here: {error}; {how}")
    # Not the listed file, or one without the numbers: no answer rests on it.
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        return Finding(Verdict.UNDECIDED, f"undecided: {error}")
    digest = f"Table A11 as CSV, SHA-256 {table['sha256'][:12]}…"
    return Finding(found.verdict, f"{found.evidence}; {digest}", found.correction, (file,))


def _row(
    part: str,
    statement: str,
    tex: str,
    place: str,
    decide: FromTable,
) -> Claim:
    return Claim(
        id=f"C-SNN-{part}",
        statement=statement,
        tex=tex,
        source=Source(PAPER, place),
        assumptions="121 UCI tasks; from the accuracies of Table A11, printed to four decimals",
        kind=Kind.COMPUTED,
        check=partial(_checked, decide),
        remake=a11.remake,
    )


CLAIMS = (
    *(
        _row(
            f"17.{part}",
            f"SNN is better than {method} with p = {text}, by a paired Wilcoxon test.",
            rf"p(\text{{{method}}}) = {float(text):g}",
            "Table 1, left",
            partial(a11.p_value, method=method, text=text),
        )
        for part, (method, text) in zip("abcdef", P_VALUES.items(), strict=True)
    ),
    _row(
        "17.g",
        "Each of the six competitors is significantly worse than SNN.",
        r"p < 0.05",
        "Table 1, left, asterisks",
        a11.all_worse,
    ),
    *(
        _row(
            f"19.{part}",
            f"The average rank of {method}, minus 4, is {text}.",
            rf"\bar r_{{\text{{{method}}}}} - 4 = {text}",
            "Table 1, left",
            partial(a11.average_rank, method=method, text=text),
        )
        for part, (method, text) in zip("abcdefg", RANKS.items(), strict=True)
    ),
    _row(
        "19.h",
        "By average rank the order is SNN, MSRAinit, LayerNorm, Highway, ResNet, WeightNorm, "
        "BatchNorm.",
        r"\bar r_{\text{SNN}} < \bar r_{\text{MSRAinit}} < \dots",
        "Table 1, left",
        partial(a11.order, printed=tuple(RANKS)),
    ),
    Claim(
        id="C-SNN-19.i",
        statement="Table 1's ranks over 46 large sets are those of Table A13, minus 12.5.",
        tex=r"\bar r - 12.5",
        source=Source(PAPER, "Table 1, right; Table A13"),
        assumptions="24 methods; the six that Table 1 lists",
        kind=Kind.COMPUTED,
        check=lambda: centred(RIGHT, 24),
    ),
    *(
        _row(
            f"20.{part}",
            f"{printed} sets have {key} points.",
            rf"\#\{{n {relation} 1000\}} = {printed}",
            "Section 3 and Appendix A4",
            partial(a11.count, key=key, printed=printed),
        )
        for part, key, relation, printed in (
            ("a", "fewer than 1000", "<", 75),
            ("b", "at least 1000", r"\ge", 46),
            ("c", "more than 1000", ">", 46),
        )
    ),
    _row(
        "21.a",
        "The sets have 10 to 130,000 points.",
        r"10 \le n \le 130\,000",
        "Section 3",
        partial(a11.spread, key="sizes", printed=(10, 130_000), unit=1000),
    ),
    _row(
        "21.b",
        "The sets have 4 to 250 features.",
        r"4 \le d \le 250",
        "Section 3",
        partial(a11.spread, key="features", printed=(4, 250), unit=1),
    ),
    _row(
        "21.c",
        "Table A11 gives the number n of training points.",
        r"n = n_{\text{train}}",
        "Table A11, caption",
        partial(a11.training_points, sizes=_size),
    ),
)
