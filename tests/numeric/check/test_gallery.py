"""The gallery's record is of the catalog's formulas, and of numbers that come out again."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from actmath.catalog import CATALOG, told
from actmath.numeric import gallery
from actmath.numeric._check.gallery import kept_cards, write_cards
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


def test_kept_cards_are_of_the_catalogs_formulas() -> None:
    old = [card.name for card in kept_cards(RECORD) if not card.is_current]
    assert not old, "python -m tests.reference.make_gallery measures them anew"
    assert [card.name for card in CARDS[:22]] == list(told())
    assert {card.year for card in CARDS if card.year} <= set(map(str, range(1980, 2027)))


def test_what_is_old_or_missing_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    old = [replace(c, formula="x", gain=7.0) if c.name == "square" else c for c in CARDS]
    write_cards([card for card in old if card.name != "identity"], file)
    again = {card.name: card for card in gallery(file)}
    assert again["square"].gain == pytest.approx(3**-0.5)
    assert again["identity"].gradient == 1
    assert len(again) == len(CARDS)


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    for text in ("{", "[1]", '[{"name": "relu"}]'):
        file.write_text(text, "utf-8")
        with pytest.raises(ValueError, match="no record of units"):
            gallery(file)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_cards(CARDS, tmp_path / "units.json")
    assert kept_cards(tmp_path / "units.json") == CARDS


def test_what_a_card_says_of_itself() -> None:
    cards = {card.name: card for card in CARDS}
    tanh = cards["tanh"]
    assert tanh.activation is CATALOG["tanh"]
    assert [replace(tanh, mean=mean).zero_centred for mean in (0, -9e-13, 1e-12, -1e-12)] == [
        *(True, True, False, False)
    ]
    assert not replace(tanh, name="tahn").is_current
    assert not replace(tanh, formula="tanh(2*x)").is_current
    assert tanh.is_current
    # Klambauer et al. 2017.
    assert cards["selu"].year == "2017"
    assert all(len(card.values) == len(card.slopes) == 65 for card in CARDS)
