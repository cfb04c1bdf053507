"""Check a certificate: read this file first, then ``arithmetic`` and ``enclosures`` beside it.

Nothing else of this project is trusted: the three need python-flint (Arb) and Python only.

A certificate declares inequalities f > b or f < b on boxes, and proves each. Its *slack* f − b or
b − f is to be positive. A proof is a point, or a cover of the box, and the margin that the slack
exceeds. A cover is a tree in prefix order, one letter for each node:

- ``0`` (``1``, …) halves the box along that axis: the lower half's cover follows, then the upper's;
- ``a`` (``b``, …): the slack grows along axis 0 (1, …), so that the lower face stands for the box;
- ``A`` (``B``, …): the slack falls along that axis, so that the upper face stands for the box;
- ``.`` the slack exceeds the margin everywhere on the box.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq

from .arithmetic import OVERHEAD, Enclosure, Meter, require
from .enclosures import CheckedFormula, Ranges, Unit

#: Halvings of a piece that the enclosures here find too wide: more accept more, none what is false.
_PATIENCE = 8
#: Halvings on the way to a piece, each a bit more in its corners; committed covers have 20.
_DEEPEST = 100


def check_certificate(certificate: dict[str, Any], expected: dict[str, Any] | None = None) -> int:
    """Check what a file says, and that it declares what is expected; how often formulas were run.

    Obligation: if this returns, what is declared is true (PROVED) or false (REFUTED), given that
    every M, Q and B there solves ∂/∂x = ½∂²/∂y²: moments at N(y, x) do, others are not found out.
    Raises RejectedError, or whatever error the contents of a malformed file run into.
    """
    stated, evidence = certificate["declaration"], certificate["evidence"]
    same = expected is None or canonical_bytes(stated) == canonical_bytes(expected)
    require(same, "it declares something else than the statement")
    with ctx.workprec(certificate["precision"]):
        meter, units = Meter(), dict[str, Unit]()
        formulas = {
            name: CheckedFormula(text, meter, units) for name, text in stated["formulas"].items()
        }
        parts = [
            [_claim(formulas, part["domain"], claim) for claim in part["claims"]]
            for part in stated["parts"]
        ]
        require(parts and all(parts), "it declares no inequality")
        if certificate["verdict"] == "REFUTED":
            # One inequality that fails refutes all.
            _settle(parts[evidence["part"]][evidence["claim"]], False, evidence["proof"])
        else:
            require(certificate["verdict"] == "PROVED", "its verdict certifies nothing")
            for chain in stated["chains"]:
                _check_chain(stated["parts"], **chain)
            same = list(map(len, parts)) == list(map(len, evidence))
            require(same, "it has not one proof for each inequality")
            for claims, proofs in zip(parts, evidence, strict=True):
                for claim, proof in zip(claims, proofs, strict=True):
                    _settle(claim, True, proof)
    return meter.runs


def canonical_bytes(content: Any) -> bytes:
    """The one spelling of plain values. Obligation: equal bytes are equal values."""
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _check_chain(parts: list[Any], first: int, last: int, target: dict[str, Any]) -> None:
    """Obligation: what is proved on each part puts its image into the next one's (mu, nu) box."""
    require(0 <= first <= last < len(parts), "a chain has no such parts")
    following = [*(part["domain"] for part in parts[first + 1 : last + 1]), target]
    for k, box in zip(range(first, last + 1), following, strict=True):
        for moment, variable in (("mean", "mu"), ("variance", "nu")):
            low, high = (_exact(end) for end in box[variable])
            named = [c for c in parts[k]["claims"] if c["formula"] == moment]
            bounds = [(c["relation"], _exact(c["bound"])) for c in named if not c["somewhere"]]
            # low ≤ bound < moment and moment < bound ≤ high
            above = any(relation == ">" and bound >= low for relation, bound in bounds)
            below = any(relation == "<" and bound <= high for relation, bound in bounds)
            require(above and below, f"the image of part {k} may leave the next box of its chain")


