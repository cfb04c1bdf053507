"""Functions of tensors whose backward pass is the derivative that SymPy derived."""

from ... import _forked  # noqa: F401  (it registers what a forked process does)
