"""Where a formula was published: a key of ``book/references.bib`` and a place inside that work."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Source"]


def __dir__() -> list[str]:
    return sorted(__all__)


@dataclass(frozen=True)
class Source:
    """A place in the literature, such as ``Source("klambauer2017", "Eq. 2")``.

    What the package declares has a key in ``book/references.bib`` (the tests hold it), from which
    its name in print follows; any other key prints as it is. A source without a place in the work
    is refused: "somewhere in the paper" is no source.

    Raises:
        ValueError: if either part is empty. TypeError: if one is no text.
    """

    bibkey: str
    locator: str

    def __post_init__(self) -> None:
        # Here, for the chain of imports that begins with every activation.
        from ._text.kinds import check_name

        check_name(self.bibkey, "bibkey")
        check_name(self.locator, "locator")
        if not self.bibkey.strip() or not self.locator.strip():
            raise ValueError(
                f"a Source needs a bibliography key and a locator such as 'Eq. 4', "
                f"got {self.bibkey!r} and {self.locator!r}"
            )

    def __str__(self) -> str:
        # The file is read when a source is first printed, not when one is declared.
        from ._text.bibliography import WORKS

        return f"{WORKS.get(self.bibkey, self.bibkey)}, {self.locator}"
