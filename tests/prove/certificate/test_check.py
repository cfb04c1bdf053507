"""The checker rejects what has a gap, proves less, or states something else; it stands alone."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from fractions import Fraction
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


# --- boundaries, with formulas whose ranges are known exactly -----------------------------------


def stated(
    parts: list[tuple[dict[str, list[str]], list[tuple[str, str, str, bool]]]],
    formulas: dict[str, str],
    coordinates: dict[str, str],
) -> Content:
    """A declaration of formulas of some coordinates, with inequalities about them."""
    empty: Content = {"constants": [], "inputs": [], "moments": []}
    products = [[name, product] for name, product in coordinates.items()]
    keys = ("formula", "relation", "bound", "somewhere")
    return {
        "formulas": {
            name: {"coordinates": products, "value": [["value", text]], **empty}
            for name, text in formulas.items()
        },
        "parts": [
            {
                "domain": dict(domain),
                "claims": [dict(zip(keys, claim, strict=True)) for claim in claims],
            }
            for domain, claims in parts
        ],
        "chains": [],
    }


def about(
    text: str,
    proof: Content,
    relation: str = ">",
    bound: str = "0",
    somewhere: bool = False,
    holds: bool = True,
    **domain: list[str],
) -> Content:
    """A certificate of one inequality about a formula of the domain's variables."""
    claim = ("f", relation, bound, somewhere)
    refuting = {"part": 0, "claim": 0, "proof": proof}
    return {
        "declaration": stated([(domain, [claim])], {"f": text}, {name: name for name in domain}),
        "precision": 64,
        "verdict": "PROVED" if holds else "REFUTED",
        "evidence": [[proof]] if holds else refuting,
    }


def covered(cover: str, margin: str = "0") -> Content:
    return {"cover": cover, "margin": margin}


def at(**point: str) -> Content:
    return {"point": point}


def refused(certificate: Content) -> str:
    with pytest.raises(RejectedError) as rejection:
        check.check_certificate(certificate)
    return str(rejection.value)


UNIT = ["0", "1"]


@pytest.mark.parametrize(
    ("relation", "inside", "outside"),
    [(">", "1", "1.000000000000000000000000000001"), ("<", "0", "-1e-30")],
)
def test_ends_of_the_domain_belong_to_it(relation: str, inside: str, outside: str) -> None:
    there = partial(about, "a", relation=relation, bound="1/2", somewhere=True, a=UNIT)
    assert check.check_certificate(there(at(a=inside))) == 1
    assert refused(there(at(a=outside))) == f"a = {outside} is not in the domain"


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize(("relation", "beside"), [(">", "0.5000001"), ("<", "0.4999999")])
def test_a_slack_of_0_decides_nothing(relation: str, beside: str, holds: bool) -> None:
    """a > ½ somewhere, or not a < ½ everywhere: at ½ itself neither is shown."""
    said = relation if holds else {">": "<", "<": ">"}[relation]
    there = partial(about, "a", relation=said, bound="1/2", somewhere=holds, holds=holds, a=UNIT)
    assert check.check_certificate(there(at(a=beside))) == 1
    assert "nothing is decided at" in refused(there(at(a="1/2")))


def test_a_domain_may_be_a_point_and_not_less() -> None:
    assert check.check_certificate(about("a", covered("."), a=["1", "1"])) == 1
    assert refused(about("a", covered("."), a=["1", "0.999"])) == "a domain is empty"


@pytest.mark.parametrize(("relation", "text"), [(">", "3"), ("<", "1")])
def test_the_slack_exceeds_the_margin(relation: str, text: str) -> None:
    """3 − 2 and 2 − 1 are 1: more than any less, and not more than 1."""
    sure = partial(about, text, relation=relation, bound="2", a=UNIT)
    for margin in ("0", "0.999999999999"):
        assert check.check_certificate(sure(covered(".", margin))) == 1
    assert "nothing is decided" in refused(sure(covered(".", "1")))
    assert refused(sure(covered(".", "-1e-9"))) == "its margin is negative"


