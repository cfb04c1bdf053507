"""The explorers: what a page computes is what the package computes, at settings drawn by chance.

They run here in QuickJS, as they do while the book is built; ``tests/test_book.py`` runs them in a
browser.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from sympy import AccumBounds, Rational

from actmath import Activation, catalog
from actmath.derive import SaturationKind, fixed_points, saturation
from actmath.lower import to_mpmath, to_numpy
from actmath.numeric import (
    NEEDLE,
    PICTURE,
    RIPPLES,
    InverseRoot,
    NoSelfNormalizationError,
    ScaledUnit,
    constants,
    fold_cloud,
    gains,
    gaussian,
    orbit,
    phase,
    random_lengths,
    rings,
)

from .reference.agreement import condition_number

FOLDER = Path(__file__).parents[1] / "book"
NAMES = ("unit", "moment_map", "self_normalizing", "depth", "noise", "fold")
EACH = pytest.mark.parametrize("name", NAMES)
EACH_UNIT = pytest.mark.parametrize("unit", catalog.CATALOG)
#: Of the numbers in a page; the tests of the arithmetic ask for all digits.
CLOSE = 1e-11


@cache
def extension() -> ModuleType:
    """The Sphinx extension, imported as Sphinx imports it."""
    sys.path.insert(0, str(FOLDER / "_ext"))
    try:
        import explorers  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    return explorers  # type: ignore[no-any-return]


@cache
def engine(name: str) -> Any:
    return extension().running(name)


def asked(name: str, expression: str) -> Any:
    """The value of an expression in the engine of an explorer; NaN and ±∞ as text."""
    replacer = "(k, v) => typeof v === 'number' && !Number.isFinite(v) ? String(v) : v"
    return json.loads(engine(name).eval(f"JSON.stringify({expression}, {replacer})"))


def view(name: str, state: dict[str, Any]) -> dict[str, Any]:
    """What the explorer shows in a state: its rows by name, its sentence."""
    seen = f"actmath.explorers.{name}.view({json.dumps(state)})"
    found = asked(name, f"(({{rows, sentence}}) => ({{rows, sentence}}))({seen})")
    return {"rows": dict(found["rows"]), "sentence": found["sentence"]}


def settings(unit: str, seed: int) -> Iterator[tuple[Activation, list[float]]]:
    """The unit at its defaults, and with every slider of a parameter somewhere."""
    activation = catalog.get(unit)
    yield activation, [float(p.default) for p in activation.parameters]
    if activation.parameters:
        rng = random.Random(f"{unit}{seed}")
        sliders = asked("unit", f"actmath.formulas.units.{unit}.parameters")
        values = [round(rng.uniform(s["min"], s["max"]), 3) for s in sliders]
        given = {p.name: v for p, v in zip(activation.parameters, values, strict=True)}
        yield activation.with_parameters(**given), values


# --- what is shown -----------------------------------------------------------------------------


def test_every_explorer_is_here_and_on_a_page() -> None:
    assert set(extension().PROGRAMS) == set(NAMES)
    pages = "".join(path.read_text("utf-8") for path in (FOLDER / "explore").glob("*.md"))
    assert sorted(re.findall(r"```\{explorer\} (\w+)", pages)) == sorted(NAMES)


@pytest.mark.slow
@EACH
def test_the_page_shows_its_state_before_any_script(name: str) -> None:
    html = extension().drawn(name)
    assert html.count('<svg class="ex-plot"') >= 2
    assert "NaN" not in html
    assert "undefined" not in html
    assert len(re.findall(r"<tr>", html)) >= 5
    # Every setting has a label, every figure a text.
    for control in re.findall(r'id="(ex-[\w-]+)"', html):
        assert f'<label for="{control}">' in html
    for svg in re.findall(r"<svg class=\"ex-plot\"[^>]*>", html):
        assert re.search(r'aria-label="[^"]{20,}"', svg)
    assert 'aria-live="polite"' in html


@EACH
def test_the_page_is_small(name: str) -> None:
    files = extension().scripts(name)
    texts = [extension().program(name), extension().drawn(name)]
    texts += [(FOLDER / "_static" / f).read_text("utf-8") for f in files if "formulas" not in f]
    texts.append((FOLDER / "_static" / "explore" / "explore.css").read_text("utf-8"))
    assert sum(len(gzip.compress(text.encode())) for text in texts) < 60_000


@EACH
def test_scripts_ask_nobody_and_are_classic(name: str) -> None:
    for file in extension().scripts(name):
        path = FOLDER / "_static" / file
        text = path.read_text("utf-8") if path.exists() else extension().program(name)
        assert not re.search(r"https?://|\bfetch\(|XMLHttpRequest|^\s*(import|export) ", text, re.M)


def test_an_unknown_explorer_is_refused_with_the_known_ones() -> None:
    assert set(extension().PROGRAMS) == {*NAMES}
    with pytest.raises(KeyError):
        extension().drawn("nobody")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.1 + 0.2", "0.3"),
        ("-1234567", "−1.2346·10⁶"),
        ("1.5e-7", "1.5·10⁻⁷"),
        ("-1e-15", "0"),
        ("Infinity", "∞"),
        ("-Infinity", "−∞"),
        ("NaN", "none"),
    ],
)
def test_numbers_as_they_are_read(value: str, text: str) -> None:
    assert asked("unit", f"actmath.numbers.show({value})") == text


# --- explore a unit ----------------------------------------------------------------------------


@EACH_UNIT
def test_moments_are_those_of_the_package(unit: str) -> None:
    rng = random.Random(unit)
    for activation, values in settings(unit, 0):
        inputs = [(0.0, 1.0), (-3.0, 0.05), (3.0, 9.0)]
        inputs += [(round(rng.uniform(-3, 3), 2), round(rng.uniform(0.05, 9), 2)) for _ in range(3)]
        for mu, nu in inputs:
            call = f"(actmath.formulas.units.{unit}, {json.dumps(values)}, {mu}, {nu})"
            found = asked("unit", f"actmath.numbers.moments{call}")
            want = gaussian(activation, mu, nu)
            assert found["settled"]
            size = 1 + abs(mu) + nu
            assert found["mean"] == pytest.approx(float(want.mean), rel=CLOSE, abs=CLOSE * size)
            for mine, theirs in (
                ("second", want.second),
                ("variance", want.variance),
                ("slopeMean", want.derivative_mean),
                ("slopeSecond", want.derivative_second),
            ):
                # A mean of what changes its sign cancels, but for the rounding of many terms.
                least = 1e-14 * max(1, float(want.derivative_second)) ** 0.5
                assert found[mine] == pytest.approx(float(theirs), rel=CLOSE, abs=least), mine


@EACH_UNIT
@pytest.mark.parametrize("order", [0, 1])
def test_values_are_those_of_the_formula(unit: str, order: int) -> None:
    """As wide as the picture is, and beside 0; where a formula's terms cancel, to their digits."""
    rng = random.Random(f"{unit} {order}")
    points = [rng.uniform(-5, 5) for _ in range(20)]
    points += [rng.choice((-1, 1)) * 10 ** rng.uniform(-6, 0) for _ in range(10)]
    part = ("f", "slope")[order]
    for activation, values in settings(unit, 4):
        one = f"actmath.formulas.units.{unit}"
        call = f"{json.dumps(points)}.map(x => {one}.{part}(x, ...{json.dumps(values)}))"
        exact = to_mpmath(activation, order)
        with mp.workdps(40):
            for at, got in zip(points, asked("unit", call), strict=True):
                want = exact(at)
                worth = min(condition_number(activation, order, at, want), 10**12)
                bound = 64 * 2.0**-52 * (1 + (1 + worth) * abs(want))
                assert abs(got - want) <= bound, (activation.defaults, at)


