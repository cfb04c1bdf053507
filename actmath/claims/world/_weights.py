"""Constants for weights: gains, what layers draw by themselves, truncated normals, samples."""

from __future__ import annotations

import math
from collections.abc import Callable

from ...sources import Source
from ._exact.purposes import (
    DefaultWeights,
    Gain,
    GainSquared,
    MeanSquare,
    SampledGain,
    Truncated,
)
from ._wild import Seen, Wild

_TORCH = "2.13.0"
#: √(1 − 4φ(2)/(2Φ(2) − 1)): normals truncated at ±2 that nobody divides.
_UNDIVIDED = "sqrt(1 - 4*exp(-2)/sqrt(2*pi)/erf(sqrt(2)))"


def _calculated(unit: str, *parameters: float) -> float:
    """What the installed PyTorch answers."""
    from torch.nn import init

    # Its annotation lists the names that it knows.
    calculate: Callable[..., float] = init.calculate_gain
    return float(calculate(unit, *parameters))


def _torch_gain(unit: str, printed: str, ours: str = "") -> Wild:
    return Wild(
        name=f"torch-gain-{unit}".replace("_", "-"),
        what=f"gain of {unit}",
        printed=printed,
        purpose=Gain(ours or unit),
        source=Source("pytorch", "torch.nn.init.calculate_gain"),
        edition=_TORCH,
        packages=("PaddlePaddle",),
        ask=lambda: _calculated(unit),
    )


def _default(
    package: str, key: str, layer: str, printed: str, edition: str, value: str = ""
) -> Wild:
    return Wild(
        name=f"{package}-default",
        what=f"gain of {layer}'s own weights, before ReLU",
        printed=printed,
        value=value,
        purpose=DefaultWeights("relu"),
        source=Source(key, layer),
        edition=edition,
    )


def _sampled(unit: str, printed: str) -> Wild:
    return Wild(
        name=f"e3nn-{unit}",
        what=f"factor of {unit} from 10⁶ normals",
        printed=printed,
        purpose=SampledGain(unit),
        source=Source("e3nn", "e3nn.math.normalize2mom"),
        edition=f"0.6.0 with torch {_TORCH}",
        seen=Seen.COMPUTED,
    )


def _ruled(unit: str, printed: str) -> Wild:
    return Wild(
        name=f"dks-rule-{unit}",
        what=f"mean square of {unit} by 10⁵ Gauss–Legendre nodes on [−10, 10]",
        printed=printed,
        purpose=MeanSquare(unit),
        source=Source("martens2021", "dks/base/activation_transform.py"),
        edition="dks 0.1.2",
        seen=Seen.COMPUTED,
    )


def _truncated(package: str, key: str, place: str, edition: str, *others: str) -> Wild:
    return Wild(
        name=f"{package}-truncated",
        what="deviation of normals truncated at ±2",
        printed="0.87962566103423978",
        purpose=Truncated(),
        source=Source(key, place),
        edition=edition,
        packages=others,
    )


DECLARED = (
    _torch_gain("linear", "1", "identity"),
    _torch_gain("sigmoid", "1"),
    _torch_gain("tanh", "5/3"),
    _torch_gain("relu", "sqrt(2)"),
    _torch_gain("leaky_relu", "sqrt(2/(1 + 0.01^2))"),
    _torch_gain("selu", "3/4"),
    Wild(
        name="siren-elu",
        what="variance of weights before ELU, times n",
        printed="1.5505188080679277",
        purpose=GainSquared("elu"),
        source=Source("siren", "modules.py, init_weights_elu"),
        edition="commit 361422e",
    ),
    Wild(
        name="dks-leaky-relu",
        what="factor of leaky ReLU with slope 0.6291800290346146",
        printed="1.196996549778802",
        purpose=Gain("leaky_relu", (("a", "0.6291800290346146"),)),
        source=Source("martens2021", "tests/test_activation_transform.py, TAT"),
        edition="commit 021816e",
    ),
    Wild(
        name="torch-default",
        what="gain of nn.Linear's own weights, before ReLU",
        printed="kaiming_uniform_, a = sqrt(5)",
        value="sqrt(2/(1 + 5))",
        purpose=DefaultWeights("relu"),
        source=Source("pytorch", "torch.nn.Linear"),
        edition=_TORCH,
        packages=("tinygrad",),
        ask=lambda: _calculated("leaky_relu", math.sqrt(5)),
    ),
    _default("keras", "keras", "Dense", "glorot_uniform, n = m", "3.15.1", "1"),
    _default("flax", "flax", "Dense", "lecun_normal", "0.12.8", "1"),
    _default("haiku", "haiku", "Linear", "TruncatedNormal(1/√n)", "commit 001511c", _UNDIVIDED),
    _truncated("keras", "keras", "VarianceScaling", "3.15.1", "Keras 2", "tf_keras"),
    _truncated("jax", "jax", "jax.nn.initializers.variance_scaling", "0.10.2", "Flax"),
    _truncated("haiku", "haiku", "initializers.VarianceScaling", "0.0.17"),
    _truncated("timm", "wightman2019", "layers/weight_init.py", "1.0.31", "Transformers"),
    Wild(
        name="jax-truncated-complex",
        what="deviation of complex normals truncated to modulus 2",
        printed="0.95311164380491208",
        purpose=Truncated(complex_numbers=True),
        source=Source("jax", "jax.nn.initializers.variance_scaling"),
        edition="0.10.2",
    ),
    _sampled("silu", "1.6791767923989418"),
    _sampled("tanh", "1.5937334472592695"),
    _sampled("sigmoid", "1.8467055342154763"),
    _sampled("relu", "1.4163393446331365"),
    _sampled("gelu", "1.5360642850770576"),
    _sampled("softplus", "1.0426436590527184"),
    _ruled("relu", "0.5000000000067657"),
    _ruled("softplus", "0.9212459088717652"),
    _ruled("gelu", "0.42522148257605263"),
)
