"""Noise of a private generator: repeatable, its own after a copy, the same under checkpointing."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from actmath.nn._noisy import source as noise_source
from actmath.nn._noisy.source import NoiseSource
from actmath.nn._noisy.units import NAN, NANI


def seeded(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(generator: torch.Generator | None) -> nn.Sequential:
    torch.manual_seed(0)
    units = (NAN(level=9, generator=generator), NANI(level=1, generator=generator))
    return nn.Sequential(nn.Linear(4, 6), units[0], nn.Linear(6, 5), units[1], nn.Linear(5, 2))


def slopes(net: nn.Module, call: object) -> list[torch.Tensor]:
    torch.manual_seed(1)
    x = 5 * torch.randn(7, 4)
    y = call(net[:2], x.requires_grad_())
    y = call(net[2:4], y)
    net[4](y).square().sum().backward()
    return [each.grad for each in (x, *net.parameters())]


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpointing_hears_the_same_noise(private: bool, reentrant: bool) -> None:
    def call(part: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return checkpoint(part, x, use_reentrant=reentrant)

    plain = slopes(network(seeded() if private else None), lambda part, x: part(x))
    torch.testing.assert_close(slopes(network(seeded() if private else None), call), plain)


def test_noise_goes_on_after_a_checkpoint() -> None:
    with_checkpoint, without = NAN(level=9, generator=seeded()), NAN(level=9, generator=seeded())
    without.load_state_dict(with_checkpoint.state_dict())
    x = torch.full((5,), 3.0, requires_grad=True)
    checkpoint(with_checkpoint, x, use_reentrant=False).sum().backward()
    without(x)
    assert torch.equal(with_checkpoint(x), without(x))


def test_noise_that_cannot_be_made_again_is_no_other_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, x = NAN(level=9, generator=seeded()), torch.full((5,), 3.0, requires_grad=True)
    y = checkpoint(unit, x, use_reentrant=False, preserve_rng_state=False)
    torch.rand(1)
    with pytest.raises(RuntimeError, match="preserve_rng_state"):
        y.sum().backward()
    monkeypatch.setattr(noise_source, "REMEMBERED", 1)
    outputs = [checkpoint(unit, x, use_reentrant=False) for _ in range(2)]
    with pytest.raises(RuntimeError, match="at most 1 calls"):
        outputs[0].sum().backward()


@pytest.mark.skipif(
    not hasattr(torch._C._autograd, "_top_saved_tensors_default_hooks"),
    reason="PyTorch before 2.8, where each call may be run again",
)
def test_a_private_generator_leaves_pytorchs_alone() -> None:
    unit, x = NAN(generator=seeded()), torch.ones(3)
    before = torch.get_rng_state()
    unit(x)
    assert torch.equal(torch.get_rng_state(), before)


def test_noise_is_the_same_where_the_call_may_be_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = torch.zeros(5)
    alone = NoiseSource(seeded()).normal(x)
    monkeypatch.setattr(noise_source, "has_saving_hooks", lambda: True)
    assert torch.equal(NoiseSource(seeded()).normal(x), alone)


def test_deep_copies_have_noise_of_their_own() -> None:
    net = network(seeded())
    copies = [copy.deepcopy(net) for _ in range(2)]
    x = torch.zeros(1000)
    drawn = [each[1].draw(x) for each in (net, *copies)]
    for i, one in enumerate(drawn):
        assert all(abs(float((one * other).mean())) < 0.2 for other in drawn[:i])
    for each in (net, *copies):
        assert each[1].generator is each[3].generator
    assert copies[0][1].generator is not net[1].generator


def test_a_pickle_goes_on_where_it_was() -> None:
    unit = NAN(generator=seeded())
    unit.draw(torch.zeros(5))
    again = pickle.loads(pickle.dumps(unit))
    assert torch.equal(again.draw(torch.zeros(9)), unit.draw(torch.zeros(9)))


def test_dtypes_layouts_and_devices() -> None:
    for generator in (None, seeded()):
        source = NoiseSource(generator)
        for dtype in (torch.float64, torch.float16, torch.bfloat16):
            assert source.normal(torch.empty(2, 3, dtype=dtype)).dtype == dtype
        # The generator is the CPU's, the noise goes to where it is needed.
        assert source.normal(torch.empty(2, 3, device="meta")).is_meta
        assert source.word(torch.device("cpu")).shape == (1,)
    wide = NoiseSource(seeded()).normal(torch.empty(5, dtype=torch.float64))
    assert torch.equal(wide, torch.randn(5, generator=seeded(), dtype=torch.float64))


def test_compiled_code_draws_from_the_generator() -> None:
    unit, twin = NAN(level=9, generator=seeded()), NAN(level=9, generator=seeded())
    twin.load_state_dict(unit.state_dict())

    def twice(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([unit(x), unit(x)])

    torch._dynamo.reset()
    compiled = torch.compile(twice, fullgraph=True, backend="aot_eager")
    for batch in (8, 7):
        x = torch.full((batch, 5), 2.0, requires_grad=True)
        first, second = compiled(x)
        assert not torch.equal(first, second)
        torch.testing.assert_close((first, second), (twin(x), twin(x)))
        first.sum().backward()


@pytest.mark.parametrize("reentrant", [True, False])
def test_as_many_calls_are_remembered_as_are_told(
    reentrant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest is forgotten first; the others are as without checkpoints."""
    monkeypatch.setattr(noise_source, "REMEMBERED", 2)
    unit, twin = NAN(level=9, generator=seeded()), NAN(level=9, generator=seeded())
    twin.load_state_dict(unit.state_dict())
    x = torch.full((5,), 3.0, requires_grad=True)
    outputs = [checkpoint(unit, x, use_reentrant=reentrant) for _ in range(3)]
    wanted = [twin(x) for _ in range(3)]
    for found, want in zip(outputs[1:], wanted[1:], strict=True):
        for module, y in ((unit, found), (twin, want)):
            module.p.grad = None
            y.sum().backward()
        torch.testing.assert_close(unit.p.grad, twin.p.grad)
    with pytest.raises(RuntimeError, match="at most 2 calls at a time"):
        outputs[0].sum().backward()


