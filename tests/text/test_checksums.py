"""Lists of digests: entered, kept in order, and read without trust in a line's form."""

from __future__ import annotations

from pathlib import Path

from actmath._text.checksums import DIGESTS, list_digests, listed_digests

ONE, TWO = "1" * 64, "2" * 64


def test_a_list_keeps_its_other_lines_and_forgets_files_that_are_gone(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).touch()
        list_digests(tmp_path, {name: ONE})
    assert (tmp_path / DIGESTS).read_text() == f"{ONE}  a\n{ONE}  b\n"
    (tmp_path / "b").unlink()
    list_digests(tmp_path, {"a": TWO})
    assert listed_digests(tmp_path) == {"a": TWO}


def test_lines_of_another_form_and_names_that_stand_twice_list_nothing(tmp_path: Path) -> None:
    assert listed_digests(tmp_path) == {}
    lines = (f"{ONE}  a", f"{ONE}  b", f"{TWO}  b", f"{ONE} c", "short  d", "\udcff")
    (tmp_path / DIGESTS).write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    assert listed_digests(tmp_path) == {"a": ONE}
