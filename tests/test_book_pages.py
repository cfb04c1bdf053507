"""Every built page as a reader gets it: it fits, is complete, asks nobody else, is for all.

A page is opened once, narrow, wide and wider, in light and in dark, and looked at by a script of
ours for what reads badly and by axe-core for what keeps people out. Runs under ``make check-book``.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from .drawn import SEED, WHOLE
from .test_book import ROOT, Site, browser, site

__all__ = ["browser", "site"]  # fixtures
pytestmark = pytest.mark.browser

VALIDATOR = ROOT / "_build" / "validator" / "package" / "build" / "dist" / "vnu.jar"
WIDTHS = (390, 768, 1360)
#: The pages are opened in so many parts, which a machine with several cores takes side by side.
PARTS = 24
#: Pages of source that a run looks at.
SOURCES = 8

# What is wrong with the page that is open, one sentence each.
FAULTS = r"""
() => {
  const faults = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth)
    faults.push(`is ${page.scrollWidth}px wide in a window of ${page.clientWidth}px`);
  for (const image of document.querySelectorAll('img'))
    if (!image.getAttribute('alt')) faults.push(`has no text for the image ${image.src}`);
  for (const image of document.images)
    if (image.complete && image.naturalWidth === 0) faults.push(`shows no image ${image.src}`);
  for (const figure of document.querySelectorAll('.bd-article .output svg'))
    if (!figure.closest('button, .katex') && !figure.matches('[role=img][aria-label]'))
      faults.push('has an inline figure without role and label');
  for (const bad of document.querySelectorAll('.katex-error'))
    faults.push(`has a formula that failed: ${bad.textContent}`);
  for (const formula of document.querySelectorAll('.math'))
    if (!formula.querySelector('.katex')) faults.push(`shows raw TeX: ${formula.textContent}`);
  const touch = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  for (const number of document.querySelectorAll('.eqno')) {
    // What scrolls is cut off at its box.
    const box = number.parentElement.querySelector('.formula').getBoundingClientRect();
    if (touch(number.getBoundingClientRect(), box))
      faults.push(`has the number ${number.textContent} over its formula`);
  }
  // A formula is a row of pieces between which a line may break: none may reach beyond its box.
  for (const formula of document.querySelectorAll('.formula')) {
    if (!formula.checkVisibility()) continue;
    const box = formula.getBoundingClientRect();
    const beyond = ({ left, right, top, bottom }) => left < box.left - 1 || right > box.right + 1
      || top < box.top - 1 || bottom > box.bottom + 1;
    const pieces = [...formula.querySelectorAll('.katex-html .base')];
    if (pieces.some((piece) => beyond(piece.getBoundingClientRect())))
      faults.push(`cuts a formula off: ${formula.querySelector('annotation').textContent}`);
  }
  const ids = [...document.querySelectorAll('svg [id]')].map((part) => part.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length) faults.push(`uses ids twice: ${twice.slice(0, 3)}`);
  const text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (text.nextNode()) {
    const node = text.currentNode;
    if (node.parentElement.closest('script, style, annotation, code, pre, textarea')) continue;
    if (/\\(frac|begin|left|mathrm|operatorname|alpha|lambda|sqrt)\b|\\[()[\]]|\$\$|\{math\}/
        .test(node.data)) faults.push(`shows raw TeX: ${node.data.trim().slice(0, 60)}`);
  }
  return faults;
}
"""
# What is folded is shown, so that it is looked at; what this script unfolded is folded again.
UNFOLD = """
() => {
  for (const part of document.querySelectorAll('details:not([open])'))
    Object.assign(part, { open: true }).dataset.unfolded = '';
  for (const part of document.querySelectorAll('.toggle-hidden'))
    part.classList.replace('toggle-hidden', 'toggle-shown');
}
"""
FOLD = """
() => {
  for (const part of document.querySelectorAll('[data-unfolded]')) part.open = false;
  for (const part of document.querySelectorAll('.toggle-shown'))
    part.classList.replace('toggle-shown', 'toggle-hidden');
}
"""
# What moves though the reader asked for rest.
MOVES = """
() => document.getAnimations().filter((a) => a.playState === 'running').map((a) => a.animationName)
  .concat([...document.querySelectorAll('svg')].filter((svg) => !svg.animationsPaused()
    && svg.querySelector('animate, animateTransform, animateMotion')).map(() => 'a figure'))
