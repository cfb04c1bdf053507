"""What people do with a module after the first call, one function each.

Each check takes a sample and the library whose module it is, and raises where something does not
hold. ``python -m tests.nn.checks`` writes how all of them come out, for this package and for
torch.nn, to ``book/modules.json``, which a page of the book shows; with names only these are tried
and nothing is written.
"""

from __future__ import annotations

import copy
import io
import json
import pickle
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck
from torch.func import functional_call, hessian, jacfwd, jacrev, jvp, vmap
from torch.utils.checkpoint import checkpoint

from actmath import nn
from actmath._text.tables import as_plain
from actmath.experiment._record.provenance import Code, Provenance, processor_name

from .samples import EXACT, NAMES, Sample, samples

Check = Callable[[Sample, Any], None]
CLOSE = {"rtol": 1e-12, "atol": 1e-13}
#: PyTorch goes backward with 1/6, and with 1/alpha in CELU, as a float32 even in float64.
ROUGH = {"rtol": 1e-6, "atol": 1e-7}
RECORD = Path(__file__).parents[2] / "book" / "modules.json"


def slope(module: torch.nn.Module, x: Tensor) -> Tensor:
    """The gradient of a weighted sum."""
    at = x.detach().clone().requires_grad_()
    y = module(at)
    (found,) = torch.autograd.grad(
        (y * torch.arange(1.0, y.numel() + 1).reshape(y.shape)).sum(), at
    )
    return found


def same(one: Tensor, other: Tensor, **tolerance: float) -> None:
    torch.testing.assert_close(one, other, equal_nan=True, **(tolerance or CLOSE))


def forward(sample: Sample, library: Any) -> None:
    """The value and the gradient are torch.nn's."""
    ours, theirs = sample.make(library), sample.make(torch.nn)
    same(ours(sample.x.clone()), theirs(sample.x.clone()))
    same(slope(ours, sample.x), slope(theirs, sample.x), **ROUGH)


def gradient(sample: Sample, library: Any) -> None:
    """Backward, forward and batched, against finite differences."""
    x = sample.x.clone().requires_grad_()
    assert gradcheck(sample.make(library), x, check_forward_ad=True, check_batched_grad=True)


def second_gradient(sample: Sample, library: Any) -> None:
    """Against finite differences of the gradient."""
    x = sample.x.clone().requires_grad_()
    assert gradgradcheck(sample.make(library), x)


def dtypes(sample: Sample, library: Any) -> None:
    """Four precisions are kept; integers and complex numbers do what they do in torch.nn."""
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        module, x = sample.make(library).to(dtype), sample.x.to(dtype).requires_grad_()
        y = module(x)
        (found,) = torch.autograd.grad(y.sum(), x)
        assert y.dtype == found.dtype == dtype
        assert bool(found.isfinite().all())
    for dtype in (torch.int64, torch.complex128):
        x = sample.x.to(dtype)
        try:
            want = sample.make(torch.nn)(x)
        except (RuntimeError, NotImplementedError):
            continue
        same(sample.make(library)(x), want)


def memory_formats(sample: Sample, library: Any) -> None:
    """Any strides go in, and those of torch.nn's result come out."""
    ours, theirs = sample.make(library), sample.make(torch.nn)
    image = torch.randn(2, 4, 6, 8, dtype=EXACT)
    if getattr(ours, "num_parameters", 1) > 1:
        image = torch.randn(2, ours.num_parameters, 6, 8, dtype=EXACT)
    laid = image.to(memory_format=torch.channels_last)
    for x in (
        image,
        laid,
        image.transpose(2, 3),
        image[:, :, ::2],
        image[:1].expand(3, -1, -1, -1),
    ):
        y, z = ours(x), theirs(x)
        same(y, z)
        # RReLU in evaluation keeps strides that PyTorch's loses.
        assert y.stride() in (z.stride(), x.stride())
        same(slope(ours, x), slope(theirs, x), **ROUGH)
    assert ours(image[:0]).shape == theirs(image[:0]).shape