def test_words_are_of_62_bits_and_the_generator_s() -> None:
    cpu = torch.device("cpu")
    source, again = NoiseSource(seeded()), NoiseSource(seeded())
    words = [source.word(cpu) for _ in range(200)]
    assert all(each.dtype == torch.int64 and each.shape == (1,) for each in words)
    numbers = [int(each) for each in words]
    assert min(numbers) >= 0
    assert 2**61 < max(numbers) < 2**62
    assert len(set(numbers)) == 200
    assert [int(again.word(cpu)) for _ in range(200)] == numbers
    assert source.word(torch.device("meta")).is_meta
    torch.manual_seed(3)
    plain = NoiseSource().word(cpu)
    torch.manual_seed(3)
    assert torch.equal(plain, torch.randint(2**62, (1,)))


def test_pytorchs_own_noise_is_pytorchs() -> None:
    x = torch.empty(3, 4, dtype=torch.float64)
    torch.manual_seed(3)
    found = NoiseSource().normal(x)
    torch.manual_seed(3)
    assert torch.equal(found, torch.randn(3, 4, dtype=torch.float64))


def test_without_gradients_a_call_may_be_run_again() -> None:
    """As the older checkpoint does; then a number is taken from PyTorch's generator too."""
    source, x = NoiseSource(seeded()), torch.zeros(3)
    before = torch.get_rng_state()
    with torch.no_grad():
        first = source.normal(x)
    assert not torch.equal(torch.get_rng_state(), before)
    assert len(source._states) == 1
    assert torch.equal(first, torch.randn(3, generator=seeded()))


def test_copies_without_a_generator_and_numbers_of_their_own() -> None:
    source = NoiseSource()
    for other in (copy.deepcopy(source), pickle.loads(pickle.dumps(source))):
        assert other.generator is None
        assert other.number != source.number
        assert noise_source._SOURCES[other.number] is other
    private = NoiseSource(seeded())
    twin = copy.deepcopy(private)
    assert twin.generator is not private.generator
    # The copy's seed is a number of the first, which goes on from there.
    ahead = seeded()
    seed = int(torch.randint(2**62, (), generator=ahead))
    assert torch.equal(private.normal(torch.zeros(4)), torch.randn(4, generator=ahead))
    other = torch.Generator().manual_seed(seed)
    assert torch.equal(twin.normal(torch.zeros(4)), torch.randn(4, generator=other))


@pytest.mark.parametrize("bad", [3, "cpu", torch.Generator])
def test_what_is_no_generator(bad: object) -> None:
    with pytest.raises(TypeError, match=r"^generator must be a torch.Generator or None, got"):
        NoiseSource(bad)


@pytest.mark.parametrize(
    ("generator", "exporting", "device", "apart"),
    [
        (None, False, "cpu", True),
        (None, True, "cpu", False),
        (None, False, "meta", False),
        (seeded(), True, "cpu", True),
        (seeded(), False, "meta", True),
    ],
)
def test_who_makes_the_noise_of_compiled_code(
    generator: torch.Generator | None,
    exporting: bool,
    device: str,
    apart: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An operator for a private generator, which a compiler cannot hold, and on processors."""
    monkeypatch.setattr(torch.compiler, "is_exporting", lambda: exporting)
    source = NoiseSource(generator)
    assert source._is_drawn_apart(torch.empty(2, device=device)) is apart


def test_the_operator_for_noise_is_known_to_be_random() -> None:
    """Or two calls would be made one."""
    tags = noise_source._drawn_noise.tags
    assert {torch.Tag.nondeterministic_seeded, torch.Tag.pt2_compliant_tag} <= set(tags)
    source, twin = NoiseSource(seeded()), NoiseSource(seeded())
    room = torch.empty(2, 3, dtype=torch.float64)
    found = noise_source._drawn_noise(room, source.number)
    assert torch.equal(found, twin.normal(room))
