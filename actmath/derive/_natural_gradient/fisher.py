"""How far apart are neighbouring members of a family? Fisher information and the KL expansion.

Expectations are taken through the moment generating function of the family's statistics, so that
sums and integrals over the sample space become derivatives at 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Add,
    Expr,
    ImmutableMatrix,
    Matrix,
    Poly,
    S,
    Symbol,
    diff,
    exp,
    factor,
    hessian,
    latex,
    log,
    pi,
)

from ..._arrays import whole_number
from ..._kept import kept
from ..._text.kinds import check_kind, check_name, several_of
from ..._text.tables import Answer
from ...notation import auxiliary, mu, sigma, theta
from ...number import one_at_a_time

# Each pair of them has an entry of F.
_MOST_CLASSES = 1000


@dataclass(frozen=True, repr=False)
class Family(Answer):
    """A family of distributions p(x; θ), up to a factor that does not depend on θ.

    Args:
        name: as people write it.
        parameters: θ.
        statistics: symbols of the statistics t(x) in which log p is a polynomial.
        log_density: log p as an expression in statistics and parameters.
        generating: E exp(Σ sᵢ tᵢ), with ``sources`` for the sᵢ.
        sources: the symbols sᵢ, one for each statistic.
    """

    name: str
    parameters: tuple[Symbol, ...]
    statistics: tuple[Symbol, ...]
    log_density: Expr
    generating: Expr
    sources: tuple[Symbol, ...]

    def expectation(self, expr: Expr) -> Expr:
        """E of a polynomial in the statistics, with coefficients in any other symbols.

        Raises:
            sympy.PolynomialError: if it is no polynomial in them.
        """
        # Each monomial in t is a derivative of E e^{sᵀt} at s = 0.
        terms = Poly(expr, *self.statistics).terms()
        return sum((value * self._moment(powers) for powers, value in terms), start=S.Zero)

    @property
    def score(self) -> ImmutableMatrix:
        """∂ log p/∂θ, a column."""
        return ImmutableMatrix([diff(self.log_density, by) for by in self.parameters])

    def _moment(self, powers: tuple[int, ...]) -> Expr:
        found = self.generating
        for source, power in zip(self.sources, powers, strict=True):
            found = diff(found, source, power)
        return found.subs(dict.fromkeys(self.sources, S.Zero))


@dataclass(frozen=True, repr=False)
class Fisher(Answer):
    """The Fisher information matrix of a family at θ, by both definitions, and the KL expansion.

    ``divergence`` is KL(p(·; θ) ‖ p(·; θ + δ)) in closed form; ``gradient`` and ``curvature`` are
    its first two derivatives with respect to δ at δ = 0.
    """

    family: Family
    from_score: ImmutableMatrix
    from_hessian: ImmutableMatrix
    steps: tuple[Symbol, ...]
    divergence: Expr
    gradient: ImmutableMatrix
    curvature: ImmutableMatrix

    @property
    def matrix(self) -> ImmutableMatrix:
        """F(θ)."""
        return self.from_score

    @property
    def quadratic(self) -> Expr:
        """½ δᵀ F δ."""
        step = Matrix(self.steps)
        return ((step.T * self.matrix * step)[0] / 2).expand()

    @property
    def agree(self) -> bool:
        """Both definitions and the curvature of the divergence are one matrix, the gradient 0."""
        others = (self.from_hessian, self.curvature)
        same = all(_is_zero(self.from_score - other) for other in others)
        return same and _is_zero(self.gradient)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle F = {latex(self.matrix)}$"


@kept(64)
@one_at_a_time
def fisher(family: Family) -> Fisher:
    """F = Cov(∂ log p) and F = −E ∂² log p, and KL(θ ‖ θ+δ) = ½ δᵀFδ + O(δ³) (Amari 1998).

    Raises:
        sympy.PolynomialError: if log p is no polynomial in the family's statistics.
        TypeError: for what is no family.

    >>> fisher(gaussian_family()).matrix.tolist()
    [[sigma**(-2), 0], [0, 2/sigma**2]]
    """
    check_kind(family, Family, "family", "derive.exponential_family(…) makes one")
    parameters = family.parameters
    score = family.score
    # F = E[score·scoreᵀ] − E[score]E[score]ᵀ; the second term is 0 where p is normalized.
    outer = (score * score.T).applyfunc(family.expectation)
    mean = score.applyfunc(family.expectation)
    # F = −E ∂² log p.
    second = hessian(family.log_density, parameters).applyfunc(family.expectation)
    steps = _numbered("delta", len(parameters))
    # KL(θ ‖ θ + δ) = 0 + 0·δ + ½ δᵀFδ + …: its Hessian at δ = 0 is F a third time.
    divergence = _divergence(family, dict(zip(parameters, steps, strict=True)))
    at_zero = dict.fromkeys(steps, S.Zero)
    return Fisher(
        family,
        _tidy(outer - mean * mean.T),
        _tidy(-second),
        steps,
        divergence,
        _tidy(Matrix([diff(divergence, step) for step in steps]).subs(at_zero)),
        _tidy(hessian(divergence, steps).subs(at_zero)),
    )


def gaussian_family() -> Family:
    """N(mu, sigma²) in mean and standard deviation, of which F = diag(1, 2)/sigma²."""
    (x,), (s,) = _numbered("t", 1), _numbered("s", 1)
    density = -log(sigma) - log(2 * pi) / 2 - (x - mu) ** 2 / (2 * sigma**2)
    return Family("Gaussian", (mu, sigma), (x,), density, exp(mu * s + sigma**2 * s**2 / 2), (s,))


def bernoulli() -> Family:
    """A coin that shows 1 with probability theta, 0 < theta < 1.

    >>> fisher(bernoulli()).matrix.equals(Matrix([1 / (theta * (1 - theta))]))
    True
    """
    (x,), (s,) = _numbered("t", 1), _numbered("s", 1)
    density = x * log(theta) + (1 - x) * log(1 - theta)
    return Family("Bernoulli", (theta,), (x,), density, 1 - theta + theta * exp(s), (s,))


def poisson() -> Family:
    """Counts x with mean theta; the factor 1/x! does not depend on it.

    >>> fisher(poisson()).matrix
    Matrix([[1/theta]])
    """
    (x,), (s,) = _numbered("t", 1), _numbered("s", 1)
    density = x * log(theta) - theta
    return Family("Poisson", (theta,), (x,), density, exp(theta * (exp(s) - 1)), (s,))


def categorical(classes: int) -> Family:
    """Softmax over that many classes, in their logits; the statistics are the indicators.

    All logits are parameters, so F = diag(p) − ppᵀ is singular along (1, …, 1).

    Raises:
        ValueError: for fewer than two classes, or more than 1000. TypeError: for no integer.
    """
    classes = whole_number(classes, "classes", most=_MOST_CLASSES)
    if classes < 2:
        raise ValueError(f"a softmax needs at least two classes, got {classes}")
    logits, t, s = (_numbered(letter, classes) for letter in ("theta", "t", "s"))
    # Added at once: one by one a thousand terms are sorted a thousand times.
    total = Add(*(exp(logit) for logit in logits))
    density = Add(*(a * b for a, b in zip(t, logits, strict=True)), -log(total))
    # E e^{sᵀt} = Σ_i p_i e^{s_i}, because exactly one indicator is 1.
    shifted = Add(*(exp(a + b) for a, b in zip(logits, s, strict=True)))
    return Family(f"softmax of {classes}", logits, t, density, shifted / total, s)


def exponential_family(name: str, log_partition: Expr, natural: tuple[Symbol, ...]) -> Family:
    """p ∝ exp(ηᵀt − A(η)) in its natural parameters, given A alone.

    E exp(sᵀt) = exp(A(η + s) − A(η)), so that F = ∇²A for every such family.

    Args:
        name: as people write it.
        log_partition: A(η), finite on an open set.
        natural: the symbols η.

    Raises:
        TypeError: for what is no name, no formula or no symbols.

    >>> eta = Symbol("eta", real=True)
    >>> fisher(exponential_family("Poisson", exp(eta), (eta,))).matrix
    Matrix([[exp(eta)]])
    """
    check_name(name, "name")
    check_kind(log_partition, Expr, "log_partition")
    natural = tuple(several_of(natural, Symbol, "natural"))
    size = len(natural)
    t, s = (_numbered(letter, size) for letter in ("t", "s"))
    # E e^{sᵀt} = e^{A(η + s) − A(η)}.
    shift = {eta: eta + source for eta, source in zip(natural, s, strict=True)}
    moved = log_partition.subs(shift, simultaneous=True)
    density = sum(a * b for a, b in zip(natural, t, strict=True)) - log_partition
    return Family(name, natural, t, density, exp(moved - log_partition), s)


def _numbered(letter: str, count: int) -> tuple[Symbol, ...]:
    """The components of a vector: a statistic tᵢ, a formal sᵢ, a step δᵢ, a logit θᵢ."""
    return tuple(auxiliary(f"{letter}{i}", real=True) for i in range(1, count + 1))


def _divergence(family: Family, steps: dict[Symbol, Symbol]) -> Expr:
    moved = {parameter: parameter + step for parameter, step in steps.items()}
    # KL(θ ‖ θ + δ) = E log p(·; θ)/p(·; θ + δ).
    ratio = family.log_density - family.log_density.subs(moved, simultaneous=True)
    return family.expectation(ratio.expand())


def _tidy(matrix: Matrix) -> ImmutableMatrix:
    return ImmutableMatrix(matrix.applyfunc(factor))


def _is_zero(matrix: Matrix) -> bool:
    return all(factor(entry) == 0 for entry in matrix)
