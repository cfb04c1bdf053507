"""Klambauer et al. (2017), Lemma 5 and Appendix A6: the derivatives of the Jacobian, one by one.

J is the Jacobian of (mean, second moment) by (mu, nu); Lemma 12's domain throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from math import ceil
from types import MappingProxyType

from ...prove._balls.box import exact_text
from ...prove.theorems._declare import LEMMA_12
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from ._extrema import DERIVATIVES, PrintedExtreme, size_below

PAPER = "klambauer2017"
#: Lemma 5, Eq. 73: strict bounds on absolute values; Eq. 336 repeats them in brackets.
LEMMA_5 = MappingProxyType(
    {
        "j11-mu": "0.0031049101995398316",
        "j11-omega": "1.055872374194189",
        "j11-nu": "0.031242911235461816",
        "j11-tau": "0.03749149348255419",
        "j12-mu": "0.031242911235461816",
        "j12-omega": "0.031242911235461816",
        "j12-nu": "0.21232788238624354",
        "j12-tau": "0.2124377655377270",
        "j21-mu": "0.02220441024325437",
        "j21-omega": "1.146955401845684",
        "j21-nu": "0.14983446469110305",
        "j21-tau": "0.17980135762932363",
        "j22-mu": "0.14983446469110305",
        "j22-omega": "0.14983446469110305",
        "j22-nu": "1.805740052651535",
        "j22-tau": "2.396685907216327",
    }
)
#: Eq. 335: minimum and its place, maximum and its place; places are (mu, omega, nu, tau).
EQ_335 = MappingProxyType(
    {
        "j11-mu": ("0", "0.06, 0, 1.35, 1.12", "0.00182415", "-0.1, 0.1, 1.47845, 0.883374"),
        "j11-omega": ("0.905413", "0.1, -0.1, 1.5, 1.25", "1.04143", "0.1, 0.1, 0.8, 0.8"),
        "j11-nu": ("-0.0151177", "-0.1, 0.1, 0.8, 1.25", "0.0151177", "0.1, -0.1, 0.8, 1.25"),
        "j11-tau": ("-0.015194", "-0.1, 0.1, 0.8, 1.25", "0.015194", "0.1, -0.1, 0.8, 1.25"),
        "j12-mu": ("-0.0151177", "-0.1, 0.1, 0.8, 1.25", "0.0151177", "0.1, -0.1, 0.8, 1.25"),
        "j12-omega": ("-0.0151177", "0.1, -0.1, 0.8, 1.25", "0.0151177", "0.1, -0.1, 0.8, 1.25"),
        "j12-nu": ("-0.00785613", "0.1, -0.1, 1.5, 1.25", "0.0315805", "0.1, 0.1, 0.8, 0.8"),
        "j12-tau": ("0.0799824", "0.1, -0.1, 1.5, 1.25", "0.110267", "-0.1, 0.1, 0.8, 0.8"),
        "j21-mu": ("0", "0.06, 0, 1.35, 1.12", "0.0174802", "0.1, 0.1, 0.8, 0.8"),
        "j21-omega": ("0.0849308", "0.1, -0.1, 0.8, 0.8", "0.695766", "0.1, 0.1, 1.5, 1.25"),
        "j21-nu": ("-0.0600823", "0.1, -0.1, 0.8, 1.25", "0.0600823", "-0.1, 0.1, 0.8, 1.25"),
        "j21-tau": ("-0.0673083", "0.1, -0.1, 1.5, 0.8", "0.0673083", "-0.1, 0.1, 1.5, 0.8"),
        "j22-mu": ("-0.0600823", "0.1, -0.1, 0.8, 1.25", "0.0600823", "-0.1, 0.1, 0.8, 1.25"),
        "j22-omega": ("-0.0600823", "0.1, -0.1, 0.8, 1.25", "0.0600823", "-0.1, 0.1, 0.8, 1.25"),
        "j22-nu": ("-0.276862", "-0.01, -0.01, 0.8, 1.25", "-0.084813", "-0.1, 0.1, 1.5, 0.8"),
        "j22-tau": ("0.562302", "0.1, -0.1, 1.5, 1.25", "0.664051", "0.1, 0.1, 0.8, 0.8"),
    }
)
#: Eq. 336: numerically determined bounds on absolute values.
EQ_336 = MappingProxyType(
    {
        "j11-mu": "0.00182415",
        "j11-omega": "1.04143",
        "j11-nu": "0.0151177",
        "j11-tau": "0.015194",
        "j12-mu": "0.0151177",
        "j12-omega": "0.0151177",
        "j12-nu": "0.0315805",
        "j12-tau": "0.110267",
        "j21-mu": "0.0174802",
        "j21-omega": "0.695766",
        "j21-nu": "0.0600823",
        "j21-tau": "0.0673083",
        "j22-mu": "0.0600823",
        "j22-omega": "0.0600823",
        "j22-nu": "0.562302",
        "j22-tau": "0.664051",
    }
)
_DOMAIN = "|mu|, |omega| ≤ 0.1, 0.8 ≤ nu ≤ 1.5, 0.8 ≤ tau ≤ 1.25"


def place(text: str) -> dict[str, str]:
    """A printed point (mu, omega, nu, tau) by its names."""
    return dict(zip(LEMMA_12.names, text.split(", "), strict=True))


def larger_sizes(bounds: Mapping[str, str], extrema: Mapping[str, tuple[str, ...]]) -> Finding:
    """Is each bound on an absolute value the larger size of minimum and maximum?"""
    # The texts as they are printed: no number is computed here.
    right = {key: max((row[0], row[2]), key=_size) for key, row in extrema.items()}
    wrong = [key for key, text in bounds.items() if _size(text) != _size(right[key])]
    evidence = f"{len(bounds) - len(wrong)} of {len(bounds)} are"
    if not wrong:
        return Finding(Verdict.HOLDS, evidence)
    others = {text: key for key, row in extrema.items() for text in (row[0], row[2])}
    listed = [
        f"|{_name(key)}| has {bounds[key]}"
        + (f", the number of {_name(others[bounds[key]])}" if bounds[key] in others else "")
        for key in wrong
    ]
    better = ", ".join(f"{right[key].lstrip('-')} for |{_name(key)}|" for key in wrong)
    return Finding(Verdict.CORRECTED, f"{evidence}; {'; '.join(listed)}", better)


def _size(text: str) -> Fraction:
    return abs(Fraction(text))


def _name(key: str) -> str:
    entry, _, variable = key.partition("-")
    return f"∂{entry.upper()}/∂{variable}"


def _tex(key: str) -> str:
    entry, _, variable = key.partition("-")
    return rf"\partial J_{{{entry[1:]}}}/\partial\{variable}"


def _lemma_5(key: str) -> Claim:
    bound = LEMMA_5[key]
    return Claim(
        id=f"C-SNN-22.{key}",
        statement=f"On the domain |{_name(key)}| < {bound}.",
        tex=rf"|{_tex(key)}| < {bound}",
        source=Source(PAPER, "Lemma 5, Eq. 73"),
        assumptions=_DOMAIN,
        kind=Kind.COMPUTED,
        check=partial(size_below, DERIVATIVES[key], bound),
    )


def _eq_335(key: str, least: bool) -> Iterator[Claim]:
    """Three statements: the printed extreme is a bound, it is attained, and where."""
    text, where = EQ_335[key][:2] if least else EQ_335[key][2:]
    printed = PrintedExtreme(DERIVATIVES[key], text, least)
    end, side = ("min", "≥") if least else ("max", "≤")
    word, relation = ("minimum", r"\ge") if least else ("maximum", r"\le")
    rows: dict[str, tuple[str, Callable[[], Finding]]] = {
        "": (f"On the domain {_name(key)} {side} {text}.", printed.is_bound),
        "-attained": (f"The {word} of {_name(key)}, {text}, is attained.", printed.is_attained),
        "-at": (
            f"The {word} of {_name(key)}, {text}, is attained at ({where}).",
            partial(printed.is_at, place(where)),
        ),
    }
    for ending, (statement, check) in rows.items():
        yield Claim(
            id=f"C-SNN-18.{key}-{end}{ending}",
            statement=statement,
            tex=rf"{_tex(key)} {relation} {text}" + (rf",\ ({where})" if ending == "-at" else ""),
            source=Source(PAPER, "Appendix A6, Eq. 335"),
            assumptions=f"{_DOMAIN}; points are (mu, omega, nu, tau)",
            kind=Kind.COMPUTED,
            check=check,
        )


def attains(key: str, text: str) -> Finding:
    """Is the printed size attained by the derivative, as its minimum or its maximum?"""
    sides = [DERIVATIVES[key].largest(least) for least in (True, False)]
    best = max(sides, key=lambda side: _size(side.value))
    evidence = f"the largest size found is that of {best}"
    unit = Fraction(1, 10 ** len(text.partition(".")[2]))
    if _size(best.value) >= _size(text) - unit / 2:
        return Finding(Verdict.HOLDS, evidence)
    # The next printed decimal above the size that is reached: proved, it is the right number.
    right = exact_text(unit * ceil(_size(best.value) / unit))
    found = size_below(DERIVATIVES[key], right)
    if found.verdict is Verdict.HOLDS:
        return Finding(
            Verdict.CORRECTED, found.evidence, f"|{_name(key)}| < {right}, and reaches it"
        )
    return Finding(Verdict.UNDECIDED, found.evidence)


CLAIMS = (
    *(_lemma_5(key) for key in LEMMA_5),
    *(row for key in EQ_335 for least in (True, False) for row in _eq_335(key, least)),
    Claim(
        id="C-SNN-10.c",
        statement="The sixteen bounds on absolute values are the larger sizes of the minima and "
        "maxima.",
        tex=r"\max|\partial J| = \max(|\min\partial J|, |\max\partial J|)",
        source=Source(PAPER, "Appendix A6, Eq. 336"),
        assumptions=f"{_DOMAIN}; against Eq. 335, digit by digit",
        kind=Kind.COMPUTED,
        check=lambda: larger_sizes(EQ_336, EQ_335),
    ),
    Claim(
        id="C-SNN-10.d",
        statement="As a maximum of |∂J22/∂nu|, 0.562302 is attained.",
        tex=r"\max|\partial J_{22}/\partial\nu| = 0.562302",
        source=Source(PAPER, "Appendix A6, Eq. 336"),
        assumptions=_DOMAIN,
        kind=Kind.COMPUTED,
        check=lambda: attains("j22-nu", EQ_336["j22-nu"]),
    ),
)