@EACH_UNIT
def test_the_picture_is_the_curve(unit: str) -> None:
    """Between its points too, however fast a wave is: a line through few of them shows another."""
    for activation, values in settings(unit, 5):
        start = f"actmath.explorers.unit.chosen(actmath.explorers.unit.start(), 'unit', '{unit}')"
        state = {**asked("unit", start), **{f"p{k}": v for k, v in enumerate(values)}}
        drawn = f"actmath.explorers.unit.view({json.dumps(state)}).pictures[0].plot"
        plot = asked("unit", drawn)
        width, height = plot["inner"]
        lines = [mark for mark in plot["marks"] if 'ex-line ex-blue"' in mark]
        for line in lines:
            numbers = re.findall(r"[ML](-?[\d.e-]+) (-?[\d.e-]+)", line)
            across, up = np.array(numbers, dtype=float).T
            x = (across[1:] + across[:-1]) / 2 / width * 10 - 5
            inside = (np.diff(across) > 0.25) & (np.abs(up[1:]) < 4000)
            got = 3.5 - (up[1:] + up[:-1]) / 2 / height * 6
            want = to_numpy(activation)(x)
            # A point stands to a tenth of a pixel, which a slope makes more of.
            unsure = 0.02 + 0.003 * np.abs(to_numpy(activation, 1)(x))
            assert (np.abs(got - want) <= 2 * unsure)[inside].all()
        reached = sorted(float(at) for line in lines for at in re.findall(r"[ML](-?[\d.]+) ", line))
        assert np.diff(reached).max() < 0.1 + width / 120


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("siren", "The picture cuts off f′, which goes from −30 to 30."),
        ("square", "The picture cuts off f′, which goes from −10 to 10."),
        ("selu", ""),
    ],
)
def test_a_derivative_beyond_the_picture_is_told_of(unit: str, words: str) -> None:
    state = asked(
        "unit", f"actmath.explorers.unit.chosen({{mu: 0, nu: 1, w: 1, q: 3}}, 'unit', '{unit}')"
    )
    shown = f"actmath.explorers.unit.view({json.dumps(state)}).pictures[0].caption"
    assert asked("unit", shown).endswith(words or "the mean of the output.")


