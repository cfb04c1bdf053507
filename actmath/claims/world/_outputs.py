"""Factors that units' outputs are multiplied with: NFNets, unit scaling, StarReLU, LeCun's tanh."""

from __future__ import annotations

from ...sources import Source
from ._exact.purposes import BackwardFactor, Factor, GatedFactor, Purpose
from ._exact.scaled_units import Lecun, LecunAim, ShiftedReluSlope, StarConstant
from ._wild import Seen, Wild

#: The digits of NFNets' table, by the catalog's names.
NFNETS = {
    "celu": "1.270926833152771",
    "elu": "1.2716004848480225",
    "gelu_tanh": "1.7015043497085571",
    "leaky_relu": "1.70590341091156",
    "log_sigmoid": "1.9193484783172607",
    "relu": "1.7139588594436646",
    "relu6": "1.7131484746932983",
    "selu": "1.0008515119552612",
    "sigmoid": "4.803835391998291",
    "silu": "1.7881293296813965",
    "softsign": "2.338853120803833",
    "softplus": "1.9203323125839233",
    "tanh": "1.5939117670059204",
}
#: Unit scaling's model at m = 1: 2^(1 − a)·u^a, with a = 4/5 or 1/2 and a limit u.
_FAR, _ROOT = "(2/(1 - 1/pi))**(1/2)", "2**(1/2)"


def _nfnet(unit: str, printed: str) -> Wild:
    return Wild(
        name=f"nfnets-{unit}".replace("_", "-"),
        what=f"factor of {unit}",
        printed=printed,
        purpose=Factor(unit),
        source=Source("brock2021", "nfnets/base.py"),
        edition="commit 68a1754",
        # timm's GELU is the exact one.
        packages=() if unit == "gelu_tanh" else ("timm",),
    )


def _model(name: str, what: str, purpose: Purpose, share: str, limit: str) -> Wild:
    return Wild(
        name=f"unit-scaling-{name}",
        what=f"{what}, model at m = 1",
        printed=f"2^(1-a)·u^a, a = {share}",
        value=f"2**(1 - {share})*({limit})**({share})",
        purpose=purpose,
        source=Source("blake2023", "unit_scaling/functional.py"),
        edition="0.3.5",
    )


def _found(name: str, what: str, purpose: Purpose, printed: str) -> Wild:
    return Wild(
        name=f"unit-scaling-2023-{name}",
        what=what,
        printed=printed,
        purpose=purpose,
        source=Source("blake2023", "unit_scaling/functional.py"),
        edition="commit 0034f27",
    )


def _lecun(name: str, what: str, printed: str, aim: LecunAim) -> Wild:
    return Wild(
        name=f"lecun-{name}",
        what=what,
        printed=printed,
        purpose=Lecun(aim),
        source=Source("lecun1998", "Section 4.4"),
        edition="1998",
    )


def _star(name: str, printed: str) -> Wild:
    return Wild(
        name=f"star-relu-{name}",
        what=f"StarReLU's {name}",
        printed=printed,
        purpose=StarConstant(name),
        source=Source("yu2022", "Section 3.2"),
        edition="arXiv 2210.13452",
        seen=Seen.MEMORY,
        packages=("xFormers", "mlpack"),
    )


DECLARED = (
    *(_nfnet(unit, printed) for unit, printed in NFNETS.items()),
    Wild(
        name="nfnets-glu",
        what="factor of glu",
        printed="1.8484294414520264",
        purpose=GatedFactor("sigmoid"),
        source=Source("brock2021", "nfnets/base.py"),
        edition="commit 68a1754",
    ),
    Wild(
        name="timm-gelu",
        what="factor of gelu",
        printed="1.7015043497085571",
        purpose=Factor("gelu"),
        source=Source("wightman2019", "timm/models/nfnet.py"),
        edition="1.0.31",
    ),
    _model("gelu", "factor of gelu", Factor("gelu"), "4/5", _FAR),
    _model("gelu-backward", "backward factor of gelu", BackwardFactor("gelu"), "4/5", _ROOT),
    _model("silu", "factor of silu", Factor("silu"), "4/5", _FAR),
    _model("silu-backward", "backward factor of silu", BackwardFactor("silu"), "1/2", _ROOT),
    _model("silu-glu", "factor of silu_glu", GatedFactor("silu"), "1/2", _ROOT),
    _found("gelu", "factor of gelu, found by trial", Factor("gelu"), "1/0.588"),
    _found("gelu-backward", "backward factor of gelu, by trial", BackwardFactor("gelu"), "1/0.675"),
    _lecun("height", "height of LeCun's tanh", "1.7159", LecunAim.HEIGHT),
    _lecun("variance", "height of LeCun's tanh, for the variance", "1.7159", LecunAim.VARIANCE),
    _lecun("bend", "factor of x in LeCun's tanh", "2/3", LecunAim.BEND),
    _star("scale", "0.8944"),
    _star("offset", "-0.4472"),
    Wild(
        name="dks-relu-slope",
        what="largest slope of the correlation map of shifted ReLU",
        printed="1.466942206924260361",
        purpose=ShiftedReluSlope(),
        source=Source("martens2021", "dks/base/activation_transform.py"),
        edition="dks 0.1.2",
    ),
)
