"""Mutation testing: is every operator and number looked at by a test? ``make mutants``.

Places in the code of five floors are drawn by a seed, one operator of cosmic-ray changes each, and
tests are run until one fails: the module's own and its doctests, those of its folder, those of its
floor. What no test catches is a survivor: it is listed with its difference, to be judged.
A run writes ``tests/mutants.json``; one with the same seed on the same code goes on in it.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from rich.progress import Progress

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "tests" / "mutants.json"
FLOORS = ("derive", "numeric", "prove", "lower", "nn")
#: They change what is cached, nothing, or stumble over ``except (A, B)``.
LEFT_OUT = ("RemoveDecorator", "NoOp", "ExceptionReplacer")
#: Seconds after which tests of a mutant count as hanging, which is noticed.
LONGEST = 1800


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Args:
        file: its path in the checkout. line: where.
        operator: cosmic-ray's name. occurrence: the how manieth place of that operator in the file.
    """

    file: str
    line: int
    operator: str
    occurrence: int

    def code(self, root: Path) -> str:
        """The file's text with the change."""
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        text = (root / self.file).read_text("utf-8")
        changed = mutate_code(text, get_operator(self.operator)(), self.occurrence)
        assert changed is not None
        return str(changed)

    def is_code(self, root: Path) -> bool:
        """Is the change no error of syntax, which any test would catch?"""
        try:
            compile(self.code(root), self.file, "exec")
        except SyntaxError:
            return False
        return True

    def difference(self, root: Path) -> str:
        """The changed lines."""
        before = (root / self.file).read_text("utf-8").splitlines()
        lines = difflib.unified_diff(before, self.code(root).splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if line[:2] not in ("--", "++", "@@"))

    def tests(self, root: Path) -> list[list[str]]:
        """What pytest is asked for, one after the other."""
        path = Path(self.file)
        folder = Path("tests", *(part.lstrip("_") for part in path.parts[1:-1]))
        own = folder / f"test_{path.stem.lstrip('_')}.py"
        asked = [[str(own), self.file], [str(folder)], [str(Path(*folder.parts[:2]))]]
        there = [[name for name in names if (root / name).exists()] for names in asked]
        return [names for i, names in enumerate(there) if names and names not in there[:i]]


FIELDS = [field.name for field in fields(Mutant)]


def drawn(root: Path, count: int, seed: int, floors: tuple[str, ...] = FLOORS) -> list[Mutant]:
    """So many mutants, no two at one place."""
    files = [file for floor in floors for file in sorted((root / "actmath" / floor).rglob("*.py"))]
    places: dict[tuple[str, Any], list[Mutant]] = defaultdict(list)
    for file in files:
        for position, mutant in _of_file(root, file):
            places[mutant.file, position].append(mutant)
    draw = random.Random(seed)
    order = draw.sample(sorted(places), len(places))
    chosen = (draw.choice(places[place]) for place in order)
    return list(islice((mutant for mutant in chosen if mutant.is_code(root)), count))


def _of_file(root: Path, file: Path) -> Iterator[tuple[Any, Mutant]]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    text = file.read_text("utf-8")
    nodes, idle = list(ast_nodes(get_ast(text))), _idle_parts(text)
    for name in operator_names():
        kind = get_operator(name)
        if kind.arguments() or any(part in name for part in LEFT_OUT):
            continue
        positions = (found for node in nodes for found in kind().mutation_positions(node))
        for occurrence, (start, _) in enumerate(positions):
            if not any(low <= start < high for low, high in idle):
                yield start, Mutant(str(file.relative_to(root)), start[0], name, occurrence)


def _idle_parts(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where nothing is computed: annotations, imports for the type checker, ``strict=True``."""
    nodes = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg == "strict":
            nodes.append(node)
        nodes += [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            nodes.append(node)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        for node in nodes
        if isinstance(node, ast.AST)
    ]


@cache
def _tree(root: Path, worker: int, folder: str) -> Path:
    """A copy of the package and its tests in which a worker may change a file."""
    tree = Path(folder) / str(worker)
    for path in root.iterdir():
        if path.name in ("actmath", "tests"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, tree / path.name, ignore=ignored)
        elif not path.name.startswith((".git", ".venv", ".hypothesis")):
            tree.mkdir(exist_ok=True)
            (tree / path.name).symlink_to(path)
    return tree


def passes(tree: Path, names: list[str]) -> bool:
    """Do these tests pass there?"""
    call = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", "0", *names]
    alone = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            call,
            cwd=tree,
            env=os.environ | alone,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    # 5: none of these files has a test.
    return done.returncode in (0, 5)


def caught_by(mutant: Mutant, tree: Path, root: Path = ROOT) -> str:
    """The first tests that fail; nothing if all pass."""
    file = tree / mutant.file
    file.write_text(mutant.code(root), "utf-8")
    try:
        found = (names for names in mutant.tests(tree) if not passes(tree, names))
        return " ".join(next(found, []))
    finally:
        file.write_text((root / mutant.file).read_text("utf-8"), "utf-8")


def digest(root: Path = ROOT) -> str:
    """Of the code that is changed and of the tests."""
    files = sorted(p for name in ("actmath", "tests") for p in (root / name).rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def run(count: int, seed: int, workers: int) -> dict[str, Any]:
    """Try mutants, each result recorded at once; the record."""
    record: dict[str, Any] = {"seed": seed, "code": digest(), "mutants": []}
    if RECORD.exists():
        known = json.loads(RECORD.read_text("utf-8"))
        record = known if (known["seed"], known["code"]) == (seed, digest()) else record
    done = {
        tuple(each[k] for k in ("file", "operator", "occurrence")) for each in record["mutants"]
    }
    mutants = [
        m for m in drawn(ROOT, count, seed) if (m.file, m.operator, m.occurrence) not in done
    ]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        free = list(range(workers))

        def tried(mutant: Mutant) -> tuple[Mutant, str]:
            worker = free.pop()
            try:
                return mutant, caught_by(mutant, _tree(ROOT, worker, folder))
            finally:
                free.append(worker)

        with Progress() as progress:
            bar = progress.add_task("mutants", total=len(mutants))
            for future in as_completed([pool.submit(tried, mutant) for mutant in mutants]):
                mutant, by = future.result()
                found = asdict(mutant) | {"caught_by": by}
                if not by:
                    found |= {"change": mutant.difference(ROOT), "judged": ""}
                    progress.print(
                        f"survived: {mutant.file}:{mutant.line}\n{found['change']}", markup=False
                    )
                record["mutants"].append(found)
                RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
                progress.advance(bar)
    return record


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="side by side")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("Do the tests pass as they are?")
        tree = _tree(ROOT, 0, folder)
        failing = [floor for floor in FLOORS if not passes(tree, [f"tests/{floor}"])]
        if failing:
            sys.exit(f"Those of {', '.join(failing)} do not, and would seem to catch any mutant.")
    record = run(options.count, options.seed, options.workers)
    caught = sum(bool(each["caught_by"]) for each in record["mutants"])
    print(f"{caught} of {len(record['mutants'])} mutants were caught")


if __name__ == "__main__":
    main()
