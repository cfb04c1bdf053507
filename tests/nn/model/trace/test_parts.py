"""Parts of tensors: what is apart has no entry in common, by entries that are counted."""

from __future__ import annotations

import itertools
import random

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


LENGTH = 7


def units_of(cut: object) -> set[int]:
    """Which of seven units a part of 3 samples holds, by counting."""
    entries = torch.arange(3 * LENGTH).reshape(3, LENGTH)
    return {int(entry) % LENGTH for entry in cut(entries).flatten()}


def are_apart(one: object, other: object) -> bool:
    return not have_in_common(*(frozenset([("h", part(cut))]) for cut in (one, other)))


def ways(first: int, length: int, *, front: bool, axis: int) -> list[object]:
    """All ways to write so many units from one on, counted from the front or from the back."""
    start, end = first, first + length
    if not front:
        start, end = first - LENGTH, first + length - LENGTH or None
    cut = slice(start, end)
    found = [lambda h: h.narrow(axis, start, length)]
    found.append(lambda h: torch.narrow(h, dim=axis, start=start, length=length))
    found += [lambda h: h[:, cut], lambda h: h[0, cut]] if axis > 0 else [lambda h: h[..., cut]]
    if axis > 0:
        found.append(lambda h: h[:, cut, ...])
    if length == 1:
        found.append(lambda h: h.select(axis, start))
        found.append(lambda h: h[:, start] if axis > 0 else h[..., start])
    return found


@pytest.mark.parametrize("axis", [1, -1])
@pytest.mark.parametrize("front", [True, False])
def test_stretches_from_one_end_are_apart_where_they_do_not_meet(front: bool, axis: int) -> None:
    """Exactly there, though the length of the tensor is not known."""
    draw = random.Random(5)
    for _ in range(25):
        pair = []
        for _ in range(2):
            first = draw.randrange(LENGTH)
            length = draw.choice([1, draw.randint(1, LENGTH - first)])
            pair.append(draw.choice(ways(first, length, front=front, axis=axis)))
        assert are_apart(*pair) == (not units_of(pair[0]) & units_of(pair[1]))


def test_stretches_from_both_ends_and_with_steps_are_apart_only_where_they_are() -> None:
    draw = random.Random(6)
    known = 0
    for _ in range(50):
        pair = []
        for _ in range(2):
            bounds = [draw.choice([None, draw.randint(-LENGTH, LENGTH)]) for _ in range(2)]
            cut = slice(*bounds, draw.choice([None, 1, 2, 3]))
            pair.append(lambda h, cut=cut: h[:, cut])
        found = are_apart(*pair)
        known += found
        assert not found or not units_of(pair[0]) & units_of(pair[1])
    assert known > 4


def test_from_different_ends_and_along_different_axes_nothing_is_told() -> None:
    first, last = (lambda h: h[:, :2]), (lambda h: h[:, -2:])
    assert not are_apart(first, last)
    assert not are_apart(first, lambda h: h[..., 2:])
    # Of whatever length the tensor is: one ends where the other begins.
    assert are_apart(lambda h: h[:, -4:3], lambda h: h[:, 3:])
    assert are_apart(lambda h: h[:, 2:-1], lambda h: h[:, -1:])
    # With a new axis, a choice or a mask the axes are others.
    for part_ in (
        lambda h: h[None, :, :2],
        lambda h: h[[0, 1], :2],
        lambda h: h[True, :, :2],
        lambda h: h[:2],
        lambda h: h.narrow(0, 0, 2),
    ):
        assert not part(part_).stretches


@pytest.mark.parametrize("strides", [(2, 2), (3, 3), (2, 3), (3, 2)])
def test_every_second_entry_is_apart_from_those_between(strides: tuple[int, int]) -> None:
    for firsts in itertools.product(range(4), repeat=2):
        one, other = (
            lambda h, first=first, stride=stride: h[:, first::stride]
            for first, stride in zip(firsts, strides, strict=True)
        )
        wanted = strides[0] == strides[1] and bool((firsts[0] - firsts[1]) % strides[0])
        assert are_apart(one, other) == wanted


PIECES = {
    "chunk": lambda h, k: h.chunk(3, 1)[k],
    "chunk by name": lambda h, k: h.chunk(chunks=3, dim=1)[k],
    "chunk from the back": lambda h, k: torch.chunk(h, 3, -1)[k],
    "split": lambda h, k: h.split(3, 1)[k],
    "split by name": lambda h, k: torch.split(h, split_size_or_sections=[3, 3, 1], dim=1)[k],
    "tensor_split": lambda h, k: h.tensor_split(3, 1)[k],
    "tensor_split by name": lambda h, k: torch.tensor_split(h, (2, 4), dim=-1)[k],
    "unbind": lambda h, k: h.unbind(1)[k],
    "unbind by name": lambda h, k: torch.unbind(h, dim=1)[k],
}
ALONG_SAMPLES = {
    "chunk": lambda h, k: h.chunk(3)[k],
    "chunk of a whole": lambda h, k: h.chunk(1)[k],
    "split": lambda h, k: h.split(1)[k],
    "split by name": lambda h, k: h.split(1, dim=0)[k],
    "tensor_split": lambda h, k: h.tensor_split(1)[k],
    "unbind": lambda h, k: h.unbind()[k],
}


@pytest.mark.parametrize("name", PIECES)
def test_pieces_of_one_cut_are_apart(name: str) -> None:
    cut = PIECES[name]
    pieces = [lambda h, k=k: cut(h, k) for k in (0, 1, 2, -1, -2)]
    for one, other in itertools.combinations_with_replacement(range(5), 2):
        same_end = (one < 3) == (other < 3)
        assert are_apart(pieces[one], pieces[other]) == (same_end and one != other)
    # Of two cuts the pieces are not compared.
    assert not are_apart(pieces[0], lambda h: h.chunk(2, 1)[1])


@pytest.mark.parametrize("name", ALONG_SAMPLES)
def test_pieces_along_the_samples_have_the_same_units(name: str) -> None:
    cut = ALONG_SAMPLES[name]
    assert not part(lambda h: cut(h, 0)).stretches
    assert not are_apart(lambda h: cut(h, 0), lambda h: cut(h, 1))


def test_of_several_pieces_at_once_nothing_is_told() -> None:
    several = part(lambda h: h.chunk(3, 1)[1:])
    first = part(lambda h: h.chunk(3, 1)[0])
    assert have_in_common(frozenset([("h", several)]), frozenset([("h", first)]))


def test_parts_of_the_same_part_are_compared_and_of_others_the_outer_ones() -> None:
    left, right, inner, other = (part(CUTS[k]) for k in (0, 2, 6, 7))
    assert not have_in_common(frozenset([(("h", left), inner)]), frozenset([(("h", left), other)]))
    assert not have_in_common(frozenset([(("h", left), inner)]), frozenset([(("h", right), inner)]))
    assert have_in_common(frozenset([(("h", left), inner)]), frozenset([(("h", left), inner)]))
    # Of two parts that may overlap, parts that are apart in their own counting may be the same.
    middle = part(CUTS[3])
    one, two = frozenset([(("h", left), inner)]), frozenset([(("h", middle), other)])
    assert have_in_common(one, two)