def test_a_hundred_halvings_are_deep_enough() -> None:
    assert check.check_certificate(about("1", covered("0." * 100 + "."), a=UNIT)) == 101
    assert refused(about("1", covered("0." * 101 + "."), a=UNIT)) == (
        "the cover is more than 100 halvings deep"
    )
    # A face is no halving.
    assert check.check_certificate(about("1 + a", covered("a" * 300 + "."), a=UNIT))


@pytest.mark.parametrize("axis", range(8))
def test_each_of_eight_axes_has_its_letters(axis: int) -> None:
    names, small, great = "stuvwxyz", "abcdefgh"[axis], "ABCDEFGH"[axis]
    domain = dict.fromkeys(names, UNIT)
    rises, falls = f"{names[axis]} + 2", f"2 - {names[axis]}"
    for text, cover in ((rises, f"{small}."), (falls, f"{great}."), (rises, f"{axis}..")):
        assert check.check_certificate(about(text, covered(cover), **domain))
    for text, cover in ((rises, f"{great}."), (falls, f"{small}.")):
        assert "nothing is decided" in refused(about(text, covered(cover), **domain))
    if axis:
        fewer = dict.fromkeys(names[:axis], UNIT)
        wrong = partial(about, "2", **fewer)
        assert f"halves along axis {axis}" in refused(wrong(covered(f"{axis}..")))
        assert f"a face along axis {axis}" in refused(wrong(covered(f"{small}.")))


def test_a_formula_that_is_constant_along_an_axis_has_no_face() -> None:
    assert "nothing is decided" in refused(about("b + 1", covered("a."), a=UNIT, b=UNIT))


@pytest.mark.parametrize(
    ("cover", "right"),
    [
        ("00A..0.a.", True),
        ("00a..0.A.", False),
        ("00.A.0a..", False),
        ("0.0.a.", True),
        ("00A...", True),
        ("0.0a..", False),
    ],
)
def test_the_lower_half_comes_first(cover: str, right: bool) -> None:
    """(a − ½)² falls on [0, ¼] and rises on [¾, 1]; on the two quarters between it turns at ½."""
    tried = about("(a - 1/2)*(a - 1/2) + 1", covered(cover), a=UNIT)
    if right:
        assert check.check_certificate(tried)
    else:
        assert "nothing is decided" in refused(tried)


@pytest.mark.parametrize(("margin", "right"), [("0.999", True), ("1.001", False)])
def test_on_a_face_the_formula_is_enclosed_again(margin: str, right: bool) -> None:
    """3a − ab on [1, 2] × [0, 2] is 1 at least, on the face a = 1; in balls, on the box, −1."""
    tried = about("3*a - a*b", covered("a.", margin), a=["1", "2"], b=["0", "2"])
    if right:
        assert check.check_certificate(tried)
    else:
        assert "nothing is decided" in refused(tried)


@pytest.mark.parametrize(("margin", "runs"), [("0.354", 2), ("0.356", None), ("0.4374", None)])
def test_a_mean_value_is_as_sharp_as_it_is_derived(margin: str, runs: int | None) -> None:
    """a² − a + b² − b + 1 about (½, ½), by hand: ½ − 0.2·0.1 − 0.5·0.25 = 0.355 in one piece."""
    sides = {"a": ["2/5", "3/5"], "b": ["1/4", "3/4"]}
    found = check.check_certificate(about("a*a - a + b*b - b + 1", covered(".", margin), **sides))
    assert found == runs if runs else found > 2


def test_no_margin_above_the_least_value_is_accepted() -> None:
    """a² − a + b² − b + 1 is ½ at least."""
    sides = {"a": ["2/5", "3/5"], "b": ["1/4", "3/4"]}
    tried = about("a*a - a + b*b - b + 1", covered(".", "0.5001"), **sides)
    assert "nothing is decided" in refused(tried)


def test_the_piece_that_is_not_decided_is_named() -> None:
    """a > ½ fails on [½, ½ + 2⁻⁸], the last of eight halvings; of b nothing is cut."""
    said = refused(about("a - 1/2", covered("."), a=UNIT, b=["2", "2"]))
    assert said == "nothing is decided on a piece around (0.501953, 2.00000)"