def _exact(text: str) -> Any:
    """The decimal or fraction that is written, without rounding."""
    return fmpq(*Fraction(text).as_integer_ratio())


class _Claim(NamedTuple):
    """slack = sign·(formula − bound) is positive everywhere in the domain, or somewhere in it."""

    formula: CheckedFormula
    domain: dict[str, tuple[Any, Any]]
    bound: Any
    sign: int
    somewhere: bool

    def slack(self, box: Ranges) -> Enclosure:
        """Obligation: the ball encloses the slack on the box, or is NaN."""
        try:
            return self.sign * (self.formula.value(box) - self.bound)
        except (ValueError, ZeroDivisionError):  # a quotient that does not exist
            return arb("nan")

    def slack_and_slopes(self, box: Ranges) -> tuple[Enclosure, list[Enclosure]]:
        """Obligation: the second encloses its derivatives along the coordinates, or is NaN."""
        try:
            value, slopes = self.formula.value_and_slopes(box)
        except (ValueError, ZeroDivisionError):
            return arb("nan"), [arb("nan")] * len(box)
        return self.sign * (value - self.bound), [self.sign * slope for slope in slopes]


def _claim(formulas: dict[str, CheckedFormula], domain: dict[str, Any], text: Any) -> _Claim:
    """The inequality that a declaration states on a domain."""
    sides = {name: (_exact(low), _exact(high)) for name, (low, high) in domain.items()}
    require(all(low <= high for low, high in sides.values()), "a domain is empty")
    sign = {">": 1, "<": -1}[text["relation"]]
    return _Claim(formulas[text["formula"]], sides, _exact(text["bound"]), sign, text["somewhere"])


def _settle(claim: _Claim, holds: bool, proof: dict[str, Any]) -> None:
    """Obligation: if this returns, the claim holds, or its negation if that is asked for."""
    if not holds:
        # Not f > b everywhere: f < b somewhere. Not f > b somewhere: f < b everywhere, hence f ≤ b.
        claim = claim._replace(sign=-claim.sign, somewhere=not claim.somewhere)
    if claim.somewhere:
        require(set(proof) == {"point"}, "what holds somewhere is proved by a point")
        _check_point(claim, proof["point"])
    else:
        require(set(proof) == {"cover", "margin"}, "what holds everywhere is proved by a cover")
        _check_cover(claim, proof["cover"], _exact(proof["margin"]))


def _check_point(claim: _Claim, point: dict[str, str]) -> None:
    """Obligation: the slack is positive at the point, which lies in the domain."""
    require(set(point) == set(claim.domain), "the point has other variables than the domain")
    place = {name: (_exact(value), _exact(value)) for name, value in point.items()}
    for name, (low, high) in claim.domain.items():
        require(low <= place[name][0] <= high, f"{name} = {point[name]} is not in the domain")
    require(claim.slack(_ranges(claim, place)) > 0, f"nothing is decided at {point}")


def _ranges(claim: _Claim, domain: dict[str, tuple[Any, Any]]) -> Ranges:
    """Obligation: the box holds all values that the coordinates, products of variables, take."""
    box: Ranges = []
    for variables in claim.formula.products:
        low = high = fmpq(1)
        for name in variables.split("*"):
            # A product over a box is extreme at corners.
            corners = [a * b for a in (low, high) for b in domain[name]]
            low, high = min(corners), max(corners)
        box.append((low, high))
    return box


class _Piece(NamedTuple):
    """A box that a cover has come to, and enclosures of slack and slopes there, if known."""

    box: Ranges
    known: tuple[Enclosure, list[Enclosure]] | None = None


