"""Arrays as arguments that go together: how they are brought to one dtype and one shape.

NumPy and PyTorch are not imported until an array comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from .._arrays import check_real_tensor, checked_array, is_tensor

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


def _arrays(given: dict[str, Any]) -> RealArrays:
    import numpy as np

    arrays = [checked_array(value, what) for what, value in given.items()]
    # A plain number has no dtype of its own, so that it does not widen float32; NumPy's own has.
    typed = [
        array.dtype
        for array, value in zip(arrays, given.values(), strict=True)
        if hasattr(value, "dtype") or not isinstance(value, int | float)
    ]
    single = set(typed) == {np.dtype(np.float32)}
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
            check_real_tensor(value, what)
            tensor = value
        else:
            tensor = torch.as_tensor(checked_array(value, what), device=device)
        # A plain number has no dtype of its own, so that it does not widen float32.
        if not isinstance(value, int | float):
            dtypes.add(tensor.dtype)
        tensors.append(tensor)
    shape = _common_shape(given, tensors)
    flat = (tensor.to(torch.float64).expand(shape).reshape(-1) for tensor in tensors)
    single = dtypes == {torch.float32}
    return RealArrays(tuple(flat), shape, torch.float32 if single else torch.float64, True)


def _common_shape(given: dict[str, Any], arrays: list[Any]) -> tuple[int, ...]:
    import numpy as np

    shapes = [tuple(array.shape) for array in arrays]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        names, sizes = (" and ".join(map(str, words)) for words in (given, shapes))
        raise ValueError(f"the shapes of {names}, {sizes}, do not broadcast") from None
