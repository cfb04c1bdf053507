"""Which tests of a unit a run makes: all of the book's and of newcomers, of the rest some.

The battery of one unit takes some ten seconds of the processor. ``DRAWN`` lists units beyond those
of the chapters. Of what goes over the whole catalog a run makes one test in ``SHARE`` for each of
these, other ones with another ``POOL_SEED``. ``pytest -k NAME`` makes all of a unit's, and
``UNITS=all pytest`` all of all. A unit that is not listed, as one that is added, gets them all.
With ``ONE_IN=8`` a run makes one in eight of each function's cases, of each folder's docstrings and
of the slow tests, other ones with another ``CASES``: so does CI at each commit. With
``DRAWN_FROM=files`` it makes one in so many of each file's tests, whichever they are.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable

import pytest

from actmath.catalog import CATALOG

_DRAWN = (
    "squareplus bent_identity isru isrlu pau",
    "mpelu pelu ptelu xielu elish hard_elish softexponential shifted_softplus nlrelu symlog",
    "tanhshrink lecun_tanh erf penalized_tanh log_sigmoid cloglog gaussian_rbf wavelet dsilu",
    "sloped_hard_sigmoid capped_relu s_shaped_relu plu softshrink hardshrink thresholded_relu",
    "gelu_tanh quick_gelu swish_beta e_swish acon smu tanhexp serf phish logish smish lisht",
    "beta_mish atlu",
    "square squared_relu star_relu sqnl hard_mish sparse_plus",
    "sine siren cosine snake gcu sinlu",
)
DRAWN = frozenset(name for line in _DRAWN for name in line.split())
SHARE = 12
SEED = os.environ.get("POOL_SEED", "0")
WHOLE = os.environ.get("UNITS") == "all"
ONE_IN = int(os.environ.get("ONE_IN", "1"))
CASES = os.environ.get("CASES", "0")
FROM_FILES = "DRAWN_FROM" in os.environ
if os.environ.get("DRAWN_FROM", "files") != "files":
    raise pytest.UsageError("DRAWN_FROM may be files, or not be set")
#: A test that knows so many of them goes over the catalog; another one means a unit by its name.
_MANY = 8


def all_or_some(count: int) -> list[str]:
    """Names for a test that goes over units by itself: all but ``DRAWN``, and so many of these."""
    drawn = random.Random(SEED).sample(sorted(DRAWN), count)
    wanted = DRAWN if WHOLE else {*drawn}
    return [name for name in CATALOG if name in wanted or name not in DRAWN]


def left_out(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """The tests that this run does not make."""
    of_function: dict[object, dict[pytest.Item, str]] = defaultdict(dict)
    for item in items:
        unit = _unit(item)
        if unit is not None:
            of_function[getattr(item, "function", None)][item] = unit
    return {
        item
        for units in of_function.values()
        if len(set(units.values())) >= _MANY
        for item in units
        if random.Random(f"{SEED} {item.nodeid}").randrange(SHARE)
    }


def thinned(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Of each function's cases, or each file's, all but one in ``ONE_IN``: not made by this run.

    The docstrings of a folder count as cases of one function, and so do all slow tests.
    """
    alike: dict[object, list[pytest.Item]] = defaultdict(list)
    for item in items:
        function = getattr(item, "function", None)
        place = item.path if FROM_FILES else function
        if item.get_closest_marker("slow"):
            place = "slow"
        alike[item.path.parent if function is None else place].append(item)
    found: set[pytest.Item] = set()
    for cases in alike.values():
        kept = random.Random(f"{CASES} {cases[0].nodeid}").sample(cases, -(-len(cases) // ONE_IN))
        found.update(cases)
        found.difference_update(kept)
    return found


def _unit(item: pytest.Item) -> str | None:
    """The unit of ``DRAWN`` that is a parameter of the test; the pool draws for itself."""
    call = getattr(item, "callspec", None)
    if call is None or "pool" in item.path.parts:
        return None
    names = (getattr(value, "name", value) for value in call.params.values())
    return next((name for name in names if isinstance(name, str) and name in DRAWN), None)