def overwriting(sample: Sample, library: Any) -> None:
    """What may be overwritten in torch.nn may be here, and the gradient is right."""
    theirs = sample.make(torch.nn)
    want = slope(theirs, sample.x)
    if "inplace" in vars(theirs):
        module = sample.make(library)
        module.inplace = True
        if getattr(theirs, "alpha", 1) > 0:
            same(slope(lambda x: module(x * 1), sample.x), want, **ROUGH)
        x = sample.x.clone()
        assert module(x).data_ptr() == x.data_ptr()
    for change in (_add_to_argument, _multiply_result):
        try:
            want = slope(partial(change, theirs), sample.x)
        except RuntimeError:
            continue
        same(slope(partial(change, sample.make(library)), sample.x), want, **ROUGH)


def _add_to_argument(module: Any, x: Tensor) -> Tensor:
    held = x * 1
    y = module(held)
    held += 1
    return y


def _multiply_result(module: Any, x: Tensor) -> Tensor:
    return module(x).mul_(3)


def copies(sample: Sample, library: Any) -> None:
    """Pickle, deepcopy and torch.save give the same module, which is printed as torch.nn's."""
    module, file = sample.make(library), io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=False)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), loaded):
        assert type(other) is type(module)
        same(other(sample.x.clone()), module(sample.x.clone()))
        assert repr(other) == repr(sample.make(torch.nn))
    assert isinstance(module, getattr(torch.nn, sample.name))


def state(sample: Sample, library: Any) -> None:
    """The state_dict loads both ways."""
    ours, theirs = sample.make(library), sample.make(torch.nn)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.normal_()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    same(ours(sample.x.clone()), theirs(sample.x.clone()))
    theirs.load_state_dict(ours.state_dict(), strict=True)


def compiled(sample: Sample, library: Any) -> None:
    """The whole graph, at two sizes, with and without a gradient."""
    torch.compiler.reset()
    module = sample.make(library)
    fast = torch.compile(module, fullgraph=True, backend="aot_eager")
    sizes = [sample.x, torch.cat([sample.x, sample.x])] if sample.x.dim() else [sample.x]
    for x in sizes if sample.name != "PReLU" or sample.x.dim() > 1 else [sample.x]:
        same(slope(fast, x), slope(module, x))
        with torch.no_grad():
            same(fast(x.clone()), module(x.clone()))
        with torch.inference_mode():
            same(fast(x.clone()), module(x.clone()))


def exported(sample: Sample, library: Any) -> None:
    """Strict and not: the program goes backward as the module does."""
    module = sample.make(library)
    for strict in (True, False):
        torch.compiler.reset()
        program = torch.export.export(module, (sample.x,), strict=strict)
        file = io.BytesIO()
        torch.export.save(program, file)
        file.seek(0)
        for each in (program, torch.export.load(file)):
            # At 0 too, where many a unit has its kink.
            for x in (sample.x, torch.zeros_like(sample.x)):
                same(slope(each.module(), x), slope(module, x))


def traced(sample: Sample, library: Any) -> None:
    """By torch.fx, torch.jit.trace and torch.jit.script, the last two saved and loaded."""
    module = sample.make(library)
    graph = torch.fx.symbolic_trace(module)
    same(slope(graph, sample.x), slope(module, sample.x))
    for program in (torch.jit.trace(module, (sample.x,)), torch.jit.script(module)):
        file = io.BytesIO()
        torch.jit.save(program, file)
        file.seek(0)
        same(slope(torch.jit.load(file), sample.x), slope(module, sample.x))


