"""Where PyTorch is not installed, the tests of what needs none: those that need it are skipped.

Whether a test may ask for PyTorch is seen in its file, which names it or a floor that rests on it.
Any other that comes to need PyTorch fails: a floor that is to do without it no longer does.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Generator
from pathlib import Path

import pytest

_MAY_ASK = re.compile(r"torch|\b(nn|experiment|measured|train|pool)\b")
_REASON = "Skipped: PyTorch is not installed"


def skip_what_needs_torch(config: pytest.Config) -> None:
    """In docstrings as well, which lie outside the folder whose ``conftest.py`` has hooks."""
    if importlib.util.find_spec("torch") is None:
        config.pluginmanager.register(_WithoutTorch(), "without_torch")


def lacks_torch(error: BaseException | None, where: Path) -> bool:
    """Whether the error comes from PyTorch's absence, in a file that may ask for it."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name == "torch":
            # A folder is asked for its conftest.py, which has its fixtures.
            file = where / "conftest.py" if where.is_dir() else where
            return bool(_MAY_ASK.search(file.read_text("utf-8")))
        error = error.__cause__ or error.__context__
    return False


class _WithoutTorch:
    """Makes such errors skips."""

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        found = report.call.excinfo
        if found is not None and lacks_torch(found.value, collector.path):
            report.outcome = "skipped"
            report.longrepr = (str(collector.path), 0, _REASON)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo is not None and lacks_torch(call.excinfo.value, item.path):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, _REASON)
        return report
