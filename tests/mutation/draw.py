"""Which changes of the code are tried: a fair sample of its places, one operator for each."""

from __future__ import annotations

import ast
import difflib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

Position = tuple[int, int]

FLOORS = ("derive", "numeric", "prove", "lower", "nn")
WHERE = tuple(f"actmath/{floor}" for floor in FLOORS)
#: They change what is cached, nothing, or stumble over ``except (A, B)``.
LEFT_OUT = ("RemoveDecorator", "NoOp", "ExceptionReplacer")


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Args:
        file: its path in the checkout. line, column: where, as in Python's syntax trees.
        operator: cosmic-ray's name. occurrence: the how manieth place of that operator in the file.
    """

    file: str
    line: int
    column: int
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


def drawn(root: Path, count: int, seed: int, only: Iterable[str] = WHERE) -> list[Mutant]:
    """So many mutants of some files or folders, no two at one place."""
    files = [file for path in only for file in _files(root / path)]
    places: dict[tuple[str, Position], list[Mutant]] = defaultdict(list)
    for file in files:
        for position, mutant in _of_file(root, file):
            places[mutant.file, position].append(mutant)
    draw = random.Random(seed)
    order = draw.sample(sorted(places), len(places))
    chosen = (draw.choice(places[place]) for place in order)
    return list(islice((mutant for mutant in chosen if mutant.is_code(root)), count))


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def recovered(root: Path, survivor: dict[str, Any]) -> Mutant | None:
    """The mutant of a record in today's code, or nothing where its line is no more."""
    file = root / survivor["file"]
    alike = (mutant for _, mutant in _of_file(root, file)) if file.exists() else ()
    same = [
        mutant
        for mutant in alike
        if mutant.operator == survivor["operator"] and mutant.difference(root) == survivor["change"]
    ]
    return min(same, key=lambda m: abs(m.line - survivor["line"]), default=None)


def _of_file(root: Path, file: Path) -> Iterator[tuple[Position, Mutant]]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    text = file.read_text("utf-8")
    lines = text.splitlines()
    nodes, idle = list(ast_nodes(get_ast(text))), _idle_parts(text)
    for name in operator_names():
        kind = get_operator(name)
        if kind.arguments() or any(part in name for part in LEFT_OUT):
            continue
        positions = (found for node in nodes for found in kind().mutation_positions(node))
        for occurrence, ((line, column), _) in enumerate(positions):
            # Python's own trees count bytes.
            start = line, len(lines[line - 1][:column].encode())
            if not any(low <= start < high for low, high in idle):
                yield start, Mutant(str(file.relative_to(root)), *start, name, occurrence)


def _idle_parts(text: str) -> list[tuple[Position, Position]]:
    """Where nothing is computed: annotations, imports for the type checker, the sizes of caches."""
    nodes = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("lru_cache", "kept"):
            nodes.append(node)
        # Of ``zip``: it finds mistakes, and computes nothing.
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
