"""Import what cells may use, and run an example of each kind, before memory is written down.

Runs inside Pyodide (see ``snapshot.mjs``), first where Arb is, to learn which modules are imported,
then without, in the memory that is kept. What was computed is forgotten: a snapshot holds programs,
not answers.
"""

import contextlib
import functools
import gc
import importlib.metadata  # what finds new files asks for it
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import session

#: Examples that no page has: what functions import only when they are called comes with them.
EXAMPLES = (
    "import actmath; actmath.constants('elu', mean='1/7', variance='6/5', digits=20)",
    "import actmath; actmath.moments('softplus', mean='1/7', variance='6/5', digits=20)",
    "import actmath; actmath.show('squareplus')",
    "from sympy import Symbol, integrate, exp; integrate(exp(-2 * Symbol('y')), Symbol('y'))",
    "from actmath.plot import tabulate; tabulate([('one', 1.0)], ('two', 'three'))",
    "from actmath.prove import prove; prove('theorem-1-mean-upper')",
    "1 / 0",
)
#: Packages whose modules SymPy imports only inside its functions, and modules that Python does.
WHOLE = "assumptions calculus concrete functions integrals logic series sets simplify solvers"
ALSO = ("_pylong", "importlib.readers", "importlib.resources._adapters", "platform")
NAMES = Path("/work/modules.json")

sys.meta_path.insert(0, absent := session.Absent())
import sympy  # noqa: E402

import actmath  # noqa: E402 - its floors that are not here are refused from now on


def imported(name: str) -> None:
    """Import a module where what it needs is here."""
    with contextlib.suppress(ImportError):
        importlib.import_module(name)


def packages() -> Iterator[tuple[Iterable[str], str]]:
    """Where modules are to be found, with the name in front of theirs."""
    yield actmath.__path__, "actmath."
    for name in WHOLE.split():
        yield [f"{place}/{name}" for place in sympy.__path__], f"sympy.{name}."


with_arb = importlib.util.find_spec("flint") is not None
for name in ALSO if with_arb else json.loads(NAMES.read_text("utf-8")):
    imported(name)
for place, before in packages():
    for module in pkgutil.walk_packages(place, before, onerror=lambda _name: None):
        imported(module.name)
for example in EXAMPLES:
    session.answer([example], 0, lambda _kind, _text: None)
if with_arb:
    NAMES.write_text(json.dumps(list(sys.modules)), "utf-8")
sys.meta_path.remove(absent)

importlib.import_module("sympy.core.cache").clear_cache()
for kept in gc.get_objects():
    if isinstance(kept, functools._lru_cache_wrapper):
        kept.cache_clear()
gc.collect()
