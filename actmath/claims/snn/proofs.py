"""Klambauer et al. (2017), Appendix A3: numbers and places in the proofs, and what is inferred."""

from __future__ import annotations

from functools import partial

from ... import catalog
from ...activation import Activation
from ...notation import x
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence.rows import Rows
from . import _decisions as decide
from ._extrema import PrintedExtreme, Surface, size_below

PAPER = "klambauer2017"
_DOMAIN = "|mu|, |omega| ≤ 0.1, 0.8 ≤ nu ≤ 1.5, 0.8 ≤ tau ≤ 1.25"
_POINTS = f"{_DOMAIN}; points are (mu, omega, nu, tau)"
_LEMMA_47 = "|y| ≤ 0.01, 0.64 ≤ x ≤ 1.875"
_SECOND = "|mu|, |omega| ≤ 0.1, 0.05 ≤ nu ≤ 0.24, 0.9 ≤ tau ≤ 1.25"
_TAIL = r"e^{y + x/2}\,\mathrm{erfc}\bigl((y + x)/\sqrt{2x}\bigr)"
_BELL = r"\sqrt{2/(\pi x)}\,e^{-y^2/(2x)}"
_ALPHA_TAIL, _ALPHA_BELL = ("0.727780", "0.983247"), ("0.392294", "0.671484")
#: Lemma 12's proof: the bounds of Lemma 10 and the grid's steps in mu, omega, nu, tau.
GRID_SLOPES = ("0.32112", "2.63690", "2.28242", "2.98610")
GRID_STEPS = ("0.0068097371", "0.0008292885", "0.0009580840", "0.0007323095")

_row = Rows("C-SNN", PAPER, Kind.COMPUTED, _DOMAIN)


def _range(
    parts: str, words: str, tex: str, surface: Surface, ends: tuple[str, str]
) -> tuple[Claim, Claim]:
    """The two ends of a range that the proof of Lemma 7 uses: a row each."""
    low, high = (PrintedExtreme(surface, text, text is ends[0]) for text in ends)
    return (
        _row(
            f"23.{parts[0]}",
            f"{words} is at least {ends[0]}.",
            rf"{tex} \ge {ends[0]}",
            "Lemma 7, proof",
            low.is_bound,
        ),
        _row(
            f"23.{parts[1]}",
            f"{words} is at most {ends[1]}.",
            rf"{tex} \le {ends[1]}",
            "Lemma 7, proof",
            high.is_bound,
        ),
    )


def _lemma_6() -> tuple[Claim, ...]:
    tail = PrintedExtreme(decide.TAIL, "0.587622")
    return (
        _row(
            "23.a",
            "|J11| ≤ 0.104497.",
            r"|J_{11}| \le 0.104497",
            "Lemma 6",
            partial(size_below, decide.J11, "0.104497"),
        ),
        _row(
            "23.b",
            "|2 − erfc(0.01/√(2·nu·tau))| ≤ 1.00584.",
            r"|2 - \mathrm{erfc}(0.01/\sqrt{2\nu\tau})| \le 1.00584",
            "Lemma 6, proof",
            decide.step_bound("1.00584"),
        ),
        _row(
            "23.c",
            "The scaled tail is largest at mu·omega = 0.01, nu·tau = 0.64, with 0.587622.",
            rf"{_TAIL} = 0.587622",
            "Lemma 6, proof",
            partial(decide.letters, tail, "0.01", "0.64"),
            "y = mu·omega, x = nu·tau; scaled tail: e^{y+x/2}·erfc((y + x)/√(2x))",
        ),
    )


