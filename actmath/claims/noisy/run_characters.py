"""Gulcehre et al. (2016): language models; and the tasks whose data and models are not here."""

from __future__ import annotations

from ...experiment._record.record import RunRecord
from ...experiment._record.significance import compare
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence.conjunction import all_reproduced, equivalent
from .._evidence.measured import measured, out_of_reach

RECIPE = "noisy-charlm"
_SOURCE = Source("gulcehre2016", "Section 5")
#: Nats a character: "equally well" is read as a difference below this.
MARGIN = 0.02


def _alike(record: RunRecord) -> Finding:
    pair = [record.compare("test_loss", "nan", "nani", side) for side in ("less", "greater")]
    return equivalent(
        "last test loss (nats a character), NAN − NANI", pair[0], pair[1], MARGIN, record
    )


def _starts_well_then_stalls(record: RunRecord) -> Finding:
    # Column 0: the loss after the first epoch, one value a seed.
    first = {name: record.curve("test_loss", name)[:, 0].tolist() for name in ("nanis", "nani")}
    parts = {"first epoch, NANIS − NANI": compare(first["nanis"], first["nani"], "less")}
    for rival in ("nan", "nani"):
        subject = f"last epoch, NANIS − {rival.upper()}"
        parts[subject] = record.compare("test_loss", "nanis", rival, "greater")
    return all_reproduced(parts, record, "test loss in nats a character")


def _improvement() -> Finding:
    # Scores before and after, and the printed gain: points or per cent is the question.
    before, after, claimed = 46.45, 48.09, 2.5
    relative = 100 * (after / before - 1)
    evidence = f"{after} − {before} = {after - before:.2f} points, {relative:.2f} % of {before}"
    if round(relative, 1) == claimed:
        return Finding(Verdict.HOLDS, evidence)
    return Finding(
        Verdict.CORRECTED, evidence, f"about {relative:.1f} %, or {after - before:.1f} points"
    )


CLAIMS = (
    measured(
        id="C-NOI-11.b",
        statement="In a character model, noise after the units (NAN) and before them (NANI) do "
        "equally well.",
        tex=r"|L(\mathrm{NAN}) - L(\mathrm{NANI})| < 0.02",
        source=_SOURCE,
        assumptions=f"GRU on sequences of characters; 'equally well' is read as within {MARGIN} "
        f"nats a character of test loss",
        recipe=RECIPE,
        decide=_alike,
    ),
    measured(
        id="C-NOI-11.c",
        statement="Noise before the units in saturation only (NANIS) starts well, then stalls.",
        tex=r"L_1(\mathrm{NANIS}) < L_1(\mathrm{NANI}),\quad "
        r"L_T(\mathrm{NANIS}) > L_T(\mathrm{NAN}), L_T(\mathrm{NANI})",
        source=_SOURCE,
        assumptions="read as: a lower test loss than NANI's after the first epoch, and after the "
        "last a higher one than NAN's and NANI's",
        recipe=RECIPE,
        decide=_starts_well_then_stalls,
    ),
    out_of_reach(
        id="C-NOI-11.a",
        statement="On words of the Penn Treebank, NAN (test perplexity 108.0) and NAH (108.7) "
        "beat the reference (115.6).",
        tex=r"108.0,\ 108.7 < 115.6",
        source=_SOURCE,
        assumptions="two-layer LSTM, vocabulary of 10,000",
        needs="it would take the Penn Treebank, which needs a licence, and an LSTM with a softmax "
        "over 10,000 words trained for days of one core's time for each seed",
    ),
    out_of_reach(
        id="C-NOI-12.a",
        statement="Learning to execute programs: noise raises the score from 46.45 % to 48.09 %.",
        tex=r"46.45\,\% \to 48.09\,\%",
        source=_SOURCE,
        assumptions="two-layer LSTM on generated programs, with a curriculum",
        needs="it would take the generator of the programs, its curriculum, and an LSTM of "
        "hundreds of units trained for about a day on a GPU, for each seed",
    ),
    Claim(
        id="C-NOI-12.b",
        statement="From 46.45 % to 48.09 % is an improvement of about 2.5 %.",
        tex=r"48.09 / 46.45 \approx 1.025",
        source=_SOURCE,
        assumptions="the two printed scores",
        kind=Kind.COMPUTED,
        check=_improvement,
    ),
    out_of_reach(
        id="C-NOI-13",
        statement="Translation, Europarl: BLEU 20.18 becomes 21.59 with hard units and 22.57 with "
        "NAH.",
        tex=r"20.18 \to 21.59 \to 22.57",
        source=_SOURCE,
        assumptions="attention model, English to French",
        needs="it would take the Europarl corpus and a translation model with attention, trained "
        "for days on a GPU, for each seed",
    ),
    out_of_reach(
        id="C-NOI-14",
        statement="Captions, Flickr8k: METEOR 18.9 becomes 20.5.",
        tex=r"18.9 \to 20.5",
        source=_SOURCE,
        assumptions="attention model over image features",
        needs="it would take Flickr8k's images and captions, the features of a network trained on "
        "ImageNet, and a caption model with attention",
    ),
)
