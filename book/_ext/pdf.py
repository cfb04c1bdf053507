"""Print the book that lies on one page as a PDF: ``python book/_ext/pdf.py PAGE FILE``.

Chromium does it, with the page's own style sheets. It is looked for as the tests do: CHROMIUM names
it, or it is on the path.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: What waits behind a click is printed, except how a figure is drawn, which the HTML has.
PREPARE = """
(style) => {
  document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
  document.documentElement.dataset.theme = 'light';
  document.querySelectorAll('details').forEach((part) => part.setAttribute('open', ''));
}
"""
#: Every chapter begins a page; what is longer than a line goes on below itself.
STYLE = """
.headerlink, .skip-link, #pst-back-to-top, .pst-back-to-top, details.hide, details.take,
.bd-sidebar, .bd-header, .bd-header-article, .bd-header-announcement, .prev-next-footer,
.bd-footer, .tocsection { display: none !important; }
html { font-size: 11pt; }
.bd-main, .bd-content, .bd-article-container, .bd-article { max-width: none !important; }
span[id^="document-"] + section { break-before: page; }
#jb-print-toc { font-size: 0.8em; line-height: 1.4; }
#jb-print-toc :is(p, ul) { margin-bottom: 0.15em; }
h1, h2, h3, h4, dt, summary, .admonition-title { break-after: avoid; }
svg, figure, tr, pre, .cell_input, .formula, .sd-card { break-inside: avoid; }
pre { overflow-wrap: anywhere; white-space: pre-wrap !important; }
.output, .bd-content div { overflow: visible !important; }
details.verdict > summary, details.claim > summary { white-space: normal !important; }
"""
FOOTER = """<div style="font: 8px sans-serif; text-align: center; width: 100%">
<span class="pageNumber"></span></div>"""
#: Minutes that a large page may take, in milliseconds.
PATIENCE = 30 * 60_000


def browser() -> str:
    """Where Chromium is.

    Raises:
        SystemExit: There is none.
    """
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, BROWSERS)]
    found = next((path for path in named if path), None)
    if found is None:
        raise SystemExit("No Chromium: install it (apt-get install chromium) or set CHROMIUM=path.")
    return found


def print_page(page: Path, file: Path) -> None:
    """Print one page, with the tree of its headings as bookmarks."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        # Without the page's own scripts, which would fold solutions and lay out buttons.
        tab = running.new_page(color_scheme="light", java_script_enabled=False)
        tab.set_default_timeout(PATIENCE)
        tab.goto(page.resolve().as_uri())
        tab.evaluate(PREPARE, STYLE)
        margin = {"top": "18mm", "bottom": "20mm", "left": "16mm", "right": "16mm"}
        tab.pdf(
            path=file,
            format="A4",
            margin=margin,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            outline=True,
            tagged=True,
        )
        running.close()


if __name__ == "__main__":
    print_page(*map(Path, sys.argv[1:3]))
