"""What a module has here beside what torch.nn's module of the same name has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from torch import Tensor

from ..._arrays import real_number
from ...activation import Activation
from ...number import Number, exact

# PyTorch takes integers of 64 bits, one of them the sign.
_MOST = 2**63


class Namesake:
    """A module of torch.nn that knows which function it is.

    Each class here is a subclass of torch.nn's, so that a network's code which asks ``isinstance(m,
    torch.nn.ReLU)``, as for initialization, pruning or export, gets the same answer; arguments,
    attributes, ``repr`` and ``state_dict`` are inherited. Attributes act when they are changed.
    """

    #: What torch.jit.script neither compiles nor, as its second list is for, looks at.
    __jit_unused_properties__: ClassVar = ["activation"]
    __jit_ignored_attributes__: ClassVar = ["activation"]

    @property
    def activation(self) -> Activation:
        """The declaration, at the parameters that the module has now.

        Raises:
            ValueError: if these are outside the domain that the declaration gives them.
        """
        raise NotImplementedError

    def __dir__(self) -> Iterable[str]:
        # torch.jit.trace looks at everything that is listed, also where there is no declaration.
        return [name for name in super().__dir__() if name != "activation"]


def as_number(value: Number | Tensor, what: str) -> float:
    """What PyTorch's functions take: a number as it is, and others, such as "1/3", as a float.

    Raises:
        TypeError: for truth values, complex numbers, and a tensor that needs a gradient.
        ValueError: if a text is no number; for several numbers, and beyond all floats.
    """
    if isinstance(value, str):
        return float(exact(value, what))
    given = value
    if isinstance(value, Tensor) and value.is_floating_point():
        # Half precisions too are numbers to PyTorch.
        given = value.double()
    found = real_number(given, what)
    # A tensor without dimensions is a number to PyTorch too.
    as_it_is = isinstance(value, float | Tensor) or (isinstance(value, int) and abs(value) < _MOST)
    return value if as_it_is else found  # type: ignore[return-value]
