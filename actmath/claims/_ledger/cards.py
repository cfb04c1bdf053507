"""The ledger as cards: one folded row a claim, with an anchor, for pages that are searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

from ..._text.tables import text_table
from .._claim import Claim, Judgement, html_lines, order_of, short_digest

#: What a page can say of a claim beside its row: the text of each link, and where it leads.
Links = Callable[[Claim], Mapping[str, str]]


def no_links(claim: Claim) -> Mapping[str, str]:
    """As where the row stands alone."""
    return {}


@dataclass(frozen=True, repr=False)
class Cards:
    """Judgements as cards that unfold; each has its claim's id as its anchor.

    The page's script offers filters and a search by the attributes ``data-paper``,
    ``data-verdict`` and ``data-kind`` of a card; without it all cards are there.

    Args:
        judgements: the rows, in the order in which they are shown.
        links: gives, for a claim, the texts and addresses of what the page links to it.
        repository: the address under which the paths of certificates and records lie; without it
            they are named only.
    """

    judgements: tuple[Judgement, ...]
    links: Links = no_links
    repository: str = ""

    def __repr__(self) -> str:
        return text_table(
            ((j.claim.id, j.finding.verdict, j.finding.shown()[0][1][0]) for j in self.judgements),
            columns=("claim", "verdict", "evidence"),
            more="iterate over .judgements",
        )

    def _repr_html_(self) -> str:
        cards = "".join(self._card(judgement) for judgement in self.judgements)
        return f'<div class="claims">{cards}</div>'

    def _card(self, judgement: Judgement) -> str:
        row, claim = judgement.to_json(), judgement.claim
        verdict, (paper, *_) = row["verdict"], order_of(claim.id)
        command = f"actmath claims {claim.id}" + (" --run" if claim.remake else "")
        parts = [
            ("formula", rf"\({escape(claim.tex)}\)"),
            ("where", escape(claim.assumptions)),
            ("correct", escape(row["correction"] or "")),
            *((title, html_lines(lines)) for title, lines in judgement.finding.shown()),
            ("rests on", "<br>".join(map(self._file, judgement.finding.files))),
            ("source", escape(row["source"])),
            # A link has no place in a summary, which is a button itself.
            ("link", next(iter(_links([("to this row", f"#{claim.id}")])))),
            ("see", ", ".join(_links(self.links(claim).items()))),
            ("redo", f"<code>{escape(command)}</code>"),
        ]
        rows = "".join(f"<dt>{title}</dt><dd>{html}</dd>" for title, html in parts if html)
        return (
            f'<details class="claim" id="{escape(claim.id)}" data-paper="{escape(paper)}"'
            f' data-verdict="{escape(verdict)}" data-kind="{escape(row["kind"])}">'
            f"<summary><code>{escape(claim.id)}</code> "
            f'<span class="verdict-{verdict.replace(" ", "-")}">{escape(verdict)}</span> '
            f"{escape(claim.statement)}</summary><dl>{rows}</dl></details>"
        )

    def _file(self, file: tuple[str, str]) -> str:
        path, sha256 = file
        address = f"{self.repository}/{path}" if self.repository else ""
        name = next(iter(_links([(path, address)]))) if address else escape(path)
        return f"{name}, sha256 <code>{escape(short_digest(sha256))}</code>"


def _links(links: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f'<a href="{escape(address)}">{escape(text)}</a>' for text, address in links)
