"""Compile the packages and the standard library with the interpreter that will load them.

Runs inside Pyodide (see ``python.mjs``): every folder below ``/work`` is left with compiled files.
What is imported on the way is what the interpreter needs before it can unpack anything; the list
goes to ``/work/loaded.json``.
"""

import json
import lzma  # noqa: F401 - unpacks the rest
import py_compile
import sys
import tarfile  # noqa: F401 - as well
import traceback  # noqa: F401 - what else the session imports comes with the others
from pathlib import Path

#: Docstrings and asserts of other people's packages are left out; the book's package keeps its own.
LEVELS = {"stdlib": 2, "packages": 2, "actmath": 0}

paths = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
marker = "python314.zip/"
loaded = sorted(path.partition(marker)[2] for path in paths if marker in path)
Path("/work/loaded.json").write_text(json.dumps(loaded), "utf-8")
for name, level in LEVELS.items():
    root = Path("/work", name)
    for source in sorted(root.rglob("*.py")):
        py_compile.compile(
            str(source),
            str(source.with_suffix(".pyc")),
            dfile=str(source.relative_to(root)),
            doraise=True,
            optimize=level,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        source.unlink()
