"""Pages are executed side by side, and again only when something that they used has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[1] / "book" / "_ext" / "execution.py"
CONFIG = """
extensions = ["myst_nb", "execution"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
root_doc = "index"
exclude_patterns = ["_build"]
nb_preloaded_modules = ["colorsys", "not_there"]
"""
HEAD = """---
kernelspec: {name: python3, display_name: Python}
file_format: mystnb
---
# A page

"""
TREE = """
```{toctree}
:glob:
page*
```
"""
CODE = "```{code-cell} python\n%s\n```\n"
PAGES = {
    "index": "1 + 1",
    "page_importing": "import sys; sys.path.insert(0, '.'); import helper; print(helper.VALUE)",
    "page_forked": "import os, sys; print('colorsys' in sys.modules, os.getcwd())",
    "page_reading": "print(open('data/number.txt').read())",
    "page_listing": "import os; print(sorted(os.listdir('data')))",
    "page_hashing": "from pathlib import Path; [print(p.name, hash(p.read_bytes())) "
    "for p in Path('evidence').rglob('*') if p.is_file()]",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, built once."""
    root = tmp_path_factory.mktemp("book") / "source"
    (root / "data").mkdir(parents=True)
    (root / "conf.py").write_text(CONFIG)
    for name, code in PAGES.items():
        (root / f"{name}.md").write_text(HEAD + CODE % code + TREE * (name == "index"))
    (root / "helper.py").write_text("VALUE = 'first'\n")
    (root / "data" / "number.txt").write_text("7")
    (root / "evidence" / "inside").mkdir(parents=True)
    (root / "evidence" / "inside" / "record.json").write_text("1")
    assert executed(root) == set(PAGES)
    return root


def built(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-b", "html", root, root.parent / "html"]
    paths = {"PYTHONPATH": str(EXTENSION.parent), "NO_COLOR": "1"}
    return subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True)


def executed(root: Path) -> set[str]:
    """The pages that a build executes."""
    done = built(root)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("executing pages")]
    return {line.split()[-1] for line in lines}


@pytest.mark.slow
def test_nothing_changed(book: Path) -> None:
    assert executed(book) == set()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
def test_kernels_have_imported_what_pages_share(book: Path) -> None:
    assert f"True {book}" in (book.parent / "html" / "page_forked.html").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "text", "page", "shown"),
    [
        ("helper.py", "VALUE = 'second'\n", "page_importing", "second"),
        ("data/number.txt", "8", "page_reading", "8"),
        ("data/another.txt", "", "page_listing", "another.txt"),
        ("evidence/inside/record.json", "2", "page_hashing", "record.json"),
        ("evidence/inside/new.json", "", "page_hashing", "new.json"),
    ],
)
def test_a_page_is_executed_again_when_what_it_used_changes(
    book: Path, changed: str, text: str, page: str, shown: str
) -> None:
    (book / changed).write_text(text)
    assert executed(book) == {page}
    assert shown in (book.parent / "html" / f"{page}.html").read_text()


@pytest.mark.slow
def test_pages_that_fail_are_all_named(book: Path) -> None:
    pages = [book / "page_of_two.md", book / "page_of_three.md"]
    ends = ("raise RuntimeError('not today')", "import os; os._exit(3)")
    for page, code in zip(pages, ends, strict=True):
        page.write_text(HEAD + CODE % code)
    done = built(book)
    for page in pages:
        page.unlink()
    assert done.returncode != 0
    assert all(page.stem in done.stderr for page in pages)
    assert "not today" in done.stderr