"""
#: Mathematics is spoken from its MathML, and a figure from its label: what they draw is not looked
#: at part by part, which would take minutes.
DRAWN = {"exclude": [[".katex"], [".illustration svg > *"], [".ex-plot svg > *"]]}
#: The worst two of axe-core's four degrees.
GRAVE = ("serious", "critical")
#: The rules whose answer depends on the theme or on the width; the others are asked once a page.
BY_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
#: The theme looks again at what scrolls, so many milliseconds after a window has changed.
SETTLED = 400


def watch(page: Any, site: Site) -> list[str]:
    """What the page asks for, lacks and complains of while it is open, in a list that grows."""
    faults: list[str] = []

    def foreign(request: Any) -> None:
        scheme = urlsplit(request.url).scheme
        if scheme not in ("data", "blob") and not request.url.startswith(site.address):
            faults.append(f"asks a foreign host: {request.url}")

    def missing(response: Any) -> None:
        if response.status >= 400:
            faults.append(f"lacks a file: {response.url}")

    def complaint(message: Any) -> None:
        # The theme logs what it does; that is neither a warning nor an error.
        if message.type in ("error", "warning"):
            faults.append(f"complains: {message.text}")

    # The redirecting index.html names no icon, and a browser then asks for this one by habit.
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.on("request", foreign)
    page.on("response", missing)
    page.on("pageerror", lambda error: faults.append(f"raises: {error}"))
    page.on("console", complaint)
    return faults


def barriers(page: Any, *rules: str) -> Iterator[str]:
    """What axe-core finds grave by these rules, or by all, one sentence a rule."""
    from axe_playwright_python.sync_playwright import Axe

    # Style sheets are read as the browser has them: axe-core would ask for those within them anew.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    for found in Axe().run(page, DRAWN, options).response["violations"]:
        if found["impact"] in GRAVE:
            places = "; ".join(node["html"][:120] for node in found["nodes"][:3])
            count = len(found["nodes"])
            yield f"keeps people out ({found['id']}, {count} times): {places}"


def faults_of(page: Any, site: Site, name: str) -> list[str]:
    """Open one page and say what is wrong with it."""
    faults = watch(page, site)
    # A page of highlighted source has nothing that could load late.
    until = "load" if name.startswith("_modules/") else "networkidle"
    page.goto(f"{site.address}/{name}", wait_until=until)
    page.evaluate(UNFOLD)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(FAULTS)
        if found:
            # What the theme has not yet laid out anew is no fault.
            page.wait_for_timeout(SETTLED)
            found = page.evaluate(FAULTS)
        faults += [f"at {width} px {fault}" for fault in found]
    page.evaluate(FOLD)
    faults += [f"light, wide: {fault}" for fault in barriers(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.wait_for_timeout(SETTLED)
    theme = page.evaluate("document.documentElement.dataset.theme")
    if theme != "dark":
        faults.append(f"shows the theme {theme} where dark is wanted")
    faults += [f"dark, narrow: {fault}" for fault in barriers(page, *BY_LOOKS)]
    faults += [f"does not rest: {name}" for name in page.evaluate(MOVES)]
    return [f"{name} {fault}" for fault in faults]


def looked_at(site: Site) -> list[str]:
    """All pages, but of those of highlighted source, which are made alike, some."""
    names = site.pages()
    sources = [name for name in names if name.startswith("_modules/")]
    some = sources if WHOLE else random.Random(SEED).sample(sources, min(SOURCES, len(sources)))
    return [name for name in names if name not in sources or name in some]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_for_everybody(browser: Any, site: Site, part: int) -> None:
    context = browser.new_context(color_scheme="light")
    faults = []
    for name in looked_at(site)[part::PARTS]:
        page = context.new_page()
        faults += faults_of(page, site, name)
        page.close()
    context.close()
    assert not faults, "\n" + "\n".join(faults)


def test_the_readme_counts_as_the_first_page_does(site: Site) -> None:
    (line,) = re.findall(
        r"- Of (\d+ statements.*) \[More\]", (ROOT / "README.md").read_text("utf-8")
    )
    page = re.sub("<[^>]*>", "", (site.root / "book/intro.html").read_text("utf-8"))
    counts = re.findall(r"(\d+) (statements|hold|need|are refuted|are reproduced|not|stay)", line)
    assert len(counts) == 7
    for number, word in counts:
        assert re.search(rf"\b{number} {word}\b", page), f"{number} {word}: book/_ext/readme.py"


def test_html_is_valid(site: Site) -> None:
    """By the validator of the standard's authors, which ``make check-book`` fetches."""
    java = shutil.which("java")
    if java is None or not VALIDATOR.exists():
        pytest.fail("The HTML validator needs java and _build/validator (make check-book).")
    done = subprocess.run(
        [java, "-Xss16m", "-jar", VALIDATOR, "--errors-only", "--format", "gnu", "--stdout"]
        + [str(site.root / name) for name in site.pages()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout[:4000] + done.stderr[-1000:]
