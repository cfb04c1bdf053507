"""Run an experiment by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..._text.kinds import check_kind, check_name
from .._record.config import Config
from .._record.recipe import Recipe
from .._record.record import RunRecord
from ..recipes import RECIPES


def run(
    recipe: str | Recipe,
    preset: str,
    *,
    seeds: int | Sequence[int] | None = None,
    device: str = "auto",
    out: str | Path | None = None,
    force: bool = False,
    progress: bool = True,
    precision: str | None = None,
    compile: bool | None = None,  # noqa: A002 - PyTorch's name for it
    budget: float | None = None,
) -> RunRecord:
    """Train a recipe's preset and return what happened.

    Args:
        recipe: a name in ``recipes.RECIPES``, or a recipe of your own.
        preset: one of its presets.
        seeds: how many repetitions, or which; None keeps the preset's.
        device: ``auto`` (a GPU where there is one), or a PyTorch device such as ``cpu``.
        out: file for the record. With it the run also checkpoints and can be resumed by the same
            call; None writes nothing at all.
        force: replace a record that exists.
        progress: show a bar with the time left.
        precision: ``full``, ``tf32`` or ``bf16`` products; None keeps the preset's.
        compile: have PyTorch compile the forward pass; None keeps the preset's.
        budget: seconds after which training ends, at an epoch, with a record that says how far it
            came; the same call then goes on. None trains to the end.

    Raises:
        ValueError: for an unknown recipe, preset or device, or an impossible budget or seeds.
        TypeError: for what is no recipe, no name, or no path.
        FileExistsError: if ``out`` exists and ``force`` is not given, unless a budget ended it.
        MissingDataError: if the data set is not here; the message says how to get it.
    """
    from .train import train

    config = configure(recipe, preset, seeds)
    config = replace(
        config,
        precision=config.precision if precision is None else precision,
        compile=config.compile if compile is None else compile,
    )
    return train(config, device=device, out=out, force=force, progress=progress, budget=budget)


def configure(
    recipe: str | Recipe, preset: str, seeds: int | Sequence[int] | None = None
) -> Config:
    """A recipe's preset, by name or of your own, with other seeds if they are given."""
    check_kind(recipe, (str, Recipe), "recipe", "experiment.recipes.RECIPES holds them")
    check_name(preset, "preset")
    chosen = RECIPES[recipe] if isinstance(recipe, str) else recipe
    return chosen.config(preset).with_seeds(seeds)
