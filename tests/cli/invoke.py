"""Running a command in this process: its JSON, or its refusal."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from actmath.cli import app

RUNNER = CliRunner()


def answer(*arguments: str) -> Any:
    result = RUNNER.invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    return " ".join(result.stderr.split())