@pytest.mark.parametrize(("relation", "cover"), [(">", "A."), ("<", "a.")])
def test_what_is_nowhere_is_refuted_by_a_cover(relation: str, cover: str) -> None:
    """a > 2 somewhere in [0, 1]: 2 − a falls, and is 1 at least. a < −1: a + 1 rises, as well."""
    bound = {">": "2", "<": "-1"}[relation]
    nowhere = partial(
        about, "a", relation=relation, bound=bound, somewhere=True, holds=False, a=UNIT
    )
    for right in (cover, "."):
        assert check.check_certificate(nowhere(covered(right, "0.9")))
        assert "nothing is decided" in refused(nowhere(covered(right, "1.1")))
    assert "nothing is decided" in refused(nowhere(covered(cover.swapcase(), "0.9")))
    assert "by a cover" in refused(nowhere(at(a="1")))


def test_a_refutation_is_of_the_claim_that_it_names() -> None:
    """Of four inequalities a < ½ on [0, 1] alone is false."""
    true, false = ("f", ">", "-1", False), ("f", "<", "1/2", False)
    parts = [({"a": UNIT}, [true, false]), ({"a": ["0", "1/4"]}, [true, false])]
    for part, claim in product(range(2), range(2)):
        evidence = {"part": part, "claim": claim, "proof": at(a="1" if not part else "1/4")}
        tried: Content = {
            "declaration": stated(parts, {"f": "a"}, {"a": "a"}),
            "precision": 64,
            "verdict": "REFUTED",
            "evidence": evidence,
        }
        if (part, claim) == (0, 1):
            assert check.check_certificate(tried) == 1
        else:
            assert "nothing is decided" in refused(tried)


def test_every_inequality_has_its_own_proof() -> None:
    parts = [({"a": UNIT}, [("f", ">", "-1", False), ("f", "<", "3", True)])] * 2
    whole: Content = {
        "declaration": stated(parts, {"f": "a"}, {"a": "a"}),
        "precision": 64,
        "verdict": "PROVED",
        "evidence": [[covered(".", "0.9"), at(a="1")], [covered(".", "0.1"), at(a="0")]],
    }
    assert check.check_certificate(whole) == 4
    one, *_ = whole["evidence"]
    for proofs in ([one], [one, one, one], [one, one[:1]], [one[:1], [*one, one[0]]]):
        assert "not one proof" in refused({**whole, "evidence": proofs})
    assert "certifies nothing" in refused({**whole, "verdict": "UNDECIDED"})


@pytest.mark.parametrize(
    ("relation", "bound", "margin"), [(">", "-13", "1"), ("<", "19", "7"), ("<", "13", "1")]
)
def test_the_range_of_a_product_is_taken_over_all_corners(
    relation: str, bound: str, margin: str
) -> None:
    """abc for a in [−1, 2], b in [−3, 1], c in [−2, 1] lies between −6·1 or −(−6·−2) and 12."""
    domain = {"a": ["-1", "2"], "b": ["-3", "1"], "c": ["-2", "1"]}
    corners = [a * b * c for a, b, c in product((-1, 2), (-3, 1), (-2, 1))]
    least = min(corners) - int(bound) if relation == ">" else int(bound) - max(corners)
    for shift, right in (("0.001", True), ("-0.001", False)):
        tried: Content = {
            "declaration": stated(
                [(domain, [("f", relation, bound, False)])], {"f": "y"}, {"y": "a*b*c"}
            ),
            "precision": 64,
            "verdict": "PROVED",
            "evidence": [[covered(".", str(Fraction(least) - Fraction(shift)))]],
        }
        if right:
            assert check.check_certificate(tried) == 1
        else:
            assert "nothing is decided" in refused(tried)


#: A layer that takes |mu| ≤ 1, ½ ≤ nu ≤ 3/2 into |mu| < 0.6, 0.7 < nu < 1.3.
LAYER = {"mean": "mu/2", "variance": "nu/2 + 1/2"}
SIDES = [("mean", ">", "-0.6"), ("mean", "<", "0.6")]
SIDES += [("variance", ">", "0.7"), ("variance", "<", "1.3")]


