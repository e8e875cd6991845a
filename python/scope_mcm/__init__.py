"""Plans neural networks on multi-chip modules: packages of many small chiplets.

import scope_mcm as scope

planned = scope.plan("model.mlir", scope.Options(package="simba-6x6", batch=64))
print(planned.plan.totals.samples_per_second)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .choices import OBJECTIVES, STRATEGIES

# It has the name of its module, which would hide it if that were loaded later.
from .compare import compare
from .errors import ScopeError

if TYPE_CHECKING:
    from .execution import execute
    from .importer import Imported, import_model, import_module
    from .package import ChipletKind, DramPorts, Package, list_presets
    from .planner import Options, Planned, plan
    from .plans import Plan
    from .simulation import Simulation, simulate

    __version__: str

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

# What is loaded when it is asked for: with all of it, and numpy and pydantic, loading
# takes as long as planning a small network.
_MODULES = {
    "execution": ("execute",),
    "importer": ("Imported", "import_model", "import_module"),
    "package": ("ChipletKind", "DramPorts", "Package", "list_presets"),
    "planner": ("Options", "Planned", "plan"),
    "plans": ("Plan",),
    "simulation": ("Simulation", "simulate"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _MODULE_OF:
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("scope-mcm")
    except PackageNotFoundError:
        return "0.0.0+checkout"
