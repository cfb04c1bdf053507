"""Claims of He et al. (2015) about initialization, and of notes about rectifiers."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Rational, prod, simplify, sqrt

from ... import catalog
from ...activation import Activation
from ...derive._depth.convolution_stack import (
    VGG_B,
    gradient_factors,
    gradient_variance_under_forward,
    telescoped,
)
from ...derive._depth.folding import Effect, folding
from ...derive._depth.initialization import initialization
from ...derive._iteration.fixed_points import lipschitz
from ...notation import V_w, a, n_in, n_out
from ...number import evaluated
from ...sources import Source
from .._claim import Finding, Verdict, holds_if, matches_print
from .._evidence.rows import Rows

PAPER = "he2015"
#: Section 2.2: by channels, and from conv10 to conv2.
PRINTED_FACTORS = {64: "5.9", 128: "4.2", 256: "2.9", 512: "2.1"}
PRINTED_PRODUCT = 1.7e4
CONSTANT_STD = Rational(1, 100)
#: By depth L, the power of ½ that 1/√2^L is printed as.
PRINTED_SHRINKAGE = {22: 11, 30: 15}


def _keeps_signal() -> Finding:
    found = initialization(catalog.relu)
    factor = found.forward_factor.subs(V_w, 2 / n_in)
    return holds_if(
        factor == 1 and found.scale_free,
        f"a layer multiplies the signal's variance by {found.forward_factor}, by {factor} for a "
        "weight variance of 2/n, at every input variance",
    )


def _keeps_gradient() -> Finding:
    found = initialization(catalog.relu)
    factor = found.backward_factor.subs(V_w, 2 / n_out)
    return holds_if(
        factor == 1,
        f"a layer multiplies the gradient's variance by {found.backward_factor}, by {factor} for "
        "a weight variance of 2/n̂",
    )


def _slope_factor() -> Finding:
    found = initialization(catalog.prelu)
    ways = ((found.forward_factor, n_in), (found.backward_factor, n_out))
    same = [simplify(factor - (1 + a**2) / 2 * n * V_w) for factor, n in ways]
    return holds_if(same == [0, 0], f"forward {found.forward_factor}; backward with n̂ for n")


def _either() -> Finding:
    # n_l = k²c_l and n̂_l = k²d_l with c_l = d_{l−1}: all but the ends cancel.
    product, quotient = telescoped()
    left = gradient_variance_under_forward(VGG_B[1:])
    return holds_if(
        simplify(product - quotient) == 0,
        "with c_l = d_{l−1} the product of n̂_l/n_l is d_L/c_2, whatever lies between; for VGG-B "
        f"the gradient's variance ends {left} times as large",
    )


def _root_half() -> Finding:
    factor = initialization(catalog.relu).forward_factor.subs(V_w, 1 / n_in)
    evidence = f"the standard deviation is multiplied by {sqrt(factor)}"
    return holds_if(sqrt(factor) == 1 / sqrt(2), evidence)


def shrinkage(printed: Mapping[int, int]) -> Finding:
    """2^−k of the derived weights' signal at L layers, for each L: k; layer by layer a ratio."""
    xavier, derived = 1 / n_in, initialization(catalog.relu).forward_variance
    # Var[y_l] is proportional to Var[w_l], so that a layer's other factors cancel.
    ratio = sqrt(xavier / derived)
    found = {depth: simplify(ratio**depth) for depth in printed}
    listed = ", ".join(f"{value} at {depth}" for depth, value in found.items())
    return holds_if(
        all(found[depth] == Rational(1, 2) ** power for depth, power in printed.items()),
        f"std of the one net over that of the other is {ratio} a layer, {listed} layers",
    )


def _vgg_factors() -> tuple[Expr, ...]:
    # √(½·9d)·0.01 for a layer of d filters of 3×3; what it shrinks by is the inverse.
    return tuple(1 / f for f in gradient_factors(VGG_B[1:], CONSTANT_STD, catalog.relu))


def _printed_factors() -> Finding:
    pairs = list(zip(VGG_B[1:], _vgg_factors(), strict=True))
    right = all(matches_print(PRINTED_FACTORS[at.outputs], evaluated(v, 20)) for at, v in pairs)
    counts = {d: sum(layer.outputs == d for layer, _ in pairs) for d in PRINTED_FACTORS}
    shown = {layer.outputs: f"{float(value):.4f}" for layer, value in pairs}
    return holds_if(
        right and list(counts.values()) == [1, 2, 2, 4],
        "1/√(½·9·d)/0.01 by channels: " + ", ".join(f"{d} {v}" for d, v in shown.items()),
    )


