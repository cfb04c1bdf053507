"""The gallery's record is of the catalog's formulas, and of numbers that come out again."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from actmath.catalog import CATALOG
from actmath.numeric import gallery
from actmath.numeric._check.gallery import UnitCard, write_gallery
from actmath.numeric._check.unit_card import unit_card

from ...drawn import SEED

RECORD = Path(__file__).parents[3] / "book" / "units.json"
CARDS = gallery(RECORD)
#: Some of the units; of others measuring takes seconds.
QUICK = ("relu", "sigmoid", "sine", "cosine", "hard_tanh", "prelu", "square", "snake", "isru")


@pytest.mark.parametrize("name", random.Random(SEED).sample(QUICK, 2))
def test_measured_again_it_is_the_same(name: str) -> None:
    (card,) = (card for card in CARDS if card.name == name)
    again = unit_card(name)
    for field, value in asdict(again).items():
        kept = asdict(card)[field]
        if isinstance(value, str):
            assert kept == value, field
        else:
            np.testing.assert_allclose(kept, value, rtol=1e-9, atol=1e-9, err_msg=field)


def test_every_unit_has_a_card_with_a_year() -> None:
    assert [card.name for card in CARDS if not card.is_current] == []
    assert {card.name for card in CARDS} == set(CATALOG)
    assert {card.year for card in CARDS if card.year} <= set(map(str, range(1980, 2027)))


def test_an_old_record_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    old = [replace(card, formula="x") if card.name == "selu" else card for card in CARDS]
    write_gallery(old, file)
    with pytest.raises(ValueError, match=r"older than the catalog.*selu"):
        gallery(file)
    write_gallery([card for card in CARDS if card.name != "gelu"], file)
    with pytest.raises(ValueError, match="gelu"):
        gallery(file)
    for text in ("{", "[1]", '[{"name": "relu"}]'):
        file.write_text(text, "utf-8")
        with pytest.raises(ValueError, match="no record of units"):
            gallery(file)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_gallery(list(CARDS), tmp_path / "units.json")
    assert gallery(tmp_path / "units.json") == CARDS
    assert all(isinstance(card, UnitCard) for card in CARDS)
