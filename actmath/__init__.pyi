# The public names of `actmath`, and where each is defined.
from . import catalog as catalog
from . import claims as claims
from . import derive as derive
from . import experiment as experiment
from . import lower as lower
from . import nn as nn
from . import notation as notation
from . import numeric as numeric
from . import plot as plot
from . import prove as prove
from ._text.formulas import FormulaError as FormulaError
from ._text.formulas import parse_formula as parse_formula
from .activation import Activation as Activation
from .activation import Parameter as Parameter
from .gated_unit import GatedUnit as GatedUnit
from .numeric._check.check import check as check
from .numeric._digits.gated_moments import gated_moments as gated_moments
from .numeric._digits.moments import moments as moments
from .numeric._self_normalizing.constants import constants as constants
from .numeric._sheet import show as show
from .sources import Source as Source

__version__: str
