"""C-NOI-8 and C-NOI-9: the printed schedule, and what annealed noise escapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...numeric._noise.annealing import HardUnit, Runs, descend
from ...numeric._noise.landscapes import NEEDLE, PICTURE, RIPPLES, WELLS, Landscape
from ...numeric._noise.schedules import Compounded, Constant, InverseRoot, Schedule
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict, holds_if

PAPER = "gulcehre2016"
START, END, EVERY, LONG_RUN = 30, 0.5, 200, 10**5
RUNS, STEPS = 1000, 1000
FALLING = InverseRoot(2, every=10)
LOUD = InverseRoot(30, every=10)
CLIP = HardUnit(reach=3.0, steepness=3.0)


def _schedule() -> Finding:
    printed, compounded = InverseRoot(START, END, EVERY), Compounded(START, END, EVERY)
    needed = printed.steps_to(END)
    evidence = (
        f"{START}/√(t + 1) = {END} at t = {needed // EVERY}: {needed:,} mini-batches; after "
        f"{LONG_RUN:,} it stands at {printed.level(LONG_RUN):.2f}, after {LONG_RUN // 10:,} at "
        f"{printed.level(LONG_RUN // 10):.2f}"
    )
    if needed <= LONG_RUN:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.REFUTED,
        evidence,
        f"with t counted at every mini-batch {needed // EVERY:,} are enough; with each division "
        f"applied to the level before it, {compounded.steps_to(END):,}",
    )


def _runs(landscape: Landscape, schedule: Schedule | None) -> Runs:
    entry = "perturbed" if schedule else "plain"
    return descend(landscape, entry, schedule, runs=RUNS, steps=STEPS)


def _escapes(landscape: Landscape) -> Finding:
    plain, annealed = (_runs(landscape, schedule).success for schedule in (None, FALLING))
    evidence = (
        f"{landscape.name}: plain descent ends at the global minimum in {plain} of the runs, "
        f"annealed noise in {annealed}"
    )
    return Finding(
        Verdict.REPRODUCED if annealed.low > plain.high else Verdict.NOT_REPRODUCED, evidence
    )


def _always() -> Finding:
    plain, annealed = (_runs(NEEDLE, schedule).success for schedule in (None, FALLING))
    return holds_if(
        annealed.low >= plain.high,
        f"{NEEDLE.name}, whose deepest minimum is narrow: plain {plain}, annealed {annealed}; the "
        f"smoothed loss has lost that minimum before the noise has gone",
    )


def _better_than_fixed() -> Finding:
    fixed, annealed = (_runs(PICTURE, s).success for s in (Constant(FALLING.start), FALLING))
    return Finding(
        Verdict.REPRODUCED if annealed.low > fixed.high else Verdict.NOT_REPRODUCED,
        f"{PICTURE.name}, noise {FALLING.start} throughout: {fixed}; annealed: {annealed}",
    )


def _through_the_unit() -> Finding:
    clipped = descend(PICTURE, clip=CLIP, runs=RUNS, steps=STEPS).success
    noisy = descend(PICTURE, "activated", LOUD, clip=CLIP, runs=RUNS, steps=STEPS).success
    free = _runs(PICTURE, None).success
    evidence = (
        f"weight clipped at ±{CLIP.reach:g}: plain {clipped}; with NAN, c annealed from "
        f"{LOUD.start}, {noisy}; never clipped at all, {free}"
    )
    if noisy.low > free.high:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED,
        evidence,
        "it frees weights whose gradient saturation had set to 0, and no others: within the "
        "linear regime the unit makes no noise, and bad minima there hold it as before",
    )


def _row(part: str, statement: str, kind: Kind, check: Callable[[], Finding]) -> Claim:
    return Claim(
        f"C-NOI-9.{part}",
        statement,
        r"w \leftarrow w - \eta\,\nabla L(w + s_t \xi),\ s_t = s_0 / \sqrt{t + 1}",
        Source(PAPER, "Fig. 2"),
        f"{RUNS} runs of {STEPS} steps from uniform starts; the objectives are our own",
        kind,
        check,
    )


CLAIMS = (
    Claim(
        "C-NOI-8",
        "c is annealed from 30 down to 0.5 as c/√(t + 1) with t counted every 200 mini-batches.",
        r"30 / \sqrt{t + 1} = 0.5 \text{ within the run}",
        Source(PAPER, "Section 5"),
        "runs of 10⁴ to 10⁵ mini-batches",
        Kind.COMPUTED,
        _schedule,
    ),
    *(
        _row(
            part,
            f"On {words} annealed noise escapes bad minima that hold plain descent.",
            Kind.MEASURED,
            partial(_escapes, landscape),
        )
        for part, landscape, words in (
            ("a", PICTURE, "a curve like that of Fig. 2"),
            ("b", RIPPLES, "a rippled bowl"),
            ("c", WELLS, "a loss of two weights"),
        )
    ),
    _row(
        "d",
        "Annealed noise ends at the best minimum at least as often as plain descent, on any loss.",
        Kind.COMPUTED,
        _always,
    ),
    _row(
        "e",
        "Noise that is annealed does better than the same noise kept on.",
        Kind.MEASURED,
        _better_than_fixed,
    ),
    _row(
        "f",
        "Annealed noise that enters through a noisy activation escapes bad minima.",
        Kind.COMPUTED,
        _through_the_unit,
    ),
)
