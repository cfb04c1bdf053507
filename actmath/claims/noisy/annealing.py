"""C-NOI-8 and C-NOI-9: the printed schedule, and what annealed noise escapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...numeric._noise.annealing import HardClip, Runs, descend
from ...numeric._noise.landscapes import NEEDLE, PICTURE, RIPPLES, WELLS, Landscape
from ...numeric._noise.schedules import Compounded, ConstantSchedule, InverseRoot, Schedule
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict

PAPER = "gulcehre2016"
#: As printed: from 30 to 0.5, t counted every 200 mini-batches; and a long run.
_START, _END, _EVERY, _LONG_RUN = 30, 0.5, 200, 10**5
# Of 1000 runs Wilson's interval at 95 % reaches 3.1 points to each side at most.
RUNS, STEPS = 1000, 1000
FALLING = InverseRoot(2, every=10)
# c starts where the printed schedule does.
LOUD = InverseRoot(30, every=10)
CLIP = HardClip(reach=3.0, steepness=3.0)


def _schedule() -> Finding:
    printed, compounded = InverseRoot(_START, _END, _EVERY), Compounded(_START, _END, _EVERY)
    # 30/√(t + 1) = 0.5 at t = 3599, counted every 200 mini-batches.
    needed = printed.steps_to(_END)
    evidence = (
        f"{_START}/√(t + 1) = {_END} at t = {needed // _EVERY}: {needed:,} mini-batches; after "
        f"{_LONG_RUN:,} it stands at {printed.level(_LONG_RUN):.2f}, after {_LONG_RUN // 10:,} at "
        f"{printed.level(_LONG_RUN // 10):.2f}"
    )
    if needed <= _LONG_RUN:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.REFUTED,
        evidence,
        f"with t counted at every mini-batch {needed // _EVERY:,} are enough; with each division "
        f"applied to the level before it, {compounded.steps_to(_END):,}",
    )


def _runs(landscape: Landscape, schedule: Schedule | None) -> Runs:
    # ∇L at w + sξ, or at w where there is no noise.
    entry = "perturbed" if schedule else "plain"
    return descend(landscape, entry, schedule, runs=RUNS, steps=STEPS)


def _escapes(landscape: Landscape) -> Finding:
    plain, annealed = (_runs(landscape, schedule).success for schedule in (None, FALLING))
    evidence = (
        f"{landscape.name}: plain descent ends at the global minimum in {plain} of the runs, "
        f"annealed noise in {annealed}"
    )
    # The 95 % intervals do not overlap: stricter than a test of the difference at 0.05.
    if annealed.low > plain.high:
        return Finding(Verdict.REPRODUCED, evidence)
    opposite = annealed.high < plain.low
    return Finding(Verdict.NOT_REPRODUCED if opposite else Verdict.UNDECIDED, evidence)


def _always() -> Finding:
    plain, annealed = (_runs(NEEDLE, schedule).success for schedule in (None, FALLING))
    answer = "not on this one" if annealed.high < plain.low else "on this one too"
    return Finding(
        Verdict.ANSWERED,
        f"{answer}: {NEEDLE.name}, whose deepest minimum is narrow: plain {plain}, annealed "
        f"{annealed}; the smoothed loss has lost that minimum before the noise has gone",
    )


def _better_than_fixed() -> Finding:
    fixed, annealed = (
        _runs(PICTURE, s).success for s in (ConstantSchedule(FALLING.start), FALLING)
    )
    answer = "yes" if annealed.low > fixed.high else "not certainly"
    return Finding(
        Verdict.ANSWERED,
        f"{answer}: {PICTURE.name}, noise {FALLING.start} throughout: {fixed}; annealed: "
        f"{annealed}",
    )


def _through_the_unit() -> Finding:
    clipped = descend(PICTURE, clip=CLIP, runs=RUNS, steps=STEPS).success
    noisy = descend(PICTURE, "activated", LOUD, clip=CLIP, runs=RUNS, steps=STEPS).success
    free = _runs(PICTURE, None).success
    evidence = (
        f"weight clipped at ±{CLIP.reach:g}: plain {clipped}; with NAN, c annealed from "
        f"{LOUD.start}, {noisy}; never clipped at all, {free}"
    )
    # Confidence intervals that do not overlap decide.
    if noisy.low > free.high:
        return Finding(Verdict.ANSWERED, f"yes: {evidence}")
    return Finding(
        Verdict.ANSWERED,
        f"{evidence}: it frees weights whose gradient saturation had set to 0, and no others: "
        "within the linear regime the unit makes no noise, and bad minima there hold it as before",
    )


def _row(*, part: str, statement: str, kind: Kind, check: Callable[[], Finding]) -> Claim:
    return Claim(
        id=f"C-NOI-9.{part}",
        statement=statement,
        tex=r"w \leftarrow w - \eta\,\nabla L(w + s_t \xi),\ s_t = s_0 / \sqrt{t + 1}",
        source=Source(PAPER, "Fig. 2"),
        assumptions=f"{RUNS} runs of {STEPS} steps from uniform starts; the objectives are our own",
        kind=kind,
        check=check,
    )


CLAIMS = (
    Claim(
        id="C-NOI-8",
        statement="c is annealed from 30 down to 0.5 as c/√(t + 1) with t counted every 200 "
        "mini-batches.",
        tex=r"30 / \sqrt{t + 1} = 0.5 \text{ within the run}",
        source=Source(PAPER, "Section 5"),
        assumptions="runs of 10⁴ to 10⁵ mini-batches",
        kind=Kind.COMPUTED,
        check=_schedule,
    ),
    *(
        _row(
            part=part,
            statement=statement,
            kind=Kind.MEASURED,
            check=partial(_escapes, landscape),
        )
        for part, landscape, statement in (
            (
                "a",
                PICTURE,
                "On a curve like that of Fig. 2 annealed noise escapes bad minima that hold plain "
                "descent.",
            ),
            ("b", RIPPLES, "Does annealed noise escape bad minima on a rippled bowl as well?"),
            ("c", WELLS, "Does annealed noise escape bad minima on a loss of two weights?"),
        )
    ),
    _row(
        part="d",
        statement="Does annealed noise end at the best minimum at least as often as plain descent "
        "on any loss?",
        kind=Kind.COMPUTED,
        check=_always,
    ),
    _row(
        part="e",
        statement="Does noise that is annealed do better than the same noise kept on?",
        kind=Kind.MEASURED,
        check=_better_than_fixed,
    ),
    _row(
        part="f",
        statement="Does annealed noise that enters through a noisy activation escape bad minima?",
        kind=Kind.COMPUTED,
        check=_through_the_unit,
    ),
)
