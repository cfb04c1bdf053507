"""References as a sentence names them, from a BibTeX file that is read strictly."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from actmath._text.bibliography import WORKS, cited, read_works
from actmath.names import DuplicateNameError, Registry

ROOT = Path(__file__).parents[2]


def read(text: str) -> dict[str, str]:
    return {work.name: work.make() for work in read_works(text)}


def test_every_work_of_the_book_can_be_cited() -> None:
    text = (ROOT / "book/references.bib").read_text("utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)
    assert list(WORKS) == keys
    for key, name in WORKS.items():
        assert re.fullmatch(r"[^{}\\]+( \d{4})?", name), key
    assert WORKS["he2015"] == "He et al. 2015"
    assert WORKS["alcala2011"] == "Alcalá-Fdez et al. 2011"
    assert WORKS["demsar2006"] == "Demšar 2006"
    assert WORKS["lecture"] == "Course notes"


def test_a_wheel_carries_the_file() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]
    included = wheel["wheel"]["force-include"]
    assert included["book/references.bib"] == "actmath/_text/references.bib"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Krizhevsky, Alex", "Krizhevsky 2010"),
        ("Glorot, Xavier and Bengio, Yoshua", "Glorot & Bengio 2010"),
        ("He, K. and Zhang, X. and Ren, S.", "He et al. 2010"),
        ("He, K. and Zhang, X. and others", "He et al. 2010"),
        (r"B{\'e}lisle, F. and Le{\c c}on, G.", "Bélisle & Leçon 2010"),
        (r"M{\"{u}}ller, K.", "Müller 2010"),
        ("{The {TeX} group}", "The TeX group"),
    ],
)
def test_authors(author: str, name: str) -> None:
    assert cited({"author": author, "year": "2010"}) == name


def test_layout_does_not_matter() -> None:
    spread = 'Notes.\n@Misc { a1,\n AUTHOR="He,\n Kaiming", year = 2015 }'
    assert read(f"{spread}\n@book{{b,author={{A, B}},year={{1}},}}") == {
        "a1": "He 2015",
        "b": "A 1",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n@misc{he2015}", "line 2: an entry begins"),
        ("@misc{he2015, author {He, K.}}", "line 1: expected 'field"),
        ("@misc{he2015, author = He}", "braces or quotes"),
        ("@misc{he2015, author = {He, K.", "braces or quotes"),
        ("@misc{he2015, author = {He, K.}", "expected 'field"),
        ("@misc{he2015, title = {Deep}, year = 2015}", "an author and a year"),
        ("@misc{he2015, author = {Kaiming He}, year = 2015}", "Surname, Given name"),
        (r"@misc{he2015, author = {H{\k{e}}, K.}, year = 2015}", "letters of Unicode"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(text)


def test_a_key_stands_for_one_work() -> None:
    twice = "@misc{a, author = {A, B}, year = 1}\n" * 2
    with pytest.raises(DuplicateNameError, match=r"line 1 and in .*, line 2"):
        list(Registry("work", lambda: read_works(twice)))
