"""Functions of tensors whose backward pass is the derivative that SymPy derived."""
