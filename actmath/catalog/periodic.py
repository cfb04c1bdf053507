"""Units that oscillate: sines, alone, on a line, or behind a gate."""

from __future__ import annotations

from ..activation import POSITIVE, Activation, Parameter
from ..sources import Source

sine = Activation(
    "sine",
    "sin(x)",
    source=Source("parascandolo2017", "sine as an activation"),
    aliases=("sin", "sinusoid"),
)

siren = Activation(
    "siren",
    "sin(omega_0*x)",
    (Parameter("omega_0", 30, POSITIVE, "angular frequency"),),
    Source("sitzmann2020", "Section 3.2"),
    title="SIREN",
)

cosine = Activation(
    "cosine",
    "cos(x)",
    source=Source("rahimi2007", "random Fourier features"),
    aliases=("cos",),
)

snake = Activation(
    "snake",
    "x + sin(frequency*x)**2/frequency",
    (Parameter("frequency", 1, POSITIVE, "half the angular frequency of the wave"),),
    Source("ziyin2020", "definition of Snake"),
    title="Snake",
)

gcu = Activation(
    "gcu",
    "x*cos(x)",
    source=Source("noel2021", "growing cosine unit"),
    title="GCU",
    aliases=("growing_cosine",),
)

sinlu = Activation(
    "sinlu",
    "(x + amplitude*sin(frequency*x))*sigmoid(x)",
    (
        Parameter("amplitude", 1, POSITIVE, "amplitude of the wave"),
        Parameter("frequency", 1, POSITIVE, "its angular frequency"),
    ),
    Source("paul2022", "definition of SinLU"),
    title="SinLU",
)
