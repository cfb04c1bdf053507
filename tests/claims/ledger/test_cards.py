"""The ledger's cards: an anchor, data for filters, links and the command of each row; escaped."""

from __future__ import annotations

import re
from dataclasses import replace

from actmath.claims import Claim, Finding, Judgement, Kind, Verdict
from actmath.claims._ledger.cards import Cards
from actmath.sources import Source

CLAIM = Claim(
    id="C-TST-1.a",
    statement="It <holds>.",
    tex="1 < 2",
    source=Source("he2015", "Eq. 1"),
    assumptions="x & y are real",
    kind=Kind.DERIVED,
    check=lambda: Finding(Verdict.CORRECTED, "a & b", "rather <so>"),
)


def html(claim: Claim = CLAIM, **links: str) -> str:
    return Cards((claim.judge(),), lambda _: links)._repr_html_()


def test_a_card_has_an_anchor_and_what_the_filters_ask_for() -> None:
    card = re.search(r"<details ([^>]*)>", html())
    assert card
    assert card[1] == (
        'class="claim" id="C-TST-1.a" data-paper="C-TST" data-verdict="corrected"'
        ' data-kind="derived"'
    )


def test_a_card_shows_the_formula_the_domain_and_how_to_redo_it() -> None:
    shown = html()
    for part in (
        r"\(1 &lt; 2\)",
        "x &amp; y are real",
        "rather &lt;so&gt;",
        "a &amp; b",
        "<code>actmath claims C-TST-1.a</code>",
    ):
        assert f"<dd>{part}</dd>" in shown
    assert "<holds>" not in shown


def test_a_row_that_rests_on_a_run_is_redone_by_running() -> None:
    assert "C-TST-1.a --run</code>" in html(replace(CLAIM, remake=lambda: None))


def test_links_stand_in_their_order_and_no_row_stands_empty() -> None:
    shown = html(chapter="page.html", code="claims.py?a&b")
    assert '<a href="page.html">chapter</a>, <a href="claims.py?a&amp;b">code</a>' in shown
    assert "<dt>see</dt>" not in html()


class Gated(Finding):
    def shown(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("found", ("a < b",)), ("gates", ("one & two", "three")))


def test_parts_stand_apart_and_several_lines_are_a_list() -> None:
    shown = html(replace(CLAIM, check=lambda: Gated(Verdict.HOLDS, "all in one text")))
    assert "<dt>found</dt><dd>a &lt; b</dd>" in shown
    assert "<dt>gates</dt><dd><ul><li>one &amp; two</li><li>three</li></ul></dd>" in shown
    assert "all in one text" not in shown


def test_a_file_is_named_by_its_digest_and_linked_where_the_page_says_how() -> None:
    files = (("book/a&b.json", "0123456789ab" + "c" * 52),)
    row = replace(CLAIM, check=lambda: Finding(Verdict.HOLDS, "proved", files=files))
    named = "sha256 <code>0123456789ab…</code>"
    assert f"<dt>rests on</dt><dd>book/a&amp;b.json, {named}</dd>" in html(row)
    linked = Cards((row.judge(),), repository="https://example.org")._repr_html_()
    address = '<a href="https://example.org/book/a&amp;b.json">book/a&amp;b.json</a>'
    assert f"<dt>rests on</dt><dd>{address}, {named}</dd>" in linked
    assert "rests on" not in html()


def test_a_console_gets_a_table() -> None:
    judgement: Judgement = CLAIM.judge()
    assert repr(Cards((judgement,))).splitlines()[-1].split()[:2] == ["C-TST-1.a", "corrected"]
