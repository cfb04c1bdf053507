"""A claim refuses what is no claim; findings, verdict boxes and tables say what was found."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from actmath.claims import Claim, Finding, Judgement, Kind, Verdict, Verdicts
from actmath.claims._claim import holds_if, matches_print
from actmath.sources import Source


def claim(**changes: object) -> Claim:
    row = Claim(
        id="C-TST-1.a",
        statement="It <holds>.",
        tex="1 = 1",
        source=Source("he2015", "Eq. 1"),
        assumptions="none",
        kind=Kind.DERIVED,
        check=lambda: Finding(Verdict.CORRECTED, "a & b", "rather <so>"),
    )
    return replace(row, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("identifier", ["C-TST-1", "C-TST-12.z", "C-TST-3.j22-tau-max"])
def test_ids_name_the_paper_the_claim_and_perhaps_a_part(identifier: str) -> None:
    assert claim(id=identifier).id == identifier


@pytest.mark.parametrize(
    "identifier", ["", "TST-1", "C-TST", "C-TST-a", "C-tst-1", "C-TST-1.", "C-T-1.a-", "C-T-1.2"]
)
def test_another_form_of_id_is_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match="a claim's id is like C-SNN-1"):
        claim(id=identifier)


@pytest.mark.parametrize("field", ["statement", "tex", "assumptions"])
def test_a_missing_text_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"the claim C-TST-1.a needs its {field}"):
        claim(**{field: " "})


def test_a_statement_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="is no sentence"):
        claim(statement="it holds")


def test_a_question_has_an_answer_and_no_verdict() -> None:
    row = claim(statement="Does it hold?")
    judged = row.judge()
    assert judged.finding == Finding(Verdict.ANSWERED, "rather <so>; a & b")
    assert judged.to_json()["kind"] == "question"
    assert "asked" in repr(judged)
    assert "verdict-answered" in judged._repr_html_()
    with pytest.raises(ValueError, match="is a question: it cannot be corrected"):
        Judgement(row, row.check())
    with pytest.raises(ValueError, match="is a statement: it cannot be answered"):
        Judgement(claim(), judged.finding)


def test_a_verdict_without_a_correction_is_yes_or_no() -> None:
    assert holds_if(True, "x").as_answer() == Finding(Verdict.ANSWERED, "yes; x")
    assert holds_if(False, "x").as_answer() == Finding(Verdict.ANSWERED, "no; x")
    assert Finding(Verdict.ANSWERED, "x").as_answer() == Finding(Verdict.ANSWERED, "x")


@pytest.mark.parametrize("verdict", [Verdict.UNDECIDED, Verdict.OUT_OF_REACH])
def test_a_question_may_stay_open(verdict: Verdict) -> None:
    row = claim(statement="Does it hold?", check=lambda: Finding(verdict, "no record"))
    assert row.judge().finding == Finding(verdict, "no record")


def test_questions_and_what_was_not_tried_are_not_counted() -> None:
    rows = (
        claim(),
        claim(statement="Does it?"),
        claim(check=lambda: Finding(Verdict.OUT_OF_REACH, "it would take a year")),
    )
    found = Verdicts(tuple(row.judge() for row in rows))
    assert found.counts() == {Verdict.CORRECTED: 1}
    assert found.uncounted() == {Verdict.ANSWERED: 1, Verdict.OUT_OF_REACH: 1}
    assert "3 rows: 1 corrected, 1 answered, 1 not tried here" in repr(found)


def test_a_row_is_written_with_keywords() -> None:
    with pytest.raises(TypeError, match="positional"):
        Claim("C-TST-1", "It holds.", "1 = 1")  # type: ignore[call-arg, misc]


def test_a_correction_must_be_stated() -> None:
    with pytest.raises(ValueError, match="needs the correction"):
        Finding(Verdict.CORRECTED, "evidence")


def test_a_condition_decides() -> None:
    assert holds_if(True, "x") == Finding(Verdict.HOLDS, "x")
    assert holds_if(False, "x") == Finding(Verdict.REFUTED, "x")


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("0.7877", "0.787673360466", True),
        ("0.7878", "0.787673360466", False),
        ("1.6733", "1.6742", False),
        ("2", "2.49", True),
        ("-0.5", "-0.45000001", True),
        ("1.00000000000000000000000000001", "1.000000000000000000000000000014", True),
        ("1.00000000000000000000000000001", "1.000000000000000000000000000016", False),
    ],
)
def test_printed_digits_are_those_of_the_rounded_value(text: str, value: str, same: bool) -> None:
    assert matches_print(text, value) is same


def test_a_box_says_everything_and_escapes_it() -> None:
    box = claim().judge()._repr_html_()
    assert 'class="verdict verdict-corrected"' in box
    for text in ("C-TST-1.a", "It &lt;holds&gt;.", "a &amp; b", "rather &lt;so&gt;", "Eq. 1"):
        assert text in box


def test_a_word_that_stands_beside_it_is_not_said_again_but_to_machines() -> None:
    finding = Finding(Verdict.UNDECIDED, "undecided: no record")
    judgement = Judgement(claim(), finding)
    assert judgement.to_json()["evidence"] == "undecided: no record"
    # Its class in the page's style says the word.
    assert judgement._repr_html_().count("undecided") == 1
    assert repr(judgement).count("undecided") == 1


def test_a_box_names_the_files_that_the_verdict_rests_on() -> None:
    finding = Finding(Verdict.HOLDS, "proved", files=(("book/a.json", "0123456789ab" + "c" * 52),))
    box = Judgement(claim(), finding)._repr_html_()
    assert "<p><strong>Rests on:</strong> book/a.json, sha256 0123456789ab…</p>" in box
    assert "Rests on" not in claim().judge()._repr_html_()


def test_an_answer_keeps_the_files() -> None:
    files = (("book/a.json", "0" * 64),)
    assert Finding(Verdict.HOLDS, "proved", files=files).as_answer().files == files


def test_a_class_has_no_space() -> None:
    finding = Finding(Verdict.NOT_REPRODUCED, "seen")
    assert "verdict-not-reproduced" in Judgement(claim(), finding)._repr_html_()


def test_plain_values_hold_every_field() -> None:
    found = claim().judge().to_json()
    assert found == {
        "id": "C-TST-1.a",
        "source": str(Source("he2015", "Eq. 1")),
        "statement": "It <holds>.",
        "tex": "1 = 1",
        "assumptions": "none",
        "kind": "derived",
        "route": "derived",
        "verdict": "corrected",
        "correction": "rather <so>",
        "evidence": "a & b",
    }


def test_counts_and_cards_cover_every_row() -> None:
    rows = [claim(), claim(id="C-TST-2", check=lambda: holds_if(True, "c"))]
    found = Verdicts(tuple(row.judge() for row in rows))
    assert found.counts() == {Verdict.HOLDS: 1, Verdict.CORRECTED: 1}
    assert list(found.counts()) == [Verdict.HOLDS, Verdict.CORRECTED]
    cards = found.cards()._repr_html_()
    assert cards.count("<details ") == 2
    assert cards.count("<dt>correct</dt>") == 1
    assert found._repr_html_().count('<details class="verdict ') == 2


def test_what_statements_that_begin_alike_share_is_said_once_in_the_lines_that_are_seen() -> None:
    alike = "On the domain of the theorem the variance of the outputs is always below"
    rows = [claim(statement=f"{alike} 3/2."), claim(id="C-TST-2", statement=f"{alike} 5/4.")]
    shown = Verdicts(tuple(row.judge() for row in rows))._repr_html_()
    seen = re.findall(r"<summary>(.*?)</summary>", shown)
    assert seen[0].endswith(f"{alike} 3/2.")
    assert seen[1] == "<code>C-TST-2</code> … 5/4."
    # Behind a click stands the whole sentence.
    assert f"<p>{alike} 5/4.</p>" in shown