def transforms(sample: Sample, library: Any) -> None:
    """Torch.func: vmap, jvp, Jacobians both ways, Hessians."""
    module, x = sample.make(library), sample.x
    # RReLU's operator has no forward mode in evaluation either way.
    stack = torch.stack([x, x / 2])
    same(vmap(module)(stack), torch.stack([module(x), module(x / 2)]))
    same(jacfwd(module)(x), jacrev(module)(x))
    _, tangent = jvp(module, (x,), (torch.ones_like(x),))
    full = jacrev(module)(x).reshape(tangent.numel(), -1).sum(1)
    same(tangent.flatten(), full)
    small = x.flatten()[:4] if sample.name not in ("PReLU", "GLU") and x.dim() == 1 else None
    if small is not None:
        bend = hessian(lambda t: (module(t) ** 2).sum())(small)
        assert bool(bend.isfinite().all())


def called(sample: Sample, library: Any) -> None:
    """With other parameters by functional_call, and under checkpoint."""
    module, x = sample.make(library), sample.x
    others = {name: value + 1 for name, value in module.named_parameters()}
    theirs = functional_call(sample.make(torch.nn), others, (x,))
    same(functional_call(module, others, (x,)), theirs)
    kept = slope(lambda t: checkpoint(module, t, use_reentrant=False), x)
    same(kept, slope(module, x))


def autocast(sample: Sample, library: Any) -> None:
    """Half precision comes in, and float32 weights do not stop it."""
    module = sample.make(library).float()
    x = sample.x.to(torch.bfloat16).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        y = module(x)
    (found,) = torch.autograd.grad(y.float().sum(), x)
    assert found.dtype == torch.bfloat16


def made_anywhere(sample: Sample, library: Any) -> None:
    """Under a meta device, inference mode and another default precision."""
    kind = getattr(library, sample.name)
    with torch.device("meta"):
        module = kind(*sample.args, **sample.kwargs)
    assert module(sample.x.to("meta")).device.type == "meta"
    with torch.inference_mode():
        module = kind(*sample.args, **sample.kwargs).to(EXACT).eval()
    if not list(module.parameters()):
        same(slope(module, sample.x), slope(sample.make(library), sample.x))
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float16)
    try:
        kind(*sample.args, **sample.kwargs)
    finally:
        torch.set_default_dtype(default)


#: By the title of a column.
CHECKS: dict[str, Check] = {
    "values": forward,
    "gradient": gradient,
    "second gradient": second_gradient,
    "dtypes": dtypes,
    "memory formats": memory_formats,
    "overwriting": overwriting,
    "copies": copies,
    "state": state,
    "transforms": transforms,
    "calls": called,
    "autocast": autocast,
    "anywhere": made_anywhere,
    "traced": traced,
    "compiled": compiled,
    "exported": exported,
}


def fault(check: Check, name: str, library: Any) -> str:
    """What the first sample that does not pass says; empty where all pass."""
    for sample in samples(name):
        try:
            check(sample, library)
        # Whatever comes, it is the finding.
        except Exception as error:
            return f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return ""


def outcome(check: Check, name: str) -> str:
    """A word for a cell: ok, too (torch.nn stumbles as well), more (only torch.nn does), fails."""
    ours, theirs = fault(check, name, nn), fault(check, name, torch.nn)
    if ours:
        print(f"{name}, {check.__name__}: {ours} | torch.nn: {theirs or 'ok'}")
        return "too" if theirs else "fails"
    return "more" if theirs else "ok"


def main(names: list[str]) -> None:
    """Try all modules and write the record, or some and print their rows."""
    warnings.simplefilter("ignore")
    start, code = time.perf_counter(), Code.present()
    rows = [[n, *(outcome(check, n) for check in CHECKS.values())] for n in names or NAMES]
    if names:
        print("\n".join(" ".join(row) for row in rows))
        return
    seconds = time.perf_counter() - start
    record = {
        "torch": torch.__version__,
        "provenance": as_plain(
            Provenance.now(code, processor_name(), torch.get_num_threads(), seconds)
        ),
        "columns": ["module", *CHECKS],
        "rows": rows,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
