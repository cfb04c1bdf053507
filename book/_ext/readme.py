"""What the README shows of the results: ``python book/_ext/readme.py`` writes it.

Two pictures, light and dark, the findings and the table of peers, each between two comments.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from actmath import catalog
from actmath.claims import verdicts
from actmath.derive import fixed_points
from actmath.numeric import ScaledUnit, constants_table, flow, gains, phase
from actmath.plot import illustrate, plot_flow
from actmath.prove import STATEMENTS, Certificate, leaves

BOOK = Path(__file__).parents[1]
README = BOOK.parent / "README.md"
STATIC = BOOK / "_static"
PAGES = "https://actmath.github.io/actmath/book"
#: Where the findings stand in the README, and the table.
PLACE = re.compile(r"(<!-- findings: [^\n]* -->\n).*(<!-- end of findings -->)", re.DOTALL)
PEERS = re.compile(r"(<!-- peers: [^\n]* -->\n).*(<!-- end of peers -->)", re.DOTALL)
ALT = (
    "Two flow fields over mean and variance, an arrow a layer: with SELU every signal comes to "
    "mean 0 and variance 1 and stays, with ReLU it dies"
)


def inks(theme: str) -> dict[str, str]:
    """The figures' colours in one of the style sheet's two themes."""
    sheet = (STATIC / "actmath.css").read_text("utf-8")
    rules = sheet.split(f'html[data-theme="{theme}"] {{')[1].split("}")[0]
    return dict(re.findall(r"(--figure-\w+): (#\w+);", rules))


def picture() -> str:
    """The flow of SELU beside that of ReLU, with the style sheet's variables for colours."""
    means, variances = np.linspace(-1, 1, 11), np.linspace(0.2, 2.2, 11)
    starts = [(-0.9, 0.4), (-0.4, 2.0), (0.5, 0.3), (0.9, 1.4)]
    units = [ScaledUnit(catalog.selu), ScaledUnit(catalog.relu)]
    fields = [flow(unit, means, variances, omega=0, starts=starts) for unit in units]
    at_0_1 = [constants_table(["selu"])["selu"].behaviour, "no fixed point"]
    return illustrate(plot_flow(fields, at_0_1), alt=ALT).svg


def coloured(svg: str, theme: str) -> str:
    """The picture with a theme's colours, on a paper of its own."""
    known = inks(theme)
    svg = re.sub(r"var\((--figure-\w+), [^)]*\)", lambda match: known[match[1]], svg)
    paper = f'<rect width="100%" height="100%" fill="{known["--figure-paper"]}"/>'
    # What has no colour of its own takes that of the text around it: there is none in a file.
    svg = svg.replace("<svg ", f'<svg color="{known["--figure-ink"]}" ', 1)
    return re.sub(r"(<svg [^>]*>)", rf"\1{paper}", svg, count=1) + "\n"


def findings() -> str:
    """What the book finds, a line each, in numbers that are computed here."""
    sigmoid = float(fixed_points("sigmoid").isolated[0].x)
    kept = float(phase("selu", 0.75, 0).length)
    backward = gains("selu").gradient_factor
    theorem = STATEMENTS["theorem-1"].parts[0]
    tree = Certificate.load(BOOK / "certificates" / "theorem-1.json").evidence[0][-1]["cover"]
    root = theorem.bounds[-1].formula.coordinates.box(theorem.domain)
    pieces = len(leaves(tree, root))
    found = (
        (f"The published fixed point of the sigmoid, 0.69, is {sigmoid:.3f}.", "hard_and_soft"),
        (
            f"Theorem 1 of the SELU paper is true: proved again in {pieces} pieces, each checked "
            "by a program of its own.",
            "proofs",
        ),
        (
            f"PyTorch's gain 3/4 for SELU keeps the variance {kept:.3f}, not 1.",
            "gain_three_quarters",
        ),
        (
            '"Vanishing and exploding gradients are impossible" is too strong: at SELU\'s fixed '
            f"point their mean square grows by the factor {backward:.3f} a layer.",
            "training_self_normalizing",
        ),
    )
    return "".join(_line(sentence, page) for sentence, page in found)


def ledger() -> str:
    """How many claims there are, and what became of them; every check is run for it."""
    counts = {str(verdict): n for verdict, n in verdicts().counts().items()}
    sentence = (
        f"Of {sum(counts.values())} statements of the papers {counts['holds']} hold, "
        f"{counts['corrected']} need a correction, {counts['refuted']} are refuted; of those that "
        f"only training can decide {counts['reproduced']} are reproduced, "
        f"{counts['not reproduced']} not, {counts['undecided']} stay undecided."
    )
    return _line(sentence, "ledger")


def peers() -> str:
    """The table of time and error beside what people use instead, and where it was measured."""
    record = json.loads((BOOK / "peers.json").read_text("utf-8"))
    rows = ["| | beside | time, actmath | time | error, actmath | error |", "|" + "---|" * 6]
    for row in record["rows"]:
        times = (_time(row[name]) for name in ("seconds", "peer_seconds"))
        errors = (f"{row[name]:.0e}" for name in ("error", "peer_error"))
        rows.append("| " + " | ".join((row["task"], row["peer"], *times, *errors)) + " |")
    made = record["provenance"]
    where = f"`make peers` on {made['finished'][:10]}, one thread of {made['device']}"
    return "\n".join(rows) + f"\n\nErrors are the worst relative ones. Measured by {where}.\n"


def _time(seconds: float) -> str:
    """Two digits in the unit that fits."""
    units = {"s": 1, "ms": 1e3, "µs": 1e6}
    unit = next((unit for unit in units if seconds * units[unit] >= 1), "µs")
    return f"{float(f'{seconds * units[unit]:.2g}'):g} {unit}"


def _line(sentence: str, page: str) -> str:
    return f"- {sentence} [More]({PAGES}/{page}.html)\n"


if __name__ == "__main__":
    drawn = picture()
    for theme in ("light", "dark"):
        (STATIC / f"readme-{theme}.svg").write_text(coloured(drawn, theme), "utf-8")
    text = README.read_text("utf-8")
    text = PLACE.sub(lambda m: m[1] + findings() + ledger() + m[2], text)
    README.write_text(PEERS.sub(lambda m: m[1] + peers() + m[2], text), "utf-8")