def _check_cover(claim: _Claim, cover: str, margin: Any) -> None:
    """Obligation: the slack exceeds the margin, which is not negative, everywhere in the domain."""
    require(margin >= 0, "its margin is negative")
    # On the pieces of this list all is still to be shown; elsewhere it is shown.
    waiting = [(_Piece(_ranges(claim, claim.domain)), 0)]
    for letter in cover:
        require(waiting, "the cover has pieces left over")
        claim.formula.meter.spend(2 * OVERHEAD)
        (box, known), depth = waiting.pop()
        require(depth <= _DEEPEST, f"the cover is more than {_DEEPEST} halvings deep")
        axis, upper = "abcdefgh".find(letter.lower()), letter.isupper()
        if letter in "01234567":
            # The lower half is taken from the list first.
            waiting += [(_Piece(half), depth + 1) for half in reversed(_halves(box, int(letter)))]
        elif axis >= 0:
            require(axis < len(box), f"the cover has a face along axis {axis}, which is not there")
            known = known or claim.slack_and_slopes(box)
            _check_monotone(claim, _Piece(box, known), axis, -1 if upper else 1)
            # What encloses on the box encloses on its face.
            waiting.append((_Piece(_face(box, axis, upper), known), depth))
        else:
            require(letter == ".", "the cover has a gap")
            _check_margin(claim, _Piece(box, known), margin)
    require(not waiting, "the cover has a gap")


def _check_monotone(claim: _Claim, piece: _Piece, axis: int, sign: int) -> None:
    """Obligation: the slack's slope along an axis has the sign everywhere on the piece."""
    pieces = [(piece, _PATIENCE)]
    while pieces:
        (box, known), patience = pieces.pop()
        _, slopes = known or claim.slack_and_slopes(box)
        if not sign * slopes[axis] > 0:
            pieces += _again(_Piece(box, known), patience)


def _check_margin(claim: _Claim, piece: _Piece, margin: Any) -> None:
    """Obligation: the slack exceeds the margin everywhere on the piece."""
    pieces = [(piece, _PATIENCE)]
    while pieces:
        (box, known), patience = pieces.pop()
        value, slopes = known or claim.slack_and_slopes(box)
        if not (value > margin or _mean_value(claim, box, slopes) > margin):
            pieces += _again(_Piece(box, known), patience)


def _mean_value(claim: _Claim, box: Ranges, slopes: list[Enclosure]) -> Enclosure:
    """Obligation: encloses the slack on the box: f(c) + Σ slopeₖ·(boxₖ − cₖ) for its centre c."""
    centre = [((low + high) / 2, (low + high) / 2) for low, high in box]
    total = claim.slack(centre)
    for slope, (low, high), (middle, _) in zip(slopes, box, centre, strict=True):
        total = total + slope * (arb(low - middle).union(arb(high - middle)))
    return total


def _again(piece: _Piece, patience: int) -> list[tuple[_Piece, int]]:
    """Obligation: the pieces fill the one given; enclosures on them are narrower."""
    box, known = piece
    if known:
        # They may have come from a larger box.
        return [(_Piece(box), patience)]
    widths = [(high - low) / (1 + abs(low)) for low, high in box]
    place = ", ".join(arb((low + high) / 2).str(6, radius=False) for low, high in box)
    require(patience and any(widths), f"nothing is decided on a piece around ({place})")
    return [(_Piece(half), patience - 1) for half in _halves(box, widths.index(max(widths)))]


def _halves(box: Ranges, axis: int) -> list[Ranges]:
    """Obligation: the lower and the upper half fill the box."""
    require(axis < len(box), f"the cover halves along axis {axis}, which is not there")
    (low, high), middle = box[axis], sum(box[axis]) / 2
    return [[*box[:axis], side, *box[axis + 1 :]] for side in ((low, middle), (middle, high))]


def _face(box: Ranges, axis: int, upper: bool) -> Ranges:
    """The face of a box where one coordinate is greatest, or least."""
    end = box[axis][upper]
    return [*box[:axis], (end, end), *box[axis + 1 :]]
