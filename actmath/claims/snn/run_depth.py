"""Claims of Klambauer et al. (2017) on depth: training loss against batch norm, and gradients."""

from __future__ import annotations

import numpy as np

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import Estimate, mean_interval
from ...experiment.recipes.snn_depth import DEPTHS, SUFFIX_RATES, network
from ...numeric._gaussian.evaluate import gaussian
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import alike, contrast, every, unanimous
from .._evidence.gates import acted, flat, learned, nothing_compared
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, each_setting, sources_rate

RECIPE = "snn-depth"
PAPER = "klambauer2017"
#: "Neither vanish nor explode" is read as within a factor of 100, log10 of mean squares.
DECADES = 2.0
LOSS = "train_loss"


def beats_batch_norm(runs: Records, depth: int) -> Case:
    """At one depth: the answer that both rates give, the printed one and ten times that."""
    record = runs.record
    pairs = [(network("snn", depth, rate), network("batch", depth, rate)) for rate in SUFFIX_RATES]
    answers = (
        contrast(f"last training loss, {snn} − {batch}", record.compare(LOSS, snn, batch, "less"))
        for snn, batch in pairs
    )
    arms = [arm for pair in pairs for arm in pair]
    return Case(
        unanimous(answers),
        (
            # What the claim says learns; normalized networks may still be at chance.
            learned(record, [snn for snn, _ in pairs]),
            acted(record, pairs),
            flat(record, LOSS, arms),
            each_setting(record, arms),
        ),
        ("batch normalization stands after the ReLU, as in the published code",),
        depth=depth,
    )


def _growths(record: RunRecord, condition: str, when: str) -> list[float]:
    squares = record.layer(f"gradient_{when}", condition)
    # squares: (seeds, layers).
    return [float(value) for value in np.log10(squares[:, 1] / squares[:, -1])]


def gradient_growth(record: RunRecord, condition: str, when: str) -> Estimate:
    """log10 of the mean squared gradient at the first hidden layer over that at the last."""
    return mean_interval(_growths(record, condition, when))


def keeps_gradients(runs: Records) -> Case:
    """Is ``gradient_growth`` within two decades of 0, before and after training?"""
    record, depth = runs.record, max(DEPTHS)
    arm = network("snn", depth)
    answers = []
    for when in ("before", "after"):
        found = _growths(record, arm, when)
        subject = f"log10 of the first layer's mean squared gradient over the last's, {when}"
        answers.append(alike(f"{subject} training", found, [0.0] * len(found), DECADES))
    # E f′² a layer at the fixed point (0, 1), over the depth − 1 layers between first and last.
    predicted = (depth - 1) * np.log10(gaussian("selu", 0.0, 1.0).derivative_second)
    batch = gradient_growth(record, network("batch", depth), "before").mean
    return Case(
        every(answers),
        (
            learned(record, [arm]),
            nothing_compared("the claim is about one kind of network"),
            flat(record, LOSS, [arm]),
            sources_rate(record, [arm], SUFFIX_RATES[""], "ten times the published code's"),
        ),
        (
            f"the moment map predicts {predicted:.2f} for untrained networks of infinite width",
            f"with batch normalization after ReLU it is {batch:.2f} before training",
        ),
        depth=depth,
    )


_GRADIENTS = ClaimRows(RECIPE, lambda runs: {"C-SNN-11.c": keeps_gradients(runs)})
_ROWS = {f"C-SNN-14.{part}": depth for part, depth in zip("abc", DEPTHS, strict=True)}
_DEPTHS = ClaimRows(
    RECIPE, lambda runs: {row: beats_batch_norm(runs, depth) for row, depth in _ROWS.items()}
)


def _depth_row(row: str, depth: int) -> Claim:
    return measured(
        id=row,
        statement=f"On MNIST a self-normalizing network of {depth} layers reaches a lower "
        f"training loss than "
        "a ReLU network with batch normalization.",
        tex=rf"L_{{\text{{SNN}}}} < L_{{\text{{BN}}}},\quad {depth} \text{{ layers}}",
        source=Source(PAPER, "Figure 1"),
        assumptions="plain gradient descent, batches of 128, rate 1e-5 on the summed loss and ten "
        "times that",
        rows=_DEPTHS,
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
        rows=_GRADIENTS,
    ),
    *(_depth_row(row, depth) for row, depth in _ROWS.items()),
    out_of_reach(
        id="C-SNN-14.d",
        statement="The same on CIFAR-10.",
        tex=r"L_{\text{SNN}} < L_{\text{BN}}",
        source=Source(PAPER, "Figure 1"),
        assumptions="hidden layers as wide as the input, 3,072",
        needs="it would take a GPU, CIFAR-10, and the preset large of snn-depth with that width: "
        "32 layers of 3,072 units have 300 million weights",
    ),
)
