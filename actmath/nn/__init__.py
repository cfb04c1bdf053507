"""PyTorch modules made from the catalog's declarations, with derived backward passes."""

from __future__ import annotations

from .dropout import AlphaDropout
from .elementwise import Elementwise, elementwise
from .initialization import gain_normal_, gain_uniform_, initialize_, weight_std
from .modules import (
    CELU,
    ELU,
    GELU,
    MODULES,
    SELU,
    Abs,
    Arctan,
    HardSigmoid,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    ReLU6,
    ShiftedReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Softsign,
    Tanh,
)
from .noise_schedule import AnnealNoise, LambdaNoise
from .noisy import NAH, NAN, NANI, NANIL, NANIS
from .noisy_recurrent import NoisyGRU, NoisyGRUCell, NoisyLSTM, NoisyLSTMCell
from .rectified import PReLU, RReLU

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "MODULES",
    "NAH",
    "NAN",
    "NANI",
    "NANIL",
    "NANIS",
    "SELU",
    "Abs",
    "AlphaDropout",
    "AnnealNoise",
    "Arctan",
    "Elementwise",
    "HardSigmoid",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "LambdaNoise",
    "LeakyReLU",
    "Mish",
    "NoisyGRU",
    "NoisyGRUCell",
    "NoisyLSTM",
    "NoisyLSTMCell",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "ShiftedReLU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Tanh",
    "elementwise",
    "gain_normal_",
    "gain_uniform_",
    "initialize_",
    "weight_std",
]
