"""Turning the noise of a network down while it trains, in the manner of PyTorch's schedulers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from ..._arrays import finite_number, whole_number
from ...numeric._noise.schedules import InverseRoot
from .._mirrored.mirrored import as_number
from .units import NoisyActivation


class LambdaNoise:
    """Sets the level of every noisy activation in a module to a function of the step.

    As with a learning-rate scheduler, construction sets the first level and ``step()`` is called
    after each mini-batch (or epoch, if the function is meant so).

    Args:
        module: its ``NoisyActivation`` children, and itself, are set.
        level: from the number of steps taken, beginning with 0, to a level.
        last_step: -1 to begin; the number of steps already taken, to resume.

    Raises:
        TypeError: for what is no module, no function, or no number of steps.
        ValueError: if the module holds no noisy activation.

    >>> from actmath.nn import NAN
    >>> unit = NAN()
    >>> noise = LambdaNoise(unit, lambda step: 1 / (1 + step))
    >>> noise.step()
    >>> unit.level
    tensor(0.5000)
    """

    def __init__(
        self, module: nn.Module, level: Callable[[int], float], last_step: int = -1
    ) -> None:
        if not isinstance(module, nn.Module):
            raise TypeError(f"a module is needed, got {type(module).__name__}")
        if not callable(level):
            raise TypeError(f"level must be a function of the step, got {level!r}")
        self.units = [unit for unit in module.modules() if isinstance(unit, NoisyActivation)]
        if not self.units:
            raise ValueError(f"{type(module).__name__} holds no noisy activation to schedule")
        self.level, self.last_step = level, whole_number(last_step, "last_step", -1)
        self.step()

    def step(self) -> None:
        """Count one step and set the levels."""
        self.last_step += 1
        self._last_level = self.get_level()
        for unit in self.units:
            unit.set_level(self._last_level)

    def get_level(self) -> float:
        """The level for the present step."""
        return float(as_number(self.level(self.last_step), "level"))

    def get_last_level(self) -> float:
        """The level that was set last."""
        return self._last_level

    def state_dict(self) -> dict[str, Any]:
        """What resuming needs; the units and the function are not part of it."""
        return {"last_step": self.last_step}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to the step of a saved state, and set its levels."""
        # step() counts on to the saved one.
        self.last_step = whole_number(state["last_step"], "last_step", 0) - 1
        self.step()


class AnnealNoise(LambdaNoise):
    """Level start/√(t + 1), t counted every ``every`` steps, down to ``end``.

    The paper's own figures are 30, 0.5 and 200; ``numeric.InverseRoot`` tells after how
    many mini-batches the end is reached.

    >>> from actmath.nn import NAH
    >>> unit = NAH()
    >>> AnnealNoise(unit, 30, 0.5, every=200).get_last_level(), unit.level.item()
    (30.0, 30.0)
    """

    def __init__(
        self,
        module: nn.Module,
        start: float,
        end: float = 0.0,
        every: int = 1,
        last_step: int = -1,
    ) -> None:
        self.schedule = InverseRoot(start, finite_number(end, "end"), every)
        super().__init__(module, self.schedule.level, last_step)
