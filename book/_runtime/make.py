"""Make the pages' own Python: what *Run here* loads, as classic scripts in ``_build/runtime``.

Pyodide comes from npm and python-flint's WebAssembly wheel from PyPI, as ``pins.toml`` says;
SymPy, mpmath and lazy-loader are those of this environment, which ``constraints.txt`` pins. Pages
opened from a disk may load scripts and nothing else, so that every file becomes one, in base64.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sphinxcontrib import katex

OWN = Path(__file__).parent
ROOT = OWN.parents[1]
RESULT = ROOT / "_build" / "runtime"
PINS = tomllib.loads((OWN / "pins.toml").read_text("utf-8"))
SITE = "lib/python3.14/site-packages"
PACKAGES = ("sympy", "mpmath", "lazy_loader")
#: Parts of the packages that nothing here imports and that are large.
LEFT_OUT = (
    *(f"sympy/physics/{part}" for part in ("biomechanics", "continuum_mechanics", "control")),
    *(f"sympy/physics/{part}" for part in ("hep", "mechanics", "optics", "quantum", "vector")),
    "sympy/parsing/autolev",
    "sympy/parsing/latex/_antlr",
    *(f"actmath/{floor}" for floor in ("claims", "cli", "experiment", "nn", "plot")),
)
NOT_FOR_READERS = {"tests", "test", "benchmarks", "__pycache__"}


class MissingError(Exception):
    """Something cannot be had on this machine; the book is built without it."""


def run(*command: str, folder: Path) -> None:
    """Run a program quietly, where it is and can do its work."""
    if shutil.which(command[0]) is None:
        raise MissingError(f"there is no {command[0]}")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(f"{' '.join(command[:2])} says: {done.stderr.strip()[-300:]}")


def fetch(name: str, folder: Path, *command: str) -> Path:
    """Fetch a pinned file and compare its digest.

    Raises:
        SystemExit: It is another file than the one that was pinned.
    """
    run(*command, folder=folder)
    file = folder / PINS[name]["file"]
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != PINS[name]["sha256"]:
        raise SystemExit(f"{file.name} has the sha256 {found}, which is not that of pins.toml.")
    return file


def pyodide(folder: Path) -> Path:
    """The folder of Pyodide's files."""
    file = fetch("pyodide", folder, "npm", "pack", f"pyodide@{PINS['pyodide']['version']}")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def flint(folder: Path) -> Path:
    """python-flint's wheel for Pyodide."""
    pin = PINS["python-flint"]
    platform = ("--platform", f"pyemscripten_{PINS['pyodide']['abi']}_wasm32", "--abi", "cp314")
    version = ("--python-version", "314", "--implementation", "cp", "--only-binary", ":all:")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    wanted = ("--no-deps", f"python-flint=={pin['version']}")
    return fetch("python-flint", folder, *pip, *platform, *version, *wanted)


def copy(package: Path, target: Path, endings: Iterable[str]) -> None:
    """Copy what a reader needs of a package."""
    for file in sorted(package.rglob("*")):
        path = file.relative_to(package.parent)
        left_out = path.as_posix().startswith(LEFT_OUT) or NOT_FOR_READERS & set(path.parts)
        if file.suffix in endings and not left_out:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target / path)


def stage(folder: Path, python: Path) -> None:
    """Lay out all sources, and compile them."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        copy(Path(spec.origin).parent, folder / "packages", {".py"})
    copy(ROOT / "actmath", folder / "actmath", {".py", ".pyi"})
    bibliography = ROOT / "book" / "references.bib"
    shutil.copy(bibliography, folder / "actmath" / "actmath" / "_text")
    with zipfile.ZipFile(python / "python_stdlib.zip") as archive:
        archive.extractall(folder / "stdlib")
    program = (str(OWN / "python.mjs"), str(python), str(OWN / "compile_packages.py"))
    run("node", *program, str(folder), folder=folder)


def below(folder: Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """The files of a folder, with their paths in the pages' file system."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield prefix + file.relative_to(folder).as_posix(), file.read_bytes()


