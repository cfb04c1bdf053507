"""The built pages in a reader's hands: no dead ends, by keyboard too, and no needless weight.

Needs a built book and Chromium; runs under ``make check-book``.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from .test_book import TOC, QuietHandler, Site, browser, serving, site

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


class PackingHandler(QuietHandler):
    """Send texts packed, as the servers do that books are published on."""

    PACKED = (".html", ".css", ".js", ".svg", ".json")

    def do_GET(self) -> None:  # noqa: N802 - the parent's name
        path = Path(self.translate_path(self.path))
        if path.suffix not in self.PACKED or not path.is_file():
            super().do_GET()
            return
        content = gzip.compress(path.read_bytes())
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def packing(site: Site) -> Iterator[str]:
    """The address of the book on a server that packs."""
    with serving(partial(PackingHandler, directory=str(site.root))) as address:
        yield address


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


# --- the first view -----------------------------------------------------------------------------

#: What a first view may weigh on its way, and take: the page's own work, and the way at this speed.
FIRST_VIEW, SECONDS, BYTES_PER_SECOND = 1 * MEGABYTE, 1.5, 10 * MEGABYTE / 8


def test_the_first_view_is_light_and_quick(browser: Any, packing: str) -> None:
    """By the page's own work: that the machine is busy with something else is not its fault."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{packing}/{TOC['root']}.html", wait_until="networkidle")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    assert len(sizes) > 5
    assert sum(sizes) <= FIRST_VIEW
    assert metrics["TaskDuration"] + sum(sizes) / BYTES_PER_SECOND <= SECONDS


# --- by keyboard ---------------------------------------------------------------------------------

# What has the focus: its place among all elements, whether it is in sight, whether a ring shows it,
# and its name. What has no size of its own is shown by what has: a card, a sign within.
FOCUSED = """
() => {
  const on = document.activeElement;
  const parts = [on.closest('.sd-card') ?? on, ...on.querySelectorAll('*')];
  const area = (part) => part.offsetWidth * part.offsetHeight;
  const shown = parts.find(area) ?? on;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const name = [on.getAttribute('aria-label'), on.labels?.[0]?.textContent, on.textContent];
  return {
    place: [...document.querySelectorAll('*')].indexOf(on),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    name: (name.find((text) => text?.trim()) ?? '').trim().slice(0, 40),
    html: on.outerHTML.slice(0, 100),
  };
}
"""


@pytest.mark.parametrize("name", [TOC["root"], "book/moment_map", "book/ledger"])
@pytest.mark.parametrize("width", [390, 1360])
def test_a_page_is_walked_by_keyboard(browser: Any, site: Site, name: str, width: int) -> None:
    # Without motion: what slides into sight is there at once.
    size = {"width": width, "height": 900}
    page = browser.new_page(viewport=size, reduced_motion="reduce")
    page.goto(f"{site.address}/{name}.html")
    steps = []
    for _ in range(60):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUSED))
    page.close()
    assert steps[0]["name"] == "Skip to main content"
    places = [step["place"] for step in steps]
    assert places == sorted(set(places)), "the focus follows the page, and is caught nowhere"
    faults = [step for step in steps if not (step["seen"] and step["ring"] and step["name"])]
    assert not faults, "each stop can be seen, shows that it is one, and has a name"


def test_the_content_is_one_key_away(browser: Any, site: Site) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/book/moment_map.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()
    assert inside
