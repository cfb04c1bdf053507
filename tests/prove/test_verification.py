"""Certificates are checked against their statements' text; forgeries and mutations are rejected."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from actmath import prove
from actmath.prove._certificate.check import canonical_bytes, check_certificate

from ..pace import no_longer_than
from ..profiles import FUZZ
from .tampering import FOLDER, Content, content, judged, rejection, tampered

NAMES = list(prove.STATEMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_certificates_are_accepted(name: str) -> None:
    report = prove.verify(FOLDER / f"{name}.json", name)
    assert report.accepted, report.reason
    assert report.certificate == prove.Certificate.load(FOLDER / f"{name}.json")


@pytest.mark.parametrize("name", NAMES)
def test_the_derivation_of_today_gives_the_text_that_is_certified(name: str) -> None:
    """Byte by byte. Another spelling, by another SymPy, takes new certificates."""
    found, statement = content(name), prove.STATEMENTS[name]
    assert canonical_bytes(statement.declaration()) == canonical_bytes(found["declaration"])
    assert found["precision"] == statement.bits


def test_a_certified_point_is_shown_with_its_value() -> None:
    shown = prove.witness(prove.Certificate.load(FOLDER / "theorem-1-mean-lower.json"))
    assert shown
    assert shown == prove.prove("theorem-1-mean-lower").counterexample
    assert shown.value.startswith("-0.0310605")
    for name in ("theorem-1", "lemma-12-printed-attained"):
        assert prove.witness(prove.Certificate.load(FOLDER / f"{name}.json")) is None


def test_a_rough_certificate_shows_as_many_digits() -> None:
    """Eight bits decide this point, and leave the value there no digit."""
    rough = tampered("lemma-9-mean-upper", lambda c: c.update(precision=8))
    found = prove.verify(prove.Certificate.of(rough), "lemma-9-mean-upper").certificate
    assert found
    assert found.precision == 8
    shown = prove.witness(found)
    assert shown
    assert shown.value == "1.09725464606240"


REFUTED = [name for name in NAMES if content(name)["verdict"] == "REFUTED"]


@pytest.mark.parametrize("name", REFUTED)
def test_the_value_at_a_shown_point_breaks_the_bound_that_is_refuted(name: str) -> None:
    found = prove.Certificate.load(FOLDER / f"{name}.json")
    evidence, shown = found.evidence, prove.witness(found)
    part = prove.STATEMENTS[name].parts[evidence["part"]]
    bound = part.bounds[evidence["claim"]]
    assert (shown is None) == bound.somewhere
    if shown:
        value, number = Fraction(shown.value), Fraction(bound.number)
        assert value < number if bound.above else value > number
        point = {axis: Fraction(place) for axis, place in shown.point}
        assert list(point) == list(part.domain.names)
        assert {axis: str(place) for axis, place in shown.point} == evidence["proof"]["point"]
        for axis, place in point.items():
            low, high = part.domain.side(axis)
            assert low <= place <= high


def test_a_report_has_what_was_found() -> None:
    file, before = FOLDER / "theorem-1-mean-lower.json", time.perf_counter()
    report = prove.verify(file)
    assert 0 < report.seconds <= time.perf_counter() - before
    assert (report.accepted, report.reason) == (True, "")
    assert (report.statement, report.verdict) == ("theorem-1-mean-lower", "REFUTED")
    assert report.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert report.evaluations == check_certificate(content("theorem-1-mean-lower")) == 1


def test_a_report_of_what_was_not_read_has_a_question_mark() -> None:
    """And the digest of the bytes; once it is read, the verdict that it gives."""
    for asked, name in ((None, "?"), ("theorem-1", "theorem-1")):
        report = judged(b"{}\n", asked)
        assert (report.statement, report.verdict) == (name, "?")
        assert report.sha256 == hashlib.sha256(b"{}\n").hexdigest()
        assert (report.evaluations, report.accepted, report.certificate) == (0, False, None)
    other = judged((FOLDER / "theorem-1-mean-lower.json").read_bytes())
    assert (other.statement, other.verdict) == ("theorem-1", "REFUTED")
    assert other.evaluations == 0


@pytest.mark.parametrize(
    "error",
    [
        *(ZeroDivisionError, OverflowError, KeyError, IndexError, MemoryError, RecursionError),
        *(SyntaxError, TypeError, ValueError),
    ],
)
def test_an_accident_is_no_answer(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(content: object, expected: object) -> int:
        raise error

    monkeypatch.setattr("actmath.prove._verification.check_certificate", fails)
    report = prove.verify(FOLDER / "lemma-12-sum.json")
    assert (report.accepted, report.certificate) == (False, None)
    assert report.reason == f"it is malformed: {error.__name__}"


def test_other_errors_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(content: object, expected: object) -> int:
        raise NotImplementedError

    monkeypatch.setattr("actmath.prove._verification.check_certificate", fails)
    with pytest.raises(NotImplementedError):
        prove.verify(FOLDER / "lemma-12-sum.json")


def test_a_part_that_is_not_there_is_an_accident() -> None:
    name = "theorem-1-mean-lower"
    for key in ("part", "claim"):
        absent = tampered(name, lambda c, key=key: c["evidence"].update({key: 400}))
        assert rejection(absent, name) == "it is malformed: IndexError"


def test_only_a_certificate_has_a_witness() -> None:
    with pytest.raises(TypeError, match=r"certificate .*prove\.verify"):
        prove.witness(content("theorem-1"))  # type: ignore[arg-type]


# --- forgeries ---------------------------------------------------------------------------------


def test_a_link_under_another_statements_name_is_rejected(tmp_path: Path) -> None:
    link = tmp_path / "theorem-1.json"
    link.symlink_to(FOLDER / "lemma-12-sum.json")
    for statement in (None, "theorem-1"):
        report = prove.verify(link, statement)
        assert not report.accepted
        assert "it declares lemma-12-sum, not theorem-1" in report.reason


def test_a_name_in_other_letters_is_no_statement(tmp_path: Path) -> None:
    file = tmp_path / "Theorem-1.json"
    file.write_bytes((FOLDER / "lemma-12-sum.json").read_bytes())
    # What it is called says nothing; what it proves is what it declares.
    assert prove.verify(file).statement == "lemma-12-sum"
    assert not prove.verify(file, "theorem-1").accepted
    with pytest.raises(KeyError):
        prove.verify(file, "Theorem-1")
    named = tampered("theorem-1", lambda c: c["declaration"].update(name="Theorem-1"))
    assert "no statement is called Theorem-1" in rejection(named, None)


def forged(text: str, target: str, axis: str) -> str:
    """T + (v − T)·exp(−C·∏(y − yₖ)²): T at eight points, v nearly everywhere else."""
    points = [f"({axis} - {10 + 37 * k % 101}/101)" for k in range(8)]
    product = "*".join(f"{point}*{point}" for point in points)
    return f"{text} + ({target} - ({text}))*exp(-1000000000*{product})"


@pytest.mark.parametrize("cover", [".", None])
def test_a_formula_that_agrees_at_many_points_is_another_formula(cover: str | None) -> None:
    def forge(altered: Content) -> None:
        step = altered["declaration"]["formulas"]["mean"]["value"][-1]
        step[1] = forged(step[1], "0", "y")
        if cover:
            altered["evidence"][0][0]["cover"] = cover

    assert "something else" in rejection(
        tampered("theorem-1-mean-upper", forge), "theorem-1-mean-upper"
    )

    def refute(altered: Content) -> None:
        """A true statement, refuted with the forged formula."""
        forge(altered)
        place = dict.fromkeys(("mu", "omega"), "0.1") | {"nu": "1", "tau": "1"}
        altered["verdict"] = "REFUTED"
        altered["evidence"] = {"part": 0, "claim": 0, "proof": {"point": place}}

    assert "something else" in rejection(
        tampered("theorem-1-mean-upper", refute), "theorem-1-mean-upper"
    )


def test_a_formula_that_is_equal_but_written_otherwise_is_refused() -> None:
    def rewrite(altered: Content) -> None:
        step = altered["declaration"]["formulas"]["mean"]["value"][-1]
        step[1] = f"({step[1]} + 1) - 1"

    assert "something else" in rejection(tampered("theorem-1", rewrite))


@pytest.mark.parametrize("words", ["sentence", "follows", "claim"])
def test_other_words_are_another_statement(words: str) -> None:
    changed = tampered("theorem-1", lambda c: c["declaration"].update({words: "1 < 2"}))
    assert "something else" in rejection(changed)


def test_another_bound_is_refused() -> None:
    for bound in ("2", "1.0", "10e-1"):
        altered = tampered(
            "theorem-1",
            lambda c, bound=bound: c["declaration"]["parts"][0]["claims"][4].update(bound=bound),
        )
        assert "something else" in rejection(altered)


def test_true_is_not_one() -> None:
    def change(altered: Content) -> None:
        altered["declaration"]["parts"][0]["claims"][0]["somewhere"] = 0

    assert "no bool" in rejection(tampered("theorem-1", change))


def test_the_file_of_another_statement_is_refused_by_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "theorem-1.json"
    file.write_bytes((FOLDER / "lemma-12-sum.json").read_bytes())
    for report in (prove.verify(file, "theorem-1"), prove.verify(file)):
        assert not report.accepted
        assert report.reason == "it declares lemma-12-sum, not theorem-1"
    assert prove.verify(file, "lemma-12-sum").accepted
    assert prove.verify(FOLDER / "lemma-12-sum.json").statement == "lemma-12-sum"


def test_a_certificate_in_memory_and_a_statement_of_ones_own() -> None:
    from .bowl import BOWL, statement

    own = statement(prove.Bound(BOWL, ">", "0.78"))
    found = prove.prove(own).certificate
    assert found
    assert prove.verify(found, own).accepted
    assert prove.verify(found, own).sha256 == found.sha256
    assert prove.verify(found).reason == "no statement is called tried"
    other = statement(prove.Bound(BOWL, ">", "0.77"))
    assert "something else" in prove.verify(found, other).reason
    with pytest.raises(KeyError, match="did you mean theorem-1"):
        prove.verify(found, "theorem1")


def test_a_statement_under_the_name_of_another_is_told_from_it() -> None:
    """A weaker one proves nothing about the registry's, though it has its name."""
    known = prove.STATEMENTS["theorem-1-mean-upper"]
    (part,) = known.parts
    weaker = replace(
        known, parts=(replace(part, bounds=(prove.Bound(part.bounds[0].formula, "<", "9"),)),)
    )
    found = prove.prove(weaker).certificate
    assert found
    report = prove.verify(found, weaker)
    assert report.accepted
    assert report.statement == "theorem-1-mean-upper (not the one in STATEMENTS)"
    assert not prove.verify(found).accepted
    assert prove.verify(found).statement == known.name


