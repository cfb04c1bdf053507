"""Constants inside units: SELU's in many precisions, GELU by other means, hard sigmoids."""

from __future__ import annotations

import math
from typing import Any

from ...sources import Source
from ._exact.purposes import Purpose
from ._exact.scaled_units import SeluConstant
from ._exact.stand_ins import (
    Aim,
    GeluBySigmoid,
    GeluByTanh,
    HardSlope,
    Rounded,
    SigmoidByErf,
    Sixth,
)
from ._wild import Wild

_TORCH, _ONNX = "2.13.0", "1.23.2"
#: SELU's constants as the paper's code has them, and most frameworks after it.
_ALPHA, _LAM = "1.6732632423543772848170429916717", "1.0507009873554804934193349852946"


def _torch(function: str, at: float, **settings: Any) -> float:
    """A function of torch.nn.functional at one number."""
    import torch

    called = getattr(torch.nn.functional, function)
    return float(called(torch.tensor(at, dtype=torch.float64), **settings))


def _onnx(operator: str, attribute: str) -> float:
    """The default of an operator in the installed ONNX."""
    import onnx

    return float(onnx.defs.get_schema(operator).attributes[attribute].default_value.f)


def _cubic_factor() -> float:
    """c, from y = x/2·(1 + tanh(√(2/π)·(x + c·x³))) at x = 3/2."""
    at = 1.5
    inner = math.atanh(2 * _torch("gelu", at, approximate="tanh") / at - 1)
    return (inner / math.sqrt(2 / math.pi) - at) / at**3


def _selu(package: str, key: str, letter: str, printed: str, **rest: Any) -> Wild:
    return Wild(
        name=f"{package}-selu-{letter}",
        what=f"SELU's {letter}",
        printed=printed,
        purpose=SeluConstant(letter),
        source=Source(key, rest.pop("place")),
        **rest,
    )


def _hard(package: str, key: str, place: str, printed: str, edition: str, **rest: Any) -> Wild:
    return Wild(
        name=f"{package}-hard-sigmoid",
        what="slope of the hard sigmoid",
        printed=printed,
        purpose=rest.pop("purpose", HardSlope()),
        source=Source(key, place),
        edition=edition,
        **rest,
    )


def _gelu(name: str, what: str, printed: str, purpose: Purpose, **rest: Any) -> Wild:
    return Wild(
        name=f"gelu-{name}",
        what=what,
        printed=printed,
        purpose=purpose,
        source=Source("hendrycks2016", "README.md of the code"),
        edition="commit 2726505",
        **rest,
    )


_TANH_USERS = ("PyTorch", "JAX", "Keras", "Transformers", "DKS", "tinygrad")
_QUICK_USERS = ("Transformers", "timm", "tinygrad")

DECLARED = (
    _selu(
        "torch",
        "pytorch",
        "alpha",
        _ALPHA,
        place="torch.nn.SELU",
        edition=_TORCH,
        packages=("JAX", "Keras", "DKS"),
        ask=lambda: _torch("selu", -100.0) / -_torch("selu", 1.0),
    ),
    _selu(
        "torch",
        "pytorch",
        "lam",
        _LAM,
        place="torch.nn.SELU",
        edition=_TORCH,
        packages=("JAX", "Keras", "DKS"),
        ask=lambda: _torch("selu", 1.0),
    ),
    _selu(
        "keras", "keras", "alpha", "1.67326324", place="keras.activations.selu", edition="3.15.1"
    ),
    _selu("keras", "keras", "lam", "1.05070098", place="keras.activations.selu", edition="3.15.1"),
    _selu(
        "onnx",
        "onnx",
        "alpha",
        "1.67326319217681884765625",
        place="Selu, default",
        edition=_ONNX,
        ask=lambda: _onnx("Selu", "alpha"),
    ),
    _selu(
        "onnx",
        "onnx",
        "lam",
        "1.05070102214813232421875",
        place="Selu, default",
        edition=_ONNX,
        ask=lambda: _onnx("Selu", "gamma"),
    ),
    _selu("tinygrad", "tinygrad", "alpha", "1.67326", place="Tensor.selu", edition="0.14.0"),
    _selu("tinygrad", "tinygrad", "lam", "1.0507", place="Tensor.selu", edition="0.14.0"),
    _selu(
        "torch",
        "pytorch",
        "saturation",
        "1.7580993408473766",
        place="aten/src/ATen/native/Dropout.cpp",
        edition="main",
    ),
    _gelu(
        "tanh-gate",
        "factor of x³ in GELU by tanh",
        "0.044715",
        GeluByTanh(Aim.GATE),
        packages=_TANH_USERS,
        ask=_cubic_factor,
    ),
    _gelu("tanh-unit", "the same", "0.044715", GeluByTanh(Aim.UNIT), packages=_TANH_USERS),
    _gelu("tanh-series", "the same", "0.044715", GeluByTanh(Aim.CUBIC), packages=_TANH_USERS),
    _gelu(
        "root",
        "√(2/π) in GELU by tanh",
        "0.7978845608",
        Rounded("sqrt(2/pi)"),
        packages=("Transformers",),
    ),
    _gelu(
        "quick-gate",
        "factor of x in quick GELU",
        "1.702",
        GeluBySigmoid(Aim.GATE),
        packages=_QUICK_USERS,
    ),
    _gelu("quick-unit", "the same", "1.702", GeluBySigmoid(Aim.UNIT), packages=_QUICK_USERS),
    _gelu("quick-slope", "the same", "1.702", GeluBySigmoid(Aim.TANGENT), packages=_QUICK_USERS),
    _hard(
        "torch",
        "pytorch",
        "torch.nn.functional.hardsigmoid",
        "1/6",
        _TORCH,
        packages=("JAX", "tinygrad"),
        ask=lambda: _torch("hardsigmoid", 1.0) - 0.5,
    ),
    _hard("keras", "keras", "keras.activations.hard_sigmoid", "1/6", "3.15.1"),
    Wild(
        name="keras-hard-sigmoid-printed",
        what="slope of the hard sigmoid, in the documentation of keras.ops",
        printed="0.2",
        purpose=HardSlope(),
        source=Source("keras", "keras.ops.hard_sigmoid, docstring"),
        edition="3.15.1",
    ),
    _hard("keras2", "keras", "Keras 2, backend.hard_sigmoid", "0.2", "2.15.0"),
    _hard(
        "onnx",
        "onnx",
        "HardSigmoid, default",
        "0.2",
        _ONNX,
        ask=lambda: round(_onnx("HardSigmoid", "alpha"), 7),
    ),
    _hard("mxnet", "mxnet", "HardSigmoidParam", "0.2", "1.x"),
    _hard("paddle", "paddle", "nn.functional.hardsigmoid", "0.1666667", "main", purpose=Sixth()),
    Wild(
        name="onnx-hard-swish",
        what="slope of the gate in HardSwish",
        printed="0.16666667163372",
        purpose=Sixth(),
        source=Source("onnx", "HardSwish"),
        edition="commit f754691",
    ),
    Wild(
        name="hard-sigmoid-best",
        what="slope of the hard sigmoid, beside the best one",
        printed="1/6",
        purpose=HardSlope(Aim.SIGMOID),
        source=Source("pytorch", "torch.nn.functional.hardsigmoid"),
        edition=_TORCH,
    ),
    Wild(
        name="neural-tangents-sigmoid",
        what="divisor in the sigmoid by erf",
        printed="2.4020563531719796",
        purpose=SigmoidByErf(),
        source=Source("novak2020", "stax.Sigmoid_like"),
        edition="commit 1fad74f",
    ),
)