def _printed_product() -> Finding:
    exact = float(prod(_vgg_factors()))
    rounded = 1.0
    for layer in VGG_B[1:]:
        rounded *= float(PRINTED_FACTORS[layer.outputs])
    return holds_if(
        f"{exact:.1e}" == f"{rounded:.1e}" == f"{PRINTED_PRODUCT:.1e}",
        f"1/{exact:.1f} from the exact factors, 1/{rounded:.1f} from the printed ones",
    )


def _layer_factor(activation: Activation) -> Expr:
    """The change of the gradient's variance in a layer with weights of variance 1/n̂."""
    return initialization(activation).backward_factor.subs(V_w, 1 / n_out)


def _stays_stable() -> Finding:
    relu = _layer_factor(catalog.relu)
    sigmoid = lipschitz(catalog.sigmoid).constant
    if relu == 1:
        return Finding(Verdict.HOLDS, "the factor is 1 for weights that preserve length")
    return Finding(
        Verdict.REFUTED,
        f"with weights of variance 1/n̂, which keep lengths on average, ReLU multiplies the "
        f"gradient's variance by {relu} a layer, {float(relu**50):.2g} in 50; the weights decide, "
        f"not the derivative's values (a sigmoid does worse: its slope is at most {sigmoid})",
        "the variance is multiplied by ½·n̂·Var w a layer, which is 1 for Var w = 2/n̂ only",
    )


def _abs_stays_stable() -> Finding:
    factor = initialization(catalog.abs_).backward_factor
    stable = factor.subs(V_w, 1 / n_out)
    if factor == 1:
        return Finding(Verdict.HOLDS, "the factor is 1 for all weights")
    return Finding(
        Verdict.CORRECTED if stable == 1 else Verdict.REFUTED,
        f"the derivative ±1 passes every gradient on whole, so that a layer multiplies its "
        f"variance by {factor}: any weights but those of variance 1/n̂ let it vanish or explode",
        "for weights of variance 1/n̂",
    )


def _one_orthant() -> Finding:
    layer, size = folding(catalog.relu), 4
    whole = [k for k in range(size + 1) if layer.rank(k, size) == size]
    return holds_if(
        whole == [size] and all(layer.rank(k, size) == k for k in range(size + 1)),
        f"an orthant with k positive coordinates goes onto a face of dimension k; of {2**size} "
        f"orthants in {size} dimensions the share {layer.share_of_rank(size, size)} is kept whole",
    )


def _folds_without_destroying() -> Finding:
    leaky, mirror = folding(catalog.leaky_relu), folding(catalog.abs_)
    if leaky.effect is Effect.FOLDS:
        return Finding(Verdict.HOLDS, f"slopes {leaky.left} and {leaky.right}")
    return Finding(
        Verdict.CORRECTED if leaky.effect is Effect.KEEPS else Verdict.REFUTED,
        "with a positive slope on both sides every output has one input: nothing is destroyed, "
        f"and nothing folded. |x| folds: {mirror.preimages(3)} inputs share an output in 3 "
        "dimensions, and which of them it was is lost",
        "LReLU bends space along the coordinate planes, one-to-one; folding needs a < 0",
    )


_row = Rows("C-PRE", PAPER)

_MODEL = "independent zero-mean weights, symmetric responses"

