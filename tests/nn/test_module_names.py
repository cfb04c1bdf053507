"""A module's name follows from its activation's, unless PyTorch spells it otherwise."""

from __future__ import annotations

import pytest
from torch import nn as torch_nn

from actmath import Activation, catalog
from actmath.nn._module_names import module_name
from actmath.notation import x


@pytest.mark.parametrize(
    ("name", "title", "module"),
    [
        ("squareplus", "", "Squareplus"),
        ("leaky_relu", "leaky ReLU", "LeakyReLU"),
        ("abs", "absolute value", "Abs"),
        ("two_words", "", "TwoWords"),
        ("relu6", "ReLU6", "ReLU6"),
    ],
)
def test_it_has_the_words_of_the_name(name: str, title: str, module: str) -> None:
    assert module_name(Activation(name, x, title=title)) == module


IN_PYTORCH = (
    "celu elu gelu hard_swish hard_tanh identity leaky_relu mish prelu relu relu6 rrelu selu "
    "sigmoid silu softplus softsign tanh"
)


@pytest.mark.parametrize("name", IN_PYTORCH.split())
def test_it_is_pytorchs_for_what_pytorch_has(name: str) -> None:
    assert hasattr(torch_nn, module_name(catalog.get(name)))


@pytest.mark.parametrize(
    ("name", "title", "module"),
    [
        ("ab_c", "aB C", "ABC"),
        # A title of other words, of other order, or with one more is none of these words.
        ("two_words", "WORDS two", "TwoWords"),
        ("two_words", "TWO words more", "TwoWords"),
        ("two_words", "TWO", "TwoWords"),
        ("two_words", "TWO wORDS", "TWOWORDS"),
        ("hard_swish", "Hard SWISH", "Hardswish"),
        ("hard_sigmoid", "", "GulcehreHardSigmoid"),
        ("hard_tanh", "", "Hardtanh"),
        ("rrelu", "", "RReLU"),
    ],
)
def test_capitals_come_from_a_title_of_the_same_words(name: str, title: str, module: str) -> None:
    assert module_name(Activation(name, x, title=title)) == module
