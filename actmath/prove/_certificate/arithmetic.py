"""Lines of arithmetic, read from text and run on balls: the first part of the checker's arithmetic.

A ball encloses all values of a quantity, rounding included. Slopes come from the chain rule.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from flint import arb, arb_series, ctx

Enclosure = Any
Lines = list[list[str]]
#: The most operations on balls, each counted for its words of precision and terms of a series: some
#: 4 s. The longest committed certificate takes less than half of that.
WORK = 190_000_000
#: What a letter, a run of a formula or a cell costs beside its operations, in operations.
OVERHEAD = 100


class RejectedError(Exception):
    """Why a certificate does not prove what it says."""


def require(condition: Any, otherwise: str) -> None:
    """Obligation: this returns only where the condition holds."""
    if not condition:
        raise RejectedError(otherwise)


class Meter:
    """Counts runs of formulas, and operations. Obligation: a check ends, whatever a file says."""

    def __init__(self) -> None:
        self.runs = self.work = 0

    def spend(self, operations: int) -> None:
        """Count operations, and stop at ``WORK``."""
        words = (ctx.prec + 63) // 64
        self.work += operations * (4 + words + words**2 // 6)  # 1024 bits take 13 times 64's time
        require(self.work <= WORK, f"it takes more than {WORK} operations")


class _Rule(NamedTuple):
    """w = apply(u, v), and what makes a slope along w one along u, and one along v."""

    apply: Callable[[Enclosure, Enclosure], Enclosure]
    left: Callable[[Enclosure, Enclosure, Enclosure, Enclosure], Enclosure]
    right: Callable[[Enclosure, Enclosure, Enclosure, Enclosure], Enclosure] | None = None


def _off_zero(value: Enclosure) -> Enclosure:
    """Obligation: no series that may begin with 0: its quotients lose orders that flint counts."""
    if isinstance(value, arb_series) and value[0].contains(0):
        raise ZeroDivisionError
    return value


_RULES = {
    "Add": _Rule(operator.add, lambda dw, u, v, w: dw, lambda dw, u, v, w: dw),
    "Sub": _Rule(operator.sub, lambda dw, u, v, w: dw, lambda dw, u, v, w: -dw),
    "Mult": _Rule(operator.mul, lambda dw, u, v, w: dw * v, lambda dw, u, v, w: dw * u),
    "Div": _Rule(
        lambda u, v: u / _off_zero(v),
        lambda dw, u, v, w: dw / v,
        lambda dw, u, v, w: -dw * w / v,
    ),
    "exp": _Rule(lambda u, _: u.exp(), lambda dw, u, v, w: dw * w),
    "sqrt": _Rule(lambda u, _: _off_zero(u).sqrt(), lambda dw, u, v, w: dw / (2 * w)),
    # The derivative of erfc is −2/√π·exp(−u²).
    "erfc": _Rule(
        lambda u, _: u.erfc(), lambda dw, u, v, w: -2 * dw * (-u * u).exp() / arb.pi().sqrt()
    ),
}


class _Step(NamedTuple):
    """One operation: register ``target`` becomes rule(register ``left``, register ``right``)."""

    target: int
    rule: _Rule
    left: int
    right: int


class Program:
    """Lines ``name = arithmetic`` as steps on numbered registers, the first of which hold inputs.

    Obligation: the steps do what the text says, on balls, where integers are exact.
    """

    def __init__(self, inputs: list[str], lines: Lines) -> None:
        self.steps = list[_Step]()
        # What a register holds before any step: its value where it is a constant, else None.
        self.start: list[Enclosure | None] = [None] * len(inputs)
        self.names = {name: register for register, name in enumerate(inputs)}
        require(len({*inputs, "pi", "E"}) == len(inputs) + 2, "a name is used twice")
        self._registers = dict[Any, int]()
        self.names |= {"pi": self._new("pi", arb.pi()), "E": self._new("E", arb.const_e())}
        for name, text in lines:
            require(name not in self.names, f"{name} is defined twice")
            self.names[name] = self._read(ast.parse(text, mode="eval").body)

    def run(self, registers: list[Enclosure], first: int = 0, last: int | None = None) -> None:
        """Do the steps, or some of them, one after the other."""
        for target, rule, left, right in self.steps[first:last]:
            registers[target] = rule.apply(registers[left], registers[right])

    def run_back(
        self, registers: list[Enclosure], slopes: list[Enclosure], first: int, last: int
    ) -> None:
        """The chain rule, from the last step to the first.

        Obligation: if each slope encloses the derivative of a quantity that depends on registers
        after these steps, then it does so before them.
        """
        for target, rule, left, right in reversed(self.steps[first:last]):
            at = slopes[target], registers[left], registers[right], registers[target]
            slopes[left] = slopes[left] + rule.left(*at)
            if rule.right:
                slopes[right] = slopes[right] + rule.right(*at)

    def _read(self, node: ast.expr) -> int:
        """The register of an integer, a name, a sum, …; nothing else is arithmetic."""
        match node:
            case ast.Constant(value=value) if type(value) is int:
                return self._new(value, arb(value))
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._result("Sub", self._new(0, arb(0)), self._read(operand))
            case ast.BinOp(left=left, op=rule, right=right) if type(rule).__name__ in _RULES:
                return self._result(type(rule).__name__, self._read(left), self._read(right))
            case ast.Call(func=ast.Name(id="exp" | "erfc" | "sqrt" as rule), args=[u], keywords=[]):
                return self._result(rule, self._read(u))
        raise RejectedError(f"this is not arithmetic: {ast.unparse(node)[:60]}")

    def _result(self, name: str, left: int, right: int = 0) -> int:
        """The register of a result: one for equal operations; constants make a constant."""
        rule, key = _RULES[name], (name, left, right)
        u, v = self.start[left], self.start[right if rule.right else left]
        if u is not None and v is not None:
            return self._new(key, rule.apply(u, v))
        if key not in self._registers:
            self.steps.append(_Step(len(self.start), rule, left, right))
        return self._new(key, None)

    def _new(self, key: Any, value: Enclosure | None) -> int:
        """The register that a key stands for."""
        if key not in self._registers:
            self._registers[key] = len(self.start)
            self.start.append(value)
        return self._registers[key]
