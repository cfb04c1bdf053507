"""Record today's errors against the tables in ``ratchet.json``; run only when they have shrunk."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))


def rounded(found: dict[str, Any]) -> dict[str, float]:
    return {key: float(f"{float(error):.2e}") for key, error in found.items()}


def main() -> None:
    from actmath import catalog
    from tests.numeric.test_accuracy import GOAL, errors

    found = {
        name: {
            domain: {k: float(f"{float(e):.2e}") for k, e in errors(name, domain).items()}
            for domain in GOAL
        }
        for name in sorted(catalog.CATALOG)
    }
    (HERE / "ratchet.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