def test_what_is_neither_certificate_nor_statement_is_a_type_error() -> None:
    found = prove.Certificate.load(FOLDER / "theorem-1-mean-lower.json")
    for neither in (5, [], b"{}", {}, True):
        with pytest.raises(TypeError, match=f"statement .* got {type(neither).__name__}"):
            prove.verify(found, neither)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=f"certificate .* got {type(neither).__name__}"):
            prove.verify(neither)  # type: ignore[arg-type]
    assert "nothing" in repr(prove.Certificate({}, "PROVED", [], 64))
    assert prove.verify(prove.Certificate({}, "PROVED", [], 64)).reason


def test_files_that_are_no_certificates_are_rejected_with_a_reason(tmp_path: Path) -> None:
    for data in (b"", b"{", b"[]", b"{}", b'{"declaration": {"name": "nobody"}}', b"\xff" * 9):
        assert judged(data, None).reason
    assert prove.verify(tmp_path).reason == "it is no file"
    with pytest.raises(FileNotFoundError):
        prove.verify(tmp_path / "nothing.json")


@pytest.mark.parametrize("bits", [2, 1024])
def test_whatever_the_precision_is_it_ends_soon(bits: int) -> None:
    with no_longer_than(10):
        judged(canonical_bytes(tampered("theorem-1", lambda c: c.update(precision=bits))))


