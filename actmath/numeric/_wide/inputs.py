"""The inputs of a wide network: examples as rows, variances, and the first layer's covariances.

Net inputs of the first layer are σ_w/√d·Σ ω·x + σ_b·β with standard normal ω and β: for two inputs
their covariance is σ_w²·x·y/d + σ_b², the product of the rows (σ_w·x/√d, σ_b).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._arrays import is_tensor
from .._array import Array, real_arrays
from .._gaussian.array_ops import NUMPY_OPS, ArrayOps, torch_ops
from .._gaussian.result import AnyArray

# Nearer than this to ±1 a quotient has lost half of the angle's digits: 1 − c is θ²/2.
_NEAR = 1e-3
# Numbers in an array of differences: 8 MB.
_BLOCK = 2**20


@dataclass(frozen=True, eq=False)
class WideInputs:
    """Rows of examples in float64, σ_w² and σ_b²; ``single`` says that answers are float32.

    ``others`` is None where the inputs are paired with themselves.
    """

    ops: ArrayOps
    inputs: AnyArray
    others: AnyArray | None
    weight: AnyArray
    bias: AnyArray
    single: bool

    def finish(self, answer: AnyArray) -> AnyArray:
        """In the dtype of the inputs."""
        if self.ops is NUMPY_OPS:
            return np.asarray(answer, dtype=np.float32 if self.single else np.float64)
        return answer.float() if self.single else answer


def wide_inputs(inputs: Any, others: Any, weight: Any, bias: Any) -> WideInputs:
    """Arrays or tensors, read and checked.

    Raises:
        TypeError, ValueError: as ``nngp_kernel``.
    """
    named = {"inputs": inputs, "others": others, "weight_variance": weight, "bias_variance": bias}
    if others is None:
        del named["others"]
    whole = {name: real_arrays(**{name: one}) for name, one in named.items()}
    ops = torch_ops() if is_tensor(*named.values()) else NUMPY_OPS
    like = next((one.flat[0] for one in whole.values() if one.is_tensor), None)
    read = {}
    for name, one in whole.items():
        # A copy: a plain number comes as an array that nobody may write to.
        flat = one.flat[0] if one.is_tensor else ops.constant(one.flat[0].copy(), like)
        read[name] = flat.reshape(one.shape)
    rows = [name for name in ("inputs", "others") if name in read]
    for name in rows:
        _check_rows(name, read[name], read["inputs"])
    for name in ("weight_variance", "bias_variance"):
        _check_variance(name, ops.detached(read[name]))
    single = all("float32" in str(whole[name].dtype) for name in rows)
    return WideInputs(
        ops,
        read["inputs"],
        read.get("others"),
        read["weight_variance"],
        read["bias_variance"],
        single,
    )


def _check_rows(name: str, rows: AnyArray, inputs: AnyArray) -> None:
    if len(rows.shape) != 2 or not rows.shape[1]:
        raise ValueError(
            f"{name} must be a matrix with an example a row and at least one feature, got the "
            f"shape {tuple(rows.shape)}"
        )
    if rows.shape[1] != inputs.shape[1]:
        raise ValueError(
            f"inputs and others must have the same number of features, got {inputs.shape[1]} and "
            f"{rows.shape[1]}"
        )
    if not bool((abs(rows) <= np.finfo(np.float64).max).all()):
        raise ValueError(f"{name} must be finite")


def _check_variance(name: str, value: Array) -> None:
    if value.ndim or not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be one number, finite and not negative, got {value!s}")


def squared_lengths(given: WideInputs, rows: AnyArray) -> AnyArray:
    """σ_w²·x·x/d + σ_b² of each row."""
    return given.weight * ((rows * rows).sum(-1) / rows.shape[1]) + given.bias


def near_correlations(given: WideInputs, c: Array, i: Array, j: Array) -> Array:
    """Correlations of the first layer, those near ±1 by 1 − c = |x̂ − ŷ|²/2 with unit rows x̂, ŷ.

    So that equal inputs have c = 1 to the last bit, and near ones the digits of their difference.
    """
    near = np.flatnonzero(1 - np.abs(c) < _NEAR)
    if not len(near):
        return c
    left = _unit_rows(given, given.inputs)
    right = left if given.others is None else _unit_rows(given, given.others)
    found = c.copy()
    for some in np.array_split(near, len(near) * left.shape[1] // _BLOCK + 1):
        sign = np.where(c[some] < 0, -1.0, 1.0)
        apart = left[i[some]] - sign[:, None] * right[j[some]]
        found[some] = sign * (1 - (apart * apart).sum(-1) / 2)
    return found


def _unit_rows(given: WideInputs, rows: AnyArray) -> Array:
    x = given.ops.detached(rows)
    weight, bias = (float(given.ops.detached(v)) for v in (given.weight, given.bias))
    whole = np.column_stack([x * np.sqrt(weight / x.shape[1]), np.full(len(x), np.sqrt(bias))])
    length = np.sqrt((whole * whole).sum(-1, keepdims=True))
    return np.asarray(whole / np.where(length > 0, length, 1))
