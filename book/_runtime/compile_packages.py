"""Compile the packages and the standard library with the interpreter that will load them.

Runs inside Pyodide (see ``python.mjs``): the folders below ``/work`` are left with compiled files.
What is imported on the way is what the interpreter needs before it can find anything else; the list
goes to ``/work/loaded.json``.
"""

import json
import py_compile
import sys
import traceback  # noqa: F401 - the session needs it, and what it imports comes with the others
from pathlib import Path

paths = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
marker = "python314.zip/"
loaded = sorted(path.partition(marker)[2] for path in paths if marker in path)
Path("/work/loaded.json").write_text(json.dumps(loaded), "utf-8")
for name in ("stdlib", "site"):
    root = Path("/work", name)
    for source in sorted(root.rglob("*.py")):
        path = source.relative_to(root)
        py_compile.compile(
            str(source),
            str(source.with_suffix(".pyc")),
            dfile=str(path),
            doraise=True,
            # Docstrings and asserts of other people's packages are left out, the book's own stay.
            optimize=0 if path.parts[0] == "actmath" else 2,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        source.unlink()
