"""What a bibliography key stands for in print, read from the book's ``references.bib``.

In a checkout the file is ``book/references.bib``; a wheel carries it beside this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ..names import Entry, Registry

_OPENING = re.compile(r"@\w+\s*\{\s*([^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*(\w+)\s*=\s*")
_UNBRACED = re.compile(r'"([^"{}]*)"|(\d+)')
_BETWEEN = re.compile(r"\s*,?")
_CLOSING = re.compile(r"\s*\}")
_ACCENT = re.compile(r"\{\\([\"'`^~cv])\s*\{?(\w)\}?\}")
#: TeX's accents as the marks that Unicode combines with the letter before them.
_MARKS = {
    '"': "\N{COMBINING DIAERESIS}",
    "'": "\N{COMBINING ACUTE ACCENT}",
    "`": "\N{COMBINING GRAVE ACCENT}",
    "^": "\N{COMBINING CIRCUMFLEX ACCENT}",
    "~": "\N{COMBINING TILDE}",
    "c": "\N{COMBINING CEDILLA}",
    "v": "\N{COMBINING CARON}",
}


def _file() -> Traversable:
    inside = resources.files(__package__).joinpath("references.bib")
    return inside if inside.is_file() else Path(__file__).parents[2] / "book" / "references.bib"


def read_works(text: str) -> Iterator[Entry[str]]:
    """Every work of a BibTeX file: its key, and how it is cited in print.

    Raises:
        ValueError: naming the line, where the text is no entry of fields in braces or quotes; and
            when a work's name is asked for, if it has no author or year.

    >>> text = "@misc{he2015, author = {He, Kaiming and Zhang, Xiangyu}, year = 2015}"
    >>> [(work.name, work.make()) for work in read_works(text)]
    [('he2015', 'He & Zhang 2015')]
    """
    at = text.find("@")
    while at >= 0:
        place = f"references.bib, line {text.count(chr(10), 0, at) + 1}"
        opening = _OPENING.match(text, at)
        if opening is None:
            raise ValueError(f"{place}: an entry begins '@kind{{key,'")
        fields, end = _fields(text, opening.end(), place)
        yield Entry(opening[1], partial(cited, fields, place), place)
        at = text.find("@", end)


def _fields(text: str, at: int, place: str) -> tuple[dict[str, str], int]:
    """The fields of an entry by their names in small letters, and where the entry ends."""
    fields: dict[str, str] = {}
    while (closing := _CLOSING.match(text, at)) is None:
        field = _FIELD.match(text, at)
        if field is None:
            raise ValueError(f"{place}: expected 'field = {{…}}', got {text[at : at + 30]!r}")
        value, at = _value(text, field.end(), place)
        fields[field[1].lower()] = " ".join(value.split())
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
    return fields, closing.end()


def _value(text: str, at: int, place: str) -> tuple[str, int]:
    """A field's value without its outer braces or quotes, and where it ends."""
    if plain := _UNBRACED.match(text, at):
        return plain[1] or plain[2], plain.end()
    depth = 0
    for end in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            break
    if depth or text[at : at + 1] != "{":
        raise ValueError(f"{place}: a value stands in braces or quotes, or is a number")
    return text[at + 1 : end], end + 1


def cited(fields: dict[str, str], place: str = "references.bib") -> str:
    """A work as a sentence names it: author and year; an organization, in braces, stands alone.

    Raises:
        ValueError: if there is no author or year, or an author is no "Surname, Given name".

    >>> cited({"author": "{PyTorch}", "year": "2024"})
    'PyTorch'
    """
    if not {"author", "year"} <= set(fields):
        raise ValueError(f"{place}: the work needs an author and a year")
    author = fields["author"]
    if author.startswith("{") and author.endswith("}"):
        return _plain(author, place)
    surnames = [_surname(name, place) for name in author.split(" and ")]
    several = f"{surnames[0]} et al." if len(surnames) > 2 else " & ".join(surnames)
    return f"{several} {fields['year']}"


def _surname(author: str, place: str) -> str:
    surname, comma, _ = author.partition(",")
    if not comma and author.strip() != "others":
        raise ValueError(f"{place}: an author is 'Surname, Given name', got {author!r}")
    return _plain(surname, place)


def _plain(text: str, place: str) -> str:
    """TeX's accents as letters, and no braces."""
    accented = _ACCENT.sub(lambda found: found[2] + _MARKS[found[1]], text)
    plain = unicodedata.normalize("NFC", accented).replace("{", "").replace("}", "").strip()
    if "\\" in plain:
        raise ValueError(f"{place}: write {text!r} with letters of Unicode")
    return plain


#: How each work of the bibliography is cited, by its key; the file is read at the first look-up.
WORKS: Registry[str] = Registry("work", lambda: read_works(_file().read_text("utf-8")))
