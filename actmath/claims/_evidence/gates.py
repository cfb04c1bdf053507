"""What must be true of a run before its answer counts: learning, treatment, length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...experiment._record.config import Config
from ...experiment._record.record import RunRecord
from ...experiment._record.shape import ACCURACY
from ...experiment._record.significance import SHARE, mean_interval
from ...experiment.data import prepare
from ...experiment.data._scaling import SCALINGS

Numbers = NDArray[np.float64]

#: A curve is flat if its last two quarters differ by less than this share of its whole way.
FLAT = 0.05


@dataclass(frozen=True)
class Gate:
    """A condition of a verdict, computed from the record, or from a simulation's samples.

    Attributes:
        name: ``learned``, ``treatment``, ``length``, ``tuning`` or ``test``; of a simulation
            ``samples``, ``interval`` or ``test``.
        held: whether it holds; a verdict needs all of them.
        sentence: what was computed, with its number.
        by_curve: whether it looked at how far the curves came, however many epochs there were.
        takes: what it would take for it to hold, where that is not the same for all of its name.
    """

    name: str
    held: bool
    sentence: str
    by_curve: bool = False
    takes: str = ""

    def __str__(self) -> str:
        return f"[{self.name}] {self.sentence}"


def learned(record: RunRecord, arms: Sequence[str]) -> Gate:
    """Each arm's test accuracy beats the best constant answer's by its own 95 % interval."""
    found = {arm: mean_interval(record.final(ACCURACY, arm), within=SHARE) for arm in arms}
    if not found:
        return no_trivial_answer("an arm that is asked about")
    # Asked this way round, a nan has not learned.
    failed = [arm for arm in arms if not found[arm].low > record.chance]
    least = min(failed or found, key=lambda arm: found[arm].low)
    e = found[least]
    figures = (
        f"{least} {100 * e.mean:.1f} % (95 % interval {100 * e.low:.1f} … {100 * e.high:.1f} %), "
        f"the best constant answer {100 * record.chance:.1f} %"
    )
    if failed:
        sentence = f"not beyond the best trivial answer: {', '.join(failed)}; {figures}"
        return Gate("learned", False, sentence)
    return Gate("learned", True, f"all learned: least {figures}")


def reconstructed(record: RunRecord, arms: Sequence[str]) -> Gate:
    """Each arm's test error is below the best linear reconstruction's by its own interval."""
    mean_image, linear = linear_errors(record.config)
    found = {arm: mean_interval(record.final("test_loss", arm)) for arm in arms}
    if not found:
        return no_trivial_answer("an arm that is asked about")
    failed = [arm for arm in arms if not found[arm].high < linear]
    worst = max(failed or found, key=lambda arm: found[arm].high)
    figures = (
        f"{worst} {found[worst].mean:.3g} (95 % interval {found[worst].low:.3g} … "
        f"{found[worst].high:.3g}), the mean image {mean_image:.3g}, principal components of the "
        f"code's size {linear:.3g}"
    )
    if failed:
        sentence = f"not below the best trivial answer: {', '.join(failed)}; {figures}"
        return Gate("learned", False, sentence)
    return Gate("learned", True, f"every arm is below the best trivial answer: most {figures}")


def no_trivial_answer(what: str) -> Gate:
    """The record lacks the score of a trivial answer, so that learning cannot be seen."""
    return Gate("learned", False, f"the record does not keep {what}")


def acted(record: RunRecord, pairs: Iterable[tuple[str, str]]) -> Gate:
    """In every pair (arm, control) the curves of no seed are equal number by number."""
    checked = tuple(pairs)
    if not checked:
        return Gate("treatment", False, "no pair of arms was compared")
    # Where nothing differs in any curve, the treatment never reached the network.
    equal = {pair: _equal_seeds(record, *pair) for pair in checked}
    idle = {pair: count for pair, count in equal.items() if count}
    n = len(record.config.seeds)
    if idle:
        listed = "; ".join(
            f"{arm} equals {control} number by number in {count} of {n} seeds"
            for (arm, control), count in idle.items()
        )
        return Gate("treatment", False, listed)
    listed = ", ".join(f"{arm} and {control}" for arm, control in checked)
    return Gate("treatment", True, f"no seed has equal curves in {listed}")


def _equal_seeds(record: RunRecord, arm: str, control: str) -> int:
    # A record without curves has its tables.
    tables = record.curves or record.layers
    read = record.curve if record.curves else record.layer
    pairs = [(read(name, arm), read(name, control)) for name in tables]
    return _equal_rows(pairs, len(record.config.seeds))


def _equal_rows(pairs: Sequence[tuple[Numbers, Numbers]], seeds: int) -> int:
    same = [
        all(np.array_equal(a[seed], b[seed], equal_nan=True) for a, b in pairs)
        for seed in range(seeds)
    ]
    return sum(same)


def acted_within(record: RunRecord, curve: str, control: str, arms: Sequence[str]) -> Gate:
    """In no seed of any arm are the two curves equal number by number: one with, one without.

    For a treatment that one network is looked at with and without.
    """
    n = len(record.config.seeds)
    equal = {
        arm: _equal_rows([(record.curve(curve, arm), record.curve(control, arm))], n)
        for arm in arms
    }
    idle = [f"of {arm} in {count} of {n} seeds" for arm, count in equal.items() if count]
    if idle or not equal:
        listed = ", ".join(idle) or "of no arm, as none was asked about"
        return Gate("treatment", False, f"{curve} equals {control} number by number {listed}")
    return Gate("treatment", True, f"no seed has equal {curve} and {control} in {', '.join(equal)}")


def nothing_compared(why: str) -> Gate:
    """The claim is about one kind of network, so that there is no treatment to act."""
    return Gate("treatment", True, why)


def flat(record: RunRecord, curve: str, arms: Sequence[str]) -> Gate:
    """Each arm's mean curve moves little in the last quarter of the epochs.

    The means of the last two quarters differ by less than ``FLAT`` of the way from the first epoch
    to the last quarter; a curve that never moved is flat.
    """
    moved = {arm: _movement(record.curve(curve, arm).mean(axis=0).tolist()) for arm in arms}
    most = max(moved, key=lambda arm: moved[arm])
    still = [arm for arm in arms if not moved[arm] < FLAT]
    figures = (
        f"{curve.replace('_', ' ')} of {most} between the last two quarters moves by "
        f"{100 * moved[most]:.2g} % of its whole way, in {updates(record.config, record)} updates"
    )
    if still:
        return Gate("length", False, f"the run ends before the curves are flat: {figures}")
    return Gate("length", True, f"the curves are flat: {figures}", by_curve=True)


def flat_or_falling(record: RunRecord, curve: str, arms: Sequence[str]) -> Gate:
    """Each arm's mean curve is flat, or lower in the last quarter of the epochs than before.

    For a claim that it comes below a bound, which a longer run would only confirm.
    """
    means = {arm: record.curve(curve, arm).mean(axis=0).tolist() for arm in arms}
    if all(_movement(mean) < FLAT for mean in means.values()):
        return flat(record, curve, arms)
    rising = [arm for arm, mean in means.items() if not _movement(mean) < FLAT and not _falls(mean)]
    if rising:
        return flat(record, curve, rising)
    listed = ", ".join(arm for arm, mean in means.items() if not _movement(mean) < FLAT)
    sentence = f"{curve.replace('_', ' ')} of {listed} still falls, away from the bound"
    return Gate("length", True, sentence, by_curve=True)


def _falls(mean: Sequence[float]) -> bool:
    """Whether the last quarter is below the one before; a curve with a nan is not."""
    quarter = max(1, len(mean) // 4)
    last, before = np.mean(mean[-quarter:]), np.mean(mean[-2 * quarter : -quarter])
    return bool(last < before)


def cut_short(record: RunRecord, gate: Gate) -> Gate:
    """A gate of length as it holds for a run that was stopped: only if the curves were flat."""
    stopped = record.provenance.stopped
    if stopped is None or gate.name != "length" or gate.by_curve or not gate.held:
        return gate
    return Gate("length", False, f"the run was {stopped}: {gate.sentence}")


def _movement(mean: Sequence[float]) -> float:
    """By how much of its whole way a curve still moves; infinite where it diverges."""
    quarter = max(1, len(mean) // 4)
    if len(mean) < 2 * quarter + 1 or not all(map(math.isfinite, mean)):
        return math.inf
    last, before = np.mean(mean[-quarter:]), np.mean(mean[-2 * quarter : -quarter])
    moved, way = float(abs(last - before)), float(abs(mean[0] - last))
    if moved == 0:
        return 0.0
    return moved / way if way else math.inf


def updates(config: Config, record: RunRecord) -> int:
    """How many updates a run made; the last batch of an epoch may be short.

    Where an option says how many an epoch has, as with tables of any size, it does.
    """
    passing = math.ceil(record.train_size / config.batch)
    return record.epochs * int(config.options.get("updates", passing))


def course(what: str) -> Gate:
    """The claim is about speed or the course of training, which a run that ends early shows."""
    return Gate("length", True, f"the claim is about {what}, for which no curve need be flat")


def sources_length(record: RunRecord, examples: int, epochs: int) -> Gate:
    """The run is as long as the source's own: as many examples, seen as often."""
    held = record.train_size >= examples and record.epochs >= epochs
    sentence = (
        f"{record.train_size:,} training examples of the source's {examples:,}, "
        f"{record.epochs} epochs of its {epochs}"
    )
    few = f"{sentence}: how well it learns may be a matter of their number"
    return Gate("length", held, sentence if held else few)


@cache
def linear_errors(config: Config) -> tuple[float, float]:
    """Mean squared test errors of the mean image, and of principal components as many as the code.

    Both are the best answers of their kind on the training images: the mean, and the affine map of
    the code's rank (Eckart and Young).
    """
    data = prepare(config)
    (scaling,) = {condition.scaling for condition in config.conditions}
    scale = SCALINGS[scaling](data.train)
    train, test = ((part - scale.shift) * scale.factor for part in (data.train, data.test))
    mean = train.mean(axis=0)
    # The code is the last of the encoder's layers, as in "128,64,32,8".
    rank = int(str(config.options["encoder"]).split(",")[-1])
    # Eigenvectors of the covariance, the largest last.
    _, vectors = np.linalg.eigh((train - mean).T @ (train - mean))
    kept = vectors[:, -rank:]
    rest = test - mean
    return float(np.mean(rest**2)), float(np.mean((rest - rest @ kept @ kept.T) ** 2))
