"""The statements about the lemmas of the SELU paper, as they are declared."""

from __future__ import annotations

import pytest

from actmath import prove


@pytest.mark.parametrize("side", ["mean-lower", "second-upper"])
def test_a_range_that_is_meant_corrects_the_printed_one(side: str) -> None:
    """Lemma 9 holds where nu ends at 1.5; as printed, to 15, it may not correct itself."""
    assert prove.STATEMENTS[f"lemma-9-nu15-{side}"].corrects == (f"lemma-9-{side}",)
    assert prove.STATEMENTS[f"lemma-9-{side}"].corrects == ()
