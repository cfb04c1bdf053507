"""Mutation testing: is every operator and number looked at by a test? ``make mutants``.

Places in the code of five floors are drawn by a seed, one operator of cosmic-ray changes each, and
the tests that run the place are tried until one fails. What no test catches is a survivor: it is
listed with its difference, to be judged. A run writes its drawing to ``tests/mutants.json``, beside
those of other seeds, and its work to ``_build/mutants``. One that is stopped by Ctrl-C writes what
it has tried; the same seed on the same code goes on.

``--only`` changes some files alone, and ``--tests`` tries some tests alone: what survives them is
printed and recorded nowhere. ``--again`` tries the listed survivors that are not equivalent, and
notes what catches them today.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.progress import Progress

from .cover import measure, pytest_call, surroundings
from .draw import WHERE, Mutant, drawn, recovered

ROOT = Path(__file__).parents[2]


def digest(root: Path, tests: Sequence[str] = ()) -> str:
    """Of the code that is changed and of the tests, and of which are named."""
    files = sorted(p for name in ("actmath", "tests") for p in (root / name).rglob("*.py"))
    parts = [*(file.read_bytes() for file in files), *(name.encode() for name in tests)]
    return sha256(b"".join(parts)).hexdigest()[:16]


def run(
    root: Path,
    mutants: list[Mutant],
    workers: int,
    kind: str = "drawn",
    tests: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Try mutants, each result written at once; what was found of all.

    Args:
        root: the checkout. mutants: what to try. workers: how many side by side.
        kind: runs of one kind on the same code go on where the last one was stopped.
        tests: files or folders of tests; all where none are named.
    """
    work = root / "_build" / "mutants" / digest(root, tests)
    if not any(work.glob("calls-*.json")):
        measure(root, work, workers, tests)
    done = _results(work, kind)
    left = [mutant for mutant in mutants if mutant not in done]
    running = [_worker(root, work / f"{kind}-{i}", left[i::workers], tests) for i in range(workers)]
    with suppress(KeyboardInterrupt), Progress() as progress:
        bar = progress.add_task("mutants", total=len(mutants))
        while any(each.poll() is None for each in running):
            progress.update(bar, completed=len(_results(work, kind)))
            time.sleep(1)
    for each in running:
        each.terminate()
    if any(each.wait() > 0 for each in running):
        raise SystemExit(f"Some mutants were not tried: {work}/*/log says why.")
    done = _results(work, kind)
    return [done[mutant] for mutant in mutants if mutant in done]


def _worker(
    root: Path, folder: Path, mutants: list[Mutant], tests: Sequence[str]
) -> subprocess.Popen[bytes]:
    shutil.rmtree(folder / "tree", ignore_errors=True)
    _copy(root, folder / "tree")
    (folder / "mutants.json").write_text(json.dumps([asdict(m) for m in mutants]), "utf-8")
    call = [*pytest_call(root, "loop", tests), "-n", "0", f"--basetemp={folder / 'tmp'}"]
    with (folder / "log").open("ab") as log:
        # Ctrl-C is for the process that waits for them, and ends them.
        return subprocess.Popen(
            call,
            cwd=root,
            env=surroundings(root, folder),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _copy(root: Path, tree: Path) -> None:
    """A copy of the package and its tests in which a worker may change a file."""
    tree.mkdir(parents=True)
    for path in root.iterdir():
        if path.name in ("actmath", "tests"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, tree / path.name, ignore=ignored)
        elif not path.name.startswith((".git", ".venv", ".hypothesis")):
            (tree / path.name).symlink_to(path)


def _results(work: Path, kind: str) -> dict[Mutant, dict[str, Any]]:
    found = {}
    for file in work.glob(f"{kind}-*/results.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            each = json.loads(line)
            found[_mutant(each)] = each
    return found


def _mutant(found: dict[str, Any]) -> Mutant:
    return Mutant(**{field.name: found[field.name] for field in fields(Mutant)})


def again(root: Path, workers: int) -> None:
    """Try the survivors that change something on today's code, and note what catches each."""
    file = root / "tests" / "mutants.json"
    drawings = json.loads(file.read_text("utf-8"))
    survivors = [each for drawing in drawings for each in drawing["survivors"]]
    wanted = [each for each in survivors if not each["judged"].startswith("equivalent")]
    places = [recovered(root, each) for each in wanted]
    tried = run(root, list(filter(None, places)), workers, "again")
    by = {_mutant(each): each["caught_by"] for each in tried}
    for each, mutant in zip(wanted, places, strict=True):
        if mutant in by:
            each["caught_by"] = by[mutant]
    file.write_text(json.dumps(drawings, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for each in wanted:
        if not each.get("caught_by"):
            print(f"not caught: {each['file']}:{each['line']}\n{each['change']}\n{each['judged']}")
    caught = sum(bool(name) for name in by.values())
    print(f"{caught} of {len(by)} are caught; of {places.count(None)} the line is gone")


def written(root: Path, found: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    """A drawing's record: how many were caught, and each survivor with its change, to be judged."""
    file = root / "tests" / "mutants.json"
    drawings = json.loads(file.read_text("utf-8")) if file.exists() else []
    known = [each for drawing in drawings for each in drawing["survivors"]]
    judged = {(each["file"], each["change"]): each["judged"] for each in known}
    survivors = []
    for each in found:
        if not each["caught_by"]:
            change = _mutant(each).difference(root)
            verdict = judged.get((each["file"], change), "")
            names = {name: each[name] for name in ("file", "line", "operator")}
            survivors.append(names | {"change": change, "judged": verdict})
    record = {
        "seed": seed,
        "code": digest(root),
        "tried": len(found),
        "caught": len(found) - len(survivors),
        "survivors": survivors,
    }
    drawings = [each for each in drawings if each["seed"] != seed] + [record]
    file.write_text(json.dumps(drawings, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return record


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="side by side")
    parser.add_argument("--only", nargs="+", default=WHERE, metavar="PATH", help="change these")
    parser.add_argument("--tests", nargs="+", default=(), metavar="PATH", help="try these tests")
    parser.add_argument("--again", action="store_true", help="the survivors that are listed")
    options = parser.parse_args()
    if options.again:
        again(ROOT, options.workers)
        return
    for path in (*options.only, *options.tests):
        if not (ROOT / path).exists():
            parser.error(f"no such file or folder: {path}")
    mutants = drawn(ROOT, options.count, options.seed, options.only)
    found = run(ROOT, mutants, options.workers, tests=options.tests)
    survivors = [each for each in found if not each["caught_by"]]
    if options.only == WHERE and not options.tests:
        written(ROOT, found, options.seed)
    for each in survivors:
        print(f"survived: {each['file']}:{each['line']}\n{_mutant(each).difference(ROOT)}")
    print(f"{len(found) - len(survivors)} of {len(found)} mutants were caught")


if __name__ == "__main__":
    main()