@pytest.mark.slow
def test_a_wave_that_the_eye_cannot_see_apart_is_drawn_whole() -> None:
    """At a period of a 120th of the picture a grid of so many points would show a line."""
    state = asked(
        "unit", "actmath.explorers.unit.chosen({mu: 0, nu: 1, w: 1, q: 3}, 'unit', 'siren')"
    )
    state["p0"] = float(2 * np.pi * 12)
    drawn = f"actmath.explorers.unit.view({json.dumps(state)}).pictures[0].plot"
    (line,) = (mark for mark in asked("unit", drawn)["marks"] if 'ex-line ex-blue"' in mark)
    up = np.array(re.findall(r"[ML]-?[\d.]+ (-?[\d.]+)", line), dtype=float)
    turns = np.diff(np.sign(np.diff(up)))
    assert np.count_nonzero(turns) == 240
    assert np.ptp(up) == pytest.approx(asked("unit", drawn)["inner"][1] / 3, abs=3)


def test_no_slider_leaves_the_domain() -> None:
    for unit, activation in catalog.CATALOG.items():
        sliders = asked("unit", f"actmath.formulas.units.{unit}.parameters")
        for slider, parameter in zip(sliders, activation.parameters, strict=True):
            for end in ("min", "max"):
                assert parameter.domain.contains(Rational(slider[end])) == True, unit  # noqa: E712
            assert slider["min"] <= slider["value"] <= slider["max"]


def test_every_unit_is_in_the_list_by_its_family() -> None:
    (first, *_) = asked("unit", "actmath.explorers.unit.controls(actmath.explorers.unit.start())")
    found = {family: [name for name, _ in options] for family, options in first["groups"]}
    assert [name for names in found.values() for name in names] == list(catalog.CATALOG)
    assert found["Periodic"] == [unit.name for unit in catalog.FAMILIES["periodic"]]


def test_an_exponential_of_great_variance_is_counted_where_its_mass_is() -> None:
    """At rate 1.5 and variance 9 half of E f² comes from beyond nine deviations."""
    call = "(actmath.formulas.units.softexponential, [1.5], 0, 9)"
    found = asked("unit", f"actmath.numbers.moments{call}")
    assert found["settled"]
    # f = r + (e^{rz} − 1)/r, E e^{kz} = e^{9k²/2}.
    shift, rate = 1.5 - 1 / 1.5, 1.5
    mean, second = np.exp(9 * rate**2 / 2), np.exp(9 * rate**2 * 2)
    want = second / rate**2 + 2 * shift * mean / rate + shift**2
    assert found["second"] == pytest.approx(want, rel=1e-12)


@pytest.mark.slow
def test_what_has_too_many_waves_says_so() -> None:
    start = asked(
        "unit", "actmath.explorers.unit.chosen({mu: 0, nu: 1, w: 3, q: 9}, 'unit', 'gcu')"
    )
    rows = view("unit", start)["rows"]
    (row,) = (rows[name] for name in rows if name.startswith("mean square after"))
    assert "too many" in row
    assert rows["to the right"] == "does not saturate: f′ oscillates"


