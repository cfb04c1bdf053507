"""The list ``SHA256SUMS`` beside files, as sha256sum writes it: which content each name has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from .whole import write_whole

#: The list's name; ``sha256sum -c`` reads it.
DIGESTS = "SHA256SUMS"


def listed_digests(folder: Path) -> dict[str, str]:
    """The digests that a folder's list gives, by the names of the files; none without a list.

    A line that is no digest with a name lists nothing, nor does a name that stands in two.
    """
    listing = folder / DIGESTS
    text = listing.read_text("utf-8", errors="replace") if listing.is_file() else ""
    pairs = re.findall(r"^([0-9a-f]{64})  (\S+)$", text, re.MULTILINE)
    times = Counter(name for _, name in pairs)
    return {name: digest for digest, name in pairs if times[name] == 1}


def list_digests(folder: Path, found: Mapping[str, str]) -> None:
    """Enter these digests in the list; the other lines stay, but for files that are gone."""
    listed = {**listed_digests(folder), **found}
    lines = [f"{listed[name]}  {name}\n" for name in sorted(listed) if (folder / name).is_file()]
    write_whole(folder / DIGESTS, "".join(lines).encode(), force=True)
