"""Make the pages' own Python: what *Run here* loads, as classic scripts in ``_build/runtime``.

Pyodide comes from npm and python-flint's WebAssembly wheel from PyPI, as ``pins.toml`` says;
SymPy, mpmath and lazy-loader are those of this environment, which ``constraints.txt`` pins. Pages
opened from a disk may load scripts and nothing else, so that every file becomes one, in base64.
What was made of the same files before is left as it is.
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
#: What the scripts are made of, and the digest of all that, which lies beside them.
MADE_OF = (
    "actmath",
    "book/_runtime",
    "book/certificates",
    "book/references.bib",
    "constraints.txt",
)
STAMP = RESULT / "made_of"
PINS = tomllib.loads((OWN / "pins.toml").read_text("utf-8"))
SITE = "lib/python3.14/site-packages"
PACKAGES = ("sympy", "mpmath", "lazy_loader")
OUR_OWN = {"actmath", "session"}
#: Parts of the packages that nothing here imports and that are large.
LEFT_OUT = (
    *(f"sympy/physics/{part}" for part in ("biomechanics", "continuum_mechanics", "control")),
    *(f"sympy/physics/{part}" for part in ("hep", "mechanics", "optics", "quantum", "vector")),
    *(f"sympy/{part}" for part in ("categories", "crypto", "liealgebras")),
    "sympy/parsing/autolev",
    "sympy/parsing/latex/_antlr",
    *(f"actmath/{floor}" for floor in ("claims", "cli", "experiment", "nn")),
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


def xz_decompress(folder: Path) -> Path:
    """The script that decompresses in a page what Python is made of."""
    name = "xz-decompress"
    file = fetch(name, folder, "npm", "pack", f"{name}@{PINS[name]['version']}")
    with tarfile.open(file) as archive:
        archive.extractall(folder / name, filter="data")
    return folder / name / "package" / "dist" / "package" / "xz-decompress.min.js"


def copy(package: Path, target: Path, endings: Iterable[str]) -> None:
    """Copy what a reader needs of a package."""
    for file in sorted(package.rglob("*")):
        path = file.relative_to(package.parent)
        left_out = path.as_posix().startswith(LEFT_OUT) or NOT_FOR_READERS & set(path.parts)
        if file.suffix in endings and not left_out:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target / path)


def stage(folder: Path, python: Path, wheel: Path) -> None:
    """Lay out all files as they will lie in a page, compiled: ``site`` and ``stdlib.zip``."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        copy(Path(spec.origin).parent, folder / "site", {".py"})
    copy(ROOT / "actmath", folder / "site", {".py", ".pyi"})
    shutil.copy(ROOT / "book" / "references.bib", folder / "site" / "actmath" / "_text")
    shutil.copy(OWN / "session.py", folder / "site")
    with zipfile.ZipFile(python / "python_stdlib.zip") as archive:
        archive.extractall(folder / "stdlib")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith((".py", ".so"))]
        wanted = [name for name in names if not NOT_FOR_READERS & set(name.split("/"))]
        archive.extractall(folder / "arb", wanted)
    program = (str(OWN / "python.mjs"), str(python), str(OWN / "compile_packages.py"))
    run("node", *program, str(folder), folder=folder)
    divide(folder)


def divide(folder: Path) -> None:
    """Part the standard library: what Python starts with is a zip, the rest joins ``site``."""
    loaded = json.loads((folder / "loaded.json").read_text("utf-8"))
    first = {top(path) for path in loaded}
    no_use = set(PINS["stdlib"]["left_out"].split())
    library = list(below(folder / "stdlib"))
    (folder / "stdlib.zip").write_bytes(zipped(file for file in library if top(file[0]) in first))
    for path, content in library:
        if top(path) not in first | no_use:
            (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "site" / path).write_bytes(content)


