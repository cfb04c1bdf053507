"""Which examples and which tests a run makes."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from . import profiles  # noqa: F401  (it loads one)

# Tests turn functions with others: what is judged meanwhile must not be kept for the user.
os.environ["ACTMATH_NO_CACHE"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    """Tests without PyTorch are those of what needs none; under Slipcover none is compiled."""
    from .under_slipcover import settle_under_slipcover
    from .without_torch import skip_what_needs_torch

    settle_under_slipcover(config)
    skip_what_needs_torch(config)


def _all_wanted(config: pytest.Config) -> bool:
    from .drawn import WHOLE

    return bool(config.getoption("keyword")) or WHOLE


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Of a file of tests its tests: there are no docstrings to run, and a look takes long."""
    found = yield
    return [each for each in found if type(each) is pytest.Module]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of units that have passed, some tests; where somebody asks by ``-k``, all."""
    if _all_wanted(config):
        return
    from .drawn import left_out, thinned

    dropped = left_out(items)
    dropped |= thinned(item for item in items if item not in dropped)
    if dropped:
        config.hook.pytest_deselected(items=list(dropped))
        items[:] = [item for item in items if item not in dropped]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say by which seed tests were drawn, so that a failure can be had again."""
    if not _all_wanted(config):
        from .drawn import CASES, DRAWN, FROM_FILES, ONE_IN, SEED, SHARE

        some = "file's tests" if FROM_FILES else "function's cases"
        cases = f"; of each {some} one in {ONE_IN}, by {CASES=}" if ONE_IN > 1 else ""
        terminalreporter.write_line(
            f"of {len(DRAWN)} units one test in {SHARE} was drawn, by POOL_SEED={SEED}{cases}"
        )
