"""The share of lines that a run has executed, floor by floor: ``python -m tests.covered FILE``.

The file is what Slipcover writes beside the tests:
``make test COVER="-m slipcover --source actmath --json --out FILE"``.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

#: Percent of all lines.
WANTED = 95


def shares(measured: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Lines run and lines there are, for each floor and for ``all``."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for file, each in sorted(measured["files"].items()):
        run = len(each["executed_lines"])
        lines = run + len(each["missing_lines"])
        parts = Path(file).parts
        for name in (parts[1] if len(parts) > 2 else parts[0], "all"):
            found[name] = (found[name][0] + run, found[name][1] + lines)
    return dict(found)


def main() -> None:
    """Print the table; ends with 1 where too few lines were run."""
    parser = argparse.ArgumentParser(prog="python -m tests.covered", description=__doc__)
    parser.add_argument("file", type=Path, help="Slipcover's JSON")
    of_floor = shares(json.loads(parser.parse_args().file.read_text("utf-8")))
    table = Table("floor", "lines", "run", "percent")
    for name, (run, lines) in sorted(of_floor.items(), key=lambda floor: floor[0] == "all"):
        table.add_row(name, str(lines), str(run), f"{100 * run / lines:.1f}")
    Console().print(table)
    run, lines = of_floor["all"]
    if 100 * run < WANTED * lines:
        raise SystemExit(f"Fewer than {WANTED} percent of the lines are run by tests.")


if __name__ == "__main__":
    main()
