"""Was every arm tuned alike? Where the learning rates come from, as a gate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from ...experiment._record.binding import BoundRecord, UnfitRecordError, bound
from ...experiment._record.record import RunRecord
from ...experiment._record.scans import RateScan, at_rate
from ...experiment._record.shape import ACCURACY
from ...experiment.recipes import RECIPES
from .gates import Gate

_NAME = "tuning"


class Records:
    """The records that a claim's rows rest on: the run, and the scan of its rates if one was."""

    def __init__(self, recipe: str, preset: str, folder: Path | None = None) -> None:
        self.recipe, self.preset, self.folder = RECIPES[recipe], preset, folder

    @cached_property
    def main(self) -> BoundRecord:
        """The run itself; raises as ``bound`` does."""
        return bound(self.recipe.config(self.preset), self.folder)

    @cached_property
    def scan(self) -> BoundRecord | str:
        """The scan, or what is wrong with it."""
        try:
            return bound(self.recipe.config("scan"), self.folder)
        except (FileNotFoundError, UnfitRecordError) as error:
            return str(error)

    @property
    def record(self) -> RunRecord:
        """The run itself."""
        return self.main.record

    @property
    def limits(self) -> str:
        """What the preset leaves out of the source's experiment."""
        return self.recipe.limits[self.preset]

    @property
    def files(self) -> tuple[BoundRecord, ...]:
        """Every record that was read."""
        scan = self.__dict__.get("scan")
        return (self.main, scan) if isinstance(scan, BoundRecord) else (self.main,)


def _rates(record: RunRecord, arms: Sequence[str]) -> dict[str, float]:
    return {arm: record.config.condition(arm).learning_rate for arm in arms}


def _listed(rates: dict[str, float]) -> str:
    return ", ".join(f"{arm} {rate:g}" for arm, rate in rates.items())


def sources_rate(record: RunRecord, arms: Sequence[str], rate: float, place: str) -> Gate:
    """Every arm has the learning rate that the source itself states for all of them."""
    rates = _rates(record, arms)
    held = set(rates.values()) == {rate}
    sentence = f"{_listed(rates)}; the source's own rate is {rate:g} for all ({place})"
    return Gate(_NAME, held, sentence)


def each_setting(record: RunRecord, arms: Sequence[str]) -> Gate:
    """No rate is chosen: the arms have several, and the answer must be the same at each."""
    rates = _rates(record, arms)
    held = len(set(rates.values())) > 1
    sentence = f"no rate is chosen, the answer is asked at each: {_listed(rates)}"
    return Gate(_NAME, held, sentence)


def own_rates(runs: Records, arms: Sequence[str], *looks_at: tuple[str, str]) -> Gate:
    """Every arm has its own rate, by one rule that looks at what the claim looks at.

    Args:
        runs: the run and its scan.
        arms: those that are compared.
        looks_at: what the claim looks at: a curve, and ``last`` or ``mean`` over the epochs.
    """
    rule, rates = runs.recipe.scan, _rates(runs.record, arms)
    if not rates:
        return Gate(_NAME, False, "no arm is asked about")
    if rule is None:
        return Gate(_NAME, False, f"no rule chose the rates: {_listed(rates)}")
    scan = runs.scan
    if isinstance(scan, str):
        return Gate(_NAME, False, f"the scan that chose the rates is not here: {scan}")
    faults = [*_unequal(rule, rates), *_looks_elsewhere(rule, looks_at)]
    faults += _not_the_choice(rule, scan.record, rates)
    faults += _on_the_edge(rule, rates)
    faults += _unfinished(scan.record)
    if faults:
        return Gate(_NAME, False, "; ".join(faults))
    grid = ", ".join(f"{rate:g}" for rate in rule.rates)
    return Gate(_NAME, True, f"each arm's own best rate out of {grid}: {_listed(rates)}")


def _unequal(rule: RateScan, rates: dict[str, float]) -> list[str]:
    scanned = [condition.name for condition in rule.conditions]
    left = [arm for arm in rates if arm not in scanned]
    if rule.alone and not left:
        return []
    by = f"chosen by {scanned[0]} alone" if len(scanned) == 1 else "chosen by all arms together"
    return [f"not every arm has its own rate: one serves all, {by} ({_listed(rates)})"]


def _looks_elsewhere(rule: RateScan, looks_at: Sequence[tuple[str, str]]) -> list[str]:
    seen = (rule.curve, rule.when)
    other = [f"{when} {curve}" for curve, when in looks_at if (curve, when) != seen]
    if not other:
        return []
    claim = " and the ".join(other)
    return [f"the rule looks at the {rule.when} {rule.curve}, the claim at the {claim}"]


