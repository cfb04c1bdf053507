"""A network's modules of torch.nn in exchange for those of this package, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn as theirs
from torch.nn import functional as their_functions

from ... import catalog
from .. import _dropout, functional
from . import modules, rectified, shrinking


def _pairs() -> dict[type[theirs.Module], type[theirs.Module]]:
    """From torch.nn's classes to those here."""
    found: dict[type[theirs.Module], type[theirs.Module]] = {}
    for file in (modules, rectified, shrinking, _dropout):
        for name, ours in vars(file).items():
            other = getattr(theirs, name, None)
            # What the files import has no such name, or is no class.
            if isinstance(ours, type) and other is not None and issubclass(ours, theirs.Module):
                found[other] = ours
    return found


_CLASSES = _pairs()
#: Attributes that only the classes here have.
_OWN = {"axis", "_activation", "_mean", "_variance", "_value"}
#: Those of torch.nn that overwrite nothing, whatever they are told.
_NOT_IN_PLACE = {theirs.AlphaDropout, theirs.FeatureAlphaDropout}
#: The functions that differ from PyTorch's; a layer of a Transformer holds one as an attribute.
_FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    getattr(their_functions, name): getattr(functional, name)
    for name in functional.__all__
    if getattr(their_functions, name) is not getattr(functional, name)
}


def replace_(model: theirs.Module, *, back: bool = False) -> theirs.Module:
    """Put the modules here in the place of torch.nn's, everywhere in a network.

    Parameters, buffers, hooks and settings are kept, and so are modules that several places share
    and the names in ``state_dict``; no parameter is drawn anew, and an optimizer stays as it is.
    Functions that a module holds as an attribute, as ``TransformerEncoderLayer`` does, are replaced
    too. What is called by name in a forward method is not, and subclasses of torch.nn's modules
    stay, as alpha dropout with ``inplace`` does: torch.nn's leaves its input as it is even then.

    Args:
        model: a network, or a single module.
        back: put torch.nn's modules in the place of these instead.

    Returns:
        The network itself, or the new module where the one given is to be replaced.

    Raises:
        TypeError: for what is no module.
        ValueError: for a PReLU with another axis than torch.nn's, or alpha dropout after another
            unit than SELU, on the way back, before anything is changed.

    >>> replace_(theirs.Sequential(theirs.Linear(2, 3), theirs.GELU()))[1].__module__
    'actmath.nn._mirrored.modules'
    """
    if not isinstance(model, theirs.Module):
        raise TypeError(f"a module is needed, got {type(model).__name__}")
    parts = list(model.modules())
    if back:
        _check_return(parts)
    classes = {ours: other for other, ours in _CLASSES.items()} if back else _CLASSES
    functions = {ours: other for other, ours in _FUNCTIONS.items()} if back else _FUNCTIONS
    # By the module that is replaced, so that a shared one stays shared.
    made = {
        id(part): _as(classes[type(part)], part)
        for part in parts
        if type(part) in classes and not (type(part) in _NOT_IN_PLACE and part.inplace)
    }
    for part in parts:
        for name, child in part._modules.items():
            if child is not None and id(child) in made:
                part._modules[name] = made[id(child)]
        for name, value in vars(part).items():
            vars(part)[name] = _other(value, functions)
    return made.get(id(model), model)


def twin_of(module: theirs.Module) -> theirs.Module:
    """The module here that does what one of torch.nn's own does; any other module itself.

    >>> twin_of(theirs.ELU(2.0)).activation.defaults
    {alpha: 2}
    """
    kind = _CLASSES.get(type(module))
    return module if kind is None else _as(kind, module)


def _as(kind: type[theirs.Module], module: theirs.Module) -> theirs.Module:
    """A module of another class with the same state, nothing of it copied."""
    found = kind.__new__(kind)
    ours = kind in _CLASSES.values()
    # What is missing here is added by the classes themselves, as for what was saved elsewhere.
    state = {name: value for name, value in vars(module).items() if ours or name not in _OWN}
    found.__setstate__(state)  # type: ignore[no-untyped-call]
    return found


def _other(value: Any, functions: dict[Callable[..., Any], Callable[..., Any]]) -> Any:
    """By identity: what a user's object is equal to is its own affair."""
    return next((new for old, new in functions.items() if old is value), value)


def _check_return(parts: list[theirs.Module]) -> None:
    dropouts = (_dropout.AlphaDropout, _dropout.FeatureAlphaDropout)
    for part in parts:
        if isinstance(part, rectified.PReLU) and part.axis != 1:
            raise ValueError(f"torch.nn has no PReLU along dimension {part.axis}")
        if isinstance(part, dropouts) and part.activation != catalog.selu:
            raise ValueError(f"torch.nn has no alpha dropout after {part.activation.name}")