@EACH_UNIT
def test_gains_and_lengths_are_those_of_the_package(unit: str) -> None:
    for activation, values in settings(unit, 1):
        if activation.name == "abs" or values == [0.0]:
            continue
        call = f"actmath.formulas.units.{unit}, {json.dumps(values)}"
        found = asked("unit", f"actmath.numbers.gains({call}, 1.75)")
        want = gains(activation, 1.75)
        assert found["forward"] == pytest.approx(want.forward, rel=CLOSE)
        assert found["backward"] == pytest.approx(want.backward, rel=CLOSE)
        assert found["signal"] == pytest.approx(want.signal_factor, rel=CLOSE)
        assert found["gradient"] == pytest.approx(want.gradient_factor, rel=CLOSE)
        steps = asked("unit", f"actmath.numbers.lengths({call}, 1.3, 1.1, 0.2, 4)")
        square = (1.3 - 0.2**2) / 1.1**2
        # Those that grow without bound end there.
        lengths = [float(q) for q in steps["found"]]
        assert steps["settled"]
        assert len(lengths) == 5 or lengths[-1] >= 1e12
        # Beyond the last of these the package has no finite moments to go on with.
        within = [q for q in lengths if q < 1e12]
        depth = len(within) if len(within) == 5 else len(within) - 1
        theirs = random_lengths(activation, square, depth, sigma_w=1.1, sigma_b=0.2)
        assert within[:depth] == pytest.approx(theirs.length.tolist(), rel=CLOSE)


@EACH_UNIT
def test_saturation_is_that_of_the_package(unit: str) -> None:
    for activation, values in settings(unit, 2):
        want = saturation(activation)
        for name, side in (("left", want.left), ("right", want.right)):
            call = f"(actmath.formulas.units.{unit}, {json.dumps(values)}, '{name}')"
            found = asked("unit", f"actmath.numbers.saturation{call}")
            assert found["kind"] == str(side.kind)
            for part in ("slope", "value"):
                limit = getattr(side, part).subs(activation.defaults)
                # Between its bounds a wave has no limit.
                want_part = np.nan if limit.has(AccumBounds) else float(limit)
                got = float(found[part])
                assert got == pytest.approx(want_part, rel=CLOSE, abs=1e-15, nan_ok=True), part
            if side.kind is SaturationKind.HARD:
                threshold = float(side.threshold.subs(activation.defaults))
                assert found["threshold"] == pytest.approx(threshold, rel=4e-16)


def test_a_leaky_rectifier_without_a_leak_saturates() -> None:
    call = "(actmath.formulas.units.leaky_relu, [0], 'left')"
    found = asked("unit", f"actmath.numbers.saturation{call}")
    assert found == {"kind": "hard", "slope": 0, "value": 0, "threshold": 0}


@EACH_UNIT
def test_fixed_points_are_those_of_the_package(unit: str) -> None:
    for activation, values in settings(unit, 3):
        want = fixed_points(activation)
        call = f"(actmath.formulas.units.{unit}, {json.dumps(values)})"
        found = asked("unit", f"actmath.numbers.fixedPoints{call}")
        # The package looks at ±(2^(k/32) − 1), and a wave's square turns at each quarter of it:
        # farther out it may miss some, as it says.
        pace = asked("unit", f"actmath.numbers.radians(actmath.formulas.units.{unit}, {values})")
        far = 30 if not pace else min(30, np.pi / 2 / pace / (2 ** (1 / 32) - 1) - 1)
        near = [p for p in want.isolated if abs(float(p.x)) < far]
        shown = [p for p in found["isolated"] if abs(p["x"]) < far]
        assert [p["x"] for p in shown] == pytest.approx(
            [float(p.x) for p in near], rel=1e-9, abs=1e-12
        )
        for mine, theirs in zip(shown, near, strict=True):
            words = {"attracting": "attracts", "repelling": "repels"}
            assert mine["behaviour"] == words.get(str(theirs.stability), "attracts from one side")
        ends = [tuple(map(float, interval)) for interval in found["intervals"]]
        still = want.continuum
        parts = [] if still.is_empty else still.args if still.is_Union else [still]
        assert ends == sorted((float(part.inf), float(part.sup)) for part in parts)


