"""C-NOI-8 and C-NOI-9: the printed schedule, and what annealed noise escapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from scipy.stats import binomtest

from ..._text.p_values import p_is
from ...experiment._record.significance import holm
from ...numeric._noise.annealing import HardClip, Runs, Share, descend
from ...numeric._noise.landscapes import NEEDLE, PICTURE, RIPPLES, WELLS, Landscape
from ...numeric._noise.schedules import Compounded, ConstantSchedule, InverseRoot, Schedule
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence.decision import DECISION_LEVEL, MeasuredFinding
from .._evidence.gates import Gate

PAPER = "gulcehre2016"
#: As printed: from 30 to 0.5, t counted every 200 mini-batches; and a long run.
_START, _END, _EVERY, _LONG_RUN = 30, 0.5, 200, 10**5
# Of 1000 runs Wilson's interval at 95 % reaches 3.1 points to each side at most.
RUNS, STEPS = 1000, 1000
#: "Escapes" is said of a difference between the shares of a tenth at least.
NOTICEABLE = 0.1
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


@lru_cache(maxsize=16)
def _runs(landscape: Landscape, schedule: Schedule | None) -> Runs:
    # ∇L at w + sξ, or at w where there is no noise.
    entry = "perturbed" if schedule else "plain"
    return descend(landscape, entry, schedule, runs=RUNS, steps=STEPS)


def _paired_p(landscape: Landscape) -> float:
    """Two-sided p-value: is one of the two solved more often, where only one is?"""
    # Run by run, since both begin at the same points: McNemar's exact test.
    plain, annealed = (_runs(landscape, schedule).solved for schedule in (None, FALLING))
    won, lost = int((annealed & ~plain).sum()), int((plain & ~annealed).sum())
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def simulation_gates(
    name: str, pairs: Mapping[str, float], plain: Share, annealed: Share
) -> tuple[Gate, ...]:
    """What must hold before the shares of two methods say which is better.

    Args:
        name: the landscape that is asked about.
        pairs: the p-values of all landscapes: Holm's correction is over them.
        plain, annealed: the shares of runs that each method solved.
    """
    n = min(plain.n, annealed.n)
    # A two-sided test at 0.05 shows (1.96 + 0.84)·√(2·¼/n) with probability 0.8, at the most.
    visible = (1.96 + 0.84) * math.sqrt(0.5 / n)
    apart = annealed.low > plain.high or annealed.high < plain.low
    p = dict(zip(pairs, holm(list(pairs.values())), strict=True))[name]
    return (
        Gate(
            "samples",
            visible <= NOTICEABLE,
            f"{n} runs of each show a difference of {100 * visible:.1f} points, and "
            f"{100 * NOTICEABLE:.0f} are asked for",
        ),
        Gate(
            "interval",
            apart,
            f"the 95 % intervals {'do not overlap' if apart else 'overlap'}",
        ),
        Gate(
            "test",
            p < DECISION_LEVEL,
            f"two-sided McNemar p {p_is(p)}, after Holm over {len(pairs)} losses",
        ),
    )


def _escapes(landscape: Landscape) -> Finding:
    plain, annealed = (_runs(landscape, schedule).success for schedule in (None, FALLING))
    found = (
        f"{landscape.name}: plain descent ends at the global minimum in {plain} of the runs, "
        f"annealed noise in {annealed}"
    )
    pairs = {one.name: _paired_p(one) for one in (PICTURE, RIPPLES, WELLS)}
    gates = simulation_gates(landscape.name, pairs, plain, annealed)
    verdict = Verdict.REPRODUCED if annealed.rate > plain.rate else Verdict.NOT_REPRODUCED
    if not all(gate.held for gate in gates):
        verdict = Verdict.UNDECIDED
    evidence = f"{found}. Gates: {'; '.join(map(str, gates))}"
    return MeasuredFinding(verdict, evidence, gates=gates, found=found)


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