CLAIMS = (
    _row(
        part="3.a",
        statement="Weights of standard deviation √(2/n), n the fan-in, keep a ReLU net's signal.",
        tex=r"\operatorname{Var}[y_L] = \operatorname{Var}[y_1] "
        r"\prod_l \tfrac12 n_l \operatorname{Var}[w_l]",
        source=Source(PAPER, "Eqs. 5 to 10"),
        assumptions=_MODEL,
        check=_keeps_signal,
    ),
    _row(
        part="3.b",
        statement="Weights of standard deviation √(2/n̂), n̂ the fan-out, keep a ReLU net's "
        "gradient.",
        tex=r"\operatorname{Var}[\Delta x_2] = \operatorname{Var}[\Delta x_{L+1}] "
        r"\prod_l \tfrac12 \hat n_l \operatorname{Var}[w_l]",
        source=Source(PAPER, "Eqs. 11 to 14"),
        assumptions=_MODEL + ", f′ independent of the gradient",
        check=_keeps_gradient,
    ),
    _row(
        part="3.c",
        statement="For PReLU the condition is ½(1 + a²)·n·Var[w] = 1.",
        tex=r"\tfrac12 (1 + a^2)\, n_l \operatorname{Var}[w_l] = 1",
        source=Source(PAPER, "Eq. 15"),
        assumptions=_MODEL,
        check=_slope_factor,
    ),
    _row(
        part="3.d",
        statement="Either condition alone suffices: the other direction is scaled by d_L/c_2 only.",
        tex=r"\prod_{l=2}^{L} \hat n_l / n_l = d_L / c_2",
        source=Source(PAPER, "Section 2.2, Discussions"),
        assumptions="every layer's input channels are the outputs of the one before",
        check=_either,
    ),
    _row(
        part="4.a",
        statement="Xavier weights shrink a ReLU net's signal by 1/√2 a layer.",
        tex=r"\operatorname{std}[y_l] = \operatorname{std}[y_{l-1}]/\sqrt2",
        source=Source(PAPER, "Section 2.2"),
        assumptions="Xavier: weights of standard deviation 1/√n",
        check=_root_half,
    ),
    _row(
        part="4.b",
        statement="With Xavier's weights the signal's standard deviation is 2⁻¹¹ at 22 layers and "
        "2⁻¹⁵ at 30 of what the derived weights give.",
        tex=r"(1/\sqrt2)^{22} = 2^{-11},\quad (1/\sqrt2)^{30} = 2^{-15}",
        source=Source(PAPER, "Section 2.2"),
        assumptions="the ratio of two nets, each with L layers of weights, the first included",
        check=lambda: shrinkage(PRINTED_SHRINKAGE),
    ),
    _row(
        part="5.a",
        statement="VGG-B with weights of standard deviation 0.01 shrinks the gradient by 5.9, "
        "4.2, 2.9 and 2.1 in layers of 64, 128, 256 and 512 filters.",
        tex=r"1/(0.01\,\sqrt{\tfrac12 \cdot 9 d})",
        source=Source(PAPER, "Section 2.2"),
        assumptions="3×3 kernels, pooling left aside",
        check=_printed_factors,
    ),
    _row(
        part="5.b",
        statement="From conv10 to conv2 that is 1/(5.9·4.2²·2.9²·2.1⁴) = 1/(1.7·10⁴).",
        tex=r"5.9 \cdot 4.2^2 \cdot 2.9^2 \cdot 2.1^4 = 1.7 \cdot 10^4",
        source=Source(PAPER, "Section 2.2"),
        assumptions="3×3 kernels, pooling left aside",
        check=_printed_product,
    ),
    _row(
        part="9.a",
        statement="Because ReLU's derivative is 0 or 1, gradients stay stable through any number "
        "of layers.",
        tex=r"f' \in \{0, 1\} \implies |\Delta x_1| \approx |\Delta x_{L+1}|",
        source=Source("rectifiernotes", "on gradients"),
        assumptions=_MODEL,
        check=_stays_stable,
    ),
    _row(
        part="9.b",
        statement="Because the derivative of |x| is ±1, gradients stay stable through any number "
        "of layers.",
        tex=r"f' = \pm1 \implies |\Delta x_1| \approx |\Delta x_{L+1}|",
        source=Source("rectifiernotes", "on gradients"),
        assumptions=_MODEL,
        check=_abs_stays_stable,
    ),
    _row(
        part="10.a",
        statement="A ReLU layer keeps one orthant of its input and squashes the others onto faces.",
        tex=r"\operatorname{rank} f'(y) = \#\{i : y_i > 0\}",
        source=Source("rectifiernotes", "on folding"),
        assumptions="any dimension",
        check=_one_orthant,
    ),
    _row(
        part="10.b",
        statement="Leaky ReLU folds space without destroying anything.",
        tex=r"f^{-1}(f(y)) = \{y\}",
        source=Source("rectifiernotes", "on folding"),
        assumptions="slope 0.01",
        check=_folds_without_destroying,
    ),
)
