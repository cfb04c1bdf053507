"""What `make epub` and `make pdf` do: a small book becomes a whole EPUB and a whole PDF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).parents[1]
EXTENSIONS = ROOT / "book" / "_ext"
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]
#: Of the book's settings, those that tell of an EPUB.
EPUB = {name: value for name, value in SETTINGS.items() if name.startswith("epub_")}
CONFIG = f"""
project, author, copyright, language = "A book", "Its authors", "2026", "en"
extensions = ["myst_nb", "editions", "prerender"]
html_math_renderer, html_theme = "prerender", "sphinx_book_theme"
html_static_path = [{str(ROOT / "book" / "_static")!r}]
myst_enable_extensions, nb_execution_mode = ["dollarmath"], "off"
globals().update({EPUB!r})
root_doc = "intro"
"""
FORMULA = " + ".join(["x^2"] * 30)
PAGES = {
    "intro": "# The book\n\nA door to [](chapter.md).\n\n```{toctree}\nchapter\n```\n",
    "chapter": "# The chapter\n\nA sentence with $x < 1$.\n\n"
    f"$$\ny = {FORMULA}\n$$ (eq-long)\n\nBy {{eq}}`eq-long`.\n",
}


def made(folder: Path, builder: str) -> Path:
    """The folder of a small book, built with the warnings as errors."""
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    (folder / "conf.py").write_text(CONFIG)
    doctrees = ["-d", folder / "doctrees"]
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-b", builder, *doctrees]
    paths = os.pathsep.join([str(EXTENSIONS), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1"}
    done = subprocess.run(
        [*command, folder, folder / "out"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("epub"), "epub") / "actmath.epub"


@pytest.mark.slow
def test_an_epub_is_whole(epub: Path) -> None:
    with zipfile.ZipFile(epub) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        names = set(archive.namelist())
        pages = {name: archive.read(name) for name in names if name.endswith(".xhtml")}
        (style,) = (name for name in names if name.endswith("epub.css"))
    chapter = ElementTree.fromstring(pages["chapter.xhtml"])
    # Every formula is MathML, a long one in pieces, and none of it is left as TeX.
    assert len(chapter.findall(".//{*}math")) > 20
    assert "x^2" not in "".join(chapter.itertext())
    linked = re.findall(rb'href="([^"#:]+)', b"".join(pages.values()))
    assert {name.decode() for name in linked} <= names
    assert style in {name.decode() for name in linked}


@pytest.mark.browser
def test_an_epub_is_one_to_the_checker_of_its_standard(epub: Path) -> None:
    checker, java = Path("/usr/bin/epubcheck"), shutil.which("java")
    if java is None or not checker.exists():
        pytest.skip("no epubcheck on this machine (Debian: apt-get install epubcheck)")
    done = subprocess.run([java, "-jar", checker, epub], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.browser
def test_a_pdf_is_whole(tmp_path: Path) -> None:
    page = made(tmp_path, "singlehtml") / "actmath.html"
    text = page.read_text("utf-8")
    assert "The chapter" in text
    assert 'href="#document-chapter"' in text
    command = [sys.executable, EXTENSIONS / "pdf.py", page, tmp_path / "book.pdf"]
    subprocess.run(command, check=True, timeout=300)
    pdf = (tmp_path / "book.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    # The tree of headings, and each chapter on a page of its own.
    assert b"/Outlines" in pdf
    assert len(re.findall(rb"/Type */Page\b", pdf)) >= 2


@pytest.mark.parametrize("target", ["epub", "pdf"])
def test_the_targets_name_what_there_is(target: str) -> None:
    make = shutil.which("make")
    assert make
    command = [make, "-C", str(ROOT), "--dry-run", "--assume-old=book", target]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (builder,) = re.findall(r"--(?:custom-)?builder (epub|singlehtml)", lines)
    assert builder == {"epub": "epub", "pdf": "singlehtml"}[target]
    assert all((ROOT / file).exists() for file in re.findall(r"book/\S+\.py", lines))
    assert f"_build/actmath.{target}" in lines or target == "epub"
