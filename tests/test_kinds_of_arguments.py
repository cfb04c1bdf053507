"""Whatever is given in place of an object of the package, the error names the argument."""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from matplotlib.figure import Figure
from sympy import Integer, Matrix, Symbol

from actmath import catalog, claims, derive, experiment, lower, numeric, plot, prove
from actmath.activation import Activation
from actmath.sources import Source

from .test_architecture import DOORS

PACKAGE = Path(__file__).parents[1] / "actmath"
#: What is no object of the package, no text, and nothing that holds such a one.
STRANGERS: list[Any] = [3, None, 2.5, [1, 2], (1, 2), {"a": 1}, {"b"}, b"tanh", object(), len]
_HARDENED = derive.harden("tanh")
_CONFIG = experiment.recipes.RECIPES["fifty-layers"].config("smoke")
_BOUND = next(iter(prove.STATEMENTS.values())).parts[0].bounds[0]
_BOX = prove.Box.of(a=("0", "1"))
_UNIT = numeric.ScaledUnit("selu")
_CURVE = lower.curve("tanh", points=3)
#: Right values for the arguments beside the one that is wrong, by a word of their annotation.
RIGHT: dict[str, Any] = {
    "Activation": "relu",
    "AnyUnit": "relu",
    "Box": _BOX,
    "Callable": len,
    "Cell": prove.cells(prove.STATEMENTS["fixed-points"])[0],
    "Condition": _CONFIG.conditions[0],
    "Config": _CONFIG,
    "Convolution": derive.Convolution(3, 2, 2),
    "Cover": prove.Cover("?", (_BOX,), 1, 0.0),
    "Curve": _CURVE,
    "Expr": Integer(1),
    "Flow": numeric.flow(_UNIT, [0.0], [1.0]),
    "Formula": _BOUND.formula,
    "Hardened": _HARDENED,
    "Inequality": prove.Inequality(_BOUND.formula, True, Fraction(0)),
    "Landscape": numeric.RIPPLES,
    "Matrix": Matrix([1]),
    "Module": torch.nn.Linear(2, 2),
    "NoisyUnit": derive.noisy(_HARDENED, "NAN"),
    "Relief": numeric.relief(numeric.RIPPLES, [0.0], 3),
    "Ribbon": plot.Ribbon(_CURVE, [0.0] * 3, [1.0] * 3),
    "Runs": numeric.descend(numeric.RIPPLES, runs=2, steps=2),
    "Tensor": torch.ones(2, 2),
    "Array": [[1.0, 1.0]],
    "Any": [0.5],
    "str": "a",
    "int": 2,
    "float": 1.0,
    "Number": 1,
}
#: Parameters that take one value each.
_ONE = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)
#: And by the name of the argument, where that says more.
RIGHT_BY_NAME = {"marks": {"a": (1.0, 1.0, 1.0)}, "labels": torch.tensor([0, 1])}
#: What is said of what is no unit, whichever argument it is.
_A_UNIT = re.compile("(an Activation|a GatedUnit) or a name of|no activation is named")
#: What is asked for by what it does, and not by its class.
BY_WHAT_IT_DOES = {"Schedule", "Examiner"}


def _public() -> Iterator[tuple[str, Callable[..., Any]]]:
    seen = set()
    for door in DOORS:
        module = importlib.import_module(door)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) and value not in seen:
                seen.add(value)
                yield f"{door.removeprefix('actmath.')}.{name}", value


def _words(parameter: inspect.Parameter) -> list[str]:
    return re.findall(r"\w+", str(parameter.annotation))


