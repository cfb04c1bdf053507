"""Parts of tensors: what is apart has no entry in common, by entries that are counted."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor, nn

from actmath.nn._model._trace.parts import Portion, have_in_common, part_of
from actmath.nn._model._trace.symbolic import symbolic

CUTS = [
    lambda h: h[:, :3],
    lambda h: h[:, 0:3],
    lambda h: h[:, 3:],
    lambda h: h[:, 2:5],
    lambda h: h[:, :-3],
    lambda h: h[:, -3:],
    lambda h: h[..., 1::2],
    lambda h: h[..., ::2],
    lambda h: h[:, 4],
    lambda h: h[:, -1],
    lambda h: h[2:, :3],
    lambda h: h[:2, :3],
    lambda h: h.narrow(1, 3, 2),
    lambda h: h.select(1, 5),
    lambda h: torch.narrow(h, dim=1, start=0, length=2),
    lambda h: h.chunk(2, 1)[0],
    lambda h: h.chunk(2, 1)[1],
    lambda h: torch.split(h, 2, 1)[2],
    lambda h: h.unbind(1)[3],
    lambda h: h.chunk(2)[0],
    lambda h: h.chunk(2)[1],
]


class Cut(nn.Module):
    """One part of its input."""

    def __init__(self, cut: object) -> None:
        super().__init__()
        self.cut = cut

    def forward(self, x: Tensor) -> Tensor:
        return self.cut(x)


def part(cut: object) -> Portion:
    trace = symbolic(Cut(cut))
    assert trace is not None
    last = trace.steps[-1]
    return part_of(last, id(cut), trace.steps[last.inputs[0]], frozenset([1, -1]))


@pytest.mark.parametrize("pair", [*itertools.combinations(range(len(CUTS)), 2)])
def test_what_is_apart_has_no_unit_in_common(pair: tuple[int, int]) -> None:
    entries = torch.arange(4 * 6).reshape(4, 6)
    one, other = (CUTS[k] for k in pair)
    roots = [frozenset([("h", part(cut))]) for cut in (one, other)]
    if not have_in_common(*roots):
        units = [{int(e) % 6 for e in cut(entries).flatten()} for cut in (one, other)]
        assert not units[0] & units[1]


@pytest.mark.parametrize("pair", [(0, 2), (6, 7), (15, 16), (4, 5), (0, 12)])
def test_the_usual_halves_are_known_to_be_apart(pair: tuple[int, int]) -> None:
    one, other = (frozenset([("h", part(CUTS[k]))]) for k in pair)
    assert not have_in_common(one, other)
    assert have_in_common(one, one)
    assert have_in_common(one, frozenset(["h"]))
    assert not have_in_common(one, frozenset(["another"]))


def test_the_axis_of_a_cut_may_be_named() -> None:
    halves = [lambda h: torch.chunk(h, 2, dim=1)[0], lambda h: torch.chunk(h, 2, dim=1)[1]]
    one, other = (frozenset([("h", part(half))]) for half in halves)
    assert not have_in_common(one, other)


def test_parts_of_parts_and_numbers_of_the_trace() -> None:
    left, right = part(CUTS[0]), part(CUTS[2])
    inner = frozenset([(("h", left), right)])
    assert not have_in_common(inner, frozenset([(("h", left), left)]))
    assert not have_in_common(inner, frozenset([("h", right)]))
    assert have_in_common(inner, frozenset([("h", left)]))
    # Two halves at a place that the model computes once, and twice.
    (left, right), (one, other) = halves(_once), halves(_twice)
    assert not have_in_common(frozenset([("h", left)]), frozenset([("h", right)]))
    assert have_in_common(frozenset([("h", one)]), frozenset([("h", other)]))


def _once(h: Tensor) -> Tensor:
    middle = h.shape[-1] // 2
    return h[..., :middle] * h[..., middle:]


def _twice(h: Tensor) -> Tensor:
    return h[..., : h.shape[-1] // 2] * h[..., h.shape[-1] // 2 :]


def halves(formula: object) -> list[Portion]:
    trace = symbolic(Cut(formula))
    assert trace is not None
    indexed = [k for k in trace.steps[-1].inputs if trace.steps[k].function == "getitem"]
    return [part_of(trace.steps[k], k, trace.steps[0], frozenset([-1])) for k in indexed]
