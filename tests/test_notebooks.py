"""Downloaded notebooks stand alone: plain Markdown, and they run in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from .test_book import CHAPTERS, HTML, TOC

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))
from plain_markdown import Book, plain, statements  # noqa: E402

BOOK = Book(
    "https://book.example/",
    {"he2015": "He et al. 2015", "lecture": "Course notes"},
    {"eq-a": "3.1"},
    {"book/noise": "Noise"},
    {"thm": "the theorem “Fixed points”"},
)


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("{cite:t}`he2015`", "He et al. 2015"),
        ("{cite:p}`he2015, lecture`", "(He et al. 2015; Course notes)"),
        ("by {eq}`eq-a` and {eq}`eq-b`", "by (3.1) and the equation above"),
        ("$$\nx = 1\n$$ (eq-a)", "$$\nx = 1 \\tag{3.1}\n$$"),
        ("$$\nx = 1\n$$ (eq-b)", "$$\nx = 1\n$$"),
        ("$$\nx\n$$", "$$\nx\n$$"),
        ("[](noise.md)", "[*Noise*](https://book.example/book/noise.html)"),
        ("[there](noise.md#a)", "[there](https://book.example/book/noise.html#a)"),
        ("{prf:ref}`thm`", "the theorem “Fixed points”"),
        ("{download}`a <b/c.json>`, {py:mod}`actmath.nn`", "a (`b/c.json`), `actmath.nn`"),
        (":::{margin}\nOne\n\ntwo.\n:::", "> One\n>\n> two."),
        ("```{prf:theorem} Fixed\n:label: thm\n\nThat $x$.\n```", "**Theorem (Fixed).** That $x$."),
        ("```{exercise}\n:label: e\n\nShow {eq}`eq-a`.\n```", "**Exercise.** Show (3.1)."),
        (
            "````{solution} e\n:class: dropdown\n\nA.\n\n```python\nf({x}`1`)\n```\n````",
            "<details><summary>Solution</summary>\n\n**",
        ),
        ("(target)=\n## Title\n\n% note\n+++\nText", "## Title\n\nText"),
        ("```bash\n(x)=\n```", "```bash\n(x)=\n```"),
    ],
)  # fmt: skip
def test_myst_becomes_markdown(myst: str, markdown: str) -> None:
    if "solution" in myst:
        found = plain(myst, BOOK)
        assert found.startswith(
            "<details><summary>Solution</summary>\n\nA.\n\n```python\nf({x}`1`)"
        )
        assert found.endswith("</details>")
    else:
        assert plain(myst, BOOK) == markdown


def test_statements_are_found_by_label() -> None:
    text = "```{prf:theorem} Fixed points\n:label: thm\n\nText.\n```\n"
    assert statements(text) == {"thm": "the theorem “Fixed points”"}


RAW = re.compile(r"^[ ]*(?:`{3,}|:{3,})\{|\{[a-z:]+\}`|^\(\S+\)=|\]\(\w+\.md", re.MULTILINE)


@pytest.mark.parametrize("page", [TOC["root"], *CHAPTERS])
def test_no_myst_is_left_of_a_page(page: str) -> None:
    text = (ROOT / f"{page}.md").read_text("utf-8")
    prose = re.sub(r"^```\{code-cell\}.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert not RAW.findall(plain(prose.partition("\n# ")[2], BOOK))


def installed(folder: Path) -> Path:
    """The package as a wheel carries it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shutil.copytree(ROOT / "actmath", folder / "actmath")
    for source, target in included.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, folder / target)
    return folder


def runs_alone(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> str:
    """Run the notebook of a page in an empty folder; or its first cell alone, with other cells.

    What its last cell prints.
    """
    import nbformat
    from nbclient import NotebookClient

    path = HTML / "_sources" / f"{page}.ipynb"
    if not path.exists():
        pytest.fail("There is no built book in _build/html: run `make book` first.")
    home, folder = installed(tmp_path / "site"), tmp_path / "empty"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(home))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    notebook: Any = nbformat.read(path, as_version=4)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not [found for text in prose for found in RAW.findall(text)]
    if more:
        notebook.cells[2:] = [nbformat.v4.new_code_cell(code) for code in more]
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(folder)}}).execute()
    return "".join(output.get("text", "") for output in notebook.cells[-1].get("outputs", []))


@pytest.mark.browser
def test_the_first_cell_brings_what_the_others_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = (
        "from actmath.prove import verify\n"
        "from actmath.experiment import recorded\n"
        "import actmath\n"
        "print(actmath.__file__, verify('certificates/theorem-1.json').accepted)\n"
        "print(recorded('fifty-layers', 'book').config.recipe)"
    )
    printed = runs_alone("book/proofs", tmp_path, monkeypatch, check)
    package = tmp_path / "site" / "actmath" / "__init__.py"
    assert printed.split() == [str(package), "True", "fifty-layers"]


@pytest.mark.notebooks
@pytest.mark.parametrize("page", [TOC["root"], *CHAPTERS])
def test_every_notebook_runs_alone(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_alone(page, tmp_path, monkeypatch)
