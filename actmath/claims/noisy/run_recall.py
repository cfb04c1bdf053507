"""Gulcehre et al. (2016): associative recall, an LSTM in place of the Turing machine."""

from __future__ import annotations

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...sources import Source
from .._evidence.decision import Case
from .._evidence.found import contrast
from .._evidence.gates import acted, course, learned
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, own_rates

RECIPE = "noisy-recall"
_SOURCE = Source("gulcehre2016", "Section 5")


def catches_up(record: RunRecord, arm: str, rival: str) -> int | None:
    """The first epoch, from 1, whose mean test loss is at most the rival's last, if any is."""
    goal = float(np.mean(record.final("test_loss", rival)))
    # curve: (seeds, epochs), averaged over the seeds.
    (there,) = np.nonzero(record.curve("test_loss", arm).mean(axis=0) <= goal)
    return int(there[0]) + 1 if len(there) else None


def _faster(rival: str, what: str, runs: Records) -> Case:
    record, arms = runs.record, ("nan-annealed", rival)
    # One mean over the epochs for each seed; the arms share seeds, so that they pair.
    own, other = (record.curve("test_loss", name).mean(axis=1).tolist() for name in arms)
    epoch = catches_up(record, *arms)
    when = f"in epoch {epoch}" if epoch else "in no epoch"
    return Case(
        contrast(
            f"test loss, mean over epochs, annealed NAN − {what}", compare(own, other, "less")
        ),
        (
            learned(record, arms),
            acted(record, dict.fromkeys([("nan-annealed", "hard"), arms])),
            course("speed: the mean over all epochs is compared"),
            own_rates(runs, arms, ("test_loss", "mean")),
        ),
        (
            f"annealed NAN reaches the last test loss of the {what} {when} of {record.epochs}",
            "an LSTM in place of the neural Turing machine",
        ),
    )


def _cases(runs: Records) -> dict[str, Case]:
    return {
        "C-NOI-16.a": _faster("reference", "reference", runs),
        "C-NOI-16.c": _faster("hard", "hard units without noise", runs),
    }


_DECIDED = ClaimRows(RECIPE, _cases)

CLAIMS = (
    measured(
        id="C-NOI-16.a",
        statement="On associative recall a network with annealed NAN units converges faster than "
        "its noise-free reference.",
        tex=r"\bar L(\text{annealed NAN}) < \bar L(\text{reference})",
        source=_SOURCE,
        assumptions="the test loss, mean over epochs; here an LSTM, and items of one symbol",
        rows=_DECIDED,
    ),
    measured(
        id="C-NOI-16.c",
        statement="Is it the noise: does a network with annealed NAN units converge faster than "
        "one with the same clipped units and no noise?",
        tex=r"\bar L(\text{annealed NAN}) < \bar L(\text{hard})",
        source=_SOURCE,
        assumptions="the test loss, mean over epochs; here an LSTM, and items of one symbol",
        rows=_DECIDED,
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
