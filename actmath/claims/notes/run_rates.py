"""At which learning rates five networks of fifty layers learn: what lies behind the notes' rows."""

from __future__ import annotations

from collections.abc import Sequence

from ...experiment._record.record import RunRecord
from ...experiment._record.scans import at_rate
from ...experiment._record.shape import ACCURACY
from ...experiment._record.significance import compare
from ...experiment.recipes.fifty_layers import BOOK as FIFTY_LAYERS
from ...experiment.recipes.fifty_layers_rates import LEARNS_FROM, ONE_RATE, TRIED_RATES
from ...sources import Source
from .._claim import Claim
from .._evidence.decision import Case
from .._evidence.found import Found, bounded, contrast, every, over_examples
from .._evidence.gates import Gate, acted, course, learned
from .._evidence.measured import ClaimRows, measured
from .._evidence.tuning import Records

RECIPE = "fifty-layers-rates"
RAW, GLOROT, LECUN = "selu-raw", "selu-standardized", "selu-standardized-lecun"


def named(arm: str, rate: float) -> str:
    """What the recipe calls one of the five networks at a rate."""
    return at_rate(FIFTY_LAYERS.condition(arm), rate).name


def learns(record: RunRecord, arm: str, rate: float) -> tuple[bool, ...]:
    """By seed: is at least half of the test images right at the end?"""
    return tuple(share >= LEARNS_FROM for share in record.final(ACCURACY, named(arm, rate)))


def largest_step(record: RunRecord, arm: str) -> tuple[int, ...]:
    """By seed: the place in the grid, from 1, of the largest rate at which it learns; 0: none."""
    by_rate = [learns(record, arm, rate) for rate in TRIED_RATES]
    return tuple(
        max((step for step, found in enumerate(seed, start=1) if found), default=0)
        for seed in zip(*by_rate, strict=True)
    )


def _inside(steps: dict[str, tuple[int, ...]]) -> Gate:
    """No arm learns at the largest rate of the grid, beyond which its own would lie."""
    listed = ", ".join(f"{arm} {_rates(found)}" for arm, found in steps.items())
    edge = [arm for arm, found in steps.items() if max(found) == len(TRIED_RATES)]
    sentence = (
        f"asked at each of {', '.join(f'{rate:g}' for rate in TRIED_RATES)}; largest: {listed}"
    )
    if edge:
        return Gate("tuning", False, f"beyond the grid: {', '.join(edge)}; {sentence}")
    return Gate("tuning", True, sentence)


def _rates(steps: Sequence[int]) -> str:
    """The rates at these steps, from the least to the largest."""
    least, most = ("none" if not s else f"{TRIED_RATES[s - 1]:g}" for s in (min(steps), max(steps)))
    return least if least == most else f"{least} … {most}"


def _larger(runs: Records, first: str, second: str) -> Case:
    record = runs.record
    steps = {arm: largest_step(record, arm) for arm in (first, second)}
    subject = f"steps of the grid to the largest trainable rate, {first} − {second}"
    least = [named(arm, TRIED_RATES[0]) for arm in (first, second)]
    return Case(
        contrast(subject, compare(steps[first], steps[second], "greater")),
        (
            learned(record, least),
            acted(record, [(least[0], least[1])]),
            course("which networks have begun to learn by its last update"),
            _inside(steps),
        ),
    )


def _order(runs: Records) -> Case:
    """At one rate: one arm learns, the others do not."""
    record, rate = runs.record, ONE_RATE
    sides = {c.name: "greater" if c.name == LECUN else "less" for c in FIFTY_LAYERS.conditions}
    found = every(_beyond(record, named(arm, rate), side) for arm, side in sides.items())
    pairs = [(named(LECUN, rate), named(arm, rate)) for arm in sides if arm != LECUN]
    return Case(
        found,
        (
            learned(record, [named(LECUN, rate)]),
            acted(record, pairs),
            course("which networks have begun to learn by its last update"),
            _one_rate(found),
        ),
    )


def _beyond(record: RunRecord, name: str, side: str) -> Found:
    subject = f"test accuracy of {name} − {LEARNS_FROM:g}"
    seeds = bounded(subject, record.final(ACCURACY, name), LEARNS_FROM, side)
    return over_examples(seeds, record, {name: 1}, LEARNS_FROM, side)


def _one_rate(found: Found) -> Gate:
    sentence = f"one rate for all five, {ONE_RATE:g}"
    # That there is such a rate is shown by one; that there is none, by no single one.
    more = "there may be another at which it is so"
    return Gate("tuning", found.agrees, sentence if found.agrees else f"{sentence}: {more}")


def _cases(runs: Records) -> dict[str, Case]:
    return {
        "C-LEC-4.a": _larger(runs, LECUN, GLOROT),
        "C-LEC-4.b": _larger(runs, GLOROT, RAW),
        "C-LEC-4.c": _order(runs),
    }


_DECIDED = ClaimRows(RECIPE, _cases)


def _row(*, part: str, statement: str, tex: str) -> Claim:
    return measured(
        id=f"C-LEC-4.{part}",
        statement=statement,
        tex=tex,
        source=Source("lecture", "fifty-layer experiment"),
        assumptions="50 hidden fully connected layers, MNIST digits, plain gradient descent; to "
        "learn: at least half of the test images right after the run's last update",
        rows=_DECIDED,
    )


CLAIMS = (
    _row(
        part="a",
        statement="Does SELU on standardized inputs learn at larger rates from LeCun-normal "
        "weights than from Glorot-uniform ones?",
        tex=r"\eta_{\max}(\text{LeCun}) > \eta_{\max}(\text{Glorot})",
    ),
    _row(
        part="b",
        statement="Does SELU from Glorot-uniform weights learn at larger rates on standardized "
        "inputs than on raw ones?",
        tex=r"\eta_{\max}(\text{standardized}) > \eta_{\max}(\text{raw})",
    ),
    _row(
        part="c",
        statement="Is there one rate at which SELU on standardized inputs from LeCun-normal "
        "weights learns and the other four networks do not?",
        tex=r"\exists\,\eta:\ \text{only SELU, standardized, LeCun normal learns}",
    ),
)
