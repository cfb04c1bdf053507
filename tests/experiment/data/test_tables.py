"""Tables: words become columns, missing values are named, the packages' files are intact."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actmath.experiment import data

TOY = "1.5,red,yes\n2,blue,no\n-1e3,red,yes\n"


@pytest.mark.parametrize(
    "text",
    [TOY, "size,color,answer\n" + TOY, "@relation toy\n@data\n" + TOY, TOY.replace(",", " ,  ")],
)
def test_header_or_none(text: str) -> None:
    table = data.parse_table(text.encode(), "toy")
    assert table.features.tolist() == [[1.5, 0, 1], [2, 1, 0], [-1000, 0, 1]]
    assert table.labels.tolist() == [1, 0, 1]
    assert table.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TOY.replace("2", "?"), r"toy, line 2, column 1: the value is missing \('\?'\)"),
        (TOY.replace("blue", ""), r"toy, line 2, column 2: the value is missing \(''\)"),
        ("?,red,yes\n2,blue,no\n", "line 1, column 1: the value is missing"),
        (TOY + "3,red\n", "toy, line 4: 2 cells, but 3 in the lines above"),
        (TOY + "3,red,yes,no\n", "toy, line 4: 4 cells, but 3 in the lines above"),
        (TOY.replace("no", "yes"), "toy: 1 classes"),
        ("1;2;a\n3;4;b\n", "not a comma-separated table"),
        ("", "not a comma-separated table"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(data.DamagedDataError, match=message):
        data.parse_table(text.encode(), "toy")


@pytest.mark.parametrize("zipped", [False, True])
def test_own_file(tmp_path: Path, zipped: bool) -> None:
    text = "".join(f"{i},{i % 2}\n" for i in range(20)).encode()
    path = tmp_path / ("own.csv.gz" if zipped else "own.csv")
    path.write_bytes(gzip.compress(text) if zipped else text)
    found = data.load(f"csv:{path}")
    assert found.train.dtype == np.float64
    assert sorted([*found.train[:, 0], *found.test[:, 0]]) == list(range(20))
    assert np.bincount(found.test_labels).tolist() == [2, 2]
    scaling = data.standardized(found.train)
    scaled = (found.train - scaling.shift) * scaling.factor
    assert scaled.std() == pytest.approx(1)
    with pytest.raises(data.MissingDataError, match="no such file"):
        data.load(f"csv:{tmp_path / 'none.csv'}")


@pytest.mark.parametrize(
    ("name", "rows", "columns", "classes"),
    [("breast_cancer", 569, 30, 2), ("iris", 150, 4, 3), ("wine", 178, 13, 3)],
)
def test_tables_of_scikit_learn(name: str, rows: int, columns: int, classes: int) -> None:
    table = data.load_table(f"sklearn:{name}")
    assert table.features.shape == (rows, columns)
    assert len(np.unique(table.labels)) == classes


def test_digits() -> None:
    digits = data.load("digits")
    assert len(digits.train) + len(digits.test) == 1797
    assert digits.train.shape[1] == 64
    assert digits.train.max() == 16
    assert digits.classes == 10


@pytest.mark.parametrize("name", ["keel:irises", "sklearn:irises", "uci:iris"])
def test_unknown_tables(name: str) -> None:
    with pytest.raises(ValueError, match="is named '"):
        data.load(name)


COLUMN = [*"1234567890"]


def _table(column: list[str], title: str = "size") -> bytes:
    rows = [f"{cell},{'ab'[i % 2]}" for i, cell in enumerate(column)]
    return "\n".join([f"{title},kind", *rows]).encode()


@pytest.mark.parametrize(
    "bad", ["-", "x", "1,5", "1e400", "inf", "1_000", "0x10", "12%", "٣", "1 2"]
)
def test_one_bad_cell_among_numbers_is_named(bad: str) -> None:
    for row in range(len(COLUMN)):
        column = [*COLUMN[:row], f'"{bad}"', *COLUMN[row + 1 :]]
        with pytest.raises(data.DamagedDataError, match=r"column 1 \(size\)") as caught:
            data.parse_table(_table(column), "toy")
        assert f"line {row + 2}," in str(caught.value)
        assert repr(bad) in str(caught.value)


MISSING = (
    *("-nan(ind)", "nan(0x8000)", r"\N"),
    *("", "?", "NA", "N/A", "nan", "null", "<NA>", "NaT", "Null", "NAN", "-nan", "+NaN"),
    *("-1.#IND", "1.#QNAN", "#N/A", "#NA", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!", "#NAME?"),
)


@pytest.mark.parametrize("missing", MISSING)
def test_missing_cells_are_named_in_numbers_and_in_words(missing: str) -> None:
    for column in (COLUMN, [*"abcdefghij"]):
        with pytest.raises(data.DamagedDataError, match=r"line 4, column 1 \(size\).*is missing"):
            data.parse_table(_table([*column[:2], missing, *column[3:]]), "toy")


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("names", ["12", "ab"])
def test_a_missing_class_is_no_class(missing: str, names: str) -> None:
    text = "".join(f"{i},{names[i % 2]}\n" for i in range(10)) + f"10,{missing}\n"
    with pytest.raises(data.DamagedDataError, match="line 11, column 2: the value is missing"):
        data.parse_table(text.encode(), "toy")


@pytest.mark.parametrize("tiny", ["1e-400", "-.0001E-330", "2e-324", "1" * 9 + "e-999"])
def test_a_number_below_all_doubles_is_not_taken_for_0(tiny: str) -> None:
    """As one beyond them is not taken for infinity."""
    column = [*COLUMN[:3], tiny, "0e-400", "-0.000", *COLUMN[3:]]
    with pytest.raises(data.DamagedDataError, match=f"line 5, .*{tiny}.* range of double"):
        data.parse_table(_table(column), "toy")


@pytest.mark.parametrize("bad", ["1.2.3", "-", "inf", "−1", "x", "."])
def test_a_bad_cell_in_the_first_line_makes_no_names_of_it(bad: str) -> None:
    text = f"{bad},1,a\n2,3,b\n4,5,a\n6,7,b\n"
    with pytest.raises(data.DamagedDataError, match=r"toy, line 1, column 1: '.+' is no number"):
        data.parse_table(text.encode(), "toy")


@pytest.mark.parametrize("names", ["1990,1991,kind", "1,2,3", "0,1,2"])
def test_names_that_are_numbers_are_no_example(names: str) -> None:
    text = f"{names}\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n"
    with pytest.raises(data.DamagedDataError, match=r"line 1, column 3: .* the class of no other"):
        data.parse_table(text.encode(), "toy")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n".encode("utf-16"), "line 1: a byte 0xff"),
        ("a,b\n1,2\n".encode("utf-16-le"), "line 1: a zero byte"),
        (b"1,a\n2,a\n3,b\x00\n", "line 3: a zero byte"),
        ("1,a\n2,größe\n".encode("latin-1"), "line 2: a byte 0xf6"),
        (b'x,k\n"a\nb",c\n"d",e\n1,2,3\n', "line 5: 3 cells, but 2"),
        (b"x,k\r\r1,2\r1,2,3\r", "line 4: 3 cells, but 2"),
        (b"@relation a\n@data\n1,a\n1,a,b\n", "line 4: 3 cells, but 2"),
        (b'1,a\n2,"b\n3,a\n', "line 2: not a row of a table: unexpected end"),
        (b"1,5;2,5;a\n3,1;4,2;b\n", "each line has semicolons in it"),
        (b"1,5\t2,5\ta\n3,1\t4,2\tb\n", "each line has tabs in it"),
        (b"1," + b"x" * 200_000 + b",a\n", "line 1: not a row of a table: field larger"),
    ],
)
def test_what_no_reader_of_text_expects_is_named_with_its_line(
    content: bytes, message: str
) -> None:
    with pytest.raises(data.DamagedDataError, match=message):
        data.parse_table(content, "toy")


def test_empty_lines_may_come_first() -> None:
    assert len(data.parse_table(b"\n\n" + TOY.encode(), "toy").labels) == 3


def test_classes_of_many_digits_are_compared_exactly() -> None:
    ids = ["9007199254740992", "9007199254740993", "1e400", "1e500", "9007199254740993.0"]
    text = "".join(f"{i},{cell}\n" for i, cell in enumerate(ids * 2))
    assert len(np.unique(data.parse_table(text.encode(), "toy").labels)) == 4


def test_classes_whose_exponents_are_beyond_decimals() -> None:
    ids = ["1e99999999999999999999", "2e99999999999999999999", "-1e-99999999999999999999", "3"]
    text = "".join(f"{i},{cell}\n" for i, cell in enumerate(ids * 2))
    assert data.parse_table(text.encode(), "toy").labels.tolist() == [1, 2, 0, 3] * 2


def test_a_name_of_any_length_is_a_file_that_is_not_there() -> None:
    for name in ("x" * 5000, "a\0b", ""):
        with pytest.raises(data.MissingDataError, match=r"data set csv:.*: no such file"):
            data.load(f"csv:{name}")
    for source in ("idx", "cifar"):
        with pytest.raises(
            data.MissingDataError, match=r"data set .*: (no file|files are)"
        ) as error:
            data.load(f"{source}:{'x' * 5000}")
        assert len(str(error.value)) < 1000


@pytest.mark.parametrize("words", [[0], [-1], [2], ["1"], [1.5]])
def test_words_are_numbers_of_columns(words: list[int]) -> None:
    with pytest.raises(ValueError, match="is no column: they are 1 … 1"):
        data.parse_table(_table(COLUMN), "toy", words=words)


def test_all_columns_together_take_no_more_than_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "1")
    rows = (",".join([f"w{i % 26}"] * 20) + f",{i % 2}" for i in range(500))
    with pytest.raises(data.DataTooLargeError, match=r"toy, columns 1 … 11: more than the 1 MiB"):
        data.parse_table("\n".join(rows).encode(), "toy")
    with pytest.raises(data.DataTooLargeError, match=r"toy, line \d+: more than the 1 MiB"):
        data.parse_table(b"12,34\n" * 20_000, "toy")


@pytest.mark.slow
def test_narrow_rows_take_no_more_than_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "16")
    text = b"1,a\n2,b\n" * 160_000
    tracemalloc.start()
    try:
        assert len(data.parse_table(text, "toy").labels) == 320_000
        assert tracemalloc.get_traced_memory()[1] < 3 * 2**24
    finally:
        tracemalloc.stop()


def test_one_long_word_does_not_take_its_room_in_each_row() -> None:
    """NumPy's own strings all take the longest one's: 10,000 times 100 kB here."""
    long = "x" * 100_000
    text = _table([long, *["y"] * 9_999])
    tracemalloc.start()
    try:
        assert data.parse_table(text, "toy").features.shape == (10_000, 2)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_columns_said_to_be_words_may_look_like_numbers() -> None:
    cells = ["2", "3", "4", "5more"] * 3
    with pytest.raises(data.DamagedDataError, match="'5more' is no number, but 9 other values"):
        data.parse_table(_table(cells), "toy")
    table = data.parse_table(_table(cells), "toy", words=[1])
    assert table.features.tolist() == [*np.eye(4).tolist()] * 3


def test_lines_are_counted_over_quoted_line_ends_and_empty_lines() -> None:
    text = b'name,size,kind\n"a\nb",1,x\n\n"c",2,y\nd,oops,x\nd,4,y\n'
    with pytest.raises(data.DamagedDataError, match="toy, line 6, column 2"):
        data.parse_table(text, "toy")


def test_rows_may_begin_with_an_at_sign() -> None:
    table = data.parse_table(b"@home,1,a\n@work,2,b\n@home,3,b\n", "toy")
    assert table.features.tolist() == [[1, 0, 1], [0, 1, 2], [1, 0, 3]]


@pytest.mark.parametrize(
    "header", ["@relation t\n@attribute a {x, y}\n@data\n", "@RELATION t\n@DATA\n"]
)
def test_a_header_of_keels_is_skipped_and_counted(header: str) -> None:
    assert len(data.parse_table((header + TOY).encode(), "toy").labels) == 3
    line = header.count("\n") + 2
    with pytest.raises(data.DamagedDataError, match=f"line {line}, column 1: the value is missing"):
        data.parse_table((header + TOY.replace("2", "?")).encode(), "toy")
    with pytest.raises(data.DamagedDataError, match="no @data"):
        data.parse_table(("@relation toy\n" + TOY).encode(), "toy")


def test_classes_are_compared_as_numbers_where_they_are_numbers() -> None:
    table = data.parse_table(b"1,1\n2,1.0\n3,2\n4,2e0\n5,10\n", "toy")
    assert len(np.unique(table.labels)) == 3
    assert table.labels[0] == table.labels[1]
    assert table.labels[2] == table.labels[3]


def test_numbers_among_classes_of_words_are_compared_as_numbers() -> None:
    text = "".join(f"{i},{c}\n" for i, c in enumerate(["0", "0.0", "more", "1e0", "1", "00"]))
    assert data.parse_table(text.encode(), "toy").labels.tolist() == [0, 0, 2, 1, 1, 0]


def test_a_first_line_of_names_above_words_alone() -> None:
    table = data.parse_table(b"cap,kind\nflat,a\nround,b\nflat,b\n", "toy")
    assert table.features.tolist() == [[1, 0], [0, 1], [1, 0]]
    # Its cells are found again below it: it is an example.
    assert len(data.parse_table(b"flat,a\nround,b\nflat,b\n", "toy").labels) == 3


@pytest.mark.parametrize(
    "cells",
    [
        ["12%", "5%", "7%"],
        ["1,5", "2,25", "3,0"],
        ["$5", "$1,000", "$7"],
        ["−1", "−2", "−3"],
        ["(1)", "(2.5)", "(3)"],
        ["0x10", "0x1f", "0x2"],
        ["١", "٢", "٣"],
        ["1_000", "2_000", "3_000"],
        ["1\u202f000", "2\u202f000", "3\u202f000"],
        ["1D5", "2d-5", "3D+5"],
        ["inf", "-inf", "inf"],
        ["Infinity", "-Infinity", "∞"],
        ["₹5", "5 EUR", "CHF 5.50"],
        ["–1", "‐2", "－3"],
        ["1+2j", "3-4j", "5j"],
        ["1/2", "½", "10²"],
    ],
)
def test_amounts_in_another_notation_are_no_words(cells: list[str]) -> None:
    with pytest.raises(data.DamagedDataError, match="looks like an amount"):
        data.parse_table(_table([f'"{cell}"' for cell in cells]), "toy")


def test_what_nobody_sees_makes_no_other_class_or_word() -> None:
    """A zero-width space, a byte order mark between two files, é as one letter or as two."""
    text = "\ufeff1,x,é\n\ufeff2,x\u200b,e\u0301\n\u200b3,y,f\n"
    table = data.parse_table(text.encode(), "toy")
    assert table.features.tolist() == [[1, 1, 0], [2, 1, 0], [3, 0, 1]]
    assert table.labels.tolist() == [1, 1, 0]


def test_among_amounts_and_a_number_the_amount_is_wrong() -> None:
    with pytest.raises(data.DamagedDataError, match=r"line 2, column 1 .size.: '−1' is no number"):
        data.parse_table(_table(["−1", "−2", "3"]), "toy")


def test_too_many_words_are_refused_before_memory_is_taken() -> None:
    text = _table([f"w{i}" for i in range(30_000)])
    with pytest.raises(data.DamagedDataError, match="column 1: 30,000 different words"):
        data.parse_table(text, "toy")
    with pytest.raises(data.DataTooLargeError, match="ACTMATH_LARGEST_DATA to more than 512"):
        data.parse_table(text, "toy", most_words=30_000)


def test_a_small_zip_of_a_large_text_is_not_unzipped_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"1,a\n2,b\n" * 2**20))
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "8")
    with pytest.raises(data.DataTooLargeError, match=r"bomb\.csv\.gz: more than the 1 MiB"):
        data.load(f"csv:{path}")
    monkeypatch.setenv("ACTMATH_LARGEST_DATA", "much")
    with pytest.raises(ValueError, match="wants a whole number of MiB"):
        data.load(f"csv:{path}")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(
    values=st.lists(NUMBERS, min_size=2, max_size=20), spelled=st.sampled_from(["{!r}", "{:.17e}"])
)
def test_what_is_written_is_read(values: list[float], spelled: str) -> None:
    table = data.parse_table(_table([spelled.format(value) for value in values]), "toy")
    assert table.features[:, 0].tolist() == values


@given(content=st.binary(max_size=300) | st.text("ab1,.\"'@\n\r -?", max_size=300).map(str.encode))
def test_any_bytes_are_a_table_or_a_sentence(content: bytes) -> None:
    try:
        table = data.parse_table(content, "toy")
    except (data.DamagedDataError, data.DataTooLargeError):
        return
    assert np.isfinite(table.features).all()
    assert len(table.features) == len(table.labels)
