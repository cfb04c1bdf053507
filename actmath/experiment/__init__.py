"""Training runs that test what the mathematics predicts.

``run`` trains, ``load`` and ``recorded`` read what was trained before. PyTorch is loaded by
``run``, not by importing this package.
"""

from __future__ import annotations

from . import recipes
from .config import Condition, Config, Recipe
from .engine import run
from .outcome import ConditionOutcome, Learning, judge
from .provenance import Provenance
from .record import DamagedRecordError, RunRecord, load, recorded
from .statistics import Comparison
from .sweeps import sweep, variations

__all__ = [
    "Comparison",
    "Condition",
    "ConditionOutcome",
    "Config",
    "DamagedRecordError",
    "Learning",
    "Provenance",
    "Recipe",
    "RunRecord",
    "judge",
    "load",
    "recipes",
    "recorded",
    "run",
    "sweep",
    "variations",
]
