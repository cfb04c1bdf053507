"""Record in ``ratchet.json`` where today's errors against the tables have shrunk or are new."""

from __future__ import annotations

import json
import sys
from math import inf
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))


def main() -> None:
    from tests.numeric.test_accuracy import GOAL, TABLED, errors

    path = HERE / "ratchet.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    for name in TABLED:
        for domain in GOAL:
            before = recorded.setdefault(name, {}).setdefault(domain, {})
            for key, error in errors(name, domain).items():
                before[key] = min(float(f"{float(error):.2e}"), before.get(key, inf))
    path.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
