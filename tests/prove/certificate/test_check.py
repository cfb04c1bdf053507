"""The checker rejects what has a gap, proves less, or states something else; it stands alone."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from mpmath import mp

from actmath.prove._certificate import arithmetic, check, enclosures
from actmath.prove._certificate.arithmetic import RejectedError

from ...pace import no_longer_than
from ..tampering import FOLDER, Content, content, evidence, rejection, set_cover, tampered

KERNEL = (check, arithmetic, enclosures)


def test_the_untouched_one_is_accepted() -> None:
    theorem = content("theorem-1")
    assert check.check_certificate(theorem, theorem["declaration"]) > 0
    assert check.check_certificate(theorem) > 0


def test_a_leaf_that_is_left_out_is_a_gap() -> None:
    whole = evidence(content("theorem-1"))["cover"]
    short = tampered("theorem-1", lambda c: set_cover(c, whole[:-1]))
    assert "gap" in rejection(short)
    assert "gap" in rejection(tampered("theorem-1", lambda c: set_cover(c, "0")))
    odd = tampered("theorem-1", lambda c: set_cover(c, whole + "."))
    assert "left over" in rejection(odd)


def test_axes_that_are_not_there_are_refused() -> None:
    assert "axis 7" in rejection(tampered("theorem-1", lambda c: set_cover(c, "7..")))
    assert "axis 7" in rejection(tampered("theorem-1", lambda c: set_cover(c, "H.")))


def test_a_deep_cover_ends() -> None:
    assert "deep" in rejection(tampered("theorem-1", lambda c: set_cover(c, "0" * 40_000)))
    slow = tampered("theorem-1", lambda c: set_cover(c, "0." * 19_999 + "."))
    assert "deep" in rejection(slow)


def grown(axes: int, leaves: int) -> str:
    """A cover of so many equal pieces or a few more, halved along one axis after the other."""
    cover, axis = ".", 0
    while cover.count(".") < leaves:
        cover, axis = f"{axis % axes}{cover}{cover}", axis + 1
    return cover


@pytest.mark.parametrize("bits", [2, 63, 1024])
def test_what_is_counted_is_what_takes_time(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap pieces without end: a twentieth of the allowed work takes no twentieth of 10 s."""
    monkeypatch.setattr(arithmetic, "WORK", arithmetic.WORK // 20)
    busy = content("theorem-2-many-layers-corrected")
    busy["precision"] = bits
    for proof in (proof for proofs in busy["evidence"] for proof in proofs):
        proof["cover"] = proof["cover"].replace(".", grown(2, 64))
    wanted = pytest.raises(RejectedError, match=r"operations|nothing is decided")
    with no_longer_than(0.5), wanted:
        check.check_certificate(busy)


def test_a_cover_too_coarse_for_its_margin_is_refused() -> None:
    greedy = tampered("theorem-1", lambda c: evidence(c).update(margin="0.5"))
    assert "nothing is decided" in rejection(greedy)
    negative = tampered("theorem-1", lambda c: evidence(c).update(margin="-1"))
    assert "negative" in rejection(negative)


def test_a_face_may_only_stand_for_a_box_where_the_formula_is_monotone() -> None:
    """The norm rises with tau: its lower face does not bound it."""
    assert rejection(tampered("theorem-1", lambda c: set_cover(c, "d.")))


def widen(altered: Content) -> None:
    altered["declaration"]["parts"][0]["domain"]["tau"] = ["0.95", "1.5"]


def test_another_domain_is_refused_and_not_proved() -> None:
    assert "something else" in rejection(tampered("theorem-1", widen))
    with pytest.raises(RejectedError):
        check.check_certificate(tampered("theorem-1", widen))


def test_a_smaller_domain_is_another_statement() -> None:
    def shrink(altered: Content) -> None:
        altered["declaration"]["parts"][0]["domain"]["tau"] = ["1", "1.05"]

    assert "something else" in rejection(tampered("theorem-1", shrink))


def test_a_reversed_interval_is_not_an_empty_one() -> None:
    def reverse(altered: Content) -> None:
        altered["declaration"]["parts"][0]["domain"]["tau"] = ["1.5", "0.95"]

    with pytest.raises(RejectedError, match="empty"):
        check.check_certificate(tampered("theorem-1", reverse))


def test_a_point_outside_the_domain_refutes_nothing() -> None:
    name = "theorem-1-mean-lower"
    outside = tampered(name, lambda c: c["evidence"]["proof"]["point"].update(tau="0.9"))
    assert "not in the domain" in rejection(outside, name)
    elsewhere = tampered(name, lambda c: c["evidence"]["proof"]["point"].update(mu="0", omega="0"))
    assert "nothing is decided" in rejection(elsewhere, name)
    fewer = tampered(name, lambda c: c["evidence"]["proof"]["point"].pop("tau"))
    assert "other variables" in rejection(fewer, name)


def test_a_verdict_needs_its_own_kind_of_evidence() -> None:
    name = "theorem-1-mean-lower"
    assert rejection(tampered("theorem-1", lambda c: c.update(verdict="REFUTED")))
    assert rejection(tampered(name, lambda c: c.update(verdict="PROVED")), name)
    cover = {"cover": ".", "margin": "0"}
    assert "by a point" in rejection(
        tampered(name, lambda c: c["evidence"].update(proof=cover)), name
    )
    point = {"point": dict.fromkeys(("mu", "omega", "nu", "tau"), "1")}
    swapped = tampered("theorem-1", lambda c: c["evidence"][0].__setitem__(0, point))
    assert "by a cover" in rejection(swapped)
    assert rejection(tampered(name, lambda c: c["evidence"].update(claim=9)), name)
    assert rejection(tampered("theorem-1", lambda c: c["evidence"][0].pop()))


def test_a_chain_with_a_missing_link_is_found() -> None:
    whole = content("global-theorem-not-sooner")
    other_box, other_end, fewer_claims, nowhere = (copy.deepcopy(whole) for _ in range(4))
    other_box["declaration"]["parts"][3]["domain"]["nu"] = ["5", "6"]
    other_end["declaration"]["chains"][0]["target"] = {"mu": ["0", "0"], "nu": ["1", "1"]}
    fewer_claims["declaration"]["parts"][5]["claims"].pop()
    fewer_claims["evidence"][5].pop()
    nowhere["declaration"]["chains"][0]["last"] = 400
    for altered in (other_box, other_end, fewer_claims, nowhere):
        with pytest.raises(RejectedError, match=r"next box|no such parts"):
            check.check_certificate(altered)
    assert check.check_certificate(whole)


def test_a_declaration_without_inequalities_is_none() -> None:
    for parts, proofs in (([], []), ([{"domain": {}, "claims": []}], [[]])):
        empty = tampered("theorem-1", lambda c: c["declaration"].update(chains=[]))
        empty["declaration"]["parts"], empty["evidence"] = parts, proofs
        with pytest.raises(RejectedError, match="no inequality"):
            check.check_certificate(empty)


@pytest.mark.parametrize("name", ["pi", "E"])
def test_a_coordinate_that_is_called_as_a_constant_is_refused(name: str) -> None:
    """π > 3 is no statement about a variable between 0 and 1."""
    altered = content("theorem-1")
    formula = {"coordinates": [[name, name]], "value": [["value", name]]}
    claim = {"formula": "f", "relation": ">", "bound": "2", "somewhere": False}
    altered["declaration"] |= {
        "formulas": {"f": {"constants": [], "inputs": [], "moments": []} | formula},
        "parts": [{"domain": {name: ["0", "1"]}, "claims": [claim]}],
    }
    altered["evidence"] = [[{"cover": ".", "margin": "0"}]]
    with pytest.raises(RejectedError, match="used twice"):
        check.check_certificate(altered)


def moment(lines: list[Any], letter: str, y: mp.mpf, x: mp.mpf) -> mp.mpf:
    """A declared moment by mpmath, at a point."""
    known = {name: getattr(mp, name) for name in ("exp", "erfc", "sqrt", "pi", "mpf")}
    known |= {"E": mp.e, "y": y, "s": mp.sqrt(x)}
    for name, text in lines:
        # Integers become exact numbers of mpmath, so that a quotient of two has all digits.
        known[name] = eval(re.sub(r"\b(\d+)\b", r"mpf(\1)", text), {}, known)
    return known[letter]


def test_declared_moments_solve_the_heat_equation() -> None:
    """What the checker takes for granted, ∂M/∂x = ½∂²M/∂y², by difference quotients."""
    declared = [content(file.stem)["declaration"] for file in FOLDER.glob("*.json")]
    formulas = [formula for stated in declared for formula in stated["formulas"].values()]
    units = {str(f["moments"]): [*f["constants"], *f["moments"]] for f in formulas}
    seen = 0
    for lines, letter in product(units.values(), "MQB"):
        if letter not in dict(lines):
            continue
        for place in product((mp.mpf("-0.7"), mp.mpf("0.2")), (mp.mpf("0.3"), mp.mpf("1.7"))):
            with mp.workdps(40):
                at = partial(moment, lines, letter)
                along_x, twice_along_y = (mp.diff(at, place, order) for order in ((0, 1), (2, 0)))
                assert abs(along_x - twice_along_y / 2) < mp.mpf("1e-15")
            seen += 1
    assert seen > 4


def test_the_checker_alone_needs_only_python_flint(tmp_path: Path) -> None:
    """Three files in a folder, in a process that has no SymPy and nothing else of this package."""
    kernel = tmp_path / "kernel"
    kernel.mkdir()
    for module in KERNEL:
        file = Path(module.__file__)
        (kernel / file.name).write_bytes(file.read_bytes())
    code = (
        "import json, sys; sys.modules['sympy'] = sys.modules['actmath'] = None; "
        "from kernel.check import check_certificate; "
        f"print(check_certificate(json.load(open({str(FOLDER / 'theorem-1.json')!r}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert int(done.stdout) > 0


def test_the_checker_is_short_and_evaluates_no_text() -> None:
    sources = [Path(module.__file__).read_text("utf-8") for module in KERNEL]
    assert sum(len(source.splitlines()) for source in sources) < 620
    for source in sources:
        imported = re.findall(r"^\s*from (\.\S*) import", source, re.M)
        assert set(imported) <= {".arithmetic", ".enclosures"}
        assert not re.search(r"\b(eval|exec|compile|sympify|open)\(", source)
        # Each function says what it owes.
        assert source.count('"""') >= 2 * source.count("    def run")
