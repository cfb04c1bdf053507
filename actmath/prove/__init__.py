"""Rigorous proofs in ball arithmetic: statements, covers, certificates and their checker.

>>> from actmath import prove
>>> result = prove.prove("theorem-1")
>>> result.verdict.value
'PROVED'
>>> prove.verify(result.certificate).accepted
True

Needs python-flint, the extra ``prove``. ``STATEMENTS`` lists what can be proved or refuted.
"""

from __future__ import annotations

from importlib.util import find_spec

from .._doors import open_door

if find_spec("flint") is None:
    sentence = "actmath.prove needs python-flint: pip install 'actmath[prove]'"
    raise ModuleNotFoundError(sentence, name="flint")

__getattr__, __dir__, __all__ = open_door(__name__, __file__)