def test_the_page_of_a_unit_says_what_the_sheet_says() -> None:
    start = asked("unit", "actmath.explorers.unit.start()")
    rows = view("unit", {**start, "q": 0.9, "unit": "gelu", "w": 1.53353044119554})["rows"]
    assert rows["forward gain at N(0, ν)"] == "1.5335"
    assert rows["gradients by a layer at the forward gain"] == "1.072"
    # After 30 layers a start of 0.9 gives 0.00119 and still falls.
    assert rows["mean square after 30 layers of σ_w"] == "0.0011851, and still moves"


def test_another_unit_comes_with_its_own_defaults() -> None:
    changed = asked(
        "unit", "actmath.explorers.unit.chosen(actmath.explorers.unit.start(), 'unit', 'celu')"
    )
    assert changed["unit"] == "celu"
    assert changed["p0"] == 1
    names = [
        c["name"] for c in asked("unit", f"actmath.explorers.unit.controls({json.dumps(changed)})")
    ]
    assert names == ["unit", "p0", "mu", "nu", "w", "q"]


# --- the moment map ----------------------------------------------------------------------------


def test_steps_are_those_of_the_package() -> None:
    rng = random.Random(4)
    formulas = "actmath.formulas"
    for _ in range(40):
        omega, mu = rng.uniform(-1, 1), rng.uniform(-1.2, 1.2)
        tau, nu = rng.uniform(0.5, 2), rng.uniform(0.02, 3.2)
        call = f"{formulas}.map({mu}, {nu}, {omega}, {tau}, {formulas}.alpha, {formulas}.lam)"
        mean, second = asked("moment_map", call)
        want = ScaledUnit(catalog.selu).step(mu, nu, omega, tau)
        assert mean == pytest.approx(float(want[0]), rel=CLOSE, abs=1e-14)
        assert second - mean**2 == pytest.approx(float(want[1]), rel=1e-10)


def test_thirty_layers_are_those_of_the_package() -> None:
    state = {"omega": 0.2, "tau": 1.4, "mu": -0.7, "nu": 0.6}
    found = view("moment_map", state)
    path = orbit(ScaledUnit(catalog.selu), (-0.7, 0.6), 30, omega=0.2, tau=1.4)
    mean, variance = re.findall(r"[−\d.]+", found["rows"]["after 30 layers"])
    assert float(mean.replace("−", "-")) == pytest.approx(path[-1][0], rel=1e-4)
    assert float(variance) == pytest.approx(path[-1][1], rel=1e-4)
    assert "outside: computed, not proved" in found["rows"]["Theorem 1"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"omega": 0, "tau": 1, "mu": 0.05, "nu": 1.2}, "proved to stay and to converge"),
        ({"omega": 0.1, "tau": 1.1, "mu": 0.1, "nu": 1.5}, "proved to stay and to converge"),
        ({"omega": 0.1, "tau": 1.1, "mu": 0.11, "nu": 1.5}, "the start is not"),
        ({"omega": 0.11, "tau": 1, "mu": 0, "nu": 1}, "these weights are outside"),
    ],
)
def test_what_theorem_1_covers(state: dict[str, float], words: str) -> None:
    assert words in view("moment_map", state)["rows"]["Theorem 1"]


def test_the_jacobian_at_selus_fixed_point() -> None:
    rows = view("moment_map", {"omega": 0, "tau": 1, "mu": 0.3, "nu": 2})["rows"]
    assert rows["in the end"] == "it comes to mean 0, variance 1"
    assert rows["spectral norm of the Jacobian there"] == "0.78767"
    call = "(f => f.jacobian(0, 1, 0, 1, f.alpha, f.lam))(actmath.formulas)"
    found = np.array(asked("moment_map", call)).reshape(2, 2)
    step, unit = 1e-6, ScaledUnit(catalog.selu)
    ahead, behind = (np.array(unit.step(0.0, 1 + way * step)) for way in (1, -1))
    assert found[:, 1] == pytest.approx((ahead - behind) / (2 * step), rel=1e-7)


# --- make it self-normalizing ------------------------------------------------------------------


def targets() -> list[dict[str, float]]:
    """SELU's target, and others at random."""
    rng = random.Random(5)
    ends = {"mu": (-1.2, 1.2), "nu": (0.05, 3), "omega": (-1, 1), "tau": (0.5, 1.5)}
    drawn = [{name: round(rng.uniform(*e), 2) for name, e in ends.items()} for _ in range(12)]
    without = {"mu": 0, "nu": 0.5, "omega": -0.4, "tau": 1.5}
    return [{"mu": 0, "nu": 1, "omega": 0, "tau": 1}, without, *drawn]


