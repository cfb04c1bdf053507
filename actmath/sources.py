"""Where a formula was published: a key of ``book/references.bib`` and a place inside that work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Source:
    """A place in the literature, such as ``Source("klambauer2017", "Eq. 2")``.

    The key must exist in ``book/references.bib`` (a test reads the file), and a source without a
    place in the work is refused: "somewhere in the paper" is no source.

    Raises:
        ValueError: if either part is empty.
    """

    bibkey: str
    locator: str

    def __post_init__(self) -> None:
        if not self.bibkey.strip() or not self.locator.strip():
            raise ValueError(
                f"a Source needs a bibliography key and a locator such as 'Eq. 4', "
                f"got {self.bibkey!r} and {self.locator!r}"
            )

    def __str__(self) -> str:
        return f"{WORKS.get(self.bibkey, self.bibkey)}, {self.locator}"


WORKS: Mapping[str, str] = MappingProxyType(
    {
        "barron2017": "Barron 2017",
        "clevert2016": "Clevert et al. 2016",
        "dugas2001": "Dugas et al. 2001",
        "elfwing2018": "Elfwing et al. 2018",
        "glorot2010": "Glorot & Bengio 2010",
        "gulcehre2016": "Gulcehre et al. 2016",
        "he2015": "He et al. 2015",
        "hendrycks2016": "Hendrycks & Gimpel 2016",
        "howard2019": "Howard et al. 2019",
        "jarrett2009": "Jarrett et al. 2009",
        "klambauer2017": "Klambauer et al. 2017",
        "krizhevsky2010": "Krizhevsky 2010",
        "lecture": "Course notes",
        "maas2013": "Maas et al. 2013",
        "misra2020": "Misra 2020",
        "pytorch": "PyTorch",
        "xu2015": "Xu et al. 2015",
    }
)
