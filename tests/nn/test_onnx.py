"""ONNX: every module is exported, and onnxruntime computes what it computes.

ONNX has no numbers for what the slopes here differ by from PyTorch's: an exported program does not
train. The packages for it come with the extra ``test``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from actmath import nn

from .test_checks import Many

pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_onnxruntime_agrees(tmp_path: Path) -> None:
    network = Many().float()
    # PyTorch's exporter writes LogSigmoid as log(1/(1 + e^(−x))), which loses digits on the left.
    x = torch.linspace(-5, 5, 42).reshape(7, 6)
    file = tmp_path / "units.onnx"
    torch.onnx.export(network, (x,), file, dynamo=True, verbose=False)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), network(x), rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["NAN", "NAH", "NANI", "NANIL", "NANIS", "NoisyLSTM", "NoisyGRU"])
def test_noisy_units_and_layers_are_their_expectation(name: str, tmp_path: Path) -> None:
    module = (getattr(nn, name)(3, 4) if "Noisy" in name else getattr(nn, name)()).eval()
    x = torch.linspace(-3, 3, 13)[:12].reshape(2, 2, 3)
    file = tmp_path / "noisy.onnx"
    torch.onnx.export(module, (x,), file, dynamo=True, verbose=False)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]
    want = module(x)[0] if "Noisy" in name else module(x)
    torch.testing.assert_close(torch.from_numpy(found), want, rtol=1e-5, atol=1e-6)