@pytest.mark.parametrize("state", targets(), ids=str)
def test_solutions_are_those_of_the_package(state: dict[str, float]) -> None:
    call = f"actmath.explorers.self_normalizing.solutions({json.dumps(state)})"
    found = [each for each in asked("self_normalizing", call) if each["admissible"]]
    exact = {name: str(value) for name, value in state.items()}
    try:
        want = constants(
            "elu", exact["mu"], exact["nu"], omega=exact["omega"], tau=exact["tau"]
        ).all_solutions
    except NoSelfNormalizationError:
        want = ()
    known = sorted((s for s in want if s.admissible), key=lambda s: float(s.spectral_radius))
    for mine, theirs in zip(found, known, strict=True):
        assert theirs.alpha is not None
        # Of two roots that nearly meet a float holds fewer digits.
        assert mine["alpha"] == pytest.approx(float(theirs.alpha), rel=1e-9)
        assert mine["lam"] == pytest.approx(float(theirs.lam), rel=1e-9)
        assert mine["radius"] == pytest.approx(float(theirs.spectral_radius), rel=1e-8)


def test_selus_constants_are_found_at_the_start() -> None:
    found = view("self_normalizing", {"mu": 0, "nu": 1, "omega": 0, "tau": 1})
    assert found["rows"]["α"] == "1.67326324235"
    assert found["rows"]["λ"] == "1.05070098736"
    assert found["sentence"].endswith("it attracts.")


def test_a_target_without_a_solution_says_so() -> None:
    found = view("self_normalizing", {"mu": 1.1, "nu": 0.1, "omega": 0, "tau": 1})
    assert "no α > 0 with a λ > 0 makes it a fixed point" in found["sentence"]
    assert found["rows"]["α"] == "there is none"


def test_what_the_page_of_constants_tells_to_try() -> None:
    """At omega = 1 nothing attracts; with a larger tau most do."""
    for omega, tau, most in ((1, 1, 0.0), (1, 1.5, 0.7), (0, 1, 1.0)):
        shares = [
            asked("self_normalizing", f"actmath.explorers.self_normalizing.solutions({state})")
            for state in (
                json.dumps({"mu": mu / 10, "nu": 0.2 + nu / 3, "omega": omega, "tau": tau})
                for mu in range(-10, 11, 2)
                for nu in range(8)
            )
        ]
        best = [[s for s in each if s["admissible"]][:1] for each in shares]
        attracting = [each[0]["radius"] < 1 for each in best if each]
        share = sum(attracting) / len(attracting)
        assert share == most if most in (0, 1) else share > most


# --- depth -------------------------------------------------------------------------------------

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(shown: str) -> float:
    """A number as the page writes it."""
    return float(shown.replace("·10", "e").replace("−", "-").translate(RAISED))


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["tanh", "relu", "gelu", "selu", "softsign", "hard_sigmoid"])
def test_phases_are_those_of_the_package(unit: str) -> None:
    rng = random.Random(unit)
    for _ in range(6):
        w, b = round(rng.uniform(0.3, 2.5), 2), round(rng.choice((0, 1.5)) * rng.random(), 2)
        rows = view("depth", {"unit": unit, "w": w, "b": b})["rows"]
        want = phase(unit, w, b, start=w**2 + b**2)
        if str(want.ending) == "diverged":
            assert rows["phase"].startswith("unbounded"), (w, b)
            continue
        assert rows["phase"].startswith("ordered" if want.ordered else "chaotic"), (w, b)
        theirs = random_lengths(unit, 1.0, 50, sigma_w=w, sigma_b=b)
        name = "mean square in layer 50"
        if name in rows:
            shown = read(rows[name].removesuffix(", and still moves"))
            assert shown == pytest.approx(float(theirs.length[-1]), rel=1e-4)
            gradient = read(rows["gradient in layer 1, of 1 in the last"])
            assert gradient == pytest.approx(float(theirs.gradient[0]), rel=1e-4)
            if "moves" not in rows[name]:
                chi = read(rows["χ₁, a layer's factor on gradients there"])
                assert chi == pytest.approx(float(want.chi), rel=1e-4)


def test_an_identity_with_biases_grows_for_ever() -> None:
    for unit in ("identity", "abs"):
        rows = view("depth", {"unit": unit, "w": 1, "b": 0.5})["rows"]
        assert rows["phase"].startswith("unbounded")


