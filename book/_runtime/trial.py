"""Say which cells of the book run in the pages' own Python: each is run as it would be there.

Reads a JSON object, page by page a list of cells, and writes one with the answers: a text for each
cell, empty where it runs, else the package that it lacks, "long" or "error"; and whether the page
needs ball arithmetic.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import signal
import sys
from collections.abc import Sequence
from typing import Any

import session

#: Seconds of a processor here; in a browser they are several times as many.
LONGEST = 15


class TooLongError(BaseException):
    """A cell takes more than a reader would wait for."""


def stop(_signal: int, _frame: object) -> None:
    """End the cell that runs."""
    raise TooLongError


def tried(cells: Sequence[str], index: int) -> str:
    """What a cell lacks; nothing if it runs."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        session.run(cells, index, lambda _kind, _text: None)
    except TooLongError:
        return "long"
    except BaseException as error:
        return session.lacking(error) or "error"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def page(cells: Sequence[str]) -> dict[str, Any]:
    """The answer for the cells of a page, in a process that no other page has used."""
    signal.signal(signal.SIGPROF, stop)
    lacks = [tried(cells, index) for index in range(len(cells))]
    return {"lacks": lacks, "arb": "flint" in sys.modules}


def main() -> None:
    """Answer for the pages on the standard input, on the cores there are."""
    pages = json.load(sys.stdin)
    sys.meta_path.insert(0, session.Absent())  # type: ignore[arg-type]
    for package in ("sympy", "actmath"):  # once for all pages
        importlib.import_module(package)

    with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
        answers = pool.map(page, pages.values(), chunksize=1)
    json.dump(dict(zip(pages, answers, strict=True)), sys.stdout)


if __name__ == "__main__":
    main()
