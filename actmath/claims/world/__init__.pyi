# The public names of `actmath.claims.world`, and where each is defined.
from ._compare import Compared as Compared
from ._compare import beside_exact as beside_exact
from ._compare import find_constants as find_constants
from ._exact.purposes import Purpose as Purpose
from ._exact.stacks import Journey as Journey
from ._registry import WORLD as WORLD
from ._wild import Wild as Wild
from .unit_scaling import model_errors as model_errors