@pytest.mark.parametrize(
    ("w", "b", "words"),
    [
        (1.41, 0, "ordered"),
        (1.42, 0, "unbounded"),
        (1.41, 0.3, "ordered"),
        (1.42, 0.3, "unbounded"),
    ],
)
def test_relu_has_an_edge_of_one_point(w: float, b: float, words: str) -> None:
    assert view("depth", {"unit": "relu", "w": w, "b": b})["rows"]["phase"].startswith(words)


def test_the_edge_of_tanh_is_where_the_page_says() -> None:
    """At sigma_w = 1.6 it is near sigma_b = 0.57."""
    for b, words in ((0.56, "chaotic"), (0.59, "ordered")):
        assert view("depth", {"unit": "tanh", "w": 1.6, "b": b})["rows"]["phase"].startswith(words)


# --- noise -------------------------------------------------------------------------------------

SCAPES = pytest.mark.parametrize("scape", [PICTURE, RIPPLES, NEEDLE], ids=lambda s: s.name)


@SCAPES
def test_losses_and_their_smoothings_are_those_of_the_package(scape: Any) -> None:
    rng = np.random.default_rng(6)
    points = rng.uniform(-7, 7, 25).round(4)
    for level in (0.0, 0.3, 2.0):
        value, slope = ("smoothed", "smoothedSlope") if level else ("value", "slope")
        loss = f"actmath.formulas.losses.{scape.name}"
        found = asked(
            "noise",
            f"{points.tolist()}.map(w => [...{loss}.{value}(w, {level}), "
            f"...{loss}.{slope}(w, {level})])",
        )
        columns = np.array(found).T
        at = points[:, None]
        assert columns[0] == pytest.approx(scape.value(at, level), rel=1e-12, abs=1e-13)
        assert columns[1] == pytest.approx(scape.gradient(at, level)[:, 0], rel=1e-11, abs=1e-12)


@SCAPES
def test_the_least_loss_is_that_of_the_package(scape: Any) -> None:
    loss = f"actmath.formulas.losses.{scape.name}"
    call = f"(w => {loss}.value(w)[0], w => {loss}.slope(w)[0], {loss})"
    found = asked("noise", f"actmath.explorers.noise.minima{call}")
    assert found["lowest"] == pytest.approx(float(scape.minimum[0]), abs=1e-7)


@SCAPES
def test_plain_descent_ends_where_it_does_in_numpy(scape: Any) -> None:
    state = json.dumps({"schedule": "fixed", "level": 0, "steps": 300, "seed": 1})
    loss = f"actmath.formulas.losses.{scape.name}"
    found = asked("noise", f"actmath.explorers.noise.descend({loss}, {state})")
    at = np.array([[path[0][1]] for path in found["paths"]])
    for _ in range(300):
        at = at - 0.05 * scape.gradient(at)
    assert found["ends"] == pytest.approx(at[:, 0], rel=1e-8, abs=1e-10)


def test_the_schedule_is_that_of_the_package() -> None:
    falling = InverseRoot(2, every=20)
    state = json.dumps({"schedule": "falling", "level": 2})
    steps = [0, 19, 20, 999]
    found = asked("noise", f"{steps}.map(t => actmath.explorers.noise.levelAt({state}, t))")
    assert found == pytest.approx([falling.level(step) for step in steps])


def test_the_noise_is_normal_and_everybody_sees_the_same() -> None:
    draws = "(n => Array.from({length: 20000}, n))(actmath.numbers.normals(7919))"
    found = np.array(asked("noise", draws))
    # Four standard errors.
    assert abs(found.mean()) < 4 / 20000**0.5
    assert abs(found.var() - 1) < 4 * (2 / 20000) ** 0.5
    assert abs((found**4).mean() - 3) < 4 * (96 / 20000) ** 0.5
    assert abs((found[1:] * found[:-1]).mean()) < 4 / 20000**0.5


def test_what_the_page_of_noise_tells_to_try() -> None:
    """Turned down, noise of 2 finds the good minimum of the picture and misses the needle."""

    def share(**changed: Any) -> int:
        start = asked("noise", "actmath.explorers.noise.start()")
        rows = view("noise", {**start, **changed})["rows"]
        return int(rows["runs that end near the least loss"].split()[0])

    assert share() == 40
    assert share(level=0) == 17
    assert share(schedule="fixed") < 25
    assert share(loss="needle") < 3 < share(loss="needle", level=0)
    assert share(loss="ripples", level=0.5) > 20


