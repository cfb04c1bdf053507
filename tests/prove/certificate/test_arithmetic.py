"""Lines of arithmetic: what they may hold, what they give, and their slopes."""

from __future__ import annotations

import pytest
from flint import arb, ctx
from mpmath import mp

from actmath.prove._certificate.arithmetic import WORK, Meter, Program, RejectedError


def value(text: str, bits: int = 64, **given: str) -> arb:
    with ctx.workprec(bits):
        program = Program(list(given), [["value", text]])
        registers = list(program.start)
        registers[: len(given)] = [arb(number) for number in given.values()]
        program.run(registers)
        return registers[program.names["value"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 - 2 - 3*4/6/2", -2),
        ("-2*3 + (7 - -1)", 2),
        ("sqrt(pi)*exp(-1/2)*erfc(1/3)", None),
        ("E - exp(1)", 0),
        ("a*a - a", 6),
    ],
)
def test_it_means_what_python_says(text: str, expected: int | None) -> None:
    names = {
        "sqrt": mp.sqrt,
        "pi": mp.pi,
        "exp": mp.exp,
        "erfc": mp.erfc,
        "E": mp.e,
        "a": mp.mpf(3),
    }
    wanted = eval(text, names) if expected is None else mp.mpf(expected)
    found = value(text, a="3")
    assert abs(found - arb(str(wanted))) < 1e-14


def test_integers_are_exact() -> None:
    """As Python text 1/3 would be a double, about 2e-17 away from a third."""
    assert abs(value("1/3 - 3*(1/9)", 200)) < arb(2) ** -190


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "a.mid()",
        "0.5*a",
        "1e-5 + a",
        "a if a else 1",
        "a**2",
        "a//2",
        "[a]",
        "unknown(a)",
        "exp(a, a)",
        "exp(x=a)",
        "exp",
        "True",
        "b",
        "+a",
        "~a",
        "(a := 1)",
        "lambda: 1",
        "𝑎𝑏",
    ],
)
def test_a_formula_is_arithmetic_and_nothing_else(text: str) -> None:
    with pytest.raises(RejectedError, match="not arithmetic"):
        value(text, a="1")


def test_a_name_means_one_thing() -> None:
    for lines in ([["a", "1"]], [["pi", "3"]], [["b", "1"], ["b", "2"]]):
        with pytest.raises(RejectedError, match="defined twice"):
            Program(["a"], lines)
    with pytest.raises(RejectedError, match="used twice"):
        Program(["a", "a"], [])


@pytest.mark.parametrize(
    "text",
    ["a*a*b - b/a", "exp(-a*b)*erfc(a - b/3)", "sqrt(a*a + b*b + 1)/(a + 2*b)", "a - a + 0*b"],
)
def test_slopes_enclose_derivatives(text: str) -> None:
    program = Program(["a", "b"], [["t", text], ["value", "t*t + b"]])
    registers = list(program.start)
    registers[:2] = arb("0.7", "0.01"), arb("1.3", "0.01")
    program.run(registers)
    slopes = [arb(0)] * len(registers)
    slopes[program.names["value"]] = arb(1)
    program.run_back(registers, slopes, 0, len(program.steps))
    names = {"sqrt": mp.sqrt, "exp": mp.exp, "erfc": mp.erfc}

    def exact(a: mp.mpf, b: mp.mpf) -> mp.mpf:
        return eval(text, {**names, "a": a, "b": b}) ** 2 + b

    with mp.workdps(30):
        for order, found in (((1, 0), slopes[0]), ((0, 1), slopes[1])):
            for a in ("0.69", "0.7", "0.71"):
                wanted = mp.diff(exact, (mp.mpf(a), mp.mpf("1.3")), order)
                assert found.overlaps(arb(mp.nstr(wanted, 15), 1e-12))
            assert found.rad() < 3


