"""The built pages in a reader's hands: no dead ends, a search that finds, no needless weight.

Needs a built book and Chromium; runs under ``make check-book``.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from .test_book import TOC, Site, browser, site

__all__ = ["browser", "site"]
pytestmark = pytest.mark.browser

MEGABYTE = 10**6
#: What a reader may look for, and a page that must be among the answers.
SEARCHED = {
    "SELU": "selu_constants",
    "dropout": "two_minutes",
    "Xavier": "initialization",
    "dual kernel": "depth",
    "annealing": "annealing",
    "natural gradient": "natural_gradient",
    "erfcx": "api",
    "bias shift": "elu",
    "certificate": "proofs",
    "fold": "folding",
}


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


def test_pages_are_light(site: Site) -> None:
    """All that pages may load, without the runtime for Python."""
    kept = [
        path
        for path in site.root.rglob("*")
        if path.is_file() and path.suffix not in (".map", ".ipynb") and "runtime" not in path.parts
    ]
    assert sum(path.stat().st_size for path in kept) <= 25 * MEGABYTE
