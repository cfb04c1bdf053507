"""The ledger of claims: what the papers say, and what a computation says of it."""

from __future__ import annotations

from .claim import Claim, Finding, Judgement, Kind, Verdict, Verdicts
from .ledger import CLAIMS, judge, select, verdicts

__all__ = [
    "CLAIMS",
    "Claim",
    "Finding",
    "Judgement",
    "Kind",
    "Verdict",
    "Verdicts",
    "judge",
    "select",
    "verdicts",
]