def _not_the_choice(rule: RateScan, scan: RunRecord, rates: dict[str, float]) -> list[str]:
    chosen = {
        arm: rule.best_rate(scan, arm)
        for arm in rates
        if not rule.alone or arm in [condition.name for condition in rule.conditions]
    }
    wrong = [arm for arm in chosen if chosen[arm] != rates[arm]]
    return [f"not the rate that the rule chooses: {', '.join(wrong)}"] if wrong else []


def _on_the_edge(rule: RateScan, rates: dict[str, float]) -> list[str]:
    # The best beyond the grid's end is not known to be worse.
    edges = {min(rule.rates), max(rule.rates)}
    edge = {arm: rate for arm, rate in rates.items() if rate in edges}
    if not edge:
        return []
    return [f"on the edge of the grid {min(edges):g} … {max(edges):g}: {_listed(edge)}"]


def _unfinished(scan: RunRecord) -> list[str]:
    # The rule is one of the last epoch that was planned, the same for every rate.
    stopped = scan.provenance.stopped
    return [] if stopped is None else [f"the scan was {stopped}"]


def every_rate(runs: Records, arm: str, bound_above_chance: float) -> Gate:
    """One arm's accuracy is on the same side of chance + bound at every rate of the scan.

    It is for sentences that say of one arm that it learns or does not, and name no rate.
    """
    rule = runs.recipe.scan
    scan = "the recipe has no scan" if rule is None else runs.scan
    if rule is None or isinstance(scan, str):
        return Gate(_NAME, False, f"at which rates it does so is not known: {scan}")
    record = scan.record
    if _unfinished(record):
        return Gate(
            _NAME, False, f"at which rates it does so is not known: {_unfinished(record)[0]}"
        )
    condition = runs.record.config.condition(arm)
    learns = {
        rate: _mean(record.final(ACCURACY, at_rate(condition, rate).name))
        > record.chance + bound_above_chance
        for rate in rule.rates
    }
    yes, no = ([f"{r:g}" for r in rule.rates if learns[r] is side] for side in (True, False))
    if yes and no:
        sentence = (
            f"it depends on the learning rate, which the source does not state and which it would "
            f"take: in the scan {arm} learns at {', '.join(yes)} and not at {', '.join(no)}"
        )
        return Gate(_NAME, False, sentence, takes="the source's own learning rate")
    grid = ", ".join(yes or no)
    return Gate(_NAME, True, f"{arm} {'learns' if yes else 'does not learn'} at any of {grid}")


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def needs_no_choice(record: RunRecord, *arms: str) -> Gate:
    """The claim is that each of the arms learns: one rate at which it does so is enough."""
    rate = _listed(_rates(record, arms))
    return Gate(_NAME, True, f"that it learns is shown by one rate: {rate}")


def shown_by_one_rate(record: RunRecord, *arms: str, agrees: bool) -> Gate:
    """The claim is that each of the arms learns so well: where it does, one rate is enough."""
    if agrees:
        return needs_no_choice(record, *arms)
    rate = _listed(_rates(record, arms))
    return Gate(_NAME, False, f"another rate might suit it better: {rate}")


def inner_grid(record: RunRecord, option: str) -> Gate:
    """Settings chosen inside the run: at most half of a method's choices are at the grid's ends.

    A choice is made for every outer fold, from little data: some are at an end of any grid. Of two
    values each is on an edge.
    """
    texts = str(record.config.options[option]).split(",")
    grid, listed = sorted(map(float, texts)), ", ".join(texts)
    by = f"every method chooses {option} by the same rule from {len(grid)} values, {listed}"
    if len(grid) < 3:
        said = f"{by}, each of which is on the edge of the grid"
        return Gate(_NAME, False, said, takes=f"a grid of three {option} or more")
    if f"{option}_after" not in record.layers:
        return Gate(_NAME, False, f"{by}; the record does not keep which")
    ends = {
        c.name: float(np.isin(record.layer(f"{option}_after", c.name), (grid[0], grid[-1])).mean())
        for c in record.config.conditions
    }
    most = max(ends, key=lambda name: ends[name])
    figures = f"most at an end of the grid are {most}'s choices, {100 * ends[most]:.0f} %"
    # A method whose usual choice is an end may be better beyond it.
    return Gate(_NAME, ends[most] <= 0.5, f"{by}; {figures}", takes=f"a wider grid of {option}")