def _lemma_7() -> tuple[Claim, ...]:
    return (
        _row(
            "23.d",
            "|J12| ≤ 0.194145.",
            r"|J_{12}| \le 0.194145",
            "Lemma 7",
            partial(size_below, decide.J12, "0.194145"),
        ),
        _row(
            "23.e",
            "¼·λ·τ·(0.983247 − 0.392294) is at most 0.194035.",
            r"\tfrac14\lambda\tau(0.983247 - 0.392294) \le 0.194035",
            "Lemma 7, proof, Eq. 75",
            partial(decide.product, "0.194035"),
            "tau = 1.25",
        ),
        *_range("fg", "The scaled tail", _TAIL, decide.TAIL, ("0.434947", "0.587622")),
        *_range("hi", "The bell", _BELL, decide.BELL, ("0.582677", "0.997356")),
        *_range(
            "jk", "α times the scaled tail", rf"\alpha {_TAIL}", decide.ALPHA_TAIL, _ALPHA_TAIL
        ),
        *_range(
            "lm", "α − 1 times the bell", rf"(\alpha - 1) {_BELL}", decide.ALPHA_BELL, _ALPHA_BELL
        ),
    )


def _lemma_9() -> tuple[Claim, ...]:
    """Where the moments are least and largest, with nu up to 1.5, where the proof ends."""
    low, high = ("-0.1", "0.1", "0.8", "0.8"), ("0.1", "0.1", "1.5", "1.25")
    sides = (
        ("g", "mean", r"\tilde\mu", decide.NEW_MEAN, "-0.041160", True),
        ("h", "mean", r"\tilde\mu", decide.NEW_MEAN, "0.087653", False),
        ("i", "second moment", r"\tilde\xi", decide.NEW_SECOND, "0.703257", True),
        ("j", "second moment", r"\tilde\xi", decide.NEW_SECOND, "1.643705", False),
    )
    return tuple(
        _row(
            f"6.{part}",
            f"The {words} is {'least' if least else 'largest'} at "
            f"({', '.join(low if least else high)}).",
            rf"\arg\{'min' if least else 'max'}\,{tex}",
            "Lemma 9, proof",
            partial(
                PrintedExtreme(surface, text, least).is_at,
                dict(zip(("mu", "omega", "nu", "tau"), low if least else high, strict=True)),
            ),
            _POINTS,
        )
        for part, words, tex, surface, text, least in sides
    )


def _lemma_47() -> tuple[Claim, ...]:
    ends = (
        ("a", "maximum", "0.587622", False, ("0.64", "-0.01")),
        ("b", "minimum", "0.434947", True, ("1.875", "0.01")),
    )
    return (
        *(
            _row(
                f"24.{part}",
                f"The scaled tail has its global {word} at y = {y} and x = {x}.",
                rf"{_TAIL},\ y = {y},\ x = {x}",
                "Lemma 47",
                partial(decide.letters, PrintedExtreme(decide.TAIL, text, least), y, x),
                f"{_LEMMA_47}; the values are those that Lemmas 6 and 7 use",
            )
            for part, word, text, least, (y, x) in ends
        ),
        _row(
            "24.c",
            "0.5935272325870631 − 0.987354705867739 < 0.",
            r"0.5935272325870631 - 0.987354705867739 < 0",
            "Lemma 47, proof, Eq. 334",
            partial(decide.less, "0.5935272325870631", "0.987354705867739"),
            "the two printed numbers",
        ),
    )


def _theorem_2() -> tuple[Claim, ...]:
    corners = (
        ("a", ("-1", "-0.1", "3", "1.25"), "-0.0180173"),
        ("b", ("1", "0.1", "3", "1.25"), "-0.0180173"),
        ("c", ("0", "0", "3", "1.25"), "-0.148532"),
    )
    return tuple(
        _row(
            f"25.{part}",
            f"The second moment minus nu is {text} at ({', '.join(point)}).",
            rf"\tilde\xi - \nu = {text}",
            "Theorem 2, proof, Eqs. 40 to 43",
            partial(decide.value_at, decide.GROWTH, point, text),
            "points are (mu, omega, nu, tau)",
        )
        for part, point, text in corners
    )


