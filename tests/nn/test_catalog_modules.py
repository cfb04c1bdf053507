"""Every catalog entry has its module: a class that a file writes, or one that is made."""

from __future__ import annotations

import copy
import inspect
import io
import pickle

import pytest
import torch
from sympy import Symbol

from actmath import Activation, Parameter, catalog, nn
from actmath.catalog import CATALOG
from actmath.names import DuplicateNameError
from actmath.nn import _catalog_modules
from actmath.nn._catalog_modules import MODULES, make_module
from actmath.notation import x

EACH = pytest.mark.parametrize("name", CATALOG)
POINTS = torch.cat(
    [torch.arange(-8.0, 9.0), torch.linspace(-8, 8, 90), torch.tensor([-0.0, -0.5, 1.5])]
).double()
#: A user's own, with what a made class needs: several words and two parameters.
SHIFT, SCALE = Symbol("shift", real=True), Symbol("scale", positive=True)
TILTED = Activation(
    "tilted_line",
    SCALE * x + SHIFT,
    (Parameter(SHIFT, 1, meaning="value at 0"), Parameter(SCALE, 3, meaning="slope")),
    title="tilted LINE",
)


def test_there_is_one_for_each() -> None:
    assert list(nn.MODULES) == list(CATALOG)
    assert len({id(module) for module in nn.MODULES.values()}) == len(CATALOG)


@EACH
def test_it_computes_its_activation(name: str) -> None:
    module = MODULES[name]().double().eval()
    torch.testing.assert_close(module(POINTS), nn.Elementwise(catalog.get(name))(POINTS))


@EACH
def test_it_is_a_name_of_the_door(name: str) -> None:
    module = MODULES[name]
    assert getattr(nn, module.__name__) is module
    assert module.__name__ in dir(nn)
    assert inspect.getdoc(module).startswith("y = ")


@EACH
def test_copies_and_pickles_compute_the_same(name: str) -> None:
    module = MODULES[name]().double().eval()
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=False)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), loaded):
        assert type(other) is type(module)
        assert repr(other) == repr(module)
        torch.testing.assert_close(other(POINTS), module(POINTS), rtol=0, atol=0)


def test_a_made_class_takes_the_parameters_as_keywords() -> None:
    module = make_module(TILTED)
    assert module.__name__ == "TiltedLINE"
    assert str(inspect.signature(module)) == "(*, shift=1, scale=3)"
    assert "scale: slope." in inspect.getdoc(module)
    assert repr(module(scale=0.5)) == "TiltedLINE(tilted_line, shift=1, scale=0.5)"
    assert module(scale="1/2")(torch.tensor([2.0, -4.0])).tolist() == [2.0, -1.0]


def test_modules_of_ones_own_activation_are_copied_and_pickled() -> None:
    module = make_module(TILTED)(scale=0.5)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert repr(other) == "TiltedLINE(tilted_line, shift=1, scale=0.5)"
        assert type(other) is type(module)
        assert other(POINTS).tolist() == module(POINTS).tolist()


def test_two_entries_whose_modules_have_one_name_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    twins = [Activation("tilted_line", x), Activation("tilted__line", x), Activation("dropout", x)]
    monkeypatch.setattr(_catalog_modules, "CATALOG", {f.name: f for f in twins})
    both = "modules of tilted__line and of tilted_line would both be called TiltedLine"
    with pytest.raises(DuplicateNameError, match=both):
        list(_catalog_modules._entries())
    monkeypatch.setattr(
        _catalog_modules, "CATALOG", {"alpha_dropout": Activation("alpha_dropout", x)}
    )
    with pytest.raises(DuplicateNameError, match="both be called AlphaDropout"):
        list(_catalog_modules._entries())


def test_a_made_class_refuses_what_its_activation_refuses() -> None:
    module = make_module(TILTED)
    with pytest.raises(ValueError, match="did you mean scale"):
        module(scael=1)
    with pytest.raises(ValueError, match="scale must be"):
        module(scale="one")
    with pytest.raises(TypeError):
        module(2)


def test_no_other_name_is_made_up() -> None:
    assert not hasattr(nn, "TiltedLINE")
    assert not hasattr(nn, "HardSigmoid")


def test_what_a_made_class_says_of_itself() -> None:
    swish = MODULES["swish_beta"]
    assert str(inspect.signature(swish)) == "(*, beta=1)"
    first, empty, *rest = inspect.getdoc(swish).splitlines()
    assert first.startswith("y = x/(1 + exp(-beta*x)) (Ramachandran et al. 2017")
    assert first.endswith(").")
    assert (empty, rest) == ("", ["Args:", "    beta: steepness of the gate."])
    assert inspect.getdoc(make_module(Activation("plain", x + 1))) == "y = x + 1."
    two = inspect.getdoc(make_module(TILTED)).splitlines()
    assert two[2:] == ["Args:", "    shift: value at 0.", "    scale: slope."]
    assert two[0] == f"y = {TILTED.expr}."
    assert make_module(TILTED) is make_module(TILTED)
    assert make_module(TILTED).__module__ == "actmath.nn"
    assert issubclass(make_module(TILTED), nn.Elementwise)


def test_names_that_are_none_are_answered() -> None:
    with pytest.raises(
        AttributeError, match=r"no attribute 'Maxout': it is the largest of several"
    ):
        _ = nn.Maxout
    with pytest.raises(AttributeError, match="'HardSigmoid': did you mean Hardsigmoid or"):
        _ = nn.HardSigmoid
    assert nn.Softmax.__module__ == "actmath.nn._mirrored.shrinking"
    assert dir(nn) == sorted(set(dir(nn)))
    assert {"Arctan", "MODULES", "ReLU", "initialize_"} <= set(dir(nn))
    assert set(nn.__all__) == set(dir(nn))


def test_written_modules_are_those_of_their_files() -> None:
    assert MODULES["relu"] is nn.ReLU
    assert MODULES["hard_sigmoid"] is nn.GulcehreHardSigmoid
    assert MODULES["tanhshrink"] is nn.Tanhshrink
    assert MODULES["rrelu"] is nn.RReLU
    # By other names of the entry too.
    assert MODULES["swish"] is MODULES["silu"] is nn.SiLU
