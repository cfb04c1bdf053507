"""A precision holds inside its context and nowhere else."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

import pytest
import torch

from actmath.experiment._engine.precision import at_precision

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "products", "dtype"),
    [
        ("full", "highest", torch.float32),
        ("tf32", "high", torch.float32),
        ("bf16", "highest", torch.bfloat16),
    ],
)
def test_products_inside(name: str, products: str, dtype: torch.dtype) -> None:
    usual, x = torch.get_float32_matmul_precision(), torch.ones(2, 2)
    convolutions = torch.backends.cudnn.allow_tf32
    with at_precision(name, CPU):
        assert torch.get_float32_matmul_precision() == products
        assert torch.backends.cudnn.allow_tf32 is (name == "tf32")
        assert (x @ x).dtype == dtype
    assert torch.get_float32_matmul_precision() == usual
    assert torch.backends.cudnn.allow_tf32 is convolutions
    assert (x @ x).dtype == torch.float32


def test_the_usual_one_is_back_after_an_error() -> None:
    usual = torch.get_float32_matmul_precision()
    convolutions = torch.backends.cudnn.allow_tf32
    with pytest.raises(RuntimeError, match="stop"), at_precision("tf32", CPU):
        raise RuntimeError("stop")
    assert torch.get_float32_matmul_precision() == usual
    assert torch.backends.cudnn.allow_tf32 is convolutions


@pytest.mark.skipif(not hasattr(torch.backends, "fp32_precision"), reason="PyTorch before 2.9")
@pytest.mark.parametrize("name", ["full", "tf32"])
@pytest.mark.parametrize("place", ["", "cuda.matmul", "cudnn.conv", "mkldnn"])
def test_the_newer_switches_are_heeded_and_are_as_they_were(
    place: str, name: str, request: pytest.FixtureRequest
) -> None:
    """Set by them alone, the older ones cannot be asked, for which PyTorch raises an error."""
    one = attrgetter(place)(torch.backends) if place else torch.backends
    request.addfinalizer(partial(setattr, one, "fp32_precision", one.fp32_precision))
    # The other of both values, so that it matters.
    one.fp32_precision = "ieee" if name == "tf32" else "tf32"
    everywhere = ("cuda.matmul", "cudnn.conv", "cudnn.rnn", "mkldnn.matmul")
    switches = [torch.backends, *(attrgetter(each)(torch.backends) for each in everywhere)]
    before = [switch.fp32_precision for switch in switches]
    with at_precision(name, CPU):
        inside = {switch.fp32_precision for switch in switches[1:]}
        assert inside == {"ieee" if name == "full" else "tf32"}
        assert torch.backends.cudnn.allow_tf32 is (name == "tf32")
        assert torch.backends.cuda.matmul.allow_tf32 is (name == "tf32")
    assert [switch.fp32_precision for switch in switches] == before
