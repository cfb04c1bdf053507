"""What a moment map does near its fixed point, in a word and a mark."""

from __future__ import annotations

from enum import StrEnum

from sympy import Expr


class Behaviour(StrEnum):
    """What the moment map does near its fixed point, by its Jacobian's largest |eigenvalue|."""

    ATTRACTS = "attracts"
    NEUTRAL = "neutral"
    REPELS = "does not attract"
    NONE = "no fixed point"

    @classmethod
    def of(cls, spectral_radius: Expr | float | None) -> Behaviour:
        """By the Jacobian's spectral radius; None where there is no fixed point."""
        if spectral_radius is None:
            return cls.NONE
        radius = float(spectral_radius)
        # Exact on purpose: a radius printed as 1 is 1 in every digit that was asked for.
        if radius == 1:
            return cls.NEUTRAL
        return cls.ATTRACTS if radius < 1 else cls.REPELS


#: What stands for each in a table.
MARKS = {
    Behaviour.ATTRACTS: "●",
    Behaviour.NEUTRAL: "◇",
    Behaviour.REPELS: "✕",
    Behaviour.NONE: "–",
}
