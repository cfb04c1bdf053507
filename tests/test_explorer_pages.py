"""The explorers in a browser: by mouse, by keyboard, from a file, with the numbers of the package.

Each page is put together here from what the build writes, so that no built book is needed; it runs
under ``make check-book``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp

from actmath import catalog
from actmath.lower import to_javascript, to_mpmath
from actmath.lower._functions.in_javascript import javascript_library
from actmath.numeric import fold_cloud, gaussian, rings
from actmath.plot import animate_folding

from .drawn import all_or_some
from .reference.agreement import condition_number
from .test_book import browser  # noqa: F401 - a fixture
from .test_explorers import CLOSE, FOLDER, NAMES, extension

pytestmark = pytest.mark.browser
EACH = pytest.mark.parametrize("name", NAMES)
#: With a handle, and the sliders that it sets.
HANDLES = {"moment_map": ("mu", "nu"), "self_normalizing": ("mu", "nu"), "depth": ("w", "b")}
STYLES = ("actmath.css", "explore/explore.css")
#: Until a drawing is made and a screen reader is told, in milliseconds.
FRAME, TOLD = 80, 700
#: What is promised of f and f′ in any engine, times 1 + the condition number.
ULPS = 16


def write_page(folder: Path, name: str, *, moved: bool = True) -> str:
    """A page with one explorer, as a file's address; not moved it computes nothing by itself."""
    static = FOLDER / "_static"
    texts = [extension().program(name)]
    files = extension().scripts(name)[1 : None if moved else -1]
    texts += [(static / file).read_text("utf-8") for file in files]
    style = "".join((static / file).read_text("utf-8") for file in STYLES)
    html = (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>An explorer</title>'
        f'<style>{style}</style></head><body><main class="bd-article">{extension().drawn(name)}'
        "</main>" + "".join(f"<script>{text}</script>" for text in texts) + "</body></html>"
    )
    path = folder / f"{name}.html"
    path.write_text(html, "utf-8")
    return path.as_uri()