# --- fold the plane ----------------------------------------------------------------------------


def folds() -> Iterator[tuple[dict[str, Any], Activation]]:
    """Every unit of the page at settings drawn by chance, parameters included."""
    for name in json.loads(
        engine("fold").eval("JSON.stringify(Object.keys(actmath.formulas.units))")
    ):
        rng = random.Random(name)
        for _ in range(3):
            state = asked("fold", f"actmath.explorers.fold.chosen({{}}, 'unit', '{name}')")
            state |= {"turn": rng.randint(-180, 180), "push": round(rng.uniform(-1, 1), 2)}
            sliders = asked("fold", f"actmath.formulas.units.{name}.parameters")
            given = [round(rng.uniform(s["min"], s["max"]), 3) for s in sliders]
            state |= {f"p{k}": value for k, value in enumerate(given)}
            unit = catalog.get(name)
            names = [p.name for p in unit.parameters]
            yield state, unit.with_parameters(**dict(zip(names, given, strict=True)))


@pytest.mark.slow
def test_the_plane_is_folded_as_by_the_package() -> None:
    for state, unit in folds():
        explorer, setting = "actmath.explorers.fold", json.dumps(state)
        found = asked("fold", f"{explorer}.stages({setting}, 4)")
        angle = np.radians(state["turn"])
        want = fold_cloud(unit, rings(80), layers=4, turn=angle, push=state["push"])
        # Slopes of up to 1.5 in each layer widen what rounding parts.
        assert np.array(found) == pytest.approx(want.stages, rel=1e-12, abs=1e-12)
        counts = f"{explorer}.stages({setting}, 4).map(s => {explorer}.share({explorer}.alone(s)))"
        # An image beside the edge of a cell of 1e-12 may be counted apart from its equals.
        assert asked("fold", counts) == pytest.approx(want.kept, abs=2 / 240)


def test_the_factor_of_an_area_is_the_determinant_of_the_package() -> None:
    for state, unit in folds():
        slope = to_numpy(unit, 1)
        cosine, sine = np.cos(np.radians(state["turn"])), np.sin(np.radians(state["turn"]))
        at = rings(80)
        factor = np.ones(len(at))
        for _ in range(3):
            net = at @ np.array([[cosine, sine], [-sine, cosine]]) - state["push"]
            factor *= slope(net).prod(axis=1)
            at = to_numpy(unit)(net)
        setting = json.dumps(state)
        points = f"actmath.explorers.fold.stages({setting}, 0)[0]"
        one = f"actmath.explorers.fold.layer({setting})"
        call = f"{points}.map(z => actmath.explorers.fold.areaFactor({one}, z, 3))"
        assert asked("fold", call) == pytest.approx(factor, rel=1e-9, abs=1e-12)


@pytest.mark.slow
def test_what_the_page_of_folds_tells_to_try() -> None:
    """Abs keeps nearly all points, ReLU loses many, a slope of 1 changes nothing."""

    def kept(unit: str, **changed: Any) -> list[float]:
        start = asked("fold", "actmath.explorers.fold.start()")
        state = asked(
            "fold", f"actmath.explorers.fold.chosen({json.dumps(start)}, 'unit', '{unit}')"
        )
        rows = view("fold", {**state, **changed})["rows"]
        return [
            float(part.split()[0]) for part in rows["points still told apart, by layer"].split(",")
        ]

    assert min(kept("abs")) > 95
    assert kept("relu")[-1] < kept("relu")[0] < 70
    assert kept("leaky_relu", p0=0) == kept("relu")
    assert kept("leaky_relu", p0=-1) == kept("abs")
    assert kept("leaky_relu", p0=1) == kept("tanh") == [100, 100, 100]
    still = json.dumps({"unit": "leaky_relu", "p0": 1, "turn": 0, "push": 0})
    before, after = asked("fold", f"actmath.explorers.fold.stages({still}, 1)")
    assert before == after


@pytest.mark.parametrize("passed", [0, 0.02, 1.5, 3, 5.98, 6])
def test_the_plane_on_its_way(passed: float) -> None:
    """In the middle of a layer's motion every point stands at its net input."""
    state = {**asked("fold", "actmath.explorers.fold.start()"), "passed": passed}
    found = view("fold", state)
    assert found["sentence"].startswith(f"After {int(passed)} layer")
    assert found["rows"]["layers passed"] == f"{passed:g}"
