"""The whole pool through the battery: ``make check-pool`` or ``python -m tests.pool.run [NAME …]``.

With names only these are run and nothing is written. All of them write ``book/pool.json``, which
the book's page of the pool shows: for each unit and part its outcome, and where it was made.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from rich.progress import track

from actmath._text.tables import as_plain
from actmath.experiment._record.provenance import Code, Provenance, processor_name

from .battery import PARTS, Outcome, Verdict, examined
from .units import FAMILIES, POOL

RECORD = Path(__file__).parents[2] / "book" / "pool.json"
#: Seconds of the clock for one part, before its process is ended: several times ``LIMIT``, for
#: others use the processors, too.
PATIENCE = 60.0


def outcomes(names: Iterable[str], seed: int, processes: int) -> list[list[Outcome]]:
    """One list for each unit, in the order of the names."""
    wanted = list(names)
    with ThreadPoolExecutor(processes) as pool:
        found = pool.map(lambda name: _in_a_process(name, seed), wanted)
        return list(track(found, "the pool", total=len(wanted)))


def _in_a_process(name: str, seed: int) -> list[Outcome]:
    """What is at hand when the unit's process ends, or is ended; the part that lacks is at fault.

    Each unit has a process of its own, so that none profits from what another one cached, and
    compiled code that does not return can be ended.
    """
    process, receiver = _started(name, seed)
    found, verdict = [], Verdict.CRASH
    try:
        while receiver.poll(PATIENCE):
            found.append(receiver.recv())
            if found[-1] is None:
                break
        else:
            verdict = Verdict.SLOW
    except EOFError:
        pass
    process.kill()
    process.join()
    if found and found[-1] is None:
        return found[:-1]
    lacking = list(PARTS)[len(found)]
    return [*found, Outcome(name, lacking, verdict, PATIENCE, "its process was ended")]


def _started(name: str, seed: int) -> tuple[BaseProcess, Connection]:
    # They fork from one that has imported everything.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.pool.battery", "tests.pool.units"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(name, seed, sender))
    process.start()
    # Only the child's end is left, so that its death ends the waiting.
    sender.close()
    return process, receiver


def _send(name: str, seed: int, sender: Connection) -> None:
    """One outcome after the other, and None at the end."""
    for outcome in examined(POOL[name], seed):
        sender.send(outcome)
    sender.send(None)


def table(found: list[list[Outcome]]) -> tuple[list[str], list[list[str]]]:
    """The columns and rows that the book shows: a word for each unit and part."""
    families = {unit.name: family for family, units in FAMILIES.items() for unit in units}
    rows = []
    for unit in found:
        words = {outcome.part: str(outcome.verdict) for outcome in unit}
        name = unit[0].unit
        formula = str(POOL[name].spellings[0])
        rows.append([name, families[name], formula, *(words.get(part, "—") for part in PARTS)])
    return ["unit", "family", "formula", *PARTS], rows


def record(found: list[list[Outcome]], seed: int, code: Code, seconds: float) -> dict[str, Any]:
    """What is written: the table, every outcome in full, and where it was made."""
    columns, rows = table(found)
    provenance = Provenance.now(code, processor_name(), 1, seconds)
    flat = [outcome for unit in found for outcome in unit]
    counts = {str(v): sum(outcome.verdict is v for outcome in flat) for v in Verdict}
    return {
        "seed": seed,
        "recorded": [len(rows), len(POOL)],
        "counts": counts,
        "columns": columns,
        "rows": rows,
        "outcomes": [as_plain(outcome) for outcome in flat],
        "provenance": as_plain(provenance),
    }


def main() -> int:
    """Run, print what is at fault, write the record; 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="units of the pool; by default all")
    parser.add_argument("--seed", type=int, default=0, help="of the random inputs")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    start, code = time.perf_counter(), Code.present()
    found = outcomes(given.names or POOL, given.seed, given.processes)
    faults = [outcome for unit in found for outcome in unit if outcome.verdict.fault]
    for fault in faults:
        print(f"{fault.unit}, {fault.part}: {fault.verdict} ({fault.seconds} s): {fault.note}")
    written = record(found, given.seed, code, time.perf_counter() - start)
    print(", ".join(f"{count} {verdict}" for verdict, count in written["counts"].items()))
    if not given.names:
        RECORD.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return bool(faults)


if __name__ == "__main__":
    raise SystemExit(main())
