"""Run here: which cells of a page run in the page's own Python, and that they do in a browser.

The second half needs a built book, Node and Chromium; it runs under ``make check-book``.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import lzma
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

import pytest

import actmath

from .firefox import firefox
from .test_book import HTML, QuietHandler, Site, browser, site

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["browser", "site"]  # fixtures

ROOT = Path(__file__).parents[1]
OWN = ROOT / "book" / "_runtime"


def loaded(name: str) -> ModuleType:
    """A file of ``book/_runtime``, which is no package."""
    spec = importlib.util.spec_from_file_location(name, OWN / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def session() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMPY_GROUND_TYPES", "")  # the file sets it, for pages only
        yield loaded("session")


def told(session: ModuleType, cells: list[str], index: int = -1) -> list[tuple[str, str]]:
    """What the last cell shows, errors included."""
    heard: list[tuple[str, str]] = []
    session.answer(cells, index % len(cells), lambda *pair: heard.append(pair))
    return [pair for pair in heard if pair[0] != "above"]


# --- one cell ----------------------------------------------------------------------------------


def test_a_cell_prints_and_shows_its_last_value(session: ModuleType) -> None:
    assert told(session, ["print('a'); 1 + 1"]) == [("text", "a"), ("text", "\n"), ("text", "2\n")]
    assert told(session, ["None"]) == []
    assert told(session, ["from sympy import sqrt; sqrt(2)"])[0][0] == "latex"
    assert told(session, ["import actmath; actmath.show('relu')"])[0][0] == "html"


@pytest.mark.parametrize(
    ("above", "cell", "shown"),
    [
        (["a = 1", "b = a + 1"], "b", "2"),
        (["a = 1", "a += 1"], "a", "2"),
        (["a = []", "a.append(1)", "print(a)"], "a", "[1]"),
        (["a = {}", "a['k'] = 1"], "a", "{'k': 1}"),
        (["a = []\nfor k in range(3):\n    a.append(k)"], "a", "[0, 1, 2]"),
        (["def f(x):\n    return x + y", "y = 1"], "f(1)", "2"),
        (["def f(x):\n    return g(x)", "def g(x):\n    return 2 * x"], "f(1)", "2"),
        (["with open(__file__) as a: pass", "a = 3"], "a", "3"),
        (["from math import pi as p"], "p > 3", "True"),
    ],
)
def test_the_lines_that_a_cell_needs_are_run_first(
    session: ModuleType, above: list[str], cell: str, shown: str
) -> None:
    assert told(session, [*above, cell]) == [("text", f"{shown}\n")]


@pytest.mark.parametrize("line", ["raise SystemExit", "import numpy", "!ls", "name = 1 / 0"])
def test_the_lines_that_it_does_not_need_are_not(session: ModuleType, line: str) -> None:
    cells = [f"a = 1\n{line}" if line[0] != "!" else line, "a = 2"]
    assert told(session, [*cells, "for name in [a]: print(name)"])[0] == ("text", "2")


def test_an_error_is_a_line_of_the_cell_and_a_sentence(session: ModuleType) -> None:
    ((kind, text),) = told(session, ["a = 1\nb = a / 0"])
    assert kind == "error"
    assert text == "line 2: b = a / 0\nZeroDivisionError: division by zero\n"
    ((_, text),) = told(session, ["a = ("])
    assert "SyntaxError" in text


def test_a_cell_finds_nothing_of_an_earlier_run(session: ModuleType) -> None:
    assert told(session, ["leftover = 1", "1"])
    assert "NameError" in told(session, ["leftover"])[0][1]


def test_what_a_snapshot_lacks_is_asked_for_and_is_not_an_import_error(
    session: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    cell = "try:\n    import wave\nexcept Exception:\n    print('absent')"
    session.wait_for_the_rest()
    assert session.answer([cell], 0, lambda *_pair: None) == session.REST
    # What is in memory, the package's own floors and what nobody has are no reason to ask.
    for name in ("json", "actmath.no_such_floor", "flint.no_such_type", "no_such_package"):
        assert session.answer([f"import {name}"], 0, lambda *_pair: None) != session.REST
    session.the_rest_is_here()
    assert session.answer([cell], 0, lambda *_pair: None) == ""
    assert told(session, [cell]) == []


# --- which cells run in a page -----------------------------------------------------------------


def tried(cells: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, OWN / "trial.py"],
        input=json.dumps({"page": cells}),
        capture_output=True,
        text=True,
        cwd=ROOT / "book",
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout)["page"])


def test_cells_that_need_more_are_named_with_what_they_need() -> None:
    answer = tried(
        [
            "import numpy as np",
            "np.ones(3)",
            "from actmath import catalog\nfrom actmath.derive import gaussian_moments",
            "gaussian_moments(catalog.elu)",
            "from actmath.claims import verdicts",
            "from actmath.numeric import gains\ngains('relu')",
            "1 / 0",
            "!ls",
        ]
    )
    lacks = ["numpy", "numpy", "", "", "actmath.claims", "numpy", "error", "error"]
    assert answer == {"lacks": lacks, "arb": False}


def test_tables_run_in_a_page_and_figures_do_not() -> None:
    table = "from actmath.plot import tabulate\ntabulate([('one', 1.0)])"
    answer = tried([table, "from actmath.plot import illustrate"])
    assert answer["lacks"] == ["", "numpy"]


def test_a_page_with_balls_says_so() -> None:
    proof = "from actmath.prove import prove\nprint(prove('theorem-1-mean-upper'))"
    assert tried([proof]) == {"lacks": [""], "arb": True}


def test_the_pins_belong_together() -> None:
    pins = tomllib.loads((OWN / "pins.toml").read_text("utf-8"))
    pyodide, flint = pins["pyodide"], pins["python-flint"]
    tag = "".join(pyodide["python"].split(".")[:2])
    assert pyodide["file"] == f"pyodide-{pyodide['version']}.tgz"
    assert flint["file"].startswith(f"python_flint-{flint['version']}-cp{tag}-")
    assert f"pyemscripten_{pyodide['abi']}" in flint["file"]
    constraints = (ROOT / "constraints.txt").read_text("utf-8")
    assert f"python-flint=={flint['version']}\n" in constraints
    assert all(re.fullmatch("[0-9a-f]{64}", pin["sha256"]) for pin in (pyodide, flint))


def test_what_a_page_refuses_is_what_is_not_packed(session: ModuleType) -> None:
    make = loaded("make")
    left_out = {part.removeprefix("actmath/") for part in make.LEFT_OUT if "actmath/" in part}
    assert left_out == set(session.ELSEWHERE)
    assert set(session.HERE) == {"actmath", "flint", *make.PACKAGES}


def test_another_file_than_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = loaded("make")
    (tmp_path / make.PINS["pyodide"]["file"]).write_bytes(b"another")
    monkeypatch.setattr(make, "run", lambda *_command, folder: None)
    with pytest.raises(SystemExit, match="not that of pins"):
        make.fetch("pyodide", tmp_path, "npm")


def test_a_missing_program_is_a_sentence(tmp_path: Path) -> None:
    make = loaded("make")
    with pytest.raises(make.MissingError, match="no no-such-program"):
        make.run("no-such-program", folder=tmp_path)


@pytest.mark.parametrize("changed", ["actmath/unit.py", "actmath/new.py", "constraints.txt"])
def test_what_was_made_of_the_same_files_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    make = loaded("make")
    (tmp_path / "actmath").mkdir()
    for name in ("actmath/unit.py", "constraints.txt", "book/references.bib"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("first")

    def begin(_folder: Path) -> None:
        raise make.MissingError("it begins anew")

    stamp = tmp_path / "runtime" / "made_of"
    for name, value in {
        "ROOT": tmp_path,
        "RESULT": stamp.parent,
        "STAMP": stamp,
        "pyodide": begin,
    }.items():
        monkeypatch.setattr(make, name, value)
    stamp.parent.mkdir()
    stamp.write_text(make.sources())
    make.make()
    (tmp_path / changed).write_text("second")
    with pytest.raises(make.MissingError, match="it begins anew"):
        make.make()


# --- in a browser ------------------------------------------------------------------------------

STATUS = "cell.querySelector('[role=status]').textContent"
DONE = f"cell => /^(Done|Stopped|An error|Python did)/.test({STATUS})"
#: Starting takes seconds on an idle machine.
PATIENCE = 240_000
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


class Reader:
    """Somebody with a page of the book open, without a network."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.hear)
        self.page.goto(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        # A page with Python in it holds hundreds of megabytes.
        self.context.close()

    def hear(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def cell(self, code: str) -> Any:
        return self.page.locator(".cell.runs-here").filter(has_text=code).first

    def wait(self, cell: Any) -> str:
        self.page.wait_for_function(DONE, arg=cell.element_handle())
        return str(cell.locator("[role=status]").inner_text())

    def run(self, cell: Any, code: str | None = None) -> str:
        """Press the button, with other code in the editor if there is some; what is shown."""
        if code is not None:
            if not cell.locator("textarea").count():
                self.run(cell)
            cell.locator("textarea").fill(code)
        cell.get_by_role("button", name=re.compile("^Run")).click()
        self.status = self.wait(cell)
        return str(cell.locator(".run-here-output").text_content())


@pytest.fixture(scope="module")
def runtime(site: Site) -> dict[str, int]:
    files = HTML / "_static" / "runtime" / "files.json"
    if not files.exists():
        pytest.fail("The book has no Run here: `make runtime` says why, then `make book`.")
    return {name: file["size"] for name, file in json.loads(files.read_text("utf-8")).items()}


def test_what_a_page_loads_is_small(session: ModuleType) -> None:
    """The book's own pages load the script and the style sheet only."""
    own = [ROOT / "book" / "_static" / f"run_here.{kind}" for kind in ("js", "css")]
    assert sum(path.stat().st_size for path in own) < 20_000


@pytest.mark.browser
def test_the_download_is_as_small_as_it_was_said(runtime: dict[str, int]) -> None:
    """With balls and without the snapshot; and with the snapshot, which stands for two others."""
    plain = sum(runtime.values()) - runtime["snapshot.xz"]
    rest = runtime["stdlib.zip.xz"] + runtime["packages.tar.xz"]
    assert plain <= 14e6
    assert plain - rest - runtime["flint.tar.xz"] + runtime["snapshot.xz"] <= 15e6


@pytest.mark.browser
def test_a_snapshot_holds_programs_and_no_answer(runtime: object) -> None:
    text = (HTML / "_static" / "runtime" / "snapshot.xz.js").read_text("utf-8")
    memory = lzma.decompress(base64.b64decode(text.split('"')[-2]))
    assert b"actmath/numeric/_digits" in memory
    found = actmath.constants("elu", digits=50)
    for number in (found.alpha, found.lam):
        assert str(number)[:20].encode() not in memory


@pytest.mark.browser
def test_selu_constants_to_fifty_digits(browser: Any, site: Site, runtime: object) -> None:
    with Reader(browser, f"{site.address}/book/selu_constants.html") as reader:
        assert not [url for url in reader.asked if "/runtime/" in url]
        cell = reader.cell("digits=50")
        assert re.search(r"loads \d+\.\d MB, once", cell.inner_text())
        shown = reader.run(cell)
        found = actmath.constants("elu", digits=50)
        assert str(found.alpha) in shown
        assert str(found.lam) in shown
        assert reader.status.startswith("Done in ")
        other = 'import actmath\nprint(actmath.constants("elu", variance=2, digits=40).alpha)'
        again = reader.run(cell, other)
        assert again.strip() == str(actmath.constants("elu", variance=2, digits=40).alpha)
        foreign = [u for u in reader.asked if not u.startswith((site.address, "data:", "blob:"))]
        assert not foreign
        assert not reader.complaints


def with_another(text: str) -> str:
    """The snapshot as a script that holds another one, of the same name and digest."""
    other = base64.b64encode(lzma.compress(b"no memory of any Python")).decode()
    return text.replace(text.split('"')[-2], other)


@pytest.mark.browser
@pytest.mark.parametrize("fault", ["absent", "older", "broken"])
def test_without_the_snapshot_python_starts_and_says_so(
    browser: Any, site: Site, runtime: object, fault: str
) -> None:
    def serve(route: Any) -> None:
        text = (HTML / "_static" / "runtime" / "snapshot.xz.js").read_text("utf-8")
        older = text.replace('["', '["0', 1) if fault == "older" else with_another(text)
        route.abort() if fault == "absent" else route.fulfill(body=older)

    with Reader(browser, f"{site.address}/book/selu_constants.html") as reader:
        reader.context.route("**/snapshot.xz.js*", serve)
        shown = reader.run(reader.cell("digits=50"))
        assert str(actmath.constants("elu", digits=50).alpha) in shown
        assert "without the snapshot, which did not start" in reader.status


@pytest.mark.browser
def test_who_saves_data_loads_no_snapshot(browser: Any, site: Site, runtime: object) -> None:
    saves = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    with Reader(browser, f"{site.address}/book/selu_constants.html") as reader:
        reader.context.add_init_script(saves)
        reader.page.reload()
        cell = reader.cell("digits=50")
        reader.run(cell)
        assert reader.status.startswith("Done in ")
        assert not [url for url in reader.asked if "snapshot" in url]
        assert not reader.complaints


@pytest.fixture
def listening(site: Site) -> Iterator[tuple[str, list[str]]]:
    """A server of the book's own, and what it was asked for: a browser hides what is kept."""
    asked: list[str] = []

    class Listening(QuietHandler):
        def log_message(self, _format: str, *args: Any) -> None:
            asked.append(str(args[0]))

    handler = partial(Listening, directory=str(HTML))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_what_was_loaded_is_kept_for_the_next_page(
    browser: Any, listening: tuple[str, list[str]], runtime: object
) -> None:
    address, asked = listening

    def loaded_files() -> set[str]:
        found = {name for line in asked for name in re.findall(r"/runtime/(\S+)\.js\?", line)}
        asked.clear()
        return found

    with Reader(browser, f"{address}/book/selu_constants.html") as reader:
        reader.run(reader.cell("digits=50"))
        assert "snapshot.xz" in loaded_files()
        reader.page.goto(f"{address}/book/rectifiers.html")
        cell = reader.page.locator(".cell.runs-here").first
        reader.run(cell)
        assert reader.status.startswith("Done in ")
        assert loaded_files() == set()
        assert reader.run(cell, "import wave\nprint(wave.__name__)") == "wave\n"
        assert loaded_files() == {"stdlib.zip.xz", "packages.tar.xz"}
        # One version of each: what has another digest takes the place of the older.
        script = f"{address}/_static/runtime/xz.js.js"
        reader.page.evaluate(f"fetch('{script}?another').then(a => a.text())")
        kept = "caches.open('actmath-run-here').then(c => c.keys()).then(k => k.map(r => r.url))"
        urls = reader.page.evaluate(kept)
        names = [url.partition("?")[0] for url in urls]
        assert f"{script}?another" in urls
        assert len(names) == len(set(names)) >= 8
        assert not reader.complaints


@pytest.mark.browser
def test_theorem_1_is_proved_and_its_certificate_checked_on_a_phone_from_a_disk(
    browser: Any, site: Site, runtime: object
) -> None:
    address = (HTML / "book" / "proofs.html").as_uri()
    with Reader(browser, address, offline=True, color_scheme="dark", **PHONE) as reader:
        shown = reader.run(reader.cell('verify("certificates/theorem-1.json")'))
        assert "theorem-1: accepted (PROVED)" in shown
        assert "of the cells above that it needs" in reader.status
        cell = reader.cell('prove("lemma-12", budget=50)')
        assert "UNDECIDED" in reader.run(cell)
        proof = 'from actmath.prove import prove\nprint(prove("theorem-1"))'
        assert "theorem-1: PROVED" in reader.run(cell, proof)
        wide = reader.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= reader.page.evaluate("document.documentElement.clientWidth")
        assert not reader.complaints


@pytest.mark.browser
def test_errors_endless_loops_and_keys(browser: Any, site: Site, runtime: object) -> None:
    with Reader(browser, f"{site.address}/book/rectifiers.html") as reader:
        cell = reader.page.locator(".cell.runs-here").first
        cell.get_by_role("button", name="Run here").focus()
        reader.page.keyboard.press("Enter")
        assert reader.wait(cell).startswith("Done")
        assert reader.run(cell, "1 / 0").startswith("line 1: 1 / 0\nZeroDivisionError")
        cell.locator("textarea").fill("print('begun')\nwhile True:\n    print(1)")
        cell.locator("textarea").press("Shift+Enter")
        cell.locator(".run-here-output").filter(has_text="begun").wait_for()
        cell.get_by_role("button", name="Stop").click()
        assert reader.wait(cell) == "Stopped."
        cell.get_by_role("button", name="Original code").click()
        reader.run(cell)
        assert reader.status.startswith("Done")
        assert not reader.complaints


# What stands below a cell, without the buttons that copy it and without a formula's TeX.
PRINTED = """boxes => boxes.map((box) => {
  const copy = box.cloneNode(true);
  copy.querySelectorAll("button, annotation").forEach((part) => part.remove());
  return copy.textContent;
})"""
# Times differ from run to run; KaTeX fills tables with spaces of no width.
SECONDS = re.compile(r"\d+\.\d+ s\b")


@pytest.mark.browser
@pytest.mark.parametrize("page", ["selu_constants", "proofs"])
def test_cells_print_what_the_page_prints(
    browser: Any, site: Site, runtime: object, page: str
) -> None:
    with Reader(browser, f"{site.address}/book/{page}.html") as reader:
        cells = reader.page.locator(".cell.runs-here").all()
        assert len(cells) >= 3
        for cell in cells:
            printed = cell.locator(".cell_output:not(.run-here-output)")
            wanted = "".join(printed.evaluate_all(PRINTED))
            reader.run(cell)
            shown = "".join(cell.locator(".run-here-output").evaluate_all(PRINTED))
            assert reader.status.startswith("Done"), shown
            same = [re.sub(r"[\s\u200b]+", "", SECONDS.sub("", text)) for text in (wanted, shown)]
            assert same[0] == same[1], cell.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("selu_constants", "Cells without a button, which need "),
        ("training_bias_shift", "The cells of this page, which need "),
    ],
)
def test_a_page_says_once_where_the_other_cells_run(
    browser: Any, site: Site, runtime: object, page: str, said: str
) -> None:
    with Reader(browser, f"{site.address}/book/{page}.html") as reader:
        (line,) = reader.page.locator(".run-elsewhere").all()
        assert line.inner_text().startswith(said)
        assert "NumPy" in line.inner_text()
        others = reader.page.locator(".cell:not(.runs-here)")
        assert not others.locator(".run-here").count()
        assert others.first.locator(".run-elsewhere").count() == 1
        link = line.get_by_role("link", name="notebook").get_attribute("href")
        assert (HTML / str(link).removeprefix(f"{site.address}/")).exists()


def in_firefox(program: str) -> str:
    """What Firefox, without a server, shows below the cell with the constants."""
    cell = (
        "[...document.querySelectorAll('.cell.runs-here')]"
        ".find((cell) => cell.textContent.includes('digits=50'))"
    )
    with firefox(program) as driver:
        driver.open((HTML / "book" / "selu_constants.html").as_uri())
        driver.evaluate(f"{cell}.querySelector('.run-here button').click()")
        done = f"({DONE})({cell}) && {cell}.querySelector('.run-here-output').textContent"
        return driver.wait(done, PATIENCE / 1000)


@pytest.mark.browser
def test_firefox_derives_the_constants_from_a_disk(site: Site, runtime: object) -> None:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox on this machine")
    # The other browser's driver keeps a loop running in this thread.
    with ThreadPoolExecutor(1) as pool:
        shown = pool.submit(in_firefox, program).result()
    assert str(actmath.constants("elu", digits=50).alpha) in shown