def in_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel that are loaded."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith((".py", ".so")) and not NOT_FOR_READERS & set(name.split("/")):
                yield f"{SITE}/{name}", archive.read(name)


def solid(files: Iterable[tuple[str, bytes]]) -> bytes:
    """One compressed stream of many files: smaller by a third than a zip."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(raw.getvalue(), preset=6)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as a zip, from which Python can start."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def classic(module: str) -> bytes:
    """Pyodide's module as a script: browsers do not import modules from a disk."""
    ending = "export default _createPyodideModule"
    assert module.count(ending) == 1
    module = module.replace(ending, "self.createPyodideModule=_createPyodideModule")
    return module.replace("import.meta.url", '"https://pyodide.invalid/pyodide.asm.mjs"').encode()


def top(path: str) -> str:
    """The module or package of the standard library that a file belongs to."""
    return path.split("/")[0].removesuffix(".pyc").removesuffix(".py")


def archives(folder: Path, python: Path, wheel: Path) -> dict[str, bytes]:
    """The four bundles of Python files."""
    staged = folder / "staged"
    loaded = json.loads((staged / "loaded.json").read_text("utf-8"))
    first = {top(path) for path in loaded}
    library = list(below(staged / "stdlib"))
    start = zipped(file for file in library if top(file[0]) in first)
    no_use = set(PINS["stdlib"]["left_out"].split())
    later = [
        (f"{SITE}/{name}", content) for name, content in library if top(name) not in first | no_use
    ]
    session = (f"{SITE}/session.py", (OWN / "session.py").read_bytes())
    certificates = below(ROOT / "book" / "certificates", "book/certificates/")
    bundles = {
        "packages.tar.xz": [*below(staged / "packages", f"{SITE}/"), *later],
        "actmath.tar.xz": [*below(staged / "actmath", f"{SITE}/"), session, *certificates],
        "flint.tar.xz": list(in_wheel(wheel)),
    }
    with ThreadPoolExecutor() as pool:
        return {
            "stdlib.zip": start,
            **dict(zip(bundles, pool.map(solid, bundles.values()), strict=True)),
        }


def scripts(folder: Path, python: Path, wheel: Path) -> dict[str, bytes]:
    """Every file that a page loads, by name: classic scripts that hold base64."""
    plain = {
        "pyodide.asm.wasm": (python / "pyodide.asm.wasm").read_bytes(),
        "pyodide.asm.js": classic((python / "pyodide.asm.mjs").read_text("utf-8")),
        "pyodide.js": (python / "pyodide.js").read_bytes(),
        "worker.js": (OWN / "worker.js").read_bytes(),
    }
    small = {name: gzip.compress(content, 9, mtime=0) for name, content in plain.items()}
    small |= archives(folder, python, wheel)
    line = '(self.actmathRuntime ??= {{}})["{}"] = "{}";\n'
    text = {name: line.format(name, base64.b64encode(c).decode()) for name, c in small.items()}
    made = {f"{name}.js": content.encode() for name, content in text.items()}
    return made | {"katex.js": Path(katex.__file__).with_name("katex.min.js").read_bytes()}


def make() -> None:
    """Write the scripts, and their compressed sizes in ``sizes.json``."""
    shutil.rmtree(RESULT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, wheel = pyodide(folder), flint(folder)
        stage(folder / "staged", python)
        made = scripts(folder, python, wheel)
    RESULT.mkdir(parents=True)
    sizes = {}
    for file, content in made.items():
        (RESULT / file).write_bytes(content)
        sizes[file.removesuffix(".js")] = len(gzip.compress(content, 6))
    (RESULT / "sizes.json").write_text(json.dumps(sizes, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    try:
        make()
    except MissingError as error:
        print(f"The book gets no Run here: {error}.")
