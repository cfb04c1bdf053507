"""Gulcehre et al. (2016): language models; and the tasks whose data and models are not here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
#: Nats a character: "equally well" is read as a difference below this, which is half of the least
#: gain that the source reports of noise in a language model: ln(115.6/108.7)/2 nats a word.
MARGIN = 0.03
#: Test perplexities on words of the Penn Treebank: the paper's, and those of Zaremba et al. 2014.
PERPLEXITIES = MappingProxyType({"NAN": 108.0, "NAH": 108.7, "reference": 115.6})
REPORTED_BEFORE = MappingProxyType(
    {"without regularization": 114.5, "medium, with dropout": 82.7, "large, with dropout": 78.4}
)


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


def state_of_the_art(own: Mapping[str, float], others: Mapping[str, float]) -> Finding:
    """Is the best of the paper's perplexities below all that were reported before?"""
    best = min(own, key=lambda name: own[name])
    listed = ", ".join(f"{value} {name}" for name, value in others.items())
    evidence = f"{best} {own[best]}; reported before: {listed}"
    below = [name for name, value in others.items() if own[best] <= value]
    if len(below) == len(others):
        return Finding(Verdict.HOLDS, evidence)
    if not below:
        return Finding(Verdict.REFUTED, evidence, "each of the earlier results is lower")
    return Finding(Verdict.CORRECTED, evidence, f"lower than the earlier result {below[0]} only")


def improvement(before: float, after: float, claimed: float) -> Finding:
    """Is the printed gain, in per cent, that of the two printed scores?"""
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
        tex=r"|L(\mathrm{NAN}) - L(\mathrm{NANI})| < 0.03",
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
    *(
        out_of_reach(
            id=f"C-NOI-11.{part}",
            statement=f"On words of the Penn Treebank, {arm} has a test perplexity of "
            f"{PERPLEXITIES[arm]}, and its reference one of {PERPLEXITIES['reference']}.",
            tex=f"{PERPLEXITIES[arm]} < {PERPLEXITIES['reference']}",
            source=_SOURCE,
            assumptions="two-layer LSTM, vocabulary of 10,000",
            needs="it would take the Penn Treebank, which needs a licence, and an LSTM with a "
            "softmax over 10,000 words trained for days of one core's time for each seed",
        )
        for part, arm in (("a", "NAN"), ("e", "NAH"))
    ),
    Claim(
        id="C-NOI-11.d",
        statement="These perplexities are state of the art on the Penn Treebank.",
        tex=r"108.0 \le \min(\text{reported before})",
        source=_SOURCE,
        assumptions="against what Zaremba et al. (2014), which the paper cites, reports for words",
        kind=Kind.COMPUTED,
        check=lambda: state_of_the_art(PERPLEXITIES, REPORTED_BEFORE),
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
        check=lambda: improvement(46.45, 48.09, 2.5),
    ),
    *(
        out_of_reach(
            id=f"C-NOI-13.{part}",
            statement=f"Translation, Europarl: BLEU {before} becomes {after} with {units}.",
            tex=rf"{before} \to {after}",
            source=_SOURCE,
            assumptions="attention model, English to French",
            needs="it would take the Europarl corpus and a translation model with attention, "
            "trained for days on a GPU, for each seed",
        )
        for part, before, after, units in (
            ("a", "20.18", "21.59", "hard units"),
            ("b", "21.59", "22.57", "NAH"),
        )
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
