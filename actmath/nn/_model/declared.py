"""Which declaration a unit is: of a name, of a module here, of one of torch.nn's."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as theirs

from ... import catalog
from ...activation import Activation
from ...derive._subject import resolve

#: Functions of PyTorch that are a unit of the catalog if they get nothing but their argument.
_FUNCTIONS: dict[Any, Activation] = {
    function: unit
    for unit, functions in (
        (catalog.relu, (torch.relu, torch.relu_, theirs.relu, theirs.relu_)),
        (catalog.tanh, (torch.tanh, torch.tanh_, theirs.tanh)),
        (catalog.sigmoid, (torch.sigmoid, torch.sigmoid_, theirs.sigmoid)),
        (catalog.gelu, (theirs.gelu,)),
        (catalog.silu, (theirs.silu,)),
        (catalog.mish, (theirs.mish,)),
        (catalog.elu, (theirs.elu,)),
        (catalog.selu, (theirs.selu, torch.selu)),
        (catalog.leaky_relu, (theirs.leaky_relu,)),
        (catalog.softsign, (theirs.softsign,)),
        (catalog.relu6, (theirs.relu6,)),
        (catalog.hard_swish, (theirs.hardswish,)),
    )
    for function in functions
}
#: Of a tensor's methods.
_METHODS = {"relu": catalog.relu, "relu_": catalog.relu, "tanh": catalog.tanh}
_METHODS |= {"tanh_": catalog.tanh, "sigmoid": catalog.sigmoid, "sigmoid_": catalog.sigmoid}


def declared_as(unit: object) -> Activation | None:
    """The declaration of a unit, None where it has none.

    Of an ``Activation`` itself, of a name, of modules of this package at the parameters that they
    have now, of those of torch.nn that have a twin here, and of PyTorch's functions without further
    arguments. Subclasses of torch.nn's modules are the user's, and may be other functions.

    Raises:
        KeyError: for an unknown name.

    >>> declared_as(nn.ELU(2.0)).defaults, declared_as(nn.Softmax(0))
    ({alpha: 2}, None)
    """
    if isinstance(unit, Activation | str):
        return resolve(unit)
    if isinstance(unit, nn.Module):
        # Here, since it loads all modules.
        from .._mirrored.replacing import twin_of

        if isinstance(unit, nn.RReLU) and unit.training:
            return None
        try:
            found = getattr(twin_of(unit), "activation", None)
        except ValueError:
            # A PReLU with a slope for each channel is many functions.
            return None
        return found if isinstance(found, Activation) else None
    return _FUNCTIONS.get(unit) if isinstance(unit, Hashable) else None


def method_declared_as(name: str) -> Activation | None:
    """That of a method of tensors, such as ``relu``, called without arguments."""
    return _METHODS.get(name)
