"""What ``make gpu`` does in its nine minutes: phases with hard stops, and the runs side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A recipe's preset, trained for as long as there is."""

    recipe: str
    preset: str

    @property
    def name(self) -> str:
        """The stem of its files."""
        return f"{self.recipe}-{self.preset}"


@dataclass(frozen=True)
class Plan:
    """The phases' ends, in seconds from the start, and what is done in them.

    Attributes:
        environment, tests, measures, runs, records: when each phase is stopped; the last is the
            end of all.
        reserve: seconds of the phase of runs that are not training: starting, and writing.
        training: the runs.
        places: folders and files of tests; those that are marked ``on_device`` are run on it.
        workers: processes for the tests.
        timed: recipes whose steps are timed, by the preset ``book``.
        large: whether sizes are those that fill a GPU, or small ones that show that it runs.
    """

    environment: float
    tests: float
    measures: float
    runs: float
    records: float
    reserve: float
    training: tuple[Run, ...]
    places: tuple[str, ...]
    workers: int
    timed: tuple[str, ...]
    large: bool = True


#: Sizes for one large card. The two of fifty layers and ELU's have 16 seeds on all of MNIST.
FULL = Plan(
    environment=15,
    tests=85,
    measures=125,
    runs=500,
    records=530,
    reserve=30,
    training=(
        Run("fifty-layers", "paper"),
        Run("fifty-layers-rates", "large"),
        Run("elu-mnist", "paper"),
        Run("snn-depth", "large"),
        Run("he-depth", "book"),
        Run("noisy-unique", "book"),
        Run("prelu-slopes", "book"),
        Run("elu-conv", "book"),
        Run("elu-autoencoder", "book"),
    ),
    places=("tests/nn", "tests/experiment"),
    workers=8,
    timed=("fifty-layers", "snn-depth", "noisy-unique", "elu-conv"),
)
#: The same on a CPU within half a minute, to see that every phase does its work. A machine that is
#: busy with other tests may take ten times as long.
TINY = Plan(
    environment=60,
    tests=150,
    measures=330,
    runs=420,
    records=480,
    reserve=0,
    training=(Run("weight-moments", "smoke"), Run("no-such-recipe", "smoke")),
    places=("tests/nn/test_devices.py::test_alpha_dropout_keeps_mean_and_variance",),
    workers=0,
    timed=(),
    large=False,
)
PLANS = {"full": FULL, "tiny": TINY}
