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

if find_spec("flint") is None:
    raise ImportError("actmath.prove needs python-flint: pip install 'actmath[prove]'")

from .box import Box
from .certificate import Certificate, VerifyReport
from .comparison import bisection, undecided_share
from .cover import Cover, grow, pieces, regions
from .enclose import Inequality, examine
from .formula import Coordinates, Formula
from .layer import Layer
from .prover import Counterexample, Result, Verdict, decide
from .session import prove, prove_all, verify, witness
from .statement import Chain, Claim, Part, Statement
from .theorems import STATEMENTS

__all__ = [
    "STATEMENTS",
    "Box",
    "Certificate",
    "Chain",
    "Claim",
    "Coordinates",
    "Counterexample",
    "Cover",
    "Formula",
    "Inequality",
    "Layer",
    "Part",
    "Result",
    "Statement",
    "Verdict",
    "VerifyReport",
    "bisection",
    "decide",
    "examine",
    "grow",
    "pieces",
    "prove",
    "prove_all",
    "regions",
    "undecided_share",
    "verify",
    "witness",
]
