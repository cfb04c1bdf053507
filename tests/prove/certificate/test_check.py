"""The checker rejects what was altered, has a gap, or states something else; it stands alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flint import arb, ctx

from actmath.prove._certificate import check
from actmath.prove._certificate.certificate import verify_content

from ..tampering import FOLDER, Content, content, evidence, rejection, set_cover, tampered


def test_the_untouched_one_is_accepted() -> None:
    assert verify_content(content("theorem-1"), content("theorem-1")["declaration"]).accepted
    assert verify_content(content("theorem-1"), None).accepted


@pytest.mark.parametrize("field", ["declaration", "evidence", "precision", "verdict"])
def test_any_change_breaks_the_digest(field: str) -> None:
    altered = content("theorem-1")
    if field == "declaration":
        altered[field]["parts"][0]["domain"]["tau"][1] = "1.2"
    elif field == "evidence":
        set_cover(altered, evidence(altered)["cover"] + ".")
    else:
        altered[field] = 32 if field == "precision" else "REFUTED"
    assert "altered" in rejection(altered)


def test_a_leaf_that_is_left_out_is_a_gap() -> None:
    whole = evidence(content("theorem-1"))["cover"]
    short = tampered("theorem-1", lambda c: set_cover(c, whole[:-1]))
    assert "gap" in rejection(short)
    hole = tampered("theorem-1", lambda c: set_cover(c, whole[:-1] + "?"))
    assert "gap" in rejection(hole)
    odd = tampered("theorem-1", lambda c: set_cover(c, whole + "."))
    assert "left over" in rejection(odd)


def test_a_cover_too_coarse_for_its_margin_is_refused() -> None:
    greedy = tampered("theorem-1", lambda c: evidence(c).update(margin="0.5"))
    assert "could not be verified" in rejection(greedy)
    negative = tampered("theorem-1", lambda c: evidence(c).update(margin="-1"))
    assert rejection(negative)


def test_a_face_may_only_stand_for_a_box_where_the_formula_is_monotone() -> None:
    """The norm rises with tau: its lower face does not bound it."""
    assert rejection(tampered("theorem-1", lambda c: set_cover(c, "d.")))


def widen(altered: Content) -> None:
    altered["declaration"]["parts"][0]["domain"]["tau"] = ["0.95", "1.5"]


def test_another_domain_is_refused_even_with_a_new_digest() -> None:
    assert "something else" in rejection(tampered("theorem-1", widen))
    assert rejection(tampered("theorem-1", widen), name=None)


def test_a_smaller_domain_is_another_statement() -> None:
    def shrink(altered: Content) -> None:
        altered["declaration"]["parts"][0]["domain"]["tau"] = ["1", "1.05"]

    smaller = tampered("theorem-1", shrink)
    assert "something else" in rejection(smaller)


def test_a_reversed_interval_is_not_an_empty_one() -> None:
    def reverse(altered: Content) -> None:
        altered["declaration"]["parts"][0]["domain"]["tau"] = ["1.5", "0.95"]

    assert rejection(tampered("theorem-1", reverse), name=None)


def test_a_point_outside_the_domain_refutes_nothing() -> None:
    name = "theorem-1-mean-lower"
    outside = tampered(name, lambda c: c["evidence"]["proof"]["point"].update(tau="0.9"))
    assert "not in the domain" in rejection(outside, name)
    elsewhere = tampered(name, lambda c: c["evidence"]["proof"]["point"].update(mu="0", omega="0"))
    assert "nothing is decided" in rejection(elsewhere, name)


def test_a_verdict_needs_its_own_kind_of_evidence() -> None:
    assert rejection(tampered("theorem-1", lambda c: c.update(verdict="UNDECIDED")))
    assert rejection(tampered("theorem-1", lambda c: c.update(verdict="REFUTED")))
    assert rejection(tampered("theorem-1-mean-lower", lambda c: c.update(verdict="PROVED")), None)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "M0.mid()",
        "0.5*M0",
        "1e-5 + M0",
        "M0 if M0 else M1",
        "M0**2",
        "[M0]",
        "unknown(M0)",
    ],
)
def test_a_formula_is_arithmetic_and_nothing_else(text: str) -> None:
    def inject(altered: Content) -> None:
        altered["declaration"]["formulas"]["mean"]["value"][-1][1] = text

    assert rejection(tampered("theorem-1-mean-upper", inject), name=None)


@pytest.mark.parametrize("name", ["exp", "_", "pi", "2x", "if"])
def test_a_step_may_not_take_a_name_that_means_something(name: str) -> None:
    def rename(altered: Content) -> None:
        altered["declaration"]["formulas"]["mean"]["value"].insert(0, [name, "1"])

    assert "not arithmetic" in rejection(tampered("theorem-1-mean-upper", rename), name=None)


def test_integers_are_exact_for_the_checker() -> None:
    """As Python text 1/3 would be a double, about 2e-17 away from a third."""
    value = [["value", "1/3 - 3*(1/9)"]]
    formula = check.CheckedFormula(coordinates=[], constants=[], inputs=[], moments=[], value=value)
    with ctx.workprec(200):
        assert abs(formula([])[0]) < arb(2) ** -190


def test_the_checker_alone_needs_only_python_flint() -> None:
    """Loaded as a file, without the package, in a process that forbids SymPy."""
    code = (
        "import json, runpy, sys; sys.modules['sympy'] = None; "
        f"check = runpy.run_path({str(Path(check.__file__))!r}); "
        f"print(check['check_certificate'](json.load(open({str(FOLDER / 'theorem-1.json')!r}))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0


def test_the_checker_is_short_and_imports_nothing_of_ours() -> None:
    source = Path(check.__file__).read_text()
    assert not re.search(r"^\s*(from|import) (\.|actmath|sympy)", source, re.M)
    code = re.sub(r'""".*?"""', "", source, flags=re.S)
    lines = [line for line in code.splitlines() if line.strip() and line.strip()[0] != "#"]
    assert len(lines) < 150
