"""Claims of Klambauer et al. (2017) on depth: training loss against batch norm, and gradients."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Estimate, mean_interval
from ...experiment.recipes.snn_depth import DEPTHS, SUFFIX_RATES, network
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim, Finding, Verdict
from .._evidence.measured import measured, out_of_reach, reproduced, scale

RECIPE = "snn-depth"
PAPER = "klambauer2017"
#: "Neither vanish nor explode" is read as within a factor of 100, log10 of mean squares.
DECADES = 2.0
LOSS = "train_loss"


def beats_batch_norm(record: RunRecord, depth: int) -> Finding:
    """The finding at one depth: that of both rates where they agree, else undecided."""
    seen = replace(record, config=replace(record.config, depth=depth))
    found = [
        reproduced(
            record.compare(
                LOSS, network("snn", depth, rate), network("batch", depth, rate), "less"
            ),
            seen,
            f"training loss of the last epoch at rate {SUFFIX_RATES[rate]:g} on the mean loss",
        )
        for rate in SUFFIX_RATES
    ]
    evidence = "; ".join(finding.evidence for finding in found)
    # The printed rate and ten times that: only where both agree is there one answer.
    if len({finding.verdict for finding in found}) > 1:
        return Finding(Verdict.UNDECIDED, f"the two rates do not say the same. {evidence}")
    return replace(found[0], evidence=evidence)


def gradient_growth(record: RunRecord, condition: str, when: str) -> Estimate:
    """log10 of the mean squared gradient at the first hidden layer over that at the last."""
    squares = record.layer(f"gradient_{when}", condition)
    # squares: (seeds, layers).
    return mean_interval(np.log10(squares[:, 1] / squares[:, -1]).tolist())


def keeps_gradients(record: RunRecord) -> Finding:
    """Do both 95 % intervals of ``gradient_growth`` lie within two decades?"""
    depth = max(DEPTHS)
    found = {
        when: gradient_growth(record, network("snn", depth), when) for when in ("before", "after")
    }
    # E f′² a layer at the fixed point (0, 1), over the depth − 1 layers between first and last.
    predicted = (depth - 1) * np.log10(gaussian("selu", 0.0, 1.0).derivative_second)
    listed = "; ".join(
        f"{when} training 10^{e.mean:.2f} (95 % interval 10^{e.low:.2f} … 10^{e.high:.2f})"
        for when, e in found.items()
    )
    batch = gradient_growth(record, network("batch", depth), "before").mean
    evidence = (
        f"mean squared gradient at the first of {depth} hidden layers over that at the last: "
        f"{listed}; the moment map predicts 10^{predicted:.2f} for untrained networks of infinite "
        f"width; with batch normalization after ReLU it is 10^{batch:.2f} before training; "
        f"n = {found['before'].n}; {scale(record)}"
    )
    if all(e.low > -DECADES and e.high < DECADES for e in found.values()):
        return Finding(Verdict.REPRODUCED, evidence)
    if any(e.low > DECADES or e.high < -DECADES for e in found.values()):
        return Finding(Verdict.NOT_REPRODUCED, evidence)
    return Finding(Verdict.UNDECIDED, evidence)


def _depth_row(part: str, depth: int) -> Claim:
    return measured(
        id=f"C-SNN-14.{part}",
        statement=f"On MNIST a self-normalizing network of {depth} layers reaches a lower "
        f"training loss than "
        "a ReLU network with batch normalization.",
        tex=rf"L_{{\text{{SNN}}}} < L_{{\text{{BN}}}},\quad {depth} \text{{ layers}}",
        source=Source(PAPER, "Figure 1"),
        assumptions="plain gradient descent, batches of 128, rate 1e-5 on the summed loss and ten "
        "times that",
        recipe=RECIPE,
        decide=partial(beats_batch_norm, depth=depth),
    )


CLAIMS = (
    measured(
        id="C-SNN-11.c",
        statement="Do gradients in a self-normalizing network of 32 layers keep within a factor of "
        "100, before and after training?",
        tex=r"10^{-2} < \mathbb{E} g_1^2 / \mathbb{E} g_{32}^2 < 10^2",
        source=Source(PAPER, "Abstract"),
        assumptions="read as: before and after training, mean squares of the gradients by the "
        "outputs of the first and the last hidden layer within a factor of 100",
        recipe=RECIPE,
        decide=keeps_gradients,
    ),
    *(_depth_row(part, depth) for part, depth in zip("abc", DEPTHS, strict=True)),
    out_of_reach(
        id="C-SNN-14.d",
        statement="The same on CIFAR-10.",
        tex=r"L_{\text{SNN}} < L_{\text{BN}}",
        source=Source(PAPER, "Figure 1"),
        assumptions="hidden layers as wide as the input, 3,072",
        needs="it would take a GPU, CIFAR-10, and the preset paper of snn-depth with that width: "
        "32 layers of 3,072 units have 300 million weights",
    ),
)