def _cases() -> Iterator[tuple[str, Callable[..., Any], str]]:
    functions = list(_public())
    # By their names: which modules are loaded rests on the tests before.
    texts = (file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    classes = {name for text in texts for name in re.findall(r"^class (\w+)", text, re.MULTILINE)}
    classes.difference_update(collections.abc.__all__)
    for name, function in functions:
        for parameter in inspect.signature(function).parameters.values():
            asked = classes.intersection(_words(parameter)) - BY_WHAT_IT_DOES
            if asked and parameter.kind is not parameter.VAR_KEYWORD:
                yield f"{name}: {parameter.name}", function, parameter.name


CASES = {case: (function, argument) for case, function, argument in _cases()}


def _right(parameter: inspect.Parameter) -> object:
    if parameter.name in RIGHT_BY_NAME:
        return RIGHT_BY_NAME[parameter.name]
    words = _words(parameter)
    value = next((RIGHT[word] for word in RIGHT if word in words), None)
    if words[0] == "Mapping":
        return {"a": value}
    return [value] if words[0] in ("Iterable", "Sequence", "tuple") else value


def _call(function: Callable[..., Any], wrong: str, stranger: object) -> None:
    signature = inspect.signature(function)
    given = signature.bind_partial()
    given.arguments.update(
        {
            name: stranger if name == wrong else _right(parameter)
            for name, parameter in signature.parameters.items()
            if name == wrong or (parameter.default is parameter.empty and parameter.kind in _ONE)
        }
    )
    found = function(*given.args, **given.kwargs)
    if inspect.isgenerator(found):
        list(found)


def _named(argument: str, words: list[str], message: str) -> bool:
    """By its name; a unit's, which many functions take, also by what it must be."""
    unit = {"Activation", "GatedUnit"}.intersection(words) and _A_UNIT.search(message)
    return argument in message or bool(unit)


@pytest.mark.parametrize("case", CASES)
def test_the_argument_is_named(case: str) -> None:
    function, argument = CASES[case]
    parameter = inspect.signature(function).parameters[argument]
    for stranger in STRANGERS:
        if stranger is not parameter.default:
            with pytest.raises((TypeError, ValueError, KeyError)) as refusal:
                _call(function, argument, stranger)
            message = str(refusal.value)
            assert _named(argument, _words(parameter), message), (stranger, message)


def test_many_arguments_are_asked_for() -> None:
    assert len(CASES) > 150
    assert {"experiment.predict: record", "prove.decide: statement"} <= CASES.keys()


#: Names, paths, and what makes an object of the package; beside each what the error says.
OTHERS: dict[str, Callable[[Any], Any]] = {
    "name": catalog.get,
    "bibkey": lambda given: Source(given, "Eq. 1"),
    "locator": lambda given: Source("he2015", given),
    "parameters": lambda given: Activation("mine", "x", parameters=given),
    "at_kinks": lambda given: Activation("mine", "x", at_kinks=given),
    "a parameter's name": lambda given: derive.parameter_gradient("prelu", given),
    "names": lambda given: prove.Box(given, ((0, 1),)),
    "sides": lambda given: prove.Box(("a",), given),
    "tree": lambda given: prove.leaves(given, _BOX),
    "claim": lambda given: claims.Judgement(given, claims.Finding(claims.Verdict.HOLDS, "so")),
    "finding": lambda given: claims.Judgement(claims.select("C-PRE-2")[0], given),
    "identifier": claims.select,
    "record's path": experiment.load_record,
    "records' folder": lambda given: experiment.recorded("fifty-layers", "smoke", given),
    "data's name": experiment.data.load,
    "table's name": experiment.data.load_table,
    "MNIST's folder": experiment.data.load_mnist,
    "CIFAR's folder": experiment.data.load_cifar10,
    "scores": experiment.ranking,
    "accuracies": lambda given: experiment.judge_learning(given, 0.1, 10),
    "preset": lambda given: experiment.run("fifty-layers", given),
    "out": lambda given: experiment.train(_CONFIG, out=given),
    "sources": lower.javascript_library,
    "symbols": lambda given: lower.compile_mpmath(given, [Integer(1)]),
    "formulas": lambda given: lower.compile_javascript([Symbol("x")], given),
    "gradient": lambda given: derive.steepest_descent(Matrix([1]), given),
    "schedule": lambda given: numeric.descend(numeric.RIPPLES, schedule=given),
    "fig": lambda given: plot.illustrate(given, alt="a line"),
    "alt": lambda given: plot.illustrate(Figure(), alt=given),
    "rows": plot.tabulate,
}


@pytest.mark.parametrize("case", OTHERS)
def test_names_and_paths_are_asked_for(case: str) -> None:
    for stranger in (3, 2.5, object()):
        with pytest.raises(TypeError, match=case.split()[-1]) as refusal:
            OTHERS[case](stranger)
        assert f"got {stranger!r}" in str(refusal.value)
