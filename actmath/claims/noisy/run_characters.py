"""Gulcehre et al. (2016): language models; and the tasks whose data and models are not here."""

from __future__ import annotations

from ...experiment._record.significance import compare
from ...sources import Source
from .._claim import Claim, Finding, Kind, Verdict
from .._evidence.decision import Case
from .._evidence.found import alike, contrast, every
from .._evidence.gates import Gate, acted, course, flat, learned
from .._evidence.measured import ClaimRows, measured, out_of_reach
from .._evidence.tuning import Records, own_rates

RECIPE = "noisy-charlm"
_SOURCE = Source("gulcehre2016", "Section 5")
#: Nats a character: "equally well" is read as a difference below this.
MARGIN = 0.02


def _gates(runs: Records, length: Gate, *arms: str) -> tuple[Gate, ...]:
    record = runs.record
    return (
        learned(record, arms),
        acted(record, [(arm, "hard") for arm in arms]),
        length,
        own_rates(runs, arms, ("test_loss", "last")),
    )


def _alike(runs: Records) -> Case:
    record, arms = runs.record, ("nan", "nani")
    nan, nani = (record.final("test_loss", arm) for arm in arms)
    found = alike("last test loss (nats a character), NAN − NANI", nan, nani, MARGIN)
    return Case(found, _gates(runs, flat(record, "test_loss", arms), *arms))


def _starts_well_then_stalls(runs: Records) -> Case:
    record, arms = runs.record, ("nanis", "nan", "nani")
    # Column 0: the loss after the first epoch, one value a seed.
    first = {arm: record.curve("test_loss", arm)[:, 0].tolist() for arm in ("nanis", "nani")}
    early = compare(first["nanis"], first["nani"], "less")
    parts = [contrast("test loss after the first epoch, NANIS − NANI", early)]
    for rival in ("nan", "nani"):
        found = record.compare("test_loss", "nanis", rival, "greater")
        parts.append(contrast(f"after the last, NANIS − {rival.upper()}", found))
    length = course("how the loss falls: early against late")
    return Case(every(parts), _gates(runs, length, *arms))


def _cases(runs: Records) -> dict[str, Case]:
    return {"C-NOI-11.b": _alike(runs), "C-NOI-11.c": _starts_well_then_stalls(runs)}


_DECIDED = ClaimRows(RECIPE, _cases)


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
        rows=_DECIDED,
    ),
    measured(
        id="C-NOI-11.c",
        statement="Noise before the units in saturation only (NANIS) starts well, then stalls.",
        tex=r"L_1(\mathrm{NANIS}) < L_1(\mathrm{NANI}),\quad "
        r"L_T(\mathrm{NANIS}) > L_T(\mathrm{NAN}), L_T(\mathrm{NANI})",
        source=_SOURCE,
        assumptions="read as: a lower test loss than NANI's after the first epoch, and after the "
        "last a higher one than NAN's and NANI's",
        rows=_DECIDED,
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
