"""Plans neural networks on multi-chip modules: packages of many small chiplets.

import scope_mcm as scope

planned = scope.plan("model.mlir", scope.Options(package="simba-6x6", batch=64))
print(planned.plan.totals.samples_per_second)
"""

from importlib.metadata import PackageNotFoundError, version

from .compare import compare
from .errors import ScopeError
from .execution import execute
from .importer import Imported, import_model, import_module
from .package import ChipletKind, DramPorts, Package, list_presets
from .planner import OBJECTIVES, STRATEGIES, Options, Planned, plan
from .plans import Plan
from .simulation import Simulation, simulate

try:
    __version__ = version("scope-mcm")
except PackageNotFoundError:
    __version__ = "0.0.0+checkout"

__all__ = [
    "OBJECTIVES",
    "STRATEGIES",
    "ChipletKind",
    "DramPorts",
    "Imported",
    "Options",
    "Package",
    "Plan",
    "Planned",
    "ScopeError",
    "Simulation",
    "compare",
    "execute",
    "import_model",
    "import_module",
    "list_presets",
    "plan",
    "simulate",
]
