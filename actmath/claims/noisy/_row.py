"""What rows on Gulcehre et al. (2016) about noisy units share."""

from __future__ import annotations

from .._evidence.rows import Rows

PAPER = "gulcehre2016"

noisy_row = Rows("C-NOI", PAPER, assumptions="hard tanh, p ≠ 0, c > 0")