@pytest.mark.parametrize(
    ("text", "along_a", "along_b"),
    [
        ("a + b", "1", "1"),
        ("a - b", "1", "-1"),
        ("b - -a", "1", "1"),
        ("a*b", "b", "a"),
        ("a/b", "1/b", "-a/b**2"),
        ("exp(a*b)", "b*exp(a*b)", "a*exp(a*b)"),
        ("sqrt(a + 2*b)", "1/(2*sqrt(a + 2*b))", "1/sqrt(a + 2*b)"),
        ("erfc(b/3)", "0", "-2*exp(-b*b/9)/sqrt(pi)/3"),
        ("(a*a)*(a*a)/b + a", "4*a**3/b + 1", "-a**4/b**2"),
        ("pi*a + E/b", "pi", "-E/b**2"),
    ],
)
def test_slopes_at_a_point_are_the_rules_of_calculus(text: str, along_a: str, along_b: str) -> None:
    """Derivatives by hand, to 25 digits; steps of an earlier line count as well."""
    with ctx.workprec(128), mp.workdps(36):
        program = Program(["a", "b"], [["early", text], ["value", "3*early"]])
        registers = list(program.start)
        registers[:2] = arb(7) / 10, arb(13) / 10
        program.run(registers)
        slopes = [arb(0)] * len(registers)
        slopes[program.names["value"]] = arb(1)
        program.run_back(registers, slopes, 0, len(program.steps))
        names = {"sqrt": mp.sqrt, "exp": mp.exp, "erfc": mp.erfc, "pi": mp.pi, "E": mp.e}
        names |= {"a": mp.mpf(7) / 10, "b": mp.mpf(13) / 10}
        for found, wanted in zip(slopes[:2], (along_a, along_b), strict=True):
            assert abs(found - arb(mp.nstr(3 * eval(wanted, names), 34))) < 1e-30


def test_equal_operations_are_done_once_and_constants_before_the_run() -> None:
    program = Program(["a"], [["b", "(a + 1)*(a + 1)"], ["value", "(a + 1)/(1 + 1) + sqrt(4)"]])
    assert len(program.steps) == 4  # a + 1, its square, its half, the sum
    assert [step.target for step in program.steps] == sorted(
        {step.target for step in program.steps}
    )
    # 1 and 2 are other keys than the sum 1 + 1, which is known before any run.
    assert sum(value is None for value in program.start) == 5
    registers = list(program.start)
    registers[0] = arb(5)
    program.run(registers)
    assert registers[program.names["value"]] == 5
    assert registers[program.names["b"]] == 36


def test_some_steps_are_run_alone() -> None:
    program = Program(["a"], [["b", "a*a"], ["c", "b + a"], ["value", "c*b"]])
    registers = list(program.start)
    registers[0] = arb(3)
    program.run(registers, 0, 1)
    assert [registers[program.names[name]] for name in ("b", "c")] == [9, None]
    program.run(registers, 1, 3)
    assert registers[program.names["value"]] == 108
    # From the end back to the second step: ∂(cb)/∂b = c + b where c = b + a, and ∂/∂a = b.
    slopes = [arb(0)] * len(registers)
    slopes[program.names["value"]] = arb(1)
    program.run_back(registers, slopes, 1, 3)
    assert slopes[program.names["b"]] == 21
    assert slopes[0] == 9


@pytest.mark.parametrize(("bits", "cost"), [(64, 5), (65, 6), (128, 6), (129, 8), (1024, 62)])
def test_an_operation_costs_by_its_words_of_64_bits(bits: int, cost: int) -> None:
    meter = Meter()
    with ctx.workprec(bits):
        meter.spend(1000)
    assert meter.work == 1000 * cost


def test_the_last_operation_that_is_allowed() -> None:
    """At 64 bits one costs 5."""
    meter = Meter()
    meter.spend(WORK // 5)
    assert meter.work == WORK
    assert meter.runs == 0
    with pytest.raises(RejectedError, match=f"it takes more than {WORK} operations"):
        meter.spend(1)


def test_the_meter_stops() -> None:
    meter = Meter()
    meter.spend(WORK // 5)
    with pytest.raises(RejectedError, match="more than"):
        meter.spend(WORK)
