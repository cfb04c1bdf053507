"""What `illustrate` returns is safe to place twice on a page, themed and repeatable."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from actmath.plot import PALETTE, Illustration, illustrate
from actmath.plot._canvas.style import INKS, style

PNG = b"\x89PNG\r\n\x1a\n"


def draw(slope: float = 1.0) -> Figure:
    with style():
        fig = Figure()
        axes = fig.subplots()
        axes.plot([-1, 0, 1], [0, 0, slope], "o-", label="relu")
        axes.set(xlabel="$x$", ylabel="$f(x)$")
        axes.legend()
    return fig


def ids(svg: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', svg))


def references(svg: str) -> set[str]:
    return set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_text_alternative_is_required(alt: str) -> None:
    with pytest.raises(ValueError, match="say in a sentence"):
        illustrate(draw(), alt=alt)


def test_svg_is_one_labelled_image() -> None:
    shown = illustrate(draw(), alt='the "ramp" & <its> kink')
    root = ElementTree.fromstring(shown.svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'the "ramp" & <its> kink'
    assert root.get("width") is None
    assert "width:100%" in str(root.get("style"))
    assert shown.svg in shown._repr_html_()


def test_same_figure_gives_same_bytes() -> None:
    assert illustrate(draw(), alt="a ramp") == illustrate(draw(), alt="a ramp")
    assert illustrate(draw(), alt="a ramp").svg != illustrate(draw(2.0), alt="a ramp").svg


@pytest.mark.slow
def test_ids_are_used_and_differ_between_figures() -> None:
    one, other = (illustrate(draw(slope), alt="a ramp").svg for slope in (1.0, 2.0))
    assert ids(one)
    assert ids(one) == references(one)
    assert not ids(one) & ids(other)


def test_page_styles_do_not_leak() -> None:
    svg = illustrate(draw(), alt="a ramp").svg
    assert "<style" not in svg
    assert "<metadata" not in svg


def test_inks_are_variables_with_fallbacks() -> None:
    svg = illustrate(draw(), alt="a ramp").svg
    assert "var(--figure-ink, currentColor)" in svg
    assert f"var(--figure-blue, {PALETTE['blue']})" in svg
    bare = re.sub(r"var\([^)]*\)", "", svg)
    assert not [ink for ink in INKS.values() if ink in bare]
    assert "#000000" not in bare


def test_pyplot_does_not_show_the_figure_again() -> None:
    fig = plt.figure()
    illustrate(fig, alt="an empty sheet")
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize(
    ("suffix", "start"), [(".svg", b"<?xml"), (".png", PNG), (".pdf", b"%PDF")]
)
def test_save_writes_the_same_file_twice(tmp_path: Path, suffix: str, start: bytes) -> None:
    first, second = (
        illustrate(draw(), alt="a ramp").save(tmp_path / f"{name}{suffix}").read_bytes()
        for name in ("first", "second")
    )
    assert first.startswith(start)
    assert first == second


def test_save_refuses_other_formats(tmp_path: Path) -> None:
    shown: Illustration = illustrate(draw(), alt="a ramp")
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf"):
        shown.save(tmp_path / "ramp.bmp")


def test_a_busy_machine_is_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matplotlib warns where it took a second to place a legend."""
    figure = Figure()

    def slow(*_: object, **__: object) -> None:
        warnings.warn('Creating legend with loc="best" can be slow', stacklevel=2)

    monkeypatch.setattr(figure, "draw", slow)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "<svg" in illustrate(figure, alt="Nothing.").svg
