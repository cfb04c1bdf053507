"""Every module that both packages have passes every check that torch.nn's passes."""

from __future__ import annotations

import json
import os

import pytest
import torch
from torch import Tensor

from actmath import nn
from actmath.nn import ModuleRecord, module_record

from .checks import CHECKS, RECORD, compiled, exported, fault, same, slope
from .samples import NAMES, samples

#: The compiler and the exporter take seconds a module: here one network holds them all.
SLOW = {"compiled", "exported"}
LIGHT = [title for title in CHECKS if title not in SLOW]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("title", LIGHT)
@pytest.mark.parametrize("name", NAMES)
def test_it_passes(name: str, title: str) -> None:
    assert not fault(CHECKS[title], name, nn)


class Many(torch.nn.Module):
    """One of each beside each other: the last of its samples, which most arguments have."""

    def __init__(self) -> None:
        super().__init__()
        kinds = [samples(name)[-1] for name in NAMES if name not in ("PReLU", "GLU")]
        self.units = torch.nn.ModuleList(each.make() for each in kinds)
        more = [*nn.MODULES]
        self.made = torch.nn.ModuleList(nn.MODULES[name]().eval() for name in more[:12])

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([unit(x) for unit in (*self.units, *self.made)], 1)


@pytest.mark.filterwarnings("ignore")
class TestAllInOneGraph:
    network = Many().double()
    x = torch.linspace(-30, 30, 42, dtype=torch.float64).reshape(7, 6)

    @pytest.mark.slow
    def test_compiled(self) -> None:
        torch.compiler.reset()
        fast = torch.compile(self.network, fullgraph=True, backend="aot_eager")
        for x in (self.x, self.x[:5]):
            same(slope(fast, x), slope(self.network, x))
            with torch.no_grad():
                same(fast(x), self.network(x))

    @pytest.mark.parametrize("strict", [True, False])
    def test_exported(self, strict: bool) -> None:
        torch.compiler.reset()
        rows = torch.export.Dim("rows", min=2, max=100)
        program = torch.export.export(
            self.network, (self.x,), strict=strict, dynamic_shapes=({0: rows},)
        )
        for x in (self.x, torch.zeros_like(self.x[:3])):
            same(slope(program.module(), x), slope(self.network, x))

    def test_lowered_programs_hold_pytorchs_operations_alone(self) -> None:
        program = torch.export.export(self.network, (self.x,), strict=False).run_decompositions()
        called = {str(n.target) for n in program.graph.nodes if n.op == "call_function"}
        assert called
        assert not [name for name in called if "actmath" in name]
        same(program.module()(self.x), self.network(self.x))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["GELU", "PReLU"])
def test_the_slow_checks_for_one_of_each_kind(name: str) -> None:
    sample = samples(name)[-1]
    compiled(sample, nn)
    exported(sample, nn)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(
    os.environ.get("ATEN_CPU_CAPABILITY") == "default",
    reason="PyTorch's compiler writes vectors that it then does not declare",
)
def test_inductor_keeps_the_digits_of_the_tails() -> None:
    torch.compiler.reset()
    network = torch.nn.ModuleList([nn.ELU(), nn.SELU(), nn.Sigmoid(), nn.GELU()])

    def run(x: Tensor) -> Tensor:
        return torch.stack([unit(x) for unit in network])

    x = torch.tensor([-12.0, -15.0, -40.0, 0.0, 3.0, 20.0])
    found = slope(torch.compile(run, fullgraph=True), x)
    torch.testing.assert_close(found, slope(run, x), rtol=1e-5, atol=0)


def test_the_record_is_of_these_modules_and_has_no_fault() -> None:
    found = json.loads(RECORD.read_text("utf-8"))
    assert found["columns"] == ["module", *CHECKS]
    assert [row[0] for row in found["rows"]] == NAMES
    record = module_record(RECORD)
    assert isinstance(record, ModuleRecord)
    assert "fails" not in {word for row in record.rows() for word in row[1:]}