def _theorem_3() -> tuple[Claim, ...]:
    return (
        _row(
            "26.a",
            "On the second domain the second moment grows with nu at a rate above 0.976952.",
            r"\partial\tilde\xi/\partial\nu > 0.976952",
            "Theorem 3, proof, Eq. 50",
            PrintedExtreme(decide.LOW_SLOPE, "0.976952", least=True).is_bound,
            _SECOND,
        ),
        _row(
            "26.b",
            "The second moment at (0.01, 0.01, 0.05, 0.9) is 0.0738404.",
            r"\tilde\xi(0.01, 0.01, 0.05, 0.9) = 0.0738404",
            "Theorem 3, proof",
            partial(
                decide.other_arguments,
                decide.NEW_SECOND,
                ("0.01", "0.01", "0.05", "0.9"),
                ("0.1", "0.1", "0.05", "0.9"),
                "0.0738404",
            ),
            "arguments are (mu, omega, nu, tau)",
        ),
        _row(
            "26.c",
            "The squared mean is at most 0.005.",
            r"\tilde\mu^2 \le 0.005",
            "Lemma 43",
            PrintedExtreme(decide.LOW_SQUARE, "0.005").is_bound,
            _SECOND,
        ),
        _row(
            "26.d",
            "0.0738404 + 0.976952(nu − 0.05) − 0.005 = 0.0199928 + 0.976952·nu > 1.060255·nu.",
            r"0.0199928 + 0.976952\,\nu > 1.060255\,\nu",
            "Theorem 3, proof, Eq. 51",
            partial(decide.affine_bound, decide.EQ_51, "0.24"),
            "0.05 ≤ nu ≤ 0.24",
        ),
    )


def zero_is_fixed(activation: Activation, least: str) -> Finding:
    """Have all fixed points a variance above this? (0, 0) is looked at."""
    # At mean and variance 0 the input is 0 for all weights, and so is the output if f(0) = 0.
    output = activation.formula().subs(x, 0)
    evidence = f"with (mu, nu) = (0, 0) the input is 0 for all weights, and the output is {output}"
    if output != 0:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED,
        f"{evidence}: (0, 0) is a fixed point; between 0 and 0.02 the theorem says nothing",
        f"no fixed point with |mu| ≤ 0.1 has 0.02 ≤ nu ≤ {least}",
    )


CLAIMS = (
    _row(
        "5.e",
        "The grid's steps times Lemma 10's bounds sum to 0.008747.",
        r"\textstyle\sum_v |\partial S/\partial v|\,\Delta v = 0.008747",
        "Lemma 12, proof",
        partial(decide.grid_remainder, GRID_SLOPES, GRID_STEPS, "0.008747"),
        "steps 0.0068097371, 0.0008292885, 0.0009580840 and 0.0007323095 in mu, omega, nu and tau, "
        "recalled from the proof; that the four terms are equal speaks for them",
    ),
    *_lemma_9(),
    _row(
        "7.c",
        "All fixed points have a variance below 3.",
        r"g(\mu, \nu) = (\mu, \nu) \Rightarrow \nu < 3",
        "Theorem 2, consequence",
        partial(decide.fixed_points_below, "3"),
        "|omega| ≤ 0.1, 0.8 ≤ tau ≤ 1.25, any mu and nu",
    ),
    *(
        _row(
            f"8.{part}",
            f"Fixed points have a variance above {least}.",
            rf"g(\mu, \nu) = (\mu, \nu) \Rightarrow \nu > {least}",
            "Theorem 3, consequence",
            partial(zero_is_fixed, catalog.selu, least),
            f"|omega| ≤ 0.1, {low} ≤ tau ≤ 1.25",
        )
        for part, least, low in (("e", "0.16", "0.8"), ("f", "0.24", "0.9"))
    ),
    _row(
        "9.f",
        "By symmetry of nu and tau, what bounds |∂mean/∂nu| bounds |∂mean/∂tau|.",
        r"|\partial\tilde\mu/\partial\nu| < c \Rightarrow |\partial\tilde\mu/\partial\tau| < c",
        "Lemma 10, proof",
        partial(decide.by_symmetry, decide.J12, decide.J_TAU, ("∂mean/∂nu", "∂mean/∂tau")),
    ),
    *_lemma_6(),
    *_lemma_7(),
    *_lemma_47(),
    *_theorem_2(),
    *_theorem_3(),
)
