"""A precision holds inside its context and nowhere else."""

from __future__ import annotations

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
