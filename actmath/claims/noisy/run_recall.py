"""Gulcehre et al. (2016): associative recall, an LSTM in place of the Turing machine."""

from __future__ import annotations

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...sources import Source
from .._claim import Finding
from .._evidence.measured import measured, out_of_reach, reproduced

RECIPE = "noisy-recall"
_SOURCE = Source("gulcehre2016", "Section 5")


def catches_up(record: RunRecord, arm: str, rival: str) -> int | None:
    """The first epoch, from 1, whose mean test loss is at most the rival's last, if any is."""
    goal = float(np.mean(record.final("test_loss", rival)))
    # curve: (seeds, epochs), averaged over the seeds.
    (there,) = np.nonzero(record.curve("test_loss", arm).mean(axis=0) <= goal)
    return int(there[0]) + 1 if len(there) else None


def _faster(record: RunRecord) -> Finding:
    arms = ("nan-annealed", "reference")
    # One mean over the epochs for each seed; the arms share seeds, so that they pair.
    own, other, hard = (
        record.curve("test_loss", name).mean(axis=1).tolist() for name in (*arms, "hard")
    )
    clipped = compare(own, hard, "less")
    epoch = catches_up(record, *arms)
    when = f"in epoch {epoch}" if epoch else "in no epoch"
    return reproduced(
        compare(own, other, "less"),
        record,
        "test loss, mean over epochs, annealed NAN − reference",
        f"annealed NAN reaches the reference's last test loss {when} of {record.config.epochs}; "
        f"against hard units without noise {clipped.difference.mean:+.3g} (p = {clipped.p:.2g}); "
        f"one learning rate for all, the reference's best; an LSTM in place of the neural Turing "
        f"machine",
    )


CLAIMS = (
    measured(
        id="C-NOI-16.a",
        statement="On associative recall a network with annealed NAN units converges faster than "
        "its noise-free reference.",
        tex=r"\bar L(\text{annealed NAN}) < \bar L(\text{reference})",
        source=_SOURCE,
        assumptions="the test loss, mean over epochs; here an LSTM, and items of one symbol",
        recipe=RECIPE,
        decide=_faster,
    ),
    out_of_reach(
        id="C-NOI-16.b",
        statement="A neural Turing machine whose controller has annealed NAN units learns "
        "associative recall of 2 to 16 items much faster.",
        tex=r"\text{NTM, 2 to 16 items}",
        source=_SOURCE,
        assumptions="neural Turing machine",
        needs="it would take a neural Turing machine (external memory, content and location "
        "addressing) and long training for each seed",
    ),
)
