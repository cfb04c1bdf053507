"""Certificates that were altered, have a gap, or state something else are rejected."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx

from actmath import prove
from actmath.prove._certificate import check
from actmath.prove._certificate.certificate import broken_chain, verify_content

Content = dict[str, Any]
FOLDER = Path(__file__).parents[3] / "book" / "certificates"


def content(name: str) -> Content:
    """A committed certificate as plain values."""
    loaded: Content = json.loads((FOLDER / f"{name}.json").read_text())
    return loaded


def resealed(altered: Content) -> Content:
    """With a digest that fits what it now says."""
    return {**altered, "sha256": check.seal(altered)}


def tampered(name: str, change: Callable[[Content], object]) -> Content:
    altered = copy.deepcopy(content(name))
    change(altered)
    return resealed(altered)


def rejection(altered: Content, name: str | None = "theorem-1") -> str:
    declared = content(name)["declaration"] if name else None
    report = verify_content(altered, declared)
    assert not report.accepted
    return report.reason


def evidence(altered: Content, claim: int = 4) -> Any:
    return altered["evidence"][0][claim]


def set_cover(altered: Content, cover: str) -> None:
    evidence(altered)["cover"] = cover


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


def test_another_bound_or_formula_is_refused(tmp_path: Path) -> None:
    def loosen(altered: Content) -> None:
        altered["declaration"]["parts"][0]["claims"][4]["bound"] = "2"

    def rewrite(altered: Content) -> None:
        altered["declaration"]["formulas"]["norm"]["value"][-1][1] = "M0"

    for change in (loosen, rewrite):
        path = tmp_path / "certificate.json"
        path.write_text(json.dumps(tampered("theorem-1", change)))
        assert "something else" in prove.verify(path).reason


def test_a_formula_written_otherwise_but_equal_is_accepted(tmp_path: Path) -> None:
    def rewrite(altered: Content) -> None:
        step = altered["declaration"]["formulas"]["mean"]["value"][-1]
        step[1] = f"({step[1]} + 1) - 1"

    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(tampered("theorem-1", rewrite)))
    assert prove.verify(path).accepted


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


def test_a_chain_with_a_missing_link_is_found() -> None:
    declared = content("global-theorem-not-sooner")["declaration"]
    assert broken_chain(declared) == ""
    other_box, other_end, fewer_claims = (copy.deepcopy(declared) for _ in range(3))
    other_box["parts"][3]["domain"]["nu"] = ["5", "6"]
    other_end["chains"][0]["target"] = {"mu": ["0", "0"], "nu": ["1", "1"]}
    fewer_claims["parts"][5]["claims"].pop()
    for altered in (other_box, other_end, fewer_claims):
        assert "next box" in broken_chain(altered)


def test_files_that_are_no_certificates_are_rejected_with_a_reason(tmp_path: Path) -> None:
    for text in ("", "{", "[]", "{}", '{"declaration": {"name": "nobody"}}'):
        path = tmp_path / "file.json"
        path.write_text(text)
        report = prove.verify(path)
        assert not report.accepted
        assert report.reason
    with pytest.raises(ValueError, match="no certificate"):
        prove.Certificate.load(path)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    result = prove.prove("theorem-1-variance-upper")
    assert result.certificate
    path = result.certificate.save(tmp_path)
    assert path.name == "theorem-1-variance-upper.json"
    assert prove.Certificate.load(path).as_dict() == json.loads(path.read_text())
    assert prove.verify(path).accepted


def test_the_checker_alone_needs_only_python_flint() -> None:
    """Loaded as a file, without the package, in a process that forbids SymPy."""
    code = (
        "import json, runpy, sys; sys.modules['sympy'] = None; "
        f"check = runpy.run_path({str(Path(check.__file__))!r}); "
        f"print(check['check_certificate'](json.load(open({str(FOLDER / 'theorem-1.json')!r}))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
