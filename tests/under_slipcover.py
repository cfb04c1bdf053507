"""Where Slipcover measures which lines are run: what it inserts is nothing that Dynamo can trace.

Tests that end in Dynamo's error about it are skipped in such a run; they are made in any other.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

_ERROR = (
    "Cannot construct `ConstantVariable` for value of type <class 'builtin_function_or_method'>"
)
_REASON = "Skipped: Dynamo cannot trace what Slipcover inserts"


def settle_under_slipcover(config: pytest.Config) -> None:
    """Register what such a run needs."""
    if "SLIPCOVER_ENABLED" in os.environ:
        config.pluginmanager.register(_UnderSlipcover(), "under_slipcover")


class _UnderSlipcover:
    """Skips such tests, and leaves Slipcover alone in the processes that tests start."""

    def __init__(self) -> None:
        worker = "PYTEST_XDIST_WORKER" in os.environ
        names = [name for name in os.environ if name.startswith("SLIPCOVER")] if worker else []
        self.told = {name: os.environ.pop(name) for name in names}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        # Slipcover looks again before it writes.
        os.environ.update(self.told)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo is not None and _ERROR in str(call.excinfo.value):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, _REASON)
        return report