def chained(first: int, last: int, **changes: Any) -> Content:
    """Three equal parts, of which a chain takes some."""
    domain = {"mu": ["-1", "1"], "nu": ["1/2", "3/2"]}
    claims = changes.get("claims", [(*side, False) for side in SIDES])
    declared = stated([(domain, claims)] * 3, LAYER, {"mu": "mu", "nu": "nu"})
    target = {"mu": ["-0.6", "0.6"], "nu": ["0.7", "1.3"], **changes.get("target", {})}
    declared["chains"] = [{"first": first, "last": last, "target": target}]
    proofs = [at(mu="0", nu="1") if claim[-1] else covered(".") for claim in claims]
    return {
        "declaration": declared,
        "precision": 64,
        "verdict": "PROVED",
        "evidence": [proofs] * 3,
    }


@pytest.mark.parametrize(
    ("first", "last", "right"),
    [
        *((0, 0, True), (0, 2, True), (1, 1, True), (1, 2, True), (2, 2, True)),
        *((-1, 1, False), (2, 1, False), (0, 3, False), (3, 3, False)),
    ],
)
def test_a_chain_has_parts_that_are_there(first: int, last: int, right: bool) -> None:
    """Bounds that equal the sides of the target will do: those are strict, these closed."""
    if right:
        assert check.check_certificate(chained(first, last)) == 12
    else:
        assert refused(chained(first, last)) == "a chain has no such parts"


@pytest.mark.parametrize(
    "target",
    [
        *({"mu": ["-0.599", "0.6"]}, {"mu": ["-0.6", "0.599"]}),
        *({"nu": ["0.701", "1.3"]}, {"nu": ["0.7", "1.299"]}),
    ],
)
def test_each_side_of_a_target_counts(target: dict[str, list[str]]) -> None:
    for first in (0, 2):
        assert refused(chained(first, 2, target=target)) == (
            "the image of part 2 may leave the next box of its chain"
        )


@pytest.mark.parametrize("missing", range(4))
def test_what_holds_somewhere_links_no_chain(missing: int) -> None:
    claims = [(*side, k == missing) for k, side in enumerate(SIDES)]
    assert "the image of part 1 may leave" in refused(chained(1, 2, claims=claims))


def test_between_parts_the_next_domain_is_the_target() -> None:
    whole = chained(0, 2)
    whole["declaration"]["parts"][1]["domain"]["nu"] = ["0.7", "1.3"]
    assert check.check_certificate(whole)
    whole["declaration"]["parts"][2]["domain"]["nu"] = ["0.71", "1.3"]
    assert "the image of part 1 may leave" in refused(whole)


def test_where_a_quotient_does_not_exist_nothing_is_decided() -> None:
    """The reciprocal of y, called a moment, on a tile around y = 0."""
    for proof, somewhere in ((covered("."), False), (at(y="0"), True), (covered("a."), False)):
        tried = about("M0*M0 + 1", proof, somewhere=somewhere, y=["-1", "1"])
        (formula,) = tried["declaration"]["formulas"].values()
        formula |= {"inputs": [["x", "1"]], "moments": [["M", "1/y"]]}
        assert "nothing is decided" in refused(tried)
    tried = about("M0*M0 + 1", at(y="1/2"), bound="4.99", somewhere=True, y=["-1", "1"])
    (formula,) = tried["declaration"]["formulas"].values()
    formula |= {"inputs": [["x", "1"]], "moments": [["M", "1/y"]]}
    assert check.check_certificate(tried) == 1


def test_a_slope_that_a_series_has_lost_decides_nothing() -> None:
    """The slope of y·y/y, which is y, is 1 everywhere; of its series at 0 flint says 0."""
    for relation, bound in (("<", "1/2"), (">", "1/2")):
        tried = about("M1", at(y="0"), relation, bound, True, y=["-1", "1"])
        (formula,) = tried["declaration"]["formulas"].values()
        formula |= {"inputs": [["x", "1"]], "moments": [["M", "y*y/y"]]}
        assert "nothing is decided at" in refused(tried)


def test_equal_values_have_one_spelling() -> None:
    assert check.canonical_bytes({"b": [1, "é"], "a": {}}) == (
        '{\n "a": {},\n "b": [\n  1,\n  "é"\n ]\n}\n'.encode()
    )
    for none in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON compliant"):
            check.canonical_bytes([none])
