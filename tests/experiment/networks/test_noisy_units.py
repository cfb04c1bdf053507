"""A batched unit is the library's, network by network; levels and noise are what is asked for."""

from __future__ import annotations

import pytest
import torch

from actmath import catalog
from actmath.experiment._networks.noisy_units import (
    FIXED,
    LEARNED,
    NOISE_KINDS,
    BatchedUnit,
    annealed,
    batched_units,
    set_levels,
)
from actmath.experiment._networks.weights import BatchedDraws

X = torch.linspace(-3.0, 3.0, 24, dtype=torch.float64).reshape(2, 3, 4)
XI = torch.randn(2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def draws() -> BatchedDraws:
    return BatchedDraws("lecun_normal", (0, 1))


@pytest.mark.parametrize("kind", [*LEARNED, *FIXED])
@pytest.mark.parametrize("name", ["tanh", "hard_sigmoid"])
def test_each_network_has_the_librarys_unit(kind: str, name: str) -> None:
    unit = BatchedUnit(name, kind, 0.7, draws(), 2).double()
    for network in range(2):
        alone = {**LEARNED, **FIXED}[kind](catalog.get(name), level=0.7).double()
        if kind in LEARNED:
            alone.p.data = draws().uniform(2)[network : network + 1]
            assert unit.noisy.p[network] == alone.p  # type: ignore[union-attr]
        torch.testing.assert_close(unit(X, XI)[network], alone.with_noise(X[network], XI[network]))
        torch.testing.assert_close(unit(X, None)[network], alone.expectation(X[network]))


@pytest.mark.parametrize(
    ("name", "function"),
    [("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("hard_tanh", lambda x: x.clamp(-1, 1))],
)
def test_a_noiseless_unit_ignores_the_noise(name: str, function: torch.nn.Module) -> None:
    unit = BatchedUnit(name, "none", 1.0, draws(), 0)
    assert torch.equal(unit(X, XI), unit(X, None))
    torch.testing.assert_close(unit(X, None), function(X))


def test_unknown_kind() -> None:
    assert set(NOISE_KINDS) == {"none", *LEARNED, *FIXED}
    with pytest.raises(ValueError, match="noise 'nam' is not known: did you mean nan"):
        BatchedUnit("tanh", "nam", 1.0, draws(), 0)


def test_levels_are_set_everywhere() -> None:
    units = batched_units("tanh", "nani", 1.0, draws(), 3)
    set_levels(units, 0.25)
    assert [unit.noisy.level.item() for unit in units] == [0.25] * 3


@pytest.mark.parametrize("kind", LEARNED)
def test_places_side_by_side_are_units_of_their_own(kind: str) -> None:
    together = BatchedUnit("sigmoid", kind, 2.0, draws(), 1, 4).double()
    for place, mine in ((1, slice(0, 2)), (4, slice(2, 4))):
        alone = BatchedUnit("sigmoid", kind, 2.0, draws(), place).double()
        for xi in (XI, None):
            part = None if xi is None else xi[..., mine]
            found = together(X, xi)[..., mine]
            torch.testing.assert_close(found, alone(X[..., mine], part))


def test_annealing_goes_down_to_its_end() -> None:
    levels = [annealed(3.0, 0.5, step, 10) for step in range(10)]
    assert levels == sorted(levels, reverse=True)
    assert (levels[0], levels[-1]) == (3.0, pytest.approx(0.5))
    # Evenly in the count: 1/level² goes up by equal steps.
    differences = torch.tensor(levels, dtype=torch.float64).pow(-2).diff()
    torch.testing.assert_close(differences, differences[:1].expand(9))
    assert annealed(3.0, 0.5, 0, 1) == 3.0


def test_no_step_beyond_the_last() -> None:
    with pytest.raises(ValueError, match="step must be an integer of at most 2"):
        annealed(0.5, 30.0, 5, 3)
