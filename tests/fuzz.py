"""Ten minutes of inputs that nobody has tried: ``make fuzz``, or ``python -m tests.fuzz``.

The suite's own tests of formulas, commands, certificates and data files, with other seeds each
round and many more examples. What fails is shown with the seed that makes it fail again.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Area:
    """What is tried: tests, and how many examples each of them makes in a round."""

    name: str
    tests: tuple[str, ...]
    examples: int


AREAS = (
    Area("formulas", ("tests/test_generated_formulas.py", "tests/text/test_formulas.py"), 25),
    Area("commands", ("tests/cli/test_wild_input.py",), 25),
    Area("certificates", ("tests/prove/test_verification.py",), 8),
    Area("data files", ("tests/experiment/data",), 2000),
)


@dataclass(frozen=True)
class Round:
    """One area with one seed."""

    area: Area
    seed: int

    @property
    def command(self) -> str:
        """What makes it again."""
        tests = " ".join(self.area.tests)
        return f"FUZZ={self.seed} ACTMATH_EXAMPLES={self.area.examples} pytest {tests}"

    def run(self, seconds: float) -> str | None:
        """The end of what pytest says if something failed, else nothing; None if time was up."""
        call = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "auto"]
        call += [f"--hypothesis-seed={self.seed}", *self.area.tests]
        asked = {"FUZZ": str(self.seed), "ACTMATH_EXAMPLES": str(self.area.examples)}
        try:
            done = subprocess.run(
                call,
                cwd=ROOT,
                env=os.environ | asked,
                timeout=seconds,
                capture_output=True,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        return "" if done.returncode == 0 else done.stdout[-4000:] + done.stderr[-1000:]


def fuzz(minutes: float, seed: int, areas: tuple[Area, ...] = AREAS) -> int:
    """Round after round until the time is up; how many found something, 1 if none was finished."""
    end, draw = time.monotonic() + 60 * minutes, random.Random(seed)
    found, finished = 0, 0
    with Progress() as progress:
        bar = progress.add_task("fuzz", total=60 * minutes)
        for count in range(10**9):
            left = end - time.monotonic()
            if left <= 0:
                break
            one = Round(areas[count % len(areas)], draw.randrange(2**31))
            progress.update(bar, description=one.area.name, completed=60 * minutes - left)
            said = one.run(left)
            finished += said is not None
            if said:
                found += 1
                progress.print(said, markup=False)
                progress.print(f"again: {one.command}", markup=False)
            elif said is None:
                # It may have been slow, or hang.
                progress.print(f"ended after {left:.0f} s, unfinished: {one.command}", markup=False)
    print(f"{finished} rounds were finished, {found} of them found something")
    # Where none was, nothing is known.
    return found if finished else 1


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    parser.add_argument("--seed", type=int, default=None, help="of the seeds; by default the time")
    options = parser.parse_args()
    seed = time.time_ns() % 2**31 if options.seed is None else options.seed
    print(f"seed {seed}")
    sys.exit(1 if fuzz(options.minutes, seed) else 0)


if __name__ == "__main__":
    main()
