"""Sphinx extension: pages load the icons that they show, and not the two thousand of the theme.

The theme draws icons by a script of 1.5 MB, or, where the script is missing, by fonts of 0.3 MB
that its style sheet names. ``_templates/static/webpack-macros.html`` leaves the script out, and
here fonts and style sheet are cut down to the icons of the pages.
"""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# In the theme's style sheet: the files of a font, of which fontTools reads the second, and a rule
# that gives icons their letter, with the icons' names.
FILES = re.compile(r"src:url\([^)]*\.woff2\) format\(\"woff2\"\),url\([^)]*/([^)]*\.ttf)\)[^};]*")
LETTER = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
NAME = re.compile(r"\bfa-[a-z0-9-]+")
#: An icon that the style sheet sets itself, as beside the title of a warning.
VARIABLE = re.compile(r'--pst-icon-[\w-]+:"(.)"')


def letters(style: str, names: set[str]) -> set[int]:
    """The code points of these icons."""
    rules = LETTER.finditer(style)
    return {int(rule[2], 16) for rule in rules if names & set(NAME.findall(rule[1]))}


def cut_font(path: Path, points: set[int]) -> str:
    """The font with these code points only, as the source in a rule of a style sheet."""
    font = TTFont(path)
    subsetter = Subsetter(Options(notdef_outline=True))
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.flavor = "woff"
    file = BytesIO()
    font.save(file)
    packed = b64encode(file.getvalue()).decode()
    return f'src:url(data:font/woff;base64,{packed}) format("woff")'


def cut_style(style: str, folder: Path, names: set[str]) -> str:
    """The theme's style sheet with these icons only, their fonts inside."""
    points = letters(style, names)
    style = LETTER.sub(lambda rule: rule[0] if int(rule[2], 16) in points else "", style)
    points |= {ord(icon) for icon in VARIABLE.findall(style)}
    return FILES.sub(lambda files: cut_font(folder / files[1], points), style)


def shown(folder: Path) -> set[str]:
    """The names of icons in all pages; some are no icon's."""
    pages = folder.rglob("*.html")
    return {name for page in pages for name in NAME.findall(page.read_text("utf-8"))}


def cut(app: Sphinx, error: Exception | None) -> None:
    """Cut the style sheet, once all pages are there, and take away what no page loads."""
    static = Path(app.outdir, "_static")
    fonts = static / "vendor" / "fontawesome"
    if error or app.builder.name != "html" or not fonts.exists():
        return
    path = static / "styles" / "pydata-sphinx-theme.css"
    style = cut_style(path.read_text("utf-8"), fonts / "webfonts", shown(Path(app.outdir)))
    path.write_text(style, "utf-8")
    shutil.rmtree(fonts)
    for script in (static / "scripts").glob("fontawesome.js*"):
        script.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the step."""
    app.connect("build-finished", cut)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
