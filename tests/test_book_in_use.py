"""The built pages in a reader's hands: for everybody, without dead ends, cut formulas or weight.

Needs a built book and Chromium; runs under ``make check-book``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_book import TOC, Site, browser, site

__all__ = ["browser", "site"]
pytestmark = pytest.mark.browser

MEGABYTE = 10**6
#: What a reader may look for, and a page that must be among the answers.
SEARCHED = {
    "SELU": "selu_constants",
    "dropout": "selu_constants",
    "Xavier": "initialization",
    "dual kernel": "depth",
    "annealing": "annealing",
    "natural gradient": "natural_gradient",
    "erfcx": "api",
    "bias shift": "elu",
    "certificate": "proofs",
    "fold": "folding",
}
# Formulas whose ends nobody can reach: wider than their box, which does not scroll; and numbers of
# equations that lie over their formula.
CUT = r"""
() => {
  const faults = [];
  const scrolls = (part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX);
  const boxOf = (part) => {
    for (let box = part.parentElement; box; box = box.parentElement) if (scrolls(box)) return box;
    return null;
  };
  for (const formula of document.querySelectorAll('.bd-article .katex-html')) {
    const box = formula.getBoundingClientRect();
    if (!box.width || formula.closest('.toggle-hidden, details:not([open]), [hidden]')) continue;
    if (box.right > innerWidth + 1 && !boxOf(formula))
      faults.push(`cuts the formula ${formula.textContent.slice(0, 40)}`);
  }
  for (const number of document.querySelectorAll('.bd-article .eqno')) {
    const mine = number.getBoundingClientRect();
    const formula = number.parentElement.querySelector('.katex-display');
    if (!formula || !mine.width) continue;
    const clip = (boxOf(formula.firstElementChild) || formula).getBoundingClientRect();
    for (const base of formula.querySelectorAll('.base')) {
      const its = base.getBoundingClientRect();
      const right = Math.min(its.right, clip.right), left = Math.max(its.left, clip.left);
      const across = Math.min(right, mine.right) - Math.max(left, mine.left);
      const along = Math.min(its.bottom, mine.bottom) - Math.max(its.top, mine.top);
      if (across > 1 && along > 1) {
        faults.push(`lays the number ${number.textContent} over its formula`);
        break;
      }
    }
  }
  return faults;
}
"""


class Links(HTMLParser):
    """Where a page leads to, and the places in it that others may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.to: list[str] = []
        self.places = {"", "top"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.places |= {found[key] or "" for key in ("id", "name") if key in found}
        if tag == "a" and found.get("href"):
            self.to.append(found["href"] or "")


def parsed(path: Path) -> Links:
    links = Links()
    links.feed(path.read_text("utf-8"))
    return links


def opened(browser: Any, site: Site, width: int, theme: str = "light") -> Iterator[tuple[str, Any]]:
    """Each page but those of highlighted source, one after the other."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    for name in site.pages():
        if not name.startswith("_modules/"):
            page = context.new_page()
            page.goto(f"{site.address}/{name}", wait_until="load")
            yield name, page
            page.close()
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_nothing_keeps_anybody_out(browser: Any, site: Site, width: int, theme: str) -> None:
    """No serious finding of axe-core, of the rules of WCAG 2.1 A and AA."""
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        "resultTypes": ["violations"],
    }
    faults = []
    for name, page in opened(browser, site, width, theme):
        for found in Axe().run(page, options=options).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                first = found["nodes"][0]["html"][:120]
                faults.append(f"{name}: {found['id']} ({len(found['nodes'])} times): {first}")
    assert not faults, "\n" + "\n".join(faults)


def test_links_lead_somewhere(site: Site) -> None:
    pages = {path: parsed(path) for path in site.root.rglob("*.html")}
    faults = []
    for path, links in pages.items():
        for link in links.to:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or "{" in link:
                continue
            aim = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not aim.exists():
                faults.append(f"{path.relative_to(site.root)} leads to {link}")
            elif aim in pages and unquote(parts.fragment) not in pages[aim].places:
                faults.append(f"{path.relative_to(site.root)} names no place: {link}")
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("width", [390, 768, 1360])
def test_no_formula_is_cut(browser: Any, site: Site, width: int) -> None:
    faults = [
        f"{name} {fault}"
        for name, page in opened(browser, site, width)
        for fault in page.evaluate(CUT)
    ]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(("word", "wanted"), SEARCHED.items())
def test_search_finds(browser: Any, site: Site, word: str, wanted: str) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/search.html?q={word}")
    page.wait_for_selector("#search-results p.search-summary:not(:empty)")
    page.wait_for_selector("#search-results li a")
    found = page.locator("#search-results li a").evaluate_all("all => all.map((a) => a.href)")
    page.close()
    assert any(re.search(rf"/{wanted}\b", address) for address in found), found


def test_the_theme_can_be_chosen(browser: Any, site: Site) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/{TOC['root']}.html")
    seen = set()
    for _ in range(3):
        page.locator("button.theme-switch-button").first.click()
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    page.close()
    assert seen == {"light", "dark"}


def test_pages_are_light(browser: Any, site: Site) -> None:
    """All that pages may load, without the runtime for Python; and what the first one loads."""
    kept = [
        path
        for path in site.root.rglob("*")
        if path.is_file() and path.suffix not in (".map", ".ipynb") and "runtime" not in path.parts
    ]
    assert sum(path.stat().st_size for path in kept) <= 25 * MEGABYTE
    page = browser.new_page()
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(f"{site.address}/{TOC['root']}.html", wait_until="networkidle")
    page.close()
    assert sum(sizes) <= MEGABYTE
