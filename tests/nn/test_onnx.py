"""ONNX: every module is exported, and onnxruntime computes what it computes.

ONNX has no numbers for what the slopes here differ by from PyTorch's: an exported program does not
train. The packages for it come with the extra ``test``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from .test_checks import Many

pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")


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
