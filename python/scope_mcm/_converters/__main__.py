"""Runs the converter that is named, as `python FOLDER/_converters NAME`.

The folder is loaded as a package of its own: all of `scope_mcm` would take as long to
load as a small network to convert, and a converter needs nothing of it.
"""

import importlib
import importlib.util
import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Answers the request on standard input."""
    # A script's own folder comes first, and this one has a module `onnx`.
    sys.path[:] = [folder for folder in sys.path if not folder or Path(folder).resolve() != _FOLDER]
    spec = importlib.util.spec_from_file_location(
        "scope_converters", _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
    )
    assert spec is not None
    sys.modules["scope_converters"] = importlib.util.module_from_spec(spec)
    converter = importlib.import_module(f"scope_converters.{sys.argv[1]}")
    importlib.import_module("scope_converters.protocol").serve(converter.convert)


if __name__ == "__main__":
    main()
