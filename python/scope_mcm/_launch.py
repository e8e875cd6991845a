"""Entry points of the tools that the wheel carries: `scope-opt` in the PATH of an
environment is the one in this package."""

import os
import sys
from pathlib import Path

from .errors import ScopeError
from .tools import find_tool


def main() -> None:
    """Becomes the tool that it was called as."""
    name = Path(sys.argv[0]).name
    try:
        tool = find_tool(name)
    except ScopeError as error:
        sys.exit(f"{name}: error: {error}")
    os.execv(tool, [name, *sys.argv[1:]])