# --- mutations ---------------------------------------------------------------------------------

#: As many in a usual run; ``ACTMATH_EXAMPLES=400`` tries a hundred times as many.
COUNT = 2_400 * max(1, int(os.environ.get("ACTMATH_EXAMPLES", 0)) // 4)
HOSTILE: list[Any] = [
    *(None, True, False, 0, -1, 10**40, 10**400, 1.5, -0.0, 1e308, "", " ", "0", "1e-4000000"),
    *("1e400", "nan", "Infinity", "1/0", "0x10", "1_000", "x" * 5000, "1" * 5000, "\u0660", "\x00"),
    *("(" * 300 + ")" * 300, "-" * 1500 + "1", "1" + "+1" * 900, "exp(" * 60 + "1" + ")" * 60),
    *("exp(exp(exp(exp(9))))", "ｅxp(1)", "M9", "__import__", [], {}, [[]], {"": 0}, [0] * 600),
    *(["0", "1"], ["1", "0"], "REFUTED", "PROVED", "\ud800", "0" * 3000, ".", "abcd."),
]
Mutation = Callable[[random.Random, Content], bytes]


def places(value: Any, inside: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in a content."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [inside, *(place for key, item in items for place in places(item, (*inside, key)))]


def put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = new


def spelled(altered: Any) -> bytes:
    """In canonical form, if that is possible."""
    try:
        return canonical_bytes(altered)
    except ValueError:
        return json.dumps(altered, sort_keys=True, indent=1).encode() + b"\n"


def swap_bytes(draw: random.Random, found: Content) -> bytes:
    data = bytearray(canonical_bytes(found))
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(data))
        kind = draw.randrange(4)
        if kind == 0:
            data[at] = draw.randrange(256)
        elif kind == 1:
            del data[at : at + draw.randint(1, 40)]
        elif kind == 2:
            data[at:at] = data[draw.randrange(len(data)) :][: draw.randint(1, 40)]
        else:
            del data[at:]
            break
    return bytes(data)


def put_anything_anywhere(draw: random.Random, found: Content) -> bytes:
    put(found, draw.choice(places(found)[1:]), draw.choice(HOSTILE))
    return spelled(found)


def lose_or_repeat(draw: random.Random, found: Content) -> bytes:
    *inside, last = draw.choice(places(found)[1:])
    holder = found
    for key in inside:
        holder = holder[key]
    if isinstance(holder, list) and draw.random() < 0.5:
        holder.append(holder[last])
    else:
        del holder[last]
    return spelled(found)


def change_evidence(draw: random.Random, found: Content) -> bytes:
    spots = [p for p in places(found["evidence"]) if p and p[-1] in ("cover", "margin", "part")]
    spots += [p for p in places(found["evidence"]) if len(p) > 1 and p[-2] == "point"]
    place = draw.choice(spots)
    value = found["evidence"]
    for key in place:
        value = value[key]
    if place[-1] == "cover":
        letters = list(value)
        at = draw.randrange(len(letters))
        how = draw.randrange(4)
        letters[at : at + (how != 1)] = ["", "0", draw.choice(".0123aAbBcCdDh7"), "0.."][how]
        put(found["evidence"], place, "".join(letters))
    elif place[-1] == "margin":
        put(found["evidence"], place, draw.choice(["-1", "0", "1", "1e300", "0.5", "1e-300", "-0"]))
    elif place[-1] == "part":
        put(found["evidence"], place, draw.randint(0, 3))
    else:
        put(
            found["evidence"], place, draw.choice(["0", "1", "-1", "1e9", "0.1", "1/3", value[:-1]])
        )
    return spelled(found)


def exchange(draw: random.Random, found: Content) -> bytes:
    other = content(draw.choice(NAMES))
    key = draw.choice(["evidence", "declaration", "verdict", "precision", "all"])
    if key == "all":
        return spelled(other)
    if key == "precision":
        found[key] = draw.choice([2, 8, 53, 128, 1024, 1025, 10**6])
    elif key == "verdict":
        found[key] = {"PROVED": "REFUTED", "REFUTED": "PROVED"}[found[key]]
    else:
        found[key] = other[key]
    return spelled(found)


KINDS: list[Mutation] = [
    swap_bytes,
    put_anything_anywhere,
    lose_or_repeat,
    exchange,
    change_evidence,
]
#: Where evidence is changed balls are computed: those that take a tenth of a second at most.
QUICK = [
    name
    for name in NAMES
    if (FOLDER / f"{name}.json").stat().st_size < 3000 and "lower-limit" not in name
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_mutation_is_accepted_unless_it_says_what_is_true(kind: Mutation) -> None:
    draw = random.Random(f"{kind.__name__}{FUZZ or ''}")
    accepted, start, before = 0, time.process_time(), resource.getrusage(resource.RUSAGE_SELF)
    computes = kind in (change_evidence, exchange)
    for _ in range(COUNT // 8 if computes else COUNT // 4):
        name = draw.choice(QUICK if computes else NAMES)
        original = content(name)
        data = kind(draw, content(name))
        report = judged(data, name)
        assert report.accepted or report.reason
        assert len(report.reason) < 1000
        if report.accepted:
            accepted += 1
            said = json.loads(data)
            assert canonical_bytes(said["declaration"]) == canonical_bytes(original["declaration"])
            assert said["verdict"] == original["verdict"]
    # Bytes and shapes leave little: other margins and finer covers do prove the same.
    assert accepted < COUNT // 10
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_maxrss - before.ru_maxrss < 500_000
    print(f"\n{kind.__name__}: {accepted} accepted, {time.process_time() - start:.1f} cpu-s")
