"""What the module of a catalog entry is called; known without PyTorch."""

from __future__ import annotations

from ..activation import Activation

#: The names that do not follow from the entry's own: PyTorch's spelling, and one of ours.
_SPELLED = {
    "hard_sigmoid": "GulcehreHardSigmoid",
    "hard_swish": "Hardswish",
    "hard_tanh": "Hardtanh",
    "rrelu": "RReLU",
}


def module_name(activation: Activation) -> str:
    """The class's name: the entry's words with capitals, as its title has them.

    >>> from actmath import catalog
    >>> module_name(catalog.leaky_relu), module_name(catalog.arctan)
    ('LeakyReLU', 'Arctan')
    """
    words = activation.name.split("_")
    # A title keeps capitals inside a word, as in Leaky ReLU, that the name lacks.
    titled = activation.title.split()
    if [word.lower() for word in titled] == [word.lower() for word in words]:
        words = titled
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return _SPELLED.get(activation.name, made)
