"""Arrays as arguments: which are taken, and how they are brought to one dtype and one shape.

NumPy and PyTorch are not imported until an array comes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .._arrays import plain_array

if TYPE_CHECKING:
    import numpy as np

#: A NumPy array, of any shape and any kind of number.
Array: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True)
class RealArrays:
    """Arguments as flat float64 arrays, or tensors, of one length; and what answers look like.

    ``dtype`` is float32 where all inputs that have a dtype are float32, else float64.
    """

    flat: tuple[Any, ...]
    shape: tuple[int, ...]
    dtype: Any
    is_tensor: bool

    def finish(self, answer: Any) -> Any:
        """A flat float64 answer in the inputs' shape and dtype."""
        shaped = answer.reshape(self.shape)
        return shaped.to(self.dtype) if self.is_tensor else shaped.astype(self.dtype, copy=False)


def real_arrays(**given: Any) -> RealArrays:
    """Numbers, arrays or tensors by their names in messages, broadcast against each other.

    One tensor makes tensors of all, on its device, and keeps gradients. Everything is read as
    float64: a plain number or an integer beside floats is neither rounded nor truncated.

    Raises:
        TypeError: for what is not float32, float64 or integers; where some of it is masked or
            missing.
        ValueError: for shapes that do not broadcast, or lists that are no rectangle.

    >>> real_arrays(mean=[1, 2], variance=0.5).flat
    (array([1., 2.]), array([0.5, 0.5]))
    """
    return _tensors(given) if is_tensor(*given.values()) else _arrays(given)


def real_array(value: Any, what: str) -> Array:
    """One argument of a function that knows NumPy alone, as float64 in its own shape.

    Raises:
        TypeError: as ``real_arrays``; for a tensor that needs a gradient, which would be lost.
        ValueError: for lists that are no rectangle.

    >>> real_array([1, 2], "mean")
    array([1., 2.])
    """
    import numpy as np

    if is_tensor(value):
        if value.requires_grad:
            raise TypeError(f"{what} needs a gradient, which would be lost here; detach it first")
        value = _read_tensor(value, what).cpu().numpy()
    return np.array(_read(value, what), dtype=np.float64)


def is_tensor(*values: Any) -> bool:
    """Is any of them a PyTorch tensor? PyTorch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and any(isinstance(value, torch.Tensor) for value in values)


def _arrays(given: dict[str, Any]) -> RealArrays:
    import numpy as np

    arrays = [_read(value, what) for what, value in given.items()]
    single = np.result_type(*arrays) == np.float32
    shape = _common_shape(given, arrays)
    # What already is float64 and flat is not copied; nobody writes into it.
    same = (array.astype(np.float64, copy=False) for array in arrays)
    flat = (np.broadcast_to(array, shape).reshape(-1) for array in same)
    return RealArrays(tuple(flat), shape, np.float32 if single else np.float64, is_tensor=False)


def _tensors(given: dict[str, Any]) -> RealArrays:
    import torch

    device = next(value.device for value in given.values() if is_tensor(value))
    tensors, dtypes = [], set()
    for what, value in given.items():
        if is_tensor(value):
            tensor = _read_tensor(value, what)
        else:
            tensor = torch.as_tensor(_read(value, what), device=device)
        # A plain number has no dtype of its own, so that it does not widen float32.
        if not isinstance(value, int | float):
            dtypes.add(tensor.dtype)
        tensors.append(tensor)
    shape = _common_shape(given, tensors)
    flat = (tensor.to(torch.float64).expand(shape).reshape(-1) for tensor in tensors)
    single = dtypes == {torch.float32}
    return RealArrays(tuple(flat), shape, torch.float32 if single else torch.float64, True)


def _read(value: Any, what: str) -> Array:
    import numpy as np

    for part in _parts(value):
        if isinstance(part, np.ma.MaskedArray):
            raise TypeError(f"{what} is a masked array, whose mask would be lost; fill it first")
        if is_tensor(part):
            raise TypeError(f"{what} is a list that holds tensors; stack them first")
    try:
        array = plain_array(value, what)
    except ValueError:
        raise ValueError(f"{what} must be a number or a rectangular array of numbers") from None
    # NumPy's kinds: f are real numbers, i and u integers, O anything else that Python has.
    if array.dtype.kind == "O":
        raise TypeError(f"{what} must hold floats or integers, got {_stranger(array)}")
    _check_kind(array.dtype.kind in "iu", array.dtype.kind == "f", array.dtype, what)
    return array


def _stranger(array: Array) -> str:
    """What is neither in an array of objects: another type, or an integer of too many digits."""
    kinds = [type(part) for part in array.flat if not isinstance(part, int | float)]
    return f"a {kinds[0].__name__}; convert it first" if kinds else "an integer beyond 64 bits"


def _parts(value: Any) -> list[Any]:
    """The value, or of a list or a tuple all that is in it but plain numbers."""
    if not isinstance(value, list | tuple):
        return [value]
    return [part for item in value if not isinstance(item, int | float) for part in _parts(item)]


def _read_tensor(value: Any, what: str) -> Any:
    functorch = sys.modules["torch"]._C._functorch
    if functorch.is_functorch_wrapped_tensor(value):
        raise TypeError(
            f"{what} is inside torch.func's grad or vmap, where its values cannot be read: pass "
            "whole arrays, and differentiate by torch.autograd"
        )
    if str(value.layout) != "torch.strided" or value.is_meta:
        kind = "on the meta device" if value.is_meta else f"of layout {value.layout}"
        raise TypeError(f"{what} must be a dense tensor with numbers, got one {kind}")
    whole = not (value.is_floating_point() or value.is_complex() or value.is_quantized)
    # PyTorch's bool is of no number's kind.
    integral = whole and str(value.dtype) != "torch.bool"
    _check_kind(integral, value.is_floating_point(), value.dtype, what)
    return value


def _check_kind(integral: bool, real: bool, dtype: Any, what: str) -> None:
    # float16 and what is narrower cannot hold a variance.
    if not integral and not (real and dtype.itemsize >= 4):
        raise TypeError(
            f"{what} must be float32, float64 or integers, got {dtype}; convert it first"
        )


def _common_shape(given: dict[str, Any], arrays: list[Any]) -> tuple[int, ...]:
    import numpy as np

    shapes = [tuple(array.shape) for array in arrays]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        names, sizes = (" and ".join(map(str, words)) for words in (given, shapes))
        raise ValueError(f"the shapes of {names}, {sizes}, do not broadcast") from None
