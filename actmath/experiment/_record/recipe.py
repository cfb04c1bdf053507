"""An experiment as a file declares it: question, claims, one configuration at several scales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..._text.tables import shortened, text_table
from .config import Config
from .scans import RateScan

#: Seconds, and minutes on two cores.
DEMANDED = ("smoke", "book")
#: For a GPU: the source's own sizes, or as near to them as is said where they are out of reach.
FOR_A_GPU = ("paper", "large")


_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Preset:
    """A scale: what it leaves out, and the fields in which it differs from the preset ``book``.

    >>> Preset.of("One epoch on 32 images.", epochs=1, train_limit=32).changes
    {'epochs': 1, 'train_limit': 32}
    """

    limits: str
    changes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, limits: str, /, **changes: Any) -> Preset:
        """A preset by its limits, and fields of ``Config`` with their values."""
        return cls(limits, changes)

    def config(self, name: str, book: Config) -> Config:
        """The configuration at this scale.

        Raises:
            ValueError: if a configuration has no such field.
        """
        # Its name and its recipe's are given by where it stands.
        free = {item.name for item in fields(Config)} - {"recipe", "preset"}
        unknown = set(self.changes) - free
        if unknown:
            raise ValueError(
                f"recipe {book.recipe}, preset {name}: a configuration has no field "
                f"{', '.join(sorted(unknown))}"
            )
        return replace(book, preset=name, **self.changes)


@dataclass(frozen=True, repr=False)
class Recipe:
    """An experiment: the question, the claims it tests, and its configurations by preset.

    Args:
        name: identifier, also the stem of the recorded files.
        question: what the runs are to answer, in one sentence.
        claims: ids of the ledger's claims.
        presets: configurations by preset; ``smoke``, ``book``, and ``paper`` or ``large`` at least.
            Only the source's own experiment at its own sizes is called ``paper``.
        limits: by preset, what the reader must know about what it leaves out.
        scan: the rule that chose the learning rates from the preset ``scan``, if one did.

    Raises:
        ValueError: saying which recipe, and what it lacks.
    """

    name: str
    question: str
    claims: tuple[str, ...]
    presets: Mapping[str, Config] = field(hash=False)
    limits: Mapping[str, str] = field(hash=False)
    scan: RateScan | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"a recipe is named like snn-depth, as its files: {self.name!r}")
        claims: object = self.claims
        if not isinstance(claims, tuple):
            raise TypeError(f"recipe {self.name} needs a tuple of the claims' ids, got {claims!r}")
        if not self.question.strip():
            raise ValueError(f"recipe {self.name} needs a question: what are its runs to answer?")
        for preset in DEMANDED:
            if preset not in self.presets:
                raise ValueError(
                    f"recipe {self.name} needs a preset {preset!r}: every recipe has "
                    f"{', '.join(DEMANDED)}, and {' or '.join(FOR_A_GPU)}"
                )
        if not set(FOR_A_GPU) & set(self.presets):
            raise ValueError(
                f"recipe {self.name} needs a preset 'paper', of the source's own sizes, or "
                "'large', which says how it falls short of them"
            )
        for preset, config in self.presets.items():
            if (config.recipe, config.preset) != (self.name, preset):
                raise ValueError(
                    f"recipe {self.name}, preset {preset}: its configuration calls itself "
                    f"{config.recipe}, {config.preset}"
                )
            if not self.limits.get(preset, "").strip():
                raise ValueError(
                    f"recipe {self.name} needs limits for the preset {preset!r}: what does the "
                    "reader have to know about what it leaves out?"
                )

    def __repr__(self) -> str:
        scales = [(name, self._scale(name)) for name in self.presets]
        rows = [("asks", self.question), ("claims", ", ".join(self.claims)), *scales]
        return text_table(rows, caption=f"Recipe {self.name}", more="see .presets")

    def _scale(self, preset: str) -> str:
        config = self.presets[preset]
        runs = f"{len(config.conditions)} conditions × {len(config.seeds)} seeds"
        return (
            f"{runs}, {shortened(config.data, 40)}, {config.epochs} epochs; {self.limits[preset]}"
        )

    @classmethod
    def of(
        cls,
        book: Config,
        *,
        question: str,
        claims: tuple[str, ...],
        limits: str,
        smoke: Preset,
        paper: Preset | None = None,
        large: Preset | None = None,
        scan: tuple[RateScan, Preset] | None = None,
    ) -> Recipe:
        """A recipe from its preset ``book`` and how the others differ from it.

        Args:
            book: the configuration that the book reports; it names the recipe.
            question, claims: as in ``Recipe``.
            limits: those of ``book``.
            smoke: seconds.
            paper, large: one of them at least: the source's own sizes, or others that a GPU is for.
            scan: the rule for the learning rates, and the scale at which the preset ``scan`` runs;
                it judges on a part of the training set.
        """
        scales = {"smoke": smoke, "book": Preset(limits)}
        given = zip(FOR_A_GPU, (paper, large), strict=True)
        scales |= {name: scale for name, scale in given if scale}
        if scan is not None:
            rule, scale = scan
            fixed = {"conditions": rule.arms, "evaluate_on": "validation"}
            # The rule's fields come last and win; a rate chosen on test images would know them.
            scales["scan"] = Preset(scale.limits, {**scale.changes, **fixed})
        return cls(
            name=book.recipe,
            question=question,
            claims=claims,
            presets={name: preset.config(name, book) for name, preset in scales.items()},
            limits={name: preset.limits for name, preset in scales.items()},
            scan=scan[0] if scan else None,
        )

    def config(self, preset: str) -> Config:
        """The configuration of a preset; ValueError lists the presets there are."""
        if preset not in self.presets:
            known = ", ".join(self.presets)
            raise ValueError(f"{self.name} has no preset {preset!r}: it has {known}")
        return self.presets[preset]