@pytest.fixture(params=[(390, 844), (1280, 900)], ids=["phone", "desk"])
def window(request: Any, browser: Any) -> Iterator[Any]:  # noqa: F811
    """A browser's window without a network, which fails on any complaint."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda r: r.url.startswith("file:") or faults.append(r.url))
    yield page
    context.close()
    assert not faults


def slider(page: Any, name: str) -> Any:
    return page.locator(f'.explorer [name="{name}"]')


def sentence(page: Any) -> str:
    return str(page.locator(".ex-sentence").inner_text())


@EACH
def test_nothing_overflows_and_everything_has_a_name(
    name: str, window: Any, tmp_path: Path
) -> None:
    window.goto(write_page(tmp_path, name))
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    named = "e => e.labels.length || e.textContent.trim()"
    assert window.evaluate(f"[...document.querySelector('form').elements].every({named})")
    clipped = "[...document.querySelectorAll('.ex-plot')].some(e => e.clientWidth < 250)"
    assert not window.evaluate(clipped)


@EACH
def test_the_first_answer_comes_at_once(name: str, browser: Any, tmp_path: Path) -> None:  # noqa: F811
    """In milliseconds of this page's own work: a busy machine is not the page's fault."""
    page = browser.new_page()
    page.goto(write_page(tmp_path, name, moved=False))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return next(1000 * m["value"] for m in found if m["name"] == "TaskDuration")

    before = worked()
    page.evaluate(f"void actmath.explorers.{name}.view(actmath.explorers.{name}.start())")
    assert 0 < worked() - before < 100
    page.close()


@EACH
def test_arrows_move_a_slider_and_the_page_follows(name: str, window: Any, tmp_path: Path) -> None:
    window.goto(write_page(tmp_path, name))
    before = window.locator(".ex-numbers").inner_html(), sentence(window)
    first = window.locator(".explorer input").first
    first.focus()
    value = float(first.input_value())
    for _ in range(3):
        window.keyboard.press("ArrowRight")
    assert float(first.input_value()) > value
    window.keyboard.press("Home")
    window.wait_for_timeout(FRAME)
    assert window.locator(".ex-numbers").inner_html() != before[0]
    # The screen reader hears of the end, not of every step.
    window.wait_for_timeout(TOLD)
    assert sentence(window) != before[1]
    window.locator("button[type=reset]").click()
    window.wait_for_timeout(TOLD)
    assert sentence(window) == before[1]


@pytest.mark.parametrize("name", HANDLES)
def test_a_handle_is_dragged_and_moved_by_keys(name: str, window: Any, tmp_path: Path) -> None:
    window.goto(write_page(tmp_path, name))
    across, up = (slider(window, field) for field in HANDLES[name])
    handle = window.locator(".ex-handle")
    handle.focus()
    start = float(across.input_value()), float(up.input_value())
    window.keyboard.press("ArrowLeft")
    window.keyboard.press("ArrowUp")
    window.wait_for_timeout(FRAME)
    assert float(across.input_value()) == pytest.approx(start[0] - 0.01)
    assert float(up.input_value()) == pytest.approx(start[1] + 0.01)
    assert handle.get_attribute("aria-valuetext").count(" ") >= 2
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    window.mouse.move(x, y)
    window.mouse.down()
    window.mouse.move(x - 30, y + 20, steps=4)
    window.mouse.up()
    window.wait_for_timeout(FRAME)
    moved = handle.bounding_box()
    assert moved["x"] - box["x"] == pytest.approx(-30, abs=2)
    assert moved["y"] - box["y"] == pytest.approx(20, abs=2)
    assert float(across.input_value()) < start[0]
    assert float(up.input_value()) < start[1]


def test_another_unit_brings_its_sliders(window: Any, tmp_path: Path) -> None:
    window.goto(write_page(tmp_path, "unit"))
    assert slider(window, "p1").count() == 1
    slider(window, "unit").focus()
    slider(window, "unit").select_option("leaky_relu")
    window.wait_for_timeout(FRAME)
    assert slider(window, "p1").count() == 0
    assert window.locator('output[for="ex-unit-p0"]').inner_text() == "0.01"
    assert window.evaluate("Number(document.getElementById('ex-unit-p0').dataset.exact)") == 0.01
    assert window.evaluate("document.activeElement.name") == "unit"
    assert "all x ≥ 0" in window.locator(".ex-numbers").inner_text()


def test_a_name_is_typed_in_the_list_of_all_units(window: Any, tmp_path: Path) -> None:
    """Each letter moves the list to another unit, which brings its sliders."""
    window.goto(write_page(tmp_path, "unit"))
    chosen = slider(window, "unit")
    assert chosen.locator("optgroup").count() == len(catalog.FAMILIES)
    assert chosen.locator("option").count() == len(catalog.CATALOG)
    chosen.focus()
    window.keyboard.type("snake")
    window.wait_for_timeout(FRAME)
    assert chosen.input_value() == "snake"
    assert slider(window, "p0").count() == 1
    assert slider(window, "p1").count() == 0
    window.keyboard.press("ArrowDown")
    assert chosen.input_value() == "gcu"
    assert window.evaluate("document.activeElement.name") == "unit"
    order = "[...document.forms[0].elements].map(e => e.name).filter(n => n)"
    assert window.evaluate(order) == ["unit", "mu", "nu", "w", "q"]
    window.locator("button[type=reset]").click()
    assert chosen.input_value() == "selu"


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_plane_moves_when_a_button_is_pressed(
    motion: str,
    browser: Any,  # noqa: F811
    tmp_path: Path,
) -> None:
    page = browser.new_page(reduced_motion=motion)
    page.goto(write_page(tmp_path, "fold"))
    bar, button = slider(page, "passed"), page.locator("[data-play]")
    page.wait_for_timeout(TOLD)
    assert float(bar.input_value()) == 3
    button.focus()
    page.keyboard.press("Enter")
    if motion == "reduce":
        assert float(bar.input_value()) == 4
        assert button.inner_text() == "Play"
    else:
        page.wait_for_function("document.forms[0].elements.passed.value > 3.1")
        assert button.inner_text() == "Stop"
        page.keyboard.press("Enter")
        stood = bar.input_value()
        page.wait_for_timeout(TOLD)
        assert bar.input_value() == stood
        page.keyboard.press("Enter")
        page.wait_for_function("document.forms[0].elements.passed.value == 6", timeout=60_000)
        page.wait_for_function("document.querySelector('[data-play]').textContent == 'Play'")
    page.close()


def test_without_a_script_the_page_can_be_read(browser: Any, tmp_path: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_page(tmp_path, "unit"))
    assert page.locator(".ex-plot").count() == 2
    assert "forward gain" in page.locator(".ex-numbers").inner_text()
    assert not page.locator("form").is_visible()
    context.close()


WAYS = "[...document.querySelectorAll('.fold')].map(e => getComputedStyle(e).transform)"
STILL = "matrix(1, 0, 0, 1, 0, 0)"


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_plane_is_folded_by_a_button_and_a_slider(
    motion: str,
    browser: Any,  # noqa: F811
    tmp_path: Path,
) -> None:
    moves = [fold_cloud(f, rings(6), 1, turn=0.0, push=0.0) for f in (catalog.relu, catalog.abs_)]
    path = tmp_path / "fold.html"
    path.write_text(animate_folding(moves, alt="two units")._repr_html_(), "utf-8")
    page = browser.new_page(reduced_motion=motion)
    page.goto(path.as_uri())
    end = page.evaluate(WAYS)
    bar = page.locator("input")
    assert bar.input_value() == "1"
    bar.focus()
    page.keyboard.press("Home")
    assert set(page.evaluate(WAYS)) == {STILL} != set(end)
    page.locator("button").click()
    if motion == "reduce":
        assert page.evaluate(WAYS) == end
    else:
        page.wait_for_timeout(800)
        assert 0 < float(bar.input_value()) < 1
        page.wait_for_timeout(2800)
        assert page.evaluate(WAYS) == end
    page.close()


def test_moments_are_those_of_the_package(window: Any, tmp_path: Path) -> None:
    window.goto(write_page(tmp_path, "unit"))
    rng = random.Random(7)
    for unit in all_or_some(4):
        activation = catalog.get(unit)
        values = json.dumps([float(p.default) for p in activation.parameters])
        mu, nu = round(rng.uniform(-3, 3), 3), round(rng.uniform(0.05, 9), 3)
        call = f"(actmath.formulas.units.{unit}, {values}, {mu}, {nu})"
        found = window.evaluate(f"actmath.numbers.moments{call}")
        want = gaussian(activation, mu, nu)
        assert found["mean"] == pytest.approx(float(want.mean), rel=CLOSE, abs=1e-13)
        assert found["variance"] == pytest.approx(float(want.variance), rel=CLOSE)
        assert found["slopeSecond"] == pytest.approx(float(want.derivative_second), rel=CLOSE)


@pytest.mark.parametrize("order", [0, 1])
def test_digits_in_this_engine(order: int, window: Any, tmp_path: Path) -> None:
    """A browser's exp, tanh and their like are other code than QuickJS's."""
    window.goto(write_page(tmp_path, "unit"))
    rng = random.Random(8)
    points = [rng.choice((-1, 1)) * 10 ** rng.uniform(-6, 2) for _ in range(40)]
    for unit in map(catalog.get, catalog.told()):
        source = to_javascript(unit, order).at().source
        numbers = [float(p.default) for p in unit.parameters]
        call = f"{json.dumps(points)}.map(x => f(x, ...{json.dumps(numbers)}))"
        found = window.evaluate(
            f"(() => {{ {javascript_library([source])}\nconst f = {source}; return {call}; }})()"
        )
        exact = to_mpmath(unit, order)
        with mp.workdps(60):
            for at, got in zip(points, found, strict=True):
                want = exact(at)
                worth = min(condition_number(unit, order, at, want), 10**12)
                bound = max(ULPS * (1 + worth) * 2.0**-52 * abs(want), (4 + worth) * 2.0**-1022)
                assert abs(got - want) <= bound, (unit.name, at)
