"""Where SiLU is least and where it is steepest: Elfwing et al. (2018); constants in software."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sympy import Expr, diff, exp, simplify

from ... import catalog
from ...notation import x
from ...number import mp
from ...prove.theorems.gates import LEAST_SLOPE, MINIMA, STEEPEST, STEEPNESS, in_exponentials
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if
from .._evidence.proved import Ends, certified, digits_of, reads_as

ELFWING, SWISH, _FILES = "elfwing2018", "ramachandran2017", "publicfiles"
#: The paper was not before us: its words and numbers are as remembered.
_MEMORY = "Section 2, quoted from memory"
_SECTION_2 = Source(ELFWING, _MEMORY)
_PLACE, _LEAST = MINIMA["silu"]


def stationary(ratio: Expr) -> Finding:
    """Is f″ = 0 wherever x = −log(ratio), which says eˣ = 1/ratio?"""
    second = in_exponentials(diff(catalog.silu.expr, x, 2))
    value = simplify(second.subs(exp(x), 1 / ratio))
    return holds_if(value == 0, f"with e^x = {1 / ratio} the second derivative is {value}")


def below_one_up_to(printed: str) -> Finding:
    """Is |f′| < 1 for all inputs below that number?"""
    # f′ passes 1 at minus the place of the minimum.
    low, high = _PLACE[1][1:], _PLACE[0][1:]
    evidence = f"|f′| < 1 up to a place between {low} and {high}, f′ > 1 beyond"
    if mp.mpf(printed) < mp.mpf(low):
        return Finding(Verdict.HOLDS, evidence)
    return Finding(Verdict.CORRECTED, evidence, f"below {low}")


def dip_lies_in(low: int, high: int) -> Finding:
    """Is the only turning point there, and how much of the dip is left at the lower end?"""
    place = float(_PLACE[0])
    with mp.workdps(20):
        share = low / (1 + mp.exp(-low)) / mp.mpf(_LEAST[0])
        left = mp.nstr(100 * share, 2)
    return holds_if(
        low < place < high,
        f"it falls up to {_PLACE[0]} and rises after; at {low} it has {left} % of the depth",
    )


def _not_monotonic_below_0() -> Finding:
    return holds_if(
        float(_PLACE[1]) < 0,
        f"it falls up to a place between {_PLACE[0]} and {_PLACE[1]}, then rises",
    )


def as_float(printed: str, what: str, ends: Ends) -> Finding:
    """Is that the double nearest to the number?"""
    evidence = f"{what} lies between {ends[0]} and {ends[1]}"
    # Both ends, rounded to doubles, are the same one.
    if float(printed) == float(ends[0]) == float(ends[1]):
        return Finding(Verdict.HOLDS, f"{evidence}: it is the nearest double")
    with mp.workdps(30):
        off = mp.nstr(abs(mp.mpf(printed) - mp.mpf(ends[0])), 2)
    return Finding(Verdict.CORRECTED, f"{evidence}; printed is {off} from it", digits_of(ends))


def _row(
    part: str,
    statement: str,
    tex: str,
    judge: Callable[[], Finding],
    proof: str = "silu-minimum",
    source: Source = _SECTION_2,
) -> Claim:
    return certified(
        id=f"C-SWI-{part}",
        statement=statement,
        tex=tex,
        source=source,
        assumptions="all real x; β = 1",
        proofs=(proof,),
        judge=judge,
    )


def _shipped(
    part: str,
    what: str,
    printed: str,
    ends: Ends,
    place: str,
    check: Callable[[str, str, Ends], Finding],
) -> Claim:
    return _row(
        f"9.{part}",
        f"SiLU's {what} is {printed.replace('-', '−')}.",
        rf"{printed}",
        partial(check, printed, f"the {what}", ends),
        source=Source(_FILES, place),
    )


CLAIMS = (
    _row(
        "1.a",
        "SiLU's global minimum is approximately −0.28.",
        r"\min_x x\sigma(x) \approx -0.28",
        lambda: reads_as("-0.28", "the minimum", _LEAST),
    ),
    _row(
        "1.b",
        "It is reached at approximately −1.28.",
        r"\arg\min_x x\sigma(x) \approx -1.28",
        lambda: reads_as("-1.28", "the place", _PLACE),
    ),
    _row(
        "2.a",
        "SiLU's slope has a maximum of approximately 1.1.",
        r"\max f' \approx 1.1",
        lambda: reads_as("1.1", "the greatest slope", STEEPNESS),
        "silu-steepest",
    ),
    _row(
        "2.b",
        "Its slope has a minimum of approximately −0.1.",
        r"\min f' \approx -0.1",
        lambda: reads_as("-0.1", "the least slope", LEAST_SLOPE),
        "silu-steepest",
    ),
    _row(
        "2.c",
        "Both are at approximately ±2.4.",
        r"f''(\pm 2.4) \approx 0",
        lambda: reads_as("2.4", "the place", STEEPEST),
        "silu-steepest",
    ),
    Claim(
        id="C-SWI-2.d",
        statement="The two places solve z = −log((z − 2)/(z + 2)).",
        tex=r"f''(z) = 0 \iff z = -\log\frac{z - 2}{z + 2}",
        source=_SECTION_2,
        assumptions="|z| > 2",
        kind=Kind.DERIVED,
        check=lambda: stationary((x - 2) / (x + 2)),
    ),
    _row(
        "5",
        "The slope of Swish has magnitude below 1 for all inputs below about 1.25.",
        r"|f'(x)| < 1,\ x < 1.25",
        lambda: below_one_up_to("1.25"),
        "silu-slope-below-one",
        Source(SWISH, "Section 4"),
    ),
    _row(
        "6",
        "The bump that makes Swish non-monotonic lies in −5 ≤ x ≤ 0.",
        r"-5 \le x \le 0",
        lambda: dip_lies_in(-5, 0),
        source=Source(SWISH, "Section 4"),
    ),
    _shipped("a", "minimum", "-0.278464543", _LEAST, "a program of 2024, nine digits", reads_as),
    _shipped("b", "place of the minimum", "-1.2784645427610737", _PLACE, "a test", as_float),
    _shipped("c", "minimum", "-0.27846454276107373", _LEAST, "the same test", as_float),
    _shipped("d", "place of the minimum", "-1.2784645614377839", _PLACE, "true argmin", as_float),
    _shipped("e", "minimum", "-0.27846454277", _LEAST, "beside that argmin", reads_as),
    _shipped("f", "minimum", "-0.27846455574035645", _LEAST, "a magic number's minus", as_float),
    _row(
        "10",
        "For x < 0 Swish is neither decreasing nor increasing.",
        r"f' \text{ changes its sign in } x < 0",
        _not_monotonic_below_0,
        source=Source(_FILES, "notes on Swish"),
    ),
)
