"""Runs the converter that is named, as `python FOLDER/_converters/__main__.py NAME`.

The folder is loaded as a package of its own: all of `scope_mcm` would take as long to
load as a small network to convert, and a converter needs nothing of it. For the same
reason this file, `protocol` and the converters load no more of Python's library than
they have to.
"""

import os
import sys

_FOLDER = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120


def main() -> None:
    """Answers the request on standard input."""
    # A script's own folder comes first, and this one has a module `onnx`.
    sys.path[:] = [folder for folder in sys.path if not folder or os.path.realpath(folder) != _FOLDER]
    package = type(sys)("scope_converters")
    package.__path__ = [_FOLDER]
    sys.modules["scope_converters"] = package
    name = f"scope_converters.{sys.argv[1]}"
    __import__(name)
    __import__("scope_converters.protocol")
    sys.modules["scope_converters.protocol"].serve(sys.modules[name].convert)


if __name__ == "__main__":
    main()