def below(folder: Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """The files of a folder, with their paths in the pages' file system."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield prefix + file.relative_to(folder).as_posix(), file.read_bytes()


def solid(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Many files as one, which ``worker.js`` takes apart."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The files as a zip, from which Python can start; it is compressed as a whole later."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return raw.getvalue()


def xz(content: bytes) -> bytes:
    """The content compressed: a quarter smaller than by gzip."""
    return lzma.compress(content, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)


def classic(module: str) -> bytes:
    """Pyodide's module as a script: browsers do not import modules from a disk."""
    ending = "export default _createPyodideModule"
    assert module.count(ending) == 1
    module = module.replace(ending, "self.createPyodideModule=_createPyodideModule")
    return module.replace("import.meta.url", '"https://pyodide.invalid/pyodide.asm.mjs"').encode()


def top(path: str) -> str:
    """The module or package of the standard library that a file belongs to."""
    return path.split("/")[0].removesuffix(".pyc").removesuffix(".py")


def archives(folder: Path, python: Path) -> dict[str, bytes]:
    """What the worker decompresses, by name without ``.xz``."""
    site = list(below(folder / "site"))
    mine = [(f"{SITE}/{name}", content) for name, content in site if top(name) in OUR_OWN]
    others = [(f"{SITE}/{name}", content) for name, content in site if top(name) not in OUR_OWN]
    certificates = below(ROOT / "book" / "certificates", "book/certificates/")
    return {
        "pyodide.asm.wasm": (python / "pyodide.asm.wasm").read_bytes(),
        "stdlib.zip": (folder / "stdlib.zip").read_bytes(),
        "packages.tar": solid(others),
        "actmath.tar": solid([*mine, *certificates]),
        "flint.tar": solid(below(folder / "arb", f"{SITE}/")),
    }


def snapshot(folder: Path, python: Path) -> dict[str, bytes]:
    """The memory of a Python that has imported everything; nothing where it cannot be had."""
    program = (str(OWN / "snapshot.mjs"), str(python), str(folder), str(OWN / "warm.py"))
    try:
        run("node", *program, folder=folder)
    except MissingError as error:
        print(f"Run here starts without a snapshot: {error}.")
        return {}
    return {"snapshot": (folder / "snapshot.bin").read_bytes()}


def packed(folder: Path, python: Path, decompressor: Path) -> dict[str, bytes]:
    """Every file that a page loads, compressed, by name."""
    plain = {
        "pyodide.asm.js": classic((python / "pyodide.asm.mjs").read_text("utf-8")),
        "pyodide.js": (python / "pyodide.js").read_bytes(),
        "worker.js": (OWN / "worker.js").read_bytes(),
        "xz.js": decompressor.read_bytes(),
    }
    large = archives(folder, python) | snapshot(folder, python)
    with ThreadPoolExecutor() as pool:
        small = dict(zip(large, pool.map(xz, large.values()), strict=True))
    return {name: gzip.compress(content, 9, mtime=0) for name, content in plain.items()} | {
        f"{name}.xz": content for name, content in small.items()
    }


def sources() -> str:
    """The digest of all files that the scripts are made of, by name and content, and of Python."""
    found = hashlib.sha256(sys.version.encode())
    for path in (ROOT / name for name in MADE_OF):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                content = file.read_bytes()
                found.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def make() -> None:
    """Write the scripts, and in ``files.json`` the compressed size and the digest of each."""
    made_of = sources()
    if STAMP.exists() and STAMP.read_text("utf-8") == made_of:
        return
    shutil.rmtree(RESULT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, wheel, decompressor = pyodide(folder), flint(folder), xz_decompress(folder)
        stage(folder / "staged", python, wheel)
        made = packed(folder / "staged", python, decompressor)
    RESULT.mkdir(parents=True)
    files = {}
    for file, content in made.items():
        digest = hashlib.sha256(content).hexdigest()[:16]
        text = base64.b64encode(content).decode()
        script = f'(self.actmathRuntime ??= {{}})["{file}"] = ["{digest}", "{text}"];\n'
        (RESULT / f"{file}.js").write_text(script, "utf-8")
        files[file] = {"size": len(gzip.compress(script.encode(), 6)), "digest": digest}
    shutil.copy(Path(katex.__file__).with_name("katex.min.js"), RESULT / "katex.js")
    (RESULT / "files.json").write_text(json.dumps(files, indent=1) + "\n", "utf-8")
    STAMP.write_text(made_of, "utf-8")


if __name__ == "__main__":
    try:
        make()
    except MissingError as error:
        print(f"The book gets no Run here: {error}.")
