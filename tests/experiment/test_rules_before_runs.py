"""A record's commit held the decision rule and the configuration that the recipe has today."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections import defaultdict
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import actmath.experiment as experiment

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "book" / "results"
#: Records made before there was this test, by the commit that each names: their recipes' rules may
#: be younger than they.
OLDER = {
    "elu-autoencoder-book": "d021062",
    "elu-conv-book": "98ee362",
    "elu-mnist-book": "c9b060d",
    "fifty-layers-book": "b69d9a8",
    "fifty-layers-scan": "f59ce32",
    "fifty-layers-smoke": "f59ce32",
    "he-depth-book": "17d028d",
    "he-depth-scan": "8d2e935",
    "natural-gradient-book": "0e5c0d2",
    "noisy-charlm-book": "a0a416b",
    "noisy-charlm-scan": "27a0658",
    "noisy-mlp-book": "77273b7",
    "noisy-mlp-scan": "e84fd69",
    "noisy-recall-book": "e93ce22",
    "noisy-recall-scan": "1928bf8",
    "noisy-unique-book": "1928bf8",
    "noisy-unique-scan": "b8138aa",
    "prelu-slopes-book": "27a0658",
    "snn-depth-book": "21239f7",
    "tabular-auc-book": "0bf27b9",
    "tabular-book": "1fceb85",
    "weight-moments-book": "1928bf8",
}


def is_newer(path: Path) -> bool:
    """Whether a file is not the record of that name that was there before this test."""
    commit = experiment.load_record(path).provenance.commit or ""
    return path.stem not in OLDER or not commit.startswith(OLDER[path.stem])


NEWER = [path for path in sorted(RESULTS.glob("*.json")) if is_newer(path)]

# The recipe's module, read where it is: with the rule that chose the rates, and the configuration.
_ASK = """
import ast, dataclasses, json, sys
from pathlib import Path
from actmath.experiment import recipes
def told(name, preset):
    recipe = recipes.RECIPES[name]
    file = Path(recipes.__file__).parent / (name.replace("-", "_") + ".py")
    return {
        "docstring": ast.get_docstring(ast.parse(file.read_text())),
        "config": recipe.config(preset).to_json(),
        "scan": None if recipe.scan is None else {
            # Of the arms their names: the rates that they have are what the scan chose later.
            field.name: [arm.name for arm in getattr(recipe.scan, field.name)]
            if field.name in ("conditions", "beside") else repr(getattr(recipe.scan, field.name))
            for field in dataclasses.fields(recipe.scan)
            # What a rule can do without is left out, so that a new field changes no older rule.
            if getattr(recipe.scan, field.name) != field.default
        },
    }
print(json.dumps([told(*each.split("/")) for each in sys.argv[1:]]))
"""


def rule_in(docstring: str) -> str:
    """The docstring from the paragraph on that begins with "The decision rule"."""
    paragraphs = docstring.split("\n\n")
    first = [i for i, text in enumerate(paragraphs) if text.startswith("The decision rule")]
    assert first, "no paragraph begins with 'The decision rule'"
    return "\n\n".join(paragraphs[first[0] :])


def git(*arguments: str) -> bytes:
    """What git says of this checkout; the test is skipped where it has no history."""
    try:
        call = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(call, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no history to be looked into: {error}")


@cache
def tree_at(commit: str, folder: Path) -> Path:
    """The package as it was at a commit, in a folder of its own."""
    place = folder / commit
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit, "actmath"))) as archive:
        archive.extractall(place, filter="data")
    return place


@cache
def said(tree: Path, presets: tuple[str, ...]) -> dict[str, Any]:
    """What recipes say in a tree, by name and preset: docstring, configuration, the scan's rule."""
    call = [sys.executable, "-c", _ASK, *presets]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(call, cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(zip(presets, json.loads(done.stdout), strict=True))


@cache
def newer() -> dict[str, list[str]]:
    """The presets of the newer records, by commit."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in NEWER:
        record = experiment.load_record(path)
        found[record.provenance.commit or ""].append(preset_of(record.config))
    return found


def preset_of(config: experiment.Config) -> str:
    """The recipe and the preset."""
    return f"{config.recipe}/{config.preset}"


@pytest.mark.slow
@pytest.mark.parametrize("path", NEWER, ids=lambda path: path.stem)
def test_the_commit_of_a_record_held_todays_rule(
    path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    record = experiment.load_record(path)
    preset, commit = preset_of(record.config), record.provenance.commit
    assert commit is not None
    assert record.provenance.dirty is False
    if git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("a shallow clone: it lacks the commits of the records")
    ancestors = git("rev-list", "HEAD").decode().split()
    assert commit in ancestors, "the record's commit is not in the history of this tree"
    tree = tree_at(commit, tmp_path_factory.getbasetemp())
    then = said(tree, tuple(newer()[commit]))[preset]
    now = said(ROOT, tuple(chain(*newer().values())))[preset]
    assert rule_in(then["docstring"]) == rule_in(now["docstring"])
    # As JSON has it: tuples are lists there.
    assert then["config"] == now["config"] == json.loads(json.dumps(record.config.to_json()))
    assert then["scan"] == now["scan"]


def test_a_rule_begins_with_its_paragraph() -> None:
    assert rule_in("One.\n\nThe decision rules: a.\n\nb.") == "The decision rules: a.\n\nb."
    assert rule_in("The decision rule: a.") != rule_in("The decision rule: b.")
    with pytest.raises(AssertionError, match="no paragraph begins"):
        rule_in("One.\n\nTwo.")
